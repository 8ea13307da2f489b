//! What the repair of misspelt words gives and what it costs, on labelled messages.
//!
//! ```text
//! cargo bench --bench misspelt -- [--list] [--sample] [--out-of-scope] FILE.tsv…        (without files: the shop's own suites)
//! ```
//! Each file is read by the shop's rules twice, with repairs and without; a line tells in how many messages something was
//! repaired, in how many the outcome is another one, and how many of those were right before and are wrong now, or the
//! other way round. Then one slip is put into a word of every message, the same on every run, and accuracy is told again.
//! `--list` prints every repair with how often it was made, `--sample` only 150 of them with their messages, the same on every
//! run, to be read and judged; `--out-of-scope` takes every label for `none`.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods)]

#[allow(dead_code)] // Why: of the workload only its dice are needed here.
mod workload;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use kefu::{Classification, Decision, Engine, Explanation, Match, Part, Scratch};
use pinyin::ToPinyin;
use workload::Dice;

const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/shop");

/// The keys around each letter on a QWERTY keyboard.
const KEYS: [&str; 26] = [
    "qwsz", "vghn", "xdfv", "serfcx", "wrsd", "drtgvc", "ftyhbv", "gyujnb", "uojk", "huikmn", "jiolm", "kop", "njk",
    "bhjm", "ipkl", "ol", "wa", "etdf", "awedxz", "ryfg", "yihj", "cfgb", "qeas", "zsdc", "tugh", "asx",
];

struct Row {
    text: String,
    label: String,
}

fn main() {
    let mut files: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let lists = take(&mut files, "--list");
    let samples = take(&mut files, "--sample");
    let strangers = take(&mut files, "--out-of-scope");
    if files.is_empty() {
        for language in ["en", "es", "pt", "zh"] {
            files.extend(["tune", "none"].map(|kind| format!("{SHOP}/suites/{language}.{kind}.tsv")));
        }
    }
    let on = Engine::from_dir(SHOP).unwrap();
    let off = Engine::builder().dir(SHOP).unwrap().without(Part::Typos).build().unwrap();
    on.warm_up();
    off.warm_up();
    if samples {
        return sample(&files, &on);
    }
    let suites: Vec<(String, Vec<Row>)> = files
        .iter()
        .map(|file| (file.rsplit('/').take(2).collect::<Vec<_>>().join(" of "), read(file, strangers)))
        .collect();
    let mut repairs: BTreeMap<String, usize> = BTreeMap::new();
    println!(
        "messages as they are\nfile\tmessages\trepaired\tother outcome\tspoilt\tgained\tright without\tright with"
    );
    for (name, rows) in &suites {
        measure(name, rows, &on, &off, &mut repairs, lists);
    }
    println!(
        "\none slip in a word of each message\nfile\tmessages\trepaired\tother outcome\tspoilt\tgained\tright without\tright with"
    );
    for (name, rows) in &suites {
        let mut dice = Dice::new(5);
        let misspelt: Vec<Row> =
            rows.iter().map(|row| Row { text: slip(&row.text, &mut dice), label: row.label.clone() }).collect();
        measure(name, &misspelt, &on, &off, &mut BTreeMap::new(), false);
        let time = |engine: &Engine, rows: &[Row]| {
            let mut scratch = Scratch::new();
            let start = Instant::now();
            rows.iter().for_each(|row| {
                engine.classify_with(&mut scratch, &row.text);
            });
            start.elapsed() / rows.len().max(1) as u32
        };
        let nanos = |time: Duration| time.as_nanos();
        println!(
            "  ns per message: clean {} without, {} with; misspelt {} without, {} with",
            nanos(time(&off, rows)),
            nanos(time(&on, rows)),
            nanos(time(&off, &misspelt)),
            nanos(time(&on, &misspelt))
        );
    }
    if lists {
        println!();
        let mut all: Vec<(String, usize)> = repairs.into_iter().collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        all.iter().for_each(|(repair, count)| println!("{count}\t{repair}"));
    }
}

fn take(arguments: &mut Vec<String>, name: &str) -> bool {
    let before = arguments.len();
    arguments.retain(|argument| argument != name);
    arguments.len() < before
}

fn read(file: &str, strangers: bool) -> Vec<Row> {
    let text = std::fs::read_to_string(file).unwrap();
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    rows.map(|(text, rest)| Row {
        text: text.to_owned(),
        label: if strangers { "none" } else { rest.split('\t').next().unwrap_or_default() }.to_owned(),
    })
    .collect()
}

/// Repairs to be read by a person.
const SAMPLED: usize = 150;

