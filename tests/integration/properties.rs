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
    ]
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
                        // Why: the contact is for calling back, so it alone stands there as it was given.
                        kefu::Effect::HandoffOpened(handoff) | kefu::Effect::HandoffUpdated(handoff) => {
                            let mut open = serde_json::to_value(handoff).unwrap();
                            open["contact"] = serde_json::Value::Null;
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
