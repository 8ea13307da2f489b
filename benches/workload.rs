//! Packs and messages made from a seed, so that every run measures the same work; and the shop pack with its suites.

use std::fmt::Write;

use kefu::Engine;

/// What an intent is recognised by.
pub(crate) struct Rules {
    pub(crate) id: String,
    pub(crate) phrases: Vec<String>,
    pub(crate) patterns: Vec<String>,
}

/// A pack in one language and messages that suit it.
pub(crate) struct Workload {
    pub(crate) language: &'static str,
    pub(crate) intents: Vec<Rules>,
    /// About 80 bytes each; most hold a phrase of some intent.
    pub(crate) messages: Vec<String>,
    /// About 800 bytes each.
    pub(crate) long: Vec<String>,
    /// Built to make a matcher work hard: near misses, repeats, a page of marks.
    pub(crate) hostile: Vec<String>,
}

/// A small generator of numbers (xorshift); good enough to choose words with.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }

    pub(crate) fn pick<'a>(&mut self, list: &'a [String]) -> &'a str {
        &list[self.below(list.len())]
    }
}

const FILLERS: &str = "the a my your this that is are was will can could do does did have has had i you we they it to for \
    of on in at with from and or but if when where how what why who please help need want get got let me about after \
    before still yet just now today again really any some more than there here would should";
const SYLLABLES: &str = "re tur con der pay ment ship ping or fund can cel de liv er pack age ac count pass word card in \
    voice dis cla price size col our stock ware box lab el track num ber gift bon us cou pon loy al ty mem";
const HAN: &str = "我你他的了是在有不这个就会能要想看问下单货款退换发票价格优惠快递物流地址电话客服订取消支付账户密码会员积分商品质量尺码颜色\
    大小多少什么时候怎么可以帮忙查询申请处理收到寄出签包裹破损错漏补差额返现券活动满减预售定金尾款运费保险安装维修保修说明书配件型号\
    参数规格材料产地日期生批次库存补充到店自提门市专柜正品真假鉴别评价晒图追加删除修改绑卡解银行零钱提现充值余红代金礼品贺";

/// A pack of so many intents in English.
pub(crate) fn english(intents: usize) -> Workload {
    let mut dice = Dice::new(7);
    let fillers: Vec<String> = FILLERS.split_whitespace().map(str::to_owned).collect();
    let syllables: Vec<String> = SYLLABLES.split_whitespace().map(str::to_owned).collect();
    let words: Vec<String> = (0..300 + intents * 2)
        .map(|_| (0..2 + dice.below(2)).map(|_| dice.pick(&syllables).to_owned()).collect::<String>())
        .collect();
    let phrase = |dice: &mut Dice| match dice.below(4) {
        0 => format!("{} {}", dice.pick(&words), dice.pick(&words)),
        1 => format!("{} {} {}", dice.pick(&fillers), dice.pick(&words), dice.pick(&words)),
        2 => format!("{} my {}", dice.pick(&words), dice.pick(&words)),
        _ => format!("{} {} {} {}", dice.pick(&fillers), dice.pick(&words), dice.pick(&fillers), dice.pick(&words)),
    };
    let intents: Vec<Rules> = (0..intents)
        .map(|number| Rules {
            id: format!("intent_{number:04}"),
            phrases: (0..8).map(|_| phrase(&mut dice)).collect(),
            patterns: (0..2)
                .map(|_| {
                    let (a, b, c) = (dice.pick(&words), dice.pick(&words), dice.pick(&words));
                    let start = ["when", "how", "where", "can i"][number % 4];
                    format!("{start} .*({a} {b}|{c} {a})")
                })
                .collect(),
        })
        .collect();
    let message = |dice: &mut Dice, bytes: usize| {
        let mut text = String::new();
        let mut asked = false;
        while text.len() < bytes {
            if !asked && text.len() > bytes / 3 {
                asked = dice.below(8) != 0;
                let intent = &intents[dice.below(intents.len())];
                text += if asked { dice.pick(&intent.phrases) } else { dice.pick(&words) };
            } else {
                text += if dice.below(4) == 0 { dice.pick(&words) } else { dice.pick(&fillers) };
            }
            text.push(' ');
        }
        let end = text.trim_end().len();
        text.truncate(end);
        if dice.below(3) == 0 {
            text.push('?');
        }
        let first = text.remove(0).to_ascii_uppercase();
        text.insert(0, first);
        text
    };
    let messages = (0..256).map(|_| message(&mut dice, 74)).collect();
    let long = (0..16).map(|_| message(&mut dice, 800)).collect();
    let hostile = vec![
        "my my my my ".repeat(60),
        format!("{} ", intents[0].phrases[0]).repeat(60),
        "when how where can i ".repeat(40),
        "don't no not, ".repeat(60),
        "?!.,".repeat(200),
    ];
    Workload { language: "en", intents, messages, long, hostile }
}

