//! The stored conversation: versioned, forward compatible, masked, and never half changed.

use kefu::{Event, EventError, Session, SessionError, Waiting};

use crate::shop::{Customer, MORNING, SHOP, at, call_id};

#[test]
fn a_session_survives_being_stored_at_every_point() {
    let mut stored = Customer::new("a");
    let mut kept = Customer::new("a");
    for text in ["我要退货", "你们发货要几天？", "AB12345678", "坏了", "对", "转人工", "在吗"] {
        let json = stored.session.to_json();
        stored.session = Session::from_json(&json).unwrap();
        assert_eq!(stored.session.to_json(), json, "before {text}");
        let (left, right) = (stored.says(text), kept.says(text));
        assert_eq!(left.turns(), right.turns(), "{text}");
    }
}

#[test]
fn unknown_fields_are_kept_and_newer_formats_refused() {
    let mut json: serde_json::Value = serde_json::from_str(&Session::new("a").to_json()).unwrap();
    json["colour"] = "blue".into();
    let read = Session::from_json(&json.to_string()).unwrap();
    assert!(read.to_json().contains("\"colour\":\"blue\""));
    json["format"] = 3.into();
    assert_eq!(Session::from_json(&json.to_string()), Err(SessionError::Newer { found: 3, known: 2 }));
    assert!(serde_json::from_value::<Session>(json).is_err());
    for damaged in ["", "{}", "null", "[]", "{\"format\":2}", "{\"format\":2,\"id\":7}", "\u{0}"] {
        assert!(matches!(Session::from_json(damaged), Err(SessionError::Damaged(_))), "{damaged}");
    }
}

#[test]
fn an_event_that_does_not_fit_changes_nothing() {
    let mut customer = Customer::unanswered("a");
    customer.says("where is my order");
    let before = customer.session.to_json();
    let handle = |customer: &mut Customer, event| SHOP.handle(&mut customer.session, event, at(MORNING));
    let record = |name: &str| kefu::Value::record([(name, kefu::Value::from(1))]);
    for event in [
        Event::action_done("never-asked", record("x")),
        Event::action_failed("never-asked", "other"),
        Event::agent_accepted(),
        Event::agent_released(),
        Event::agent_failed(),
        Event::agent_message("hello"),
        Event::rating(0),
        Event::rating(6),
        Event::named("no_such_event", record("x")),
        Event::customer(record("shoe_size")),
        Event::customer(kefu::Value::from("gold")),
        Event::escalate("no_such_reason"),
    ] {
        let name = format!("{event:?}");
        assert!(handle(&mut customer, event).is_err(), "{name}");
        assert_eq!(customer.session.to_json(), before, "{name}");
    }
    let error = handle(&mut customer, Event::action_done("x", record("y"))).unwrap_err();
    assert_eq!(error, EventError::UnknownCall { id: "x".to_owned() });
}

#[test]
fn a_message_that_comes_twice_is_one_turn() {
    let mut customer = Customer::unanswered("a");
    let first = customer.event(Event::message("track my order").with_id("m1"));
    let again = customer.event(Event::message("track my order").with_id("m1"));
    assert!(!first.is_replay() && again.is_replay());
    assert_eq!(first.turns()[0].effects(), again.turns()[0].effects());
    assert_eq!(first.turns()[0].replies(), again.turns()[0].replies());
    customer.event(Event::message("hello").with_id("m2"));
    let late = customer.event(Event::message("track my order").with_id("m1"));
    assert!(late.is_replay() && late.replies().next().is_none() && late.effects().next().is_none());
}

#[test]
fn a_result_that_comes_late_or_twice_is_no_error_and_does_nothing() {
    let mut customer = Customer::unanswered("a");
    let exchange = customer.says("where is my order");
    let id = call_id(&exchange.turns()[0]);
    assert_eq!(exchange.waiting(), Some(Waiting::Action));
    customer.says("转人工");
    let orders = kefu::Value::record([("orders", kefu::Value::List(Vec::new()))]);
    let late = customer.event(Event::action_done(id.as_str(), orders.clone()));
    assert!(late.replies().next().is_none());
    let twice = customer.event(Event::action_done(id.as_str(), orders));
    assert!(twice.replies().next().is_none());
}

#[test]
fn debug_shows_nothing_a_customer_said() {
    let mut customer = Customer::new("a");
    let exchange = customer.says("my number is 13800138000, send it to ana@example.com, lamp");
    let shown = format!("{:?} {:?}", customer.session, exchange);
    for secret in ["13800138000", "ana@example.com", "lamp"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn forgetting_leaves_the_id_alone() {
    let mut customer = Customer::new("a");
    customer.says("my number is 13800138000");
    customer.event(Event::message("agent").with_id("m-1"));
    customer.session.forget();
    // Beside the id only what keeps effects and messages from counting twice, and which rules there were.
    let kept: serde_json::Value = serde_json::from_str(&customer.session.to_json()).unwrap();
    let keys: Vec<&str> = kept.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["format", "id", "n", "rev", "seen"]);
    assert!(customer.event(Event::message("agent").with_id("m-1")).is_replay());
}

#[test]
fn a_session_is_small() {
    let mut customer = Customer::new("customer-42");
    customer.says("I want to return something");
    customer.says("AB12345678");
    let mut json: serde_json::Value = serde_json::from_str(&customer.session.to_json()).unwrap();
    json.as_object_mut().unwrap().remove("transcript");
    json.as_object_mut().unwrap().remove("replay");
    let bytes = json.to_string().len();
    assert!(bytes < 2048, "{bytes} bytes: {json}");
}
