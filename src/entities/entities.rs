use std::ops::Range;

use super::date::Days;
use super::hit::Hit;
use super::listed::Listed;
use super::pattern::Pattern;
use super::view::View;
use super::yes_no::{Answer, YesNo};
use super::{Clock, Found, Reading, amount, card, email, free, phone, time};
use crate::matching::ValueHit;
use crate::rules::{Builtin, Entity, EntityKind, EntityName, Pack, Privacy, StepKind, Value};
use crate::text::{Folded, Language};

/// How many values of one message are told; a pasted page of numbers is not worth more.
const MOST_FOUND: usize = 100;

/// Every entity of a pack and every built-in one, ready to read with.
#[derive(Clone, Debug)]
pub(crate) struct Entities {
    /// The pack's entities in its order, then the built-in ones it does not declare.
    known: Vec<Known>,
    /// How many of them are the pack's.
    declared: usize,
    yes_no: YesNo,
}

#[derive(Clone, Debug)]
struct Known {
    name: EntityName,
    reader: Reader,
    privacy: Privacy,
    /// Whether values are looked for in every message, and not only where they are asked for.
    is_sought: bool,
}

#[derive(Clone, Debug)]
enum Reader {
    Pattern(Pattern),
    Listed(Listed),
    Builtin(Builtin),
    /// A pattern that does not compile; load lets none through.
    Nothing,
}

impl Entities {
    /// The entities of a pack.
    pub(crate) fn new(pack: &Pack) -> Self {
        let mut known: Vec<Known> = pack.entities.iter().map(|entity| Known::new(entity, pack)).collect();
        let declared = known.len();
        for (name, builtin) in Builtin::ALL {
            if pack.entity(name).is_none() {
                let privacy = match builtin {
                    Builtin::Phone | Builtin::BankCard => Privacy::KeepLast(4),
                    Builtin::Email | Builtin::IdCard => Privacy::Mask,
                    _ => Privacy::Public,
                };
                let is_sought = is_asked(pack, name) && is_sought(builtin);
                known.push(Known { name: name.into(), reader: Reader::Builtin(builtin), privacy, is_sought });
            }
        }
        Self { known, declared, yes_no: YesNo::new(pack) }
    }

    /// Adds every typed value of a message, in its order.
    ///
    /// `values` are the matcher's hits on listed values. Without a clock no relative day or time is found. Names, addresses,
    /// ratings, bare numbers and yes/no are read only where they are asked for ([`Self::read`]).
    pub(crate) fn find(
        &self,
        text: &Folded,
        original: &str,
        values: &[ValueHit],
        clock: Option<&Clock>,
        out: &mut Vec<Found>,
    ) {
        let first = out.len();
        for hit in values {
            if let Some(Known { name, reader: Reader::Listed(listed), .. }) = self.known.get(hit.entity)
                && let Some(value) = listed.name(hit.value)
            {
                out.push(Found::new(name.clone(), Value::from(value), text.original(hit.span.clone())));
            }
        }
        let view = text.as_str();
        // Why: most messages have neither, and then nothing made of digits need be looked for.
        let has_digit = view.bytes().any(|byte| byte.is_ascii_digit());
        let mails = if view.contains('@') { scanned(email::scan, view) } else { Vec::new() };
        let mut row: Option<View<'_>> = None;
        for known in self.known.iter().filter(|known| known.is_sought) {
            match &known.reader {
                Reader::Pattern(pattern) if has_digit || !pattern.needs_digit => {
                    for span in pattern.scan(view).filter(|span| !overlaps(&mails, span)).take(MOST_FOUND) {
                        let value = pattern.value(text, original, span.clone());
                        out.push(Found::new(known.name.clone(), Value::from(value), text.original(span)));
                    }
                }
                Reader::Builtin(Builtin::Email) => known.tell(&mails, text, out),
                Reader::Builtin(builtin @ (Builtin::Phone | Builtin::IdCard | Builtin::BankCard)) if has_digit => {
                    let mut hits = digit_driven(*builtin, view);
                    hits.retain(|hit| !overlaps(&mails, &hit.span));
                    known.tell(&hits, text, out);
                }
                Reader::Builtin(builtin @ (Builtin::Quantity | Builtin::Money | Builtin::Date | Builtin::Time)) => {
                    let row = row.get_or_insert_with(|| View::new(view));
                    let language = has_han(view).then_some(Language::Zh);
                    let hits = match (builtin, clock) {
                        (Builtin::Quantity, _) => any_language(language, |language| amount::quantities(row, language)),
                        (Builtin::Money, _) => any_language(language, |language| amount::money(row, language)),
                        (Builtin::Time, Some(clock)) => time::scan(row, clock, language),
                        (Builtin::Time, None) => Vec::new(),
                        _ => Days { today: clock.map(Clock::today), language }.scan(row),
                    };
                    known.tell(&hits, text, out);
                }
                _ => {}
            }
        }
        out.truncate(first + MOST_FOUND);
        if let Some(new) = out.get_mut(first..) {
            new.sort_by_key(|found| found.span().start);
        }
    }

