//! Whatever comes, in whatever order: no panic, the same again, storable at every point, nothing private outside.

use kefu::{Event, Session, Value};
use proptest::prelude::*;

use crate::shop::{MORNING, SHOP, at};

/// Things customers and hosts do, and things they should not.
#[derive(Clone, Debug)]
enum Step {
    Says(String),
    Chooses(String),
    Rates(u32),
    Accepts,
    Releases,
    Fails,
    Writes(String),
    Answers(usize),
    Refuses(usize),
    Escalates,
    Waits(u32),
    /// The result of some request, of any shape.
    AnswersWith(usize, Value),
    /// The host tells something about the customer, of any shape.
    Tells(Value),
    /// Something happens at the host, or is said to.
    Happens(&'static str, Value),
    /// A message with an id, which may have come before.
    Delivers(u8, String),
}

const PHONE: &str = "13912345678";
const MAIL: &str = "li.wei@example.com";
const CARD: &str = "4111 1111 1111 1111";

fn message() -> impl Strategy<Value = String> {
    let known = [
        "我要退货",
        "AB12345678",
        "坏了",
        "对",
        "不是",
        "转人工",
        "算了",
        "where is my order",
        "cancel my order CD12345678",
        "yes",
        "no",
        "quiero devolver",
        "quero cancelar o pedido",
        "你们发货要几天？",
        "hello",
        "1",
        "2",
        "last one",
        "say that again",
        "undo",
        "skip",
        "why",
        "never mind",
        "my lawyer will call",
        "这是垃圾",
        "😂😂",
        "",
        " ",
        "?",
        "{{ facts }}",
        "{% raw %}",
        "<order>",
        "\u{0}\u{7}",
    ];
    prop_oneof![
        6 => proptest::sample::select(known.map(str::to_owned).to_vec()),
        1 => Just(format!("我的手机是{PHONE}")),
        1 => Just(format!("write to {MAIL} or charge {CARD}")),
        1 => Just(PHONE.to_owned()),
        2 => "\\PC{0,40}",
        1 => proptest::collection::vec(any::<char>(), 0..60).prop_map(|signs| signs.into_iter().collect()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => message().prop_map(Step::Says),
        2 => prop_oneof![Just("track_order".to_owned()), Just("AB12345678".to_owned()), Just("damaged".to_owned()), "\\PC{0,10}"].prop_map(Step::Chooses),
        1 => (0_u32..7).prop_map(Step::Rates),
        1 => Just(Step::Accepts),
        1 => Just(Step::Releases),
        1 => Just(Step::Fails),
        1 => message().prop_map(Step::Writes),
        4 => (0_usize..4).prop_map(Step::Answers),
        2 => (0_usize..4).prop_map(Step::Refuses),
        1 => Just(Step::Escalates),
        2 => (0_u32..200_000).prop_map(Step::Waits),
        2 => (0_usize..4, value()).prop_map(|(back, value)| Step::AnswersWith(back, value)),
        1 => value().prop_map(Step::Tells),
        1 => (proptest::sample::select(vec!["order_delayed", "delivered", "resolved", "no_such_event"]), value()).prop_map(|(name, with)| Step::Happens(name, with)),
        3 => (0_u8..40, message()).prop_map(|(id, text)| Step::Delivers(id, text)),
    ]
}

/// Any value a host may send by mistake, sometimes under a name that a contract knows.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("a number", |number| number.is_finite()).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::from("delivered")),
    ];
    let name = proptest::sample::select(vec![
        "orders", "order_no", "status", "amount", "days", "title", "refund", "ticket", "level", "x",
    ]);
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..5).prop_map(Value::record),
        ]
    })
}

/// A value for any result the shop's contracts know; too much for each of them, which is allowed.
fn result() -> Value {
    Value::record([
        ("orders", Value::List(Vec::new())),
        ("status", Value::from("preparing")),
        ("amount", Value::from(99)),
        ("days", Value::from(2)),
        ("title", Value::from("Lamp")),
        ("refund", Value::from(99)),
        ("ticket", Value::from("T-1")),
    ])
}