/// Prints some messages in which something was repaired, and in how many of all that was.
fn sample(files: &[String], engine: &Engine) {
    let rows: Vec<Row> = files.iter().flat_map(|file| read(file, false)).collect();
    let all = rows.iter().filter_map(|row| {
        let mended = mended(&engine.explain(&row.text), &row.text);
        (!mended.is_empty()).then(|| format!("{}\t{}", mended.join(", "), row.text))
    });
    let mut all: Vec<String> = all.collect();
    println!("{} of {} messages have a repair", all.len(), rows.len());
    let mut dice = Dice::new(150);
    for _ in 0..SAMPLED.min(all.len()) {
        println!("{}", all.swap_remove(dice.below(all.len())));
    }
}

/// What was repaired in a message and counts, each once.
fn mended(explanation: &Explanation, text: &str) -> Vec<String> {
    let standing = explanation.matches().iter().filter(|found| found.withheld().is_none());
    let words = standing.flat_map(Match::mended).map(|word| format!("{} > {}", &text[word.span()], word.meant()));
    words.collect::<BTreeSet<_>>().into_iter().collect()
}

fn measure(name: &str, rows: &[Row], on: &Engine, off: &Engine, repairs: &mut BTreeMap<String, usize>, lists: bool) {
    let (mut repaired, mut other, mut spoilt, mut gained) = (0, 0, 0, 0);
    let (mut right_off, mut right_on) = (0, 0);
    for row in rows {
        let explanation = on.explain(&row.text);
        let mended = mended(&explanation, &row.text);
        let (after, before) = (explanation.classification(), off.classify(&row.text));
        let (was, is) = (is_right(&before, &row.label), is_right(after, &row.label));
        let differs = outcome(&before) != outcome(after);
        repaired += usize::from(!mended.is_empty());
        other += usize::from(differs);
        spoilt += usize::from(was && !is);
        gained += usize::from(is && !was);
        right_off += usize::from(was);
        right_on += usize::from(is);
        if lists && differs {
            let verdict = if was && !is {
                "spoilt"
            } else if is && !was {
                "gained"
            } else {
                "other"
            };
            println!(
                "  {verdict}\t{}\t{} -> {}\t{}\t{}",
                row.label,
                outcome(&before),
                outcome(after),
                mended.join(", "),
                row.text
            );
        }
        for repair in mended {
            *repairs.entry(repair).or_default() += 1;
        }
    }
    let share = |count: usize| format!("{count} ({:.2} %)", 100.0 * count as f64 / rows.len().max(1) as f64);
    println!(
        "{name}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        rows.len(),
        share(repaired),
        share(other),
        share(spoilt),
        share(gained),
        share(right_off),
        share(right_on)
    );
}

fn acted(said: &Classification) -> Vec<&str> {
    let of = |request: &kefu::Request| -> Option<String> {
        match request.decision() {
            Decision::Act(intent) => Some(intent.to_string()),
            _ => None,
        }
    };
    let names: Vec<String> = said.requests().iter().filter_map(of).collect();
    said.candidates()
        .iter()
        .map(|candidate| candidate.intent().as_str())
        .filter(|id| names.iter().any(|name| name == id))
        .collect()
}

fn outcome(said: &Classification) -> String {
    let all: Vec<String> = said
        .requests()
        .iter()
        .filter_map(|request| match request.decision() {
            Decision::Act(intent) => Some(intent.to_string()),
            Decision::Clarify(choices) => {
                Some(choices.iter().map(|choice| choice.intent().to_string()).collect::<Vec<_>>().join(" or "))
            }
            _ => None,
        })
        .collect();
    if all.is_empty() { "none".to_owned() } else { all.join(" and ") }
}

/// Labels as in suites: `a|b` is either, `a+b` is both.
fn is_right(said: &Classification, label: &str) -> bool {
    let intent = said.intent().map_or("none", kefu::IntentId::as_str);
    if label.contains('+') {
        let acted = acted(said);
        return label.split('+').all(|wanted| acted.contains(&wanted));
    }
    label.split('|').any(|wanted| wanted == intent)
}