    /// What an answer says to a question for a value of an entity.
    ///
    /// Whether the message is an answer at all — and not a question or a command — is decided before.
    pub(crate) fn read(&self, entity: &str, original: &str, language: Language, clock: &Clock) -> Reading {
        let Some(known) = self.known.iter().find(|known| known.name == *entity) else { return Reading::None };
        let folded = Folded::new(original);
        match &known.reader {
            Reader::Nothing => Reading::None,
            Reader::Pattern(pattern) => {
                let spans = pattern.read(folded.as_str());
                Reading::of(spans.into_iter().map(|span| (Value::from(pattern.value(&folded, original, span)), Vec::new())))
            }
            Reader::Listed(listed) => Reading::of(listed.read(&folded).into_iter().map(|name| (Value::from(name), Vec::new()))),
            Reader::Builtin(builtin) => self.builtin(*builtin, &folded, original, language, clock),
        }
    }

    /// What a message says to a yes/no question, and what else it says; nothing if it begins with neither yes nor no.
    pub(crate) fn answer(&self, original: &str) -> Option<Answer> {
        self.yes_no.read(original)
    }

    /// Whether and how an entity's values are masked. Undeclared phones, cards, papers and e-mails are.
    pub(crate) fn privacy(&self, entity: &str) -> Privacy {
        self.known.iter().find(|known| known.name == *entity).map_or(Privacy::Public, |known| known.privacy)
    }

    fn builtin(&self, builtin: Builtin, folded: &Folded, original: &str, language: Language, clock: &Clock) -> Reading {
        let text = folded.as_str();
        let slice = |span: Option<Range<usize>>| span.and_then(|span| original.get(span)).map(Value::from);
        let hits = match builtin {
            Builtin::YesNo => {
                // Why: with more behind it the dialog must see both; then it asks for the answer itself.
                return match self.yes_no.read(original) {
                    Some(Answer { is_yes, rest: None }) => Reading::Value(Value::Bool(is_yes)),
                    _ => Reading::None,
                };
            }
            Builtin::Name => return slice(free::name(original)).map_or(Reading::None, Reading::Value),
            Builtin::Address => return slice(free::address(original)).map_or(Reading::None, Reading::Value),
            Builtin::Image => return slice(free::image(original)).map_or(Reading::None, Reading::Value),
            Builtin::Email => scanned(email::scan, text),
            Builtin::Phone => phone::read(text),
            Builtin::IdCard | Builtin::BankCard => digit_driven(builtin, text),
            Builtin::Number | Builtin::Quantity | Builtin::Money | Builtin::Rating => spoken(builtin, &View::new(text), language),
            Builtin::Date => Days { today: Some(clock.today()), language: Some(language) }.read(&View::new(text)),
            Builtin::Time => time::scan(&View::new(text), clock, Some(language)),
        };
        Reading::of(hits.into_iter().map(|hit| (hit.value, hit.others)))
    }

