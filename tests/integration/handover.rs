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

/// Conversations that end at the desk in many ways; each line is a message or, after a mark, what the host tells.
const CONVERSATIONS: &[&[&str]] = &[
    &["quiero devolver esto", "AB12345678", "agente", "los voy a denunciar"],
    &["运费多少", "我想退货，AB12345678", "坏了", "转人工", "#queued", "充电宝冒烟了"],
    &["asdf qwer", "zxcv poiu", "#accepted", "hello", "#agent", "#released", "my lawyer", "#failed", "13800138000"],
    &["i want to cancel order AB12345678", "#escalate", "never mind", "agent"],
    &["vou no procon, meu email é ana@mail.com e o telefone 11 98765-4321", "#tick", "#tick", "98765-4321"],
    &["#rating", "这是什么垃圾店，气死我了", "#forget", "人工"],
    &["my account was hacked", "i will post this all over twitter", "useless idiots", "agent"],
    &["", "👍", "😡😡😡 !!!", "agent agent agent"],
];

fn happens(line: &str) -> Event {
    match line {
        "#queued" => Event::agent_queued(4),
        "#accepted" => Event::agent_accepted(),
        "#agent" => Event::agent_message("let me look"),
        "#released" => Event::agent_released(),
        "#failed" => Event::agent_failed(),
        "#escalate" => Event::escalate("policy_exception"),
        "#rating" => Event::rating(1),
        "#forget" => Event::forget(),
        "#tick" => Event::tick(),
        words => Event::message(words),
    }
}

#[test]
fn every_handoff_is_what_the_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(Handoff::SCHEMA).unwrap();
    let fields: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("handoff.json", schema).unwrap();
    let schema = compiler.compile("handoff.json", &mut schemas).unwrap();
    let mut seen = 0;
    for (evening, conversation) in
        [false, true].into_iter().flat_map(|late| CONVERSATIONS.iter().map(move |c| (late, c)))
    {
        let mut customer = Customer::new("a");
        customer.now += std::time::Duration::from_secs(if evening { 13 * 3600 } else { 0 });
        for line in *conversation {
            customer.now += std::time::Duration::from_secs(400);
            let exchange = customer.event(happens(line));
            for handoff in exchange.handoff().into_iter().chain(exchange.handoff_update()) {
                let json = serde_json::to_value(handoff).unwrap();
                if let Err(error) = schemas.validate(&json, schema) {
                    panic!("{conversation:?} at {line}: {error}");
                }
                assert!(json.as_object().unwrap().keys().eq(&fields), "{json}");
                seen += 1;
            }
        }
    }
    assert!(seen > 25, "{seen}");
    let broken = serde_json::json!({"format": 2, "id": "a"});
    assert!(schemas.validate(&broken, schema).is_err());
}

/// A small shop whose bot whispers to the desk, and whose desk may never answer.
const ASSISTING: &str = "
kefu: 1
languages: {default: en}
entities: {phone: {builtin: phone, private: keep_last_4}}
intents:
  hours: {keywords: {en: [opening hours]}, say: {en: From nine to five.}}
  call: {keywords: {en: [call me]}, flow: call}
  contact_human_agent: {keywords: {en: [agent]}, handoff: asked}
flows:
  call: {steps: [{ask: phone, say: {en: Your number?}}, {say: {en: Thanks.}}]}
escalation:
  while_human: {bot: assist, unanswered: {after: 3m, run: call}}
";

#[test]
fn an_assisting_bot_speaks_to_the_desk_alone() {
    let engine = Engine::builder().source("a.yaml", ASSISTING).build().unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session::new("a");
    let mut hold = |event: Event| engine.handle(&mut session, event, at(crate::shop::MORNING)).unwrap();
    let _ = hold(Event::message("agent"));
    let _ = hold(Event::agent_accepted());
    for (said, intent, suggestion) in [
        ("what are your opening hours?", Some("hours"), Some("From nine to five.")),
        ("then call me", Some("call"), None),
        ("the moon is full", None, None),
    ] {
        let turn = hold(Event::message(said));
        assert!(turn.replies().is_empty(), "{said}");
        let whispered: Vec<_> = turn
            .effects()
            .iter()
            .filter_map(|effect| match effect {
                Effect::ToAgent(message) => Some(message),
                _ => None,
            })
            .collect();
        assert_eq!(whispered.len(), 1, "{said}");
        assert_eq!(whispered[0].text, said);
        assert_eq!(whispered[0].intent.as_ref().map(kefu::IntentId::as_str), intent, "{said}");
        assert_eq!(whispered[0].suggestion.as_deref(), suggestion, "{said}");
    }

    // A silent bot passes the words on and keeps its thoughts to itself.
    let mut customer = Customer::new("a");
    customer.says("agent");
    customer.event(Event::agent_accepted());
    let exchange = customer.says("what does shipping cost");
    assert!(exchange.effects().any(|effect| matches!(effect, Effect::ToAgent(message)
        if message.suggestion.is_none() && message.intent.is_none())));
}