/// A pack of so many intents in Chinese.
pub(crate) fn chinese(intents: usize) -> Workload {
    let mut dice = Dice::new(11);
    // Why more than the listed ones: shops use about a thousand different characters.
    let rare = (0..500).filter_map(|step| char::from_u32(0x4E00 + step * 37));
    let han: Vec<String> = HAN.chars().filter(|c| !c.is_whitespace()).chain(rare).map(String::from).collect();
    let phrase = |dice: &mut Dice| (0..2 + dice.below(4)).map(|_| dice.pick(&han).to_owned()).collect::<String>();
    let intents: Vec<Rules> = (0..intents)
        .map(|number| Rules {
            id: format!("intent_{number:04}"),
            phrases: (0..8).map(|_| phrase(&mut dice)).collect(),
            patterns: (0..2)
                .map(|_| {
                    let start = ["什么时候", "怎么", "可以", "多少"][number % 4];
                    format!("{start}.*({}|{})", phrase(&mut dice), phrase(&mut dice))
                })
                .collect(),
        })
        .collect();
    let message = |dice: &mut Dice, bytes: usize| {
        let mut text = String::new();
        let mut asked = false;
        while text.len() < bytes {
            if !asked && text.len() > bytes / 3 {
                asked = true;
                let intent = &intents[dice.below(intents.len())];
                text += dice.pick(&intent.phrases);
            } else {
                text += dice.pick(&han);
            }
        }
        if dice.below(3) == 0 {
            text.push('？');
        }
        text
    };
    let messages = (0..256).map(|_| message(&mut dice, 78)).collect();
    let long = (0..16).map(|_| message(&mut dice, 800)).collect();
    let hostile = vec![
        "不不不不不".repeat(60),
        intents[0].phrases[0].repeat(100),
        "什么时候怎么可以多少".repeat(30),
        "，。？！".repeat(100),
    ];
    Workload { language: "zh", intents, messages, long, hostile }
}

/// The messages of a pack, a fifth of them with a slip: two letters of a long word in the wrong order, or another character.
pub(crate) fn slipped(work: &Workload) -> Vec<String> {
    let mut dice = Dice::new(13);
    let slip = |message: &String, dice: &mut Dice| {
        let mut chars: Vec<char> = message.chars().collect();
        let is_long = |at: &usize| chars[at - 1..at + 4].iter().all(char::is_ascii_lowercase);
        let places: Vec<usize> = (1..chars.len().saturating_sub(4)).filter(is_long).collect();
        if places.is_empty() {
            let (from, to) = (dice.below(chars.len()), dice.below(chars.len()));
            chars[from] = chars[to];
        } else {
            let at = places[dice.below(places.len())];
            chars.swap(at, at + 1);
        }
        chars.into_iter().collect::<String>()
    };
    let messages = work.messages.iter().enumerate();
    messages.map(|(number, message)| if number % 5 == 0 { slip(message, &mut dice) } else { message.clone() }).collect()
}

/// The generated pack as a service lead would write it.
pub(crate) fn rules(work: &Workload) -> String {
    let language = work.language;
    let quoted = |list: &[String]| {
        let quoted: Vec<String> = list.iter().map(|text| format!("'{}'", text.replace('\'', "''"))).collect();
        quoted.join(", ")
    };
    let mut yaml = format!("kefu: 1\nlanguages: {{default: {language}}}\nfacts: {{days: 7}}\nintents:\n");
    for (index, intent) in work.intents.iter().enumerate() {
        let say = if index % 2 == 0 { "Done." } else { "'Within {{ facts.days }} days.'" };
        let (keywords, patterns) = (quoted(&intent.phrases), quoted(&intent.patterns));
        writeln!(yaml, "  {}:", intent.id).unwrap();
        writeln!(yaml, "    keywords: {{{language}: [{keywords}]}}").unwrap();
        writeln!(yaml, "    patterns: {{{language}: [{patterns}]}}").unwrap();
        writeln!(yaml, "    say: {{{language}: {say}}}").unwrap();
    }
    yaml
}

/// The engine of a generated pack, its patterns compiled.
pub(crate) fn engine(work: &Workload) -> Engine {
    let engine = Engine::builder().source("bot.yaml", rules(work)).build().unwrap();
    engine.warm_up();
    engine
}

/// The same with all four languages on.
pub(crate) fn engine_of_four(work: &Workload) -> Engine {
    let yaml = rules(work).replace(&format!("default: {}", work.language), "default: en, also: [zh, es, pt]");
    let engine = Engine::builder().source("bot.yaml", yaml).build().unwrap();
    engine.warm_up();
    engine
}

/// The shop pack, everything on.
pub(crate) fn shop() -> Engine {
    let engine = Engine::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/shop")).unwrap();
    engine.warm_up();
    engine
}

/// What customers write to it, in its four languages.
pub(crate) fn shop_messages() -> Vec<String> {
    let suite = |language| {
        std::fs::read_to_string(format!("{}/rules/shop/suites/{language}.tune.tsv", env!("CARGO_MANIFEST_DIR")))
            .unwrap()
    };
    let messages = |suite: String| -> Vec<String> {
        suite.lines().filter_map(|line| Some(line.split('\t').next()?.to_owned())).collect()
    };
    ["zh", "en", "es", "pt"].into_iter().flat_map(|language| messages(suite(language))).collect()
}