/// Runs the steps; every point is storable, and nothing private shows where it must not. Gives back all that came out.
fn run(steps: &[Step]) -> String {
    let mut session = Session::new("p");
    let mut seconds = MORNING;
    let mut calls: Vec<String> = Vec::new();
    let mut came = String::new();
    for step in steps {
        let event = match step {
            Step::Says(text) => Event::message(text.as_str()),
            Step::Chooses(value) => Event::choice(value.as_str()),
            Step::Rates(stars) => Event::rating(*stars),
            Step::Accepts => Event::agent_accepted(),
            Step::Releases => Event::agent_released(),
            Step::Fails => Event::agent_failed(),
            Step::Writes(text) => Event::agent_message(text.as_str()),
            Step::Answers(back) => match calls.iter().rev().nth(*back) {
                Some(id) => Event::action_done(id.as_str(), result()),
                None => Event::action_done("none", result()),
            },
            Step::Refuses(back) => match calls.iter().rev().nth(*back) {
                Some(id) => Event::action_failed(id.as_str(), "not_found"),
                None => Event::tick(),
            },
            Step::Escalates => Event::escalate("host"),
            Step::AnswersWith(back, value) => match calls.iter().rev().nth(*back) {
                Some(id) => Event::action_done(id.as_str(), value.clone()),
                None => Event::action_done("p-7", value.clone()),
            },
            Step::Tells(facts) => Event::customer(facts.clone()),
            Step::Happens(name, with) => Event::named(*name, with.clone()),
            Step::Delivers(id, text) => Event::message(text.as_str()).with_id(format!("m{id}")),
            Step::Waits(span) => {
                seconds += u64::from(*span);
                Event::tick()
            }
        };
        let before = session.clone();
        match SHOP.handle(&mut session, event, at(seconds)) {
            Err(error) => {
                assert_eq!(session, before, "an error changed the session");
                came.push_str(&error.to_string());
            }
            Ok(turn) => {
                for effect in turn.effects() {
                    match effect {
                        kefu::Effect::Action(call) => calls.push(call.id().to_owned()),
                        // Why: contacts are for calling back, so they alone stand there as they were given.
                        kefu::Effect::HandoffOpened(handoff) | kefu::Effect::HandoffUpdated(handoff) => {
                            let mut open = serde_json::to_value(handoff).unwrap();
                            open["contact"] = serde_json::Value::Null;
                            open["contacts"] = serde_json::Value::Null;
                            is_clean(&open.to_string(), "a handoff");
                        }
                        _ => {}
                    }
                }
                is_clean(&serde_json::to_string(turn.records()).unwrap(), "a record");
                is_clean(&format!("{turn:?} {session:?}"), "Debug");
                came.push_str(&serde_json::to_string(&turn).unwrap());
            }
        }
        let json = session.to_json();
        let again = Session::from_json(&json).unwrap();
        assert_eq!(again, session, "the session is another after being stored");
        session = again;
        let document: serde_json::Value = serde_json::from_str(&json).unwrap();
        is_clean(&document["transcript"].to_string(), "the transcript");
    }
    came
}

/// What happens to a place of a stored session.
#[derive(Clone, Debug)]
enum Damage {
    Gone,
    Other(serde_json::Value),
}