    /// How many entities the pack declares; their indices are those of [`Pack::entities`].
    pub(crate) fn declared(&self) -> usize {
        self.declared
    }
}

impl Known {
    fn new(entity: &Entity, pack: &Pack) -> Self {
        let (reader, is_sought) = match &entity.kind {
            EntityKind::Pattern { regex, form } => (Pattern::new(regex, *form).map_or(Reader::Nothing, Reader::Pattern), true),
            EntityKind::Values(values) => (Reader::Listed(Listed::new(values, pack)), false),
            EntityKind::Builtin(builtin) => (Reader::Builtin(*builtin), is_sought(*builtin)),
        };
        Self { name: entity.name.clone(), reader, privacy: entity.privacy, is_sought }
    }

    fn tell(&self, hits: &[Hit], text: &Folded, out: &mut Vec<Found>) {
        let found = hits.iter().take(MOST_FOUND).map(|hit| {
            Found::new(self.name.clone(), hit.value.clone(), text.original(hit.span.clone())).or(hit.others.clone())
        });
        out.extend(found);
    }
}

/// Whether values of a builtin are plain enough to be found in any message.
fn is_sought(builtin: Builtin) -> bool {
    !matches!(
        builtin,
        Builtin::Name | Builtin::Address | Builtin::YesNo | Builtin::Image | Builtin::Number | Builtin::Rating
    )
}

/// Whether a flow asks for a builtin without declaring it.
fn is_asked(pack: &Pack, name: &str) -> bool {
    let asks = |kind: &StepKind| matches!(kind, StepKind::Ask(ask) if ask.entity.as_ref().is_some_and(|entity| entity == name));
    pack.flows.iter().any(|flow| flow.program.iter().any(|node| asks(&node.kind)))
}

fn scanned(scan: fn(&str, &mut Vec<Hit>), text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    scan(text, &mut hits);
    hits
}

fn digit_driven(builtin: Builtin, text: &str) -> Vec<Hit> {
    scanned(
        match builtin {
            Builtin::IdCard => card::scan_identity,
            Builtin::BankCard => card::scan_bank,
            _ => phone::scan,
        },
        text,
    )
}

/// Numbers in the customer's language, or else in any of the others: people mix them.
fn spoken(builtin: Builtin, view: &View<'_>, language: Language) -> Vec<Hit> {
    let read = |language: Language| match builtin {
        Builtin::Number => amount::numbers(view, language),
        Builtin::Quantity => amount::read_quantities(view, language),
        Builtin::Money => amount::read_money(view, language),
        _ => amount::ratings(view, language),
    };
    any_language(Some(language), read)
}

/// What is found in the first language that finds anything, the likelier one first.
fn any_language(likely: Option<Language>, read: impl Fn(Language) -> Vec<Hit>) -> Vec<Hit> {
    let others = [Language::En, Language::Es, Language::Pt, Language::Zh].into_iter().filter(|other| Some(*other) != likely);
    likely.into_iter().chain(others).map(read).find(|hits| !hits.is_empty()).unwrap_or_default()
}

fn overlaps(hits: &[Hit], span: &Range<usize>) -> bool {
    hits.iter().any(|hit| hit.span.start < span.end && span.start < hit.span.end)
}

