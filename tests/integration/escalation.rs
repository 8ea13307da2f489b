//! The handoff as a help desk receives it.

use std::collections::BTreeSet;

use kefu::{Effect, Event, Waiting};

use crate::shop::{Customer, text};

const FIELDS: [&str; 22] = [
    "format",
    "id",
    "session",
    "reason",
    "reasons",
    "evidence",
    "priority",
    "queue",
    "due_at",
    "language",
    "mode",
    "flow",
    "step",
    "done",
    "slots",
    "tried",
    "misses",
    "frustration",
    "summary",
    "transcript",
    "contact",
    "next_actions",
];

#[test]
fn as_json_every_field_is_there() {
    let mut customer = Customer::new("customer-42");
    let exchange = customer.says("转人工");
    let handoff = serde_json::to_value(exchange.handoff().unwrap()).unwrap();
    let keys: BTreeSet<&str> = handoff.as_object().unwrap().keys().map(String::as_str).collect();
    let expected: BTreeSet<&str> = FIELDS.into_iter().chain(["revision", "contacts", "update"]).collect();
    assert_eq!(keys, expected);
    assert_eq!(handoff["format"], 1);
    assert_eq!(handoff["session"], "customer-42");
    let again: kefu::Handoff = serde_json::from_value(handoff).unwrap();
    assert_eq!(&again, exchange.handoff().unwrap());
}

#[test]
fn it_says_all_an_agent_needs() {
    let mut customer = Customer::new("a");
    customer.says("how much is shipping");
    customer.says("I want to return something");
    customer.says("AB12345678");
    let exchange = customer.says("I want to speak to a human");
    let handoff = exchange.handoff().unwrap();
    assert_eq!(handoff.reason, "asked");
    assert_eq!(handoff.flow.as_deref(), Some("return_goods"));
    assert_eq!(handoff.slots.get("order_no").and_then(kefu::Value::as_text), Some("AB12345678"));
    assert!(handoff.tried.contains(&"shipping_cost".to_owned()), "{:?}", handoff.tried);
    assert!(handoff.summary.values().all(|summary| summary.contains("AB12345678")));
    assert_eq!(handoff.summary.len(), 4);
    assert!(handoff.transcript.len() >= 7);
    assert!(!handoff.evidence.is_empty());
    assert!(!handoff.revision.is_empty());
}

#[test]
fn private_values_are_masked_save_the_contact() {
    let mut customer = Customer::new("a");
    customer.says("my phone is 13800138000 and my card 4111 1111 1111 1111, mail li@example.com");
    let exchange = customer.says("agent");
    let json = serde_json::to_string(exchange.handoff().unwrap()).unwrap();
    for secret in ["13800138000", "4111 1111 1111 1111", "li@example.com"] {
        assert!(!json.contains(secret), "{json}");
    }
}

#[test]
fn one_handoff_at_a_time_and_a_further_reason_updates_it() {
    let mut customer = Customer::new("a");
    let first = customer.says("agent");
    let id = first.handoff().unwrap().id.clone();
    let second = customer.says("my lawyer will hear about this");
    assert!(second.handoff().is_none());
    let updated = second.handoff_update().unwrap();
    assert_eq!(updated.id, id);
    assert_eq!(updated.reason, "legal");
    assert_eq!(updated.priority, kefu::Priority::Urgent);
    assert!(updated.reasons.iter().any(|reason| *reason == "asked"));
}

#[test]
fn the_person_gets_what_the_customer_writes() {
    let mut customer = Customer::new("a");
    customer.says("agent");
    customer.event(Event::agent_accepted());
    let exchange = customer.says("are you there?");
    assert_eq!(exchange.waiting(), Some(Waiting::Agent));
    let passed_on =
        exchange.effects().any(|effect| matches!(effect, Effect::ToAgent(message) if message.text == "are you there?"));
    assert!(passed_on && exchange.replies().next().is_none());
}

#[test]
fn a_person_can_be_had_at_every_step() {
    for script in [
        &["i want to return something"][..],
        &["i want to return something", "AB12345678"],
        &["i want to return something", "AB12345678", "broken"],
        &["cancel my order", "AB12345678"],
        &["i want to return something", "cancel my order"],
        &["refund?"],
        &[],
    ] {
        for ask in ["转人工", "轉人工", "agent", "quiero hablar con una persona", "quero falar com uma pessoa"] {
            let mut customer = Customer::new("a");
            for said in script {
                customer.says(said);
            }
            let exchange = customer.says(ask);
            let reason = exchange.handoff().map(|handoff| handoff.reason.to_string());
            assert_eq!(reason.as_deref(), Some("asked"), "{script:?} then {ask}: {}", text(&exchange));
        }
    }
}