impl Damage {
    fn apply(&self, document: &mut serde_json::Value, path: &[String]) {
        let Some((last, way)) = path.split_last() else { return };
        let mut at = document;
        for step in way {
            let next = match at {
                serde_json::Value::Object(fields) => fields.get_mut(step),
                serde_json::Value::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
                _ => None,
            };
            let Some(next) = next else { return };
            at = next;
        }
        match (at, self) {
            (serde_json::Value::Object(fields), Damage::Gone) => drop(fields.remove(last)),
            (serde_json::Value::Object(fields), Damage::Other(value)) => {
                drop(fields.insert(last.clone(), value.clone()));
            }
            (serde_json::Value::Array(items), damage) => {
                let Some(index) = last.parse::<usize>().ok().filter(|index| *index < items.len()) else { return };
                match damage {
                    Damage::Gone => drop(items.remove(index)),
                    Damage::Other(value) => items[index] = value.clone(),
                }
            }
            _ => {}
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        2 => Just(Damage::Gone),
        1 => proptest::sample::select(vec![
            serde_json::Value::Null, 0.into(), (-1).into(), i64::MAX.into(), true.into(), "".into(), "x".into(),
            serde_json::json!([]), serde_json::json!({}), "order_no".into(), "confirm".into(), "return_goods".into(), 2.into(),
        ]).prop_map(Damage::Other),
    ]
}

/// The ways to every value of a document.
fn places(value: &serde_json::Value, way: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
    if !way.is_empty() {
        all.push(way.clone());
    }
    let inner: Vec<(String, &serde_json::Value)> = match value {
        serde_json::Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (step, value) in inner {
        way.push(step);
        places(value, way, all);
        way.pop();
    }
}

fn is_clean(text: &str, what: &str) {
    for secret in [PHONE, MAIL, CARD, "4111111111111111"] {
        assert!(!text.contains(secret), "{what} shows {secret}");
    }
}

proptest! {
    #![proptest_config(crate::chance::draws(300))]

    #[test]
    fn any_conversation_holds_the_promises(steps in proptest::collection::vec(step(), 1..25)) {
        let first = run(&steps);
        prop_assert_eq!(run(&steps), first);
    }

    #[test]
    fn a_session_that_was_damaged_is_refused_or_goes_on(
        steps in proptest::collection::vec(step(), 1..8),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), damage()), 1..4),
        cut in proptest::option::weighted(0.2, any::<prop::sample::Index>()),
        texts in proptest::collection::vec(message(), 1..6),
    ) {
        let mut session = Session::new("p");
        for step in &steps {
            if let Step::Says(text) | Step::Delivers(_, text) = step {
                let _ = SHOP.handle(&mut session, Event::message(text.as_str()).with_id("m"), at(MORNING));
            }
        }
        let mut document: serde_json::Value = serde_json::from_str(&session.to_json()).unwrap();
        for (place, damage) in &edits {
            let mut leaves = Vec::new();
            places(&document, &mut Vec::new(), &mut leaves);
            // Why: what is small can be damaged until nothing is left.
            if leaves.is_empty() {
                break;
            }
            let path = place.get(&leaves).clone();
            damage.apply(&mut document, &path);
        }
        let mut json = document.to_string();
        if let Some(cut) = cut {
            let ends: Vec<usize> = json.char_indices().map(|(at, _)| at).collect();
            json.truncate(*cut.get(&ends));
        }
        let Ok(mut session) = Session::from_json(&json) else { return Ok(()) };
        for text in texts {
            for event in [Event::message(text.as_str()), Event::tick(), Event::choice(text.as_str()), Event::action_done("p-1", result())] {
                let before = session.clone();
                if SHOP.handle(&mut session, event, at(MORNING + 60)).is_err() {
                    prop_assert!(session == before);
                }
                let again = Session::from_json(&session.to_json()).unwrap();
                prop_assert!(again == session, "the session is another after being stored");
            }
        }
    }

    #[test]
    fn any_text_can_be_classified(text in "\\PC{0,200}") {
        let said = SHOP.classify(&text);
        prop_assert!((0.0..=1.0).contains(&said.confidence()));
        for request in said.requests() {
            prop_assert!(text.get(request.span()).is_some());
        }
        for found in said.entities() {
            prop_assert!(text.get(found.span()).is_some());
        }
        let scratch = &mut kefu::Scratch::new();
        prop_assert_eq!(SHOP.classify_with(scratch, &text).intent(), said.intent());
    }

    #[test]
    fn any_bytes_as_a_session_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Session::from_json(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_as_a_dialog_test_is_refused_or_read(text in "\\PC{0,200}") {
        let _ = kefu::testing::DialogTest::read("t.yaml", text);
    }
}