fn has_han(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(crate::text::is_han)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Origin;
    use crate::rules::{
        Entity, EntityValue, Escalation, Form, Keyword, Languages, Learned, Lexicon, Part, Priority, Revision, Stems, Thresholds,
        WhileHuman,
    };

    fn keyword(text: &str) -> Keyword {
        let parts = Box::new([Part::Words(text.into())]);
        Keyword { origin: Origin::default(), language: None, text: text.into(), weight: None, parts }
    }

    fn entity(name: &str, kind: EntityKind) -> Entity {
        Entity { origin: Origin::default(), name: name.into(), kind, privacy: Privacy::Public }
    }

    fn entities() -> Entities {
        let value = |name: &str, words: &[&str]| EntityValue {
            origin: Origin::default(),
            name: name.into(),
            words: words.iter().map(|word| keyword(word)).collect(),
            labels: Vec::new(),
        };
        let builtin = |name: &str, builtin| entity(name, EntityKind::Builtin(builtin));
        let problem = EntityKind::Values(vec![
            value("damaged", &["破损", "碎了", "broken", "arrived damaged", "roto"]),
            value("wrong", &["发错", "wrong item"]),
        ]);
        let lexicon = |name: &str, words: &[&str]| Lexicon {
            origin: Origin::default(),
            name: name.into(),
            entries: words.iter().map(|word| keyword(word)).collect(),
        };
        let mut pack = Pack {
            revision: Revision(Arc::from("test")),
            version: 0,
            languages: Languages { default: Language::Zh, all: Language::ALL.to_vec(), fallback: Vec::new() },
            thresholds: Thresholds { act: 0.6, margin: 0.2 },
            facts: Vec::new(),
            customer: Vec::new(),
            groups: Vec::new(),
            entities: vec![
                builtin("date", Builtin::Date),
                builtin("email", Builtin::Email),
                builtin("money", Builtin::Money),
                entity("order_no", EntityKind::Pattern { regex: r"[A-Z]{2,3}\d{4,12}|\d{8,12}".into(), form: Form::Upper }),
                builtin("phone", Builtin::Phone),
                entity("problem", problem),
                builtin("quantity", Builtin::Quantity),
                builtin("time", Builtin::Time),
            ],
            intents: Vec::new(),
            notices: Vec::new(),
            actions: Vec::new(),
            flows: Vec::new(),
            escalation: Escalation {
                queue: "general".into(),
                priority: Priority::Normal,
                say: None,
                reasons: Vec::new(),
                adjust: Vec::new(),
                targets: Vec::new(),
                hours: None,
                while_human: WhileHuman::default(),
            },
            texts: Vec::new(),
            lexicons: vec![lexicon("no", &["no", "不"]), lexicon("yes", &["yes", "好的"])],
            stems: Stems::default(),
            channels: Vec::new(),
            consent: None,
            learned: Learned::default(),
        };
        pack.entities.sort_by(|left, right| left.name.cmp(&right.name));
        Entities::new(&pack)
    }

    fn clock() -> Clock {
        Clock { now: "2026-03-04T10:00:00+08:00".parse().unwrap(), zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)) }
    }

    fn plain(value: &Value) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Record(_) => "record".to_owned(),
            Value::Bool(truth) => truth.to_string(),
            value => value.as_decimal().map_or_else(String::new, |number| number.to_string()),
        }
    }

    #[test]
    fn a_message_tells_its_values() {
        let entities = entities();
        for (text, expected) in [
            ("订单AB12345678什么时候到", "order_no=AB12345678@AB12345678"),
            ("ＡＢ１２３４５６７８", "order_no=AB12345678@ＡＢ１２３４５６７８"),
            ("13800138000", "phone=13800138000@13800138000"),
            ("订单号13800138000", "order_no=13800138000@13800138000"),
            ("call +34 612 345 678", "phone=+34612345678@+34 612 345 678"),
            ("zhang12345678@qq.com", "email=zhang12345678@qq.com@zhang12345678@qq.com"),
            ("昨天买了两件，共¥99", "date=2026-03-03@昨天 quantity=2@两件 money=record@¥99"),
            ("明天下午3点", "date=2026-03-05@明天 time=2026-03-05T15:00:00+08:00@下午3点"),
            ("where is my order", ""),
            ("", ""),
        ] {
            let mut found = Vec::new();
            entities.find(&Folded::new(text), text, &[], Some(&clock()), &mut found);
            let told: Vec<String> = found.iter().map(|found| format!("{}={}@{}", found.entity(), plain(found.value()), &text[found.span()])).collect();
            assert_eq!(told.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn listed_values_come_from_the_matcher() {
        let entities = entities();
        let index = 6 - 1;
        let mut found = Vec::new();
        let text = "It is BROKEN";
        entities.find(&Folded::new(text), text, &[ValueHit { entity: index, value: 0, span: 6..12 }], None, &mut found);
        assert_eq!((found.len(), plain(found[0].value()).as_str(), &text[found[0].span()]), (1, "damaged", "BROKEN"));
    }

    #[test]
    fn an_answer_is_read_as_what_was_asked_for() {
        let entities = entities();
        for (entity, text, language, expected) in [
            ("order_no", "AB 1234 5678", Language::En, "AB12345678"),
            ("order_no", "AB12345678 o AB87654321", Language::Es, "AB12345678 & AB87654321"),
            ("order_no", "13800138000", Language::Zh, ""),
            ("problem", "它碎了", Language::Zh, "damaged"),
            ("problem", "Está ROTO", Language::Es, "damaged"),
            ("problem", "damaged", Language::En, "damaged"),
            ("problem", "arrived damaged and it was the wrong item", Language::En, "damaged & wrong"),
            ("problem", "unbroken", Language::En, ""),
            ("phone", "6234 5678", Language::Zh, "62345678"),
            ("date", "3/2", Language::En, "2026-03-02 | 2026-02-03"),
            ("date", "3/2", Language::Pt, "2026-02-03"),
            ("yes_no", "好的", Language::Zh, "true"),
            ("yes_no", "No!", Language::En, "false"),
            ("yes_no", "yes, but change the address", Language::En, ""),
            ("number", "两千三", Language::Zh, "2300"),
            ("number", "three", Language::Es, "3"),
            ("quantity", "un par", Language::Es, "2"),
            ("rating", "★★★★", Language::En, "4"),
            ("name", "我叫王小明", Language::Zh, "王小明"),
            ("bank_card", "4111-1111-1111-1111", Language::En, "4111111111111111"),
            ("id_card", "cpf 529.982.247-25", Language::Pt, "52998224725"),
            ("nothing", "x", Language::En, ""),
        ] {
            let reading = match entities.read(entity, text, language, &clock()) {
                Reading::Value(value) => plain(&value),
                Reading::Several(values) => values.iter().map(plain).collect::<Vec<_>>().join(" & "),
                Reading::Ambiguous(values) => values.iter().map(plain).collect::<Vec<_>>().join(" | "),
                Reading::None => String::new(),
            };
            assert_eq!(reading, expected, "{entity}: {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_read(
            any in "\\PC{0,60}",
            numbers in "[0-9一二两三十百千万点半年月日号周上下前后天:./$€¥★+() -]{0,40}",
            words in "(in|at|to|last|next|two|hundred|and|mil|y|e|de|la|3|pm|friday|lunes|terca|feira|march|half|past|yes|no|不|好的|,| ){0,20}",
        ) {
            let entities = entities();
            for text in [&any, &numbers, &words, &format!("{numbers}{any}")] {
                let mut found = Vec::new();
                entities.find(&Folded::new(text), text, &[], Some(&clock()), &mut found);
                for found in &found {
                    assert!(text.get(found.span()).is_some(), "{text:?}");
                }
                if let Some(Answer { rest: Some(rest), .. }) = entities.answer(text) {
                    assert!(text.get(rest).is_some(), "{text:?}");
                }
                for known in &entities.known {
                    for language in Language::ALL {
                        entities.read(known.name.as_str(), text, language, &clock());
                    }
                }
            }
        }
    }
}
