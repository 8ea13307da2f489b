//! Entities of a pack over whole messages and answers.

use std::sync::{Arc, LazyLock, OnceLock};

use super::{Answer, Clock, Entities, Found, Met, Reading, Signs, View, signs};
use crate::matching::{Leniency, Matcher, Scan, ValueHit};
use crate::rules::{
    Builtin, Entity, EntityKind, EntityValue, Escalation, Form, Keyword, Languages, Learned, Lexicon, Pack, Part,
    Priority, Privacy, Revision, Stems, Thresholds, Value, WhileHuman,
};
use crate::text::{Folded, Language};

fn keyword(text: &str) -> Keyword {
    let parts = Box::new([Part::Words(text.into())]);
    Keyword { origin: crate::diagnostic::Origin::default(), language: None, text: text.into(), weight: None, parts }
}

fn entity(name: &str, kind: EntityKind) -> Entity {
    Entity { name: name.into(), kind, privacy: Privacy::Public, alone: Vec::new() }
}

fn entities() -> Entities {
    Entities::new(&pack())
}

fn pack() -> Pack {
    let value = |name: &str, words: &[&str]| EntityValue {
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
        name: name.into(),
        entries: words.iter().map(|word| keyword(word)).collect(),
    };
    let mut pack = Pack {
        revision: Revision(Arc::from("test")),
        version: 0,
        languages: Languages { default: Language::Zh, all: Language::ALL.to_vec(), fallback: Vec::new() },
        session: crate::rules::Lifetimes::default(),
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
        places: OnceLock::new(),
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
    pack
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

/// What a message tells; of what is read only where the words of the message are a sign of it, all must be found.
fn find(entities: &Entities, text: &str, found: &mut Vec<Found>) {
    static MATCHER: LazyLock<Matcher> =
        LazyLock::new(|| Matcher::new(&pack(), Vec::new(), Leniency { stems: true, typos: false }, signs()));
    let folded = Folded::new(text);
    let mut scan = Scan::default();
    MATCHER.scan(&folded, &mut scan);
    entities.find(
        &folded,
        text,
        Met { signs: Signs::of(&scan), values: &[] },
        Some(&clock()),
        &mut View::default(),
        found,
    );
    let mut all = Vec::new();
    entities.find(
        &folded,
        text,
        Met { signs: Signs::all_there(folded.as_str()), values: &[] },
        Some(&clock()),
        &mut View::default(),
        &mut all,
    );
    assert_eq!(*found, all, "{text}");
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
        find(&entities, text, &mut found);
        let told: Vec<String> = found
            .iter()
            .map(|found| format!("{}={}@{}", found.entity(), plain(found.value()), &text[found.span()]))
            .collect();
        assert_eq!(told.join(" "), expected, "{text}");
    }
}

#[test]
fn listed_values_come_from_the_matcher() {
    let entities = entities();
    let index = 6 - 1;
    let mut found = Vec::new();
    let text = "It is BROKEN";
    let folded = Folded::new(text);
    let hits = [ValueHit { entity: index, value: 0, span: 6..12 }];
    entities.find(
        &folded,
        text,
        Met { signs: Signs::all_there(folded.as_str()), values: &hits },
        None,
        &mut View::default(),
        &mut found,
    );
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
            find(&entities, text, &mut found);
            for found in &found {
                assert!(text.get(found.span()).is_some(), "{text:?}");
            }
            if let Some(Answer { rest: Some(rest), .. }) = entities.answer(text) {
                assert!(text.get(rest).is_some(), "{text:?}");
            }
            for name in entities.names() {
                for language in Language::ALL {
                    entities.read(name, text, language, &clock());
                }
            }
        }
    }
}
