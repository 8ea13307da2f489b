//! Whose the conversation is, and what a host may do to it.

use kefu::{Effect, Engine, Event, EventError, Handoff, Session, Waiting};

use crate::shop::{Customer, SHOP, at, text};

const ASKING: [(&str, &str); 4] = [
    ("zh", "转人工"),
    ("en", "agent please"),
    ("es", "quiero hablar con una persona"),
    ("pt", "quero falar com um atendente"),
];

#[test]
fn a_host_that_errs_changes_nothing() {
    let mut customer = Customer::new("a");
    let refused = |customer: &mut Customer, event: Event| {
        let before = customer.session.clone();
        let error = SHOP.handle(&mut customer.session, event, customer.now).unwrap_err();
        assert!(customer.session == before, "{error}");
        error
    };
    for event in [Event::agent_accepted(), Event::agent_released(), Event::agent_failed(), Event::agent_queued(2)] {
        assert!(matches!(refused(&mut customer, event), EventError::NoHandoff { .. }));
    }
    customer.says("agent");
    customer.event(Event::agent_accepted());
    assert!(matches!(refused(&mut customer, Event::agent_accepted()), EventError::AlreadyAccepted));
    assert!(matches!(refused(&mut customer, Event::agent_queued(1)), EventError::AlreadyAccepted));
    customer.event(Event::agent_released());
    assert!(matches!(refused(&mut customer, Event::agent_released()), EventError::NoHandoff { .. }));
}

#[test]
fn the_position_in_the_queue_is_said_in_the_customers_language() {
    for (language, ask) in ASKING {
        let mut customer = Customer::new(language);
        customer.says(ask);
        let exchange = customer.event(Event::agent_queued(3));
        assert!(text(&exchange).contains('3'), "{language}: {}", text(&exchange));
        assert_eq!(exchange.waiting(), Some(Waiting::Agent));
    }
}

#[test]
fn after_release_the_counters_are_new() {
    let mut customer = Customer::new("a");
    for _ in 0..2 {
        customer.says("这是什么垃圾店");
    }
    customer.says("转人工");
    customer.event(Event::agent_accepted());
    customer.event(Event::agent_message("您好，我来处理"));
    customer.event(Event::agent_released());
    let exchange = customer.says("运费多少");
    assert!(exchange.handoff().is_none() && !text(&exchange).is_empty());
    let again = customer.says("转人工");
    let handoff = again.handoff().unwrap();
    assert!(handoff.frustration < 1.0 && handoff.misses == 0, "{} {}", handoff.frustration, handoff.misses);
    assert!(handoff.transcript.iter().any(|line| line.who() == kefu::Speaker::Agent));
}

#[test]
fn a_desk_that_never_opens_still_answers() {
    let pack = "
kefu: 1
languages: {default: en}
intents:
  person: {keywords: {en: [agent]}, handoff: asked}
escalation:
  reasons: {asked: {}}
  hours: {zone: UTC, open: {mon: ['09:00-10:00']}, except: {'2026-01-01..2026-12-31': closed}}
";
    // Why both: a desk closed for longer than anyone looks ahead is a slip the rules may refuse, never a silent bot.
    let Ok(engine) = Engine::builder().source("a.yaml", pack).build() else { return };
    let mut session = Session::new("a");
    let turn = engine.handle(&mut session, Event::message("agent"), at(crate::shop::MORNING)).unwrap();
    assert!(turn.effects().iter().any(|effect| matches!(effect, Effect::HandoffOpened(_))));
    assert!(!turn.replies().is_empty());
}

#[test]
fn evidence_stays_with_the_handoff_and_only_the_longest_words() {
    let mut customer = Customer::new("a");
    let first = customer.says("the charger caught fire");
    let words: Vec<String> = first.handoff().unwrap().evidence.iter().map(|quote| quote.text.clone()).collect();
    for (at, one) in words.iter().enumerate() {
        assert!(words.iter().enumerate().all(|(other, two)| at == other || !two.contains(one.as_str())), "{words:?}");
    }
    let second = customer.says("and my lawyer will write to you");
    let updated = second.handoff_update().unwrap();
    assert!(updated.evidence.iter().any(|quote| quote.text.contains("caught fire") && quote.turn == 1));
    assert!(updated.evidence.iter().any(|quote| quote.text.contains("lawyer") && quote.turn == 2));
}

#[test]
fn a_summary_speaks_in_words_not_in_names_of_rules() {
    let mut customer = Customer::new("a");
    customer.says("I want to return something");
    customer.says("AB12345678");
    let exchange = customer.says("third time now!! you useless idiots, agent");
    let handoff = exchange.handoff().unwrap();
    for (language, summary) in &handoff.summary {
        println!("{language:?}: {summary}");
        assert!(!summary.contains('_') && summary.contains("AB12345678"), "{summary}");
        assert!(summary.chars().count() < 400, "{summary}");
    }
}

#[test]
fn the_schema_knows_every_field() {
    let schema: serde_json::Value = serde_json::from_str(Handoff::SCHEMA).unwrap();
    let mut customer = Customer::new("a");
    customer.says("quiero devolver esto");
    for exchange in [customer.says("agente"), customer.says("los voy a denunciar")] {
        let handoff = exchange.handoff().or(exchange.handoff_update()).unwrap();
        conforms(&serde_json::to_value(handoff).unwrap(), &schema, "handoff");
    }
}

/// The part of JSON Schema that the file uses.
fn conforms(value: &serde_json::Value, schema: &serde_json::Value, place: &str) {
    use serde_json::Value as Json;
    let kind = match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    };
    let fits = |name: &Json| name == kind || (name == "number" && kind == "integer");
    let allowed = match &schema["type"] {
        Json::Array(names) => names.iter().any(fits),
        Json::Null => true,
        name => fits(name),
    };
    assert!(allowed, "{place} is {kind}, not {}", schema["type"]);
    if let Some(names) = schema["enum"].as_array() {
        assert!(names.contains(value), "{place}: {value}");
    }
    if let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        assert!(fields.keys().eq(known.keys()) || fields.keys().all(|key| known.contains_key(key)), "{place}");
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(fields.contains_key(name.as_str().unwrap()), "{place} lacks {name}");
        }
        for (key, value) in fields {
            conforms(value, &known[key], &format!("{place}.{key}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        if schema["items"].is_object() {
            conforms(item, &schema["items"], &format!("{place}[]"));
        }
    }
}