#[test]
fn nobody_answers_for_the_time_the_rules_give() {
    let engine = Engine::builder().source("a.yaml", ASSISTING).build().unwrap_or_else(|error| panic!("{error}"));
    let start = at(crate::shop::MORNING);
    let minutes = |minutes: u64| start + std::time::Duration::from_secs(60 * minutes);
    let mut session = Session::new("a");
    let _ = engine.handle(&mut session, Event::message("agent"), start).unwrap();
    assert_eq!(session.next_deadline(), Some(minutes(3)));
    assert!(engine.handle(&mut session, Event::tick(), minutes(2)).unwrap().replies().is_empty());
    let out = engine.handle(&mut session, Event::tick(), minutes(3)).unwrap();
    assert_eq!(out.asks(), Some("phone"), "the way out");
    assert_eq!(out.waiting(), Waiting::Customer);
    let told = engine.handle(&mut session, Event::message("13800138000"), minutes(4)).unwrap();
    assert!(told.effects().iter().any(|effect| matches!(effect, Effect::HandoffUpdated(handoff)
        if handoff.contact.as_deref() == Some("13800138000") && handoff.mode == kefu::Mode::Callback)));
    // The bot answers again meanwhile; the person may still come.
    let answered = engine.handle(&mut session, Event::message("opening hours"), minutes(5)).unwrap();
    assert_eq!(answered.replies()[0].text(), "From nine to five.");
    let _ = engine.handle(&mut session, Event::agent_accepted(), minutes(9)).unwrap();
    assert!(engine.handle(&mut session, Event::message("opening hours"), minutes(9)).unwrap().replies().is_empty());
}

#[test]
fn without_a_rule_for_it_a_desk_that_never_answers_leaves_no_one_waiting_for_ever() {
    let pack = "kefu: 1\nlanguages: {default: en}\nintents:\n  person: {keywords: {en: [agent]}, handoff: asked}\n";
    let engine = Engine::builder().source("a.yaml", pack).build().unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session::new("a");
    let _ = engine.handle(&mut session, Event::message("agent"), at(crate::shop::MORNING)).unwrap();
    let due = session.next_deadline().unwrap();
    let turn = engine.handle(&mut session, Event::tick(), due).unwrap();
    assert!(!turn.replies().is_empty());
    assert_eq!(turn.waiting(), Waiting::Customer);
}

const COLLECTING: &str = "
kefu: 1
languages: {default: en}
entities: {phone: {builtin: phone, private: keep_last_4}, mail: {builtin: email, private: mask}}
intents:
  person: {keywords: {en: [agent]}, handoff: asked}
flows:
  reach:
    steps:
      - {ask: mail, say: {en: Which address?}}
      - {ask: phone, say: {en: Which number?}}
      - {say: {en: Noted.}}
escalation: {reasons: {asked: {collect: reach}}}
";

fn updates(turn: &kefu::Turn) -> Vec<&Handoff> {
    fn updated(effect: &Effect) -> Option<&Handoff> {
        if let Effect::HandoffUpdated(handoff) = effect { Some(handoff) } else { None }
    }
    turn.effects().iter().filter_map(updated).collect()
}

#[test]
fn every_update_has_a_number_of_its_own_and_a_turn_sends_one_that_says_everything() {
    let engine = Engine::builder().source("a.yaml", COLLECTING).build().unwrap_or_else(|error| panic!("{error}"));
    let now = at(crate::shop::MORNING);
    let told = |words: &[&str]| {
        let mut session = Session::new("a");
        let turns = words.iter().map(|text| engine.handle(&mut session, Event::message(*text), now).unwrap());
        turns.collect::<Vec<_>>()
    };
    let apart = told(&["agent", "ana@example.com", "13800138000"]);
    assert!(updates(&apart[0]).is_empty());
    let numbers: Vec<u32> = apart.iter().flat_map(|turn| updates(turn)).map(|handoff| handoff.update).collect();
    assert_eq!(numbers, [1, 2]);
    let at_once = told(&["agent", "ana@example.com or 13800138000"]);
    let [update] = updates(&at_once[1])[..] else { panic!("{:?}", at_once[1]) };
    for update in [update, updates(&apart[2])[0]] {
        // A number to call comes first; the address is still there.
        assert_eq!(update.contact.as_deref(), Some("13800138000"));
        assert_eq!(update.contacts, ["13800138000", "ana@example.com"]);
    }
}

#[test]
fn a_contact_that_earlier_versions_kept_is_still_one() {
    let engine = Engine::builder().source("a.yaml", COLLECTING).build().unwrap();
    let now = at(crate::shop::MORNING);
    let mut session = Session::new("a");
    let _ = engine.handle(&mut session, Event::message("agent"), now).unwrap();
    let mut stored: serde_json::Value = serde_json::from_str(&session.to_json()).unwrap();
    stored["handoff"]["contact"] = "ana@example.com".into();
    let mut session = Session::from_json(&stored.to_string()).unwrap();
    let turn = engine.handle(&mut session, Event::message("bob@example.com"), now).unwrap();
    assert_eq!(updates(&turn)[0].contacts, ["ana@example.com", "bob@example.com"]);
}