/// The text with one slip in it: a letter swapped, dropped, doubled, or the key beside it; a Chinese character of the same
/// sound. Texts without a word of four letters stay as they are.
fn slip(text: &str, dice: &mut Dice) -> String {
    let chars: Vec<char> = text.chars().collect();
    let words: Vec<std::ops::Range<usize>> = words(&chars);
    if words.is_empty() {
        return homophone(&chars, dice);
    }
    let word = words[dice.below(words.len())].clone();
    let mut chars = chars;
    // Why not the first letter: people seldom get it wrong.
    let at = word.start + 1 + dice.below(word.len() - 2);
    match dice.below(4) {
        0 => chars.swap(at, at + 1),
        1 => drop(chars.remove(at)),
        2 => chars.insert(at, chars[at]),
        _ => {
            let letter = chars[at].to_ascii_lowercase();
            if letter.is_ascii_lowercase() {
                let keys: Vec<String> = KEYS[letter as usize - 'a' as usize].chars().map(String::from).collect();
                chars[at] = dice.pick(&keys).chars().next().unwrap();
            }
        }
    }
    chars.into_iter().collect()
}

fn words(chars: &[char]) -> Vec<std::ops::Range<usize>> {
    let is_letter = |c: char| c.is_alphabetic() && !is_han(c);
    let mut words = Vec::new();
    let mut start = 0;
    for at in 0..=chars.len() {
        if at == chars.len() || !is_letter(chars[at]) {
            if at - start >= 4 {
                words.push(start..at);
            }
            start = at + 1;
        }
    }
    words
}

fn is_han(c: char) -> bool {
    matches!(c as u32, 0x4E00..=0x9FFF)
}

/// Every character that shops use, so that what is put in could have been typed.
fn homophone(chars: &[char], dice: &mut Dice) -> String {
    let places: Vec<usize> = (0..chars.len()).filter(|at| is_han(chars[*at])).collect();
    let mut chars = chars.to_vec();
    if places.len() < 2 {
        return chars.into_iter().collect();
    }
    let at = places[dice.below(places.len())];
    let sound = |c: char| c.to_pinyin().map(pinyin::Pinyin::plain);
    // Why this block: the common characters stand in it, and a keyboard offers those first.
    let alike: Vec<String> = (0x4E00..0x9FA5)
        .filter_map(char::from_u32)
        .filter(|c| *c != chars[at] && sound(*c) == sound(chars[at]) && is_simplified(*c))
        .map(String::from)
        .collect();
    if !alike.is_empty() {
        chars[at] = dice.pick(&alike).chars().next().unwrap();
    }
    chars.into_iter().collect()
}

/// Whether a character is one of the simplified characters that messages of shops are written in.
fn is_simplified(c: char) -> bool {
    COMMON.contains(c)
}

/// The characters that customers of shops write most.
const COMMON: &str = "\
    我的了是么个吗不有这单到货一没退能下发好你可以要订请在怎款什时还那问送买收东取价就天给机用票京消想付\
    后呢回帮吧申开里电现候们多看保为上费自地来号哪点手装已提啊话白品卡条快都前会查谢商家址行钱过安需经成\
    递两刚账说示修久支去人您购子系换客件显券改也联接直通包打他码新服格但定如今烦优惠面运信出和麻寄明间售\
    把之西营期次配才注果样户评方起错只分补物再店员别记门几边返完备日找知理检功先大对何少哦额实银呀三务道\
    调核绑差公然小昨流己审选放让拒充办处证动重交题达空邮入名询啥拆认转忙质解维免密锁无预忘区嘛器约作司应\
    值纠纷得法意护加中否测张息原产因程金拍降五概等录站午拿更线确长台本该缺箱使被跟其操代同清当签量月卖最\
    全卷外余赠思亲写第事又书仓领些便税专从色近生像复派活删库带算内水常正险嗯体笔二衣年周般弄位脑销尽除着\
    视奶驻式截报择告所抢头排增进铺续晚师准置心纸盘哈网度咨关易啦反情掉见按部结市厂具变傅类很求早帐州微另\
    合顾耳未礼星拦或态工宜误版附盒刷扣份供急半恢者洗延车四标硬住种印片裹比主满型验况它太口超业持路走每坏\
    字海假存图而望撤平项卫待丢数采瓶登抬套山减学镇统短决碎美身老宝状希表贵十花屏咋细旧设谁做儿热诉拼搞于\
    由影米膜且并留离链计及批姐高必继县牛架响此叫牌牙资须楼慢感咱鼠城块利载财赔板迟油漏哥激班制菜村鞋目普\
    黑共底痕颜粉料扫呗广却与受折航袋拉够非独挂符六风始压吸据友停识冰限试阳相觉升失册照固龙尿连精校北鲜际\
    球容烟华柜酒力忧吊较剩气裤盟插双劵途封轮建页闭整致蓝推声损音导企至政担管猴低指特享填暂紧胎贴尘千描元\
    园绝偿冲真烧叠九灯楚王纳任破凭万频将性官防垫酸女墨扇击欠输负驱故省控青刀括朋文跑根键爱马百秒闪壶街汇";
