//! Turns as a host drives them: effects, results, time.

use kefu::{Actions, Effect, Engine, Event, Session, Value, Waiting};

use crate::shop::{Customer, MORNING, SHOP, at, call_id, text};

fn orders(rows: Vec<Value>) -> Value {
    Value::record([("orders", Value::List(rows))])
}

#[test]
fn an_action_leaves_as_data_and_comes_back_as_an_event() {
    let mut customer = Customer::unanswered("a");
    let first = customer.says("i want to return something");
    assert_eq!(first.waiting(), Some(Waiting::Action));
    let Some(Effect::Action(call)) = first.effects().next() else { panic!("no action") };
    assert_eq!(call.name(), &kefu::ActionName::from("orders.open"));
    let next = customer.event(Event::action_done(call.id(), orders(Vec::new())));
    assert_eq!(next.turns()[0].asks(), Some("order_no"));
    assert_eq!(next.waiting(), Some(Waiting::Customer));
}

#[test]
fn a_result_that_breaks_the_contract_is_a_failure() {
    let mut customer = Customer::unanswered("a");
    let id = call_id(&customer.says("track my order").turns()[0]);
    let next = customer.event(Event::action_done(id, Value::record([("orders", Value::from(7))])));
    let ended = next
        .records()
        .any(|record| matches!(&record.what, kefu::Happening::ActionEnded { result, .. } if result == "other"));
    assert!(ended && next.turns()[0].asks() == Some("order_no"));
}

#[test]
fn each_request_has_an_id_of_its_own_and_a_key_that_says_the_same_work() {
    let mut keys = Vec::new();
    let mut ids = Vec::new();
    for session in ["a", "b"] {
        let mut customer = Customer::new(session);
        customer.says("cancel my order");
        customer.says("AB12345678");
        let done = customer.says("yes");
        for effect in done.effects() {
            if let Effect::Action(call) = effect {
                assert_eq!(call.name(), &kefu::ActionName::from("orders.cancel"));
                assert_eq!(call.argument::<String>("order_no").as_deref(), Ok("AB12345678"));
                keys.push(call.key().to_owned());
                ids.push(call.id().to_owned());
            }
        }
    }
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn the_deadline_says_when_to_tick() {
    let mut customer = Customer::unanswered("a");
    customer.says("track my order");
    assert_eq!(customer.session.next_deadline(), Some(at(MORNING + 3)));
    let early = customer.wait(1);
    assert!(early.replies().next().is_none());
    let late = customer.wait(2);
    assert_eq!(late.turns()[0].asks(), Some("order_no"));
}

#[test]
fn a_message_under_way_of_host_work_is_taken_up_after_it() {
    let mut customer = Customer::unanswered("a");
    let id = call_id(&customer.says("i want to return something").turns()[0]);
    let meanwhile = customer.says("how long does delivery take");
    assert!(!text(&meanwhile).is_empty());
    let next = customer.event(Event::action_done(id, orders(Vec::new())));
    assert!(text(&next).contains("48"), "{}", text(&next));
    assert_eq!(next.turns()[0].asks(), Some("order_no"));
}

#[test]
fn cancelling_under_way_drops_the_result() {
    let mut customer = Customer::unanswered("a");
    let id = call_id(&customer.says("i want to return something").turns()[0]);
    let cancelled = customer.says("never mind");
    assert_eq!(cancelled.turns()[0].flow(), None);
    let late = customer.event(Event::action_done(id, orders(Vec::new())));
    assert!(late.replies().next().is_none() && late.turns()[0].flow().is_none());
}

#[test]
fn closures_do_the_work_until_the_turn_rests() {
    let actions = Actions::new()
        .on("orders.open", |_| Ok(Value::record([("orders", Value::List(Vec::new()))])))
        .on("orders.lookup", |_| Err("not_found".to_owned()));
    let mut session = Session::new("a");
    for (said, asks) in [("track my order", "order_no"), ("AB12345678", "order_no")] {
        let turns = SHOP.handle_with(&mut session, Event::message(said), at(MORNING), &actions);
        let waits = format!("{turns:?}");
        assert!(turns.is_ok(), "{waits}");
        assert!(session.next_deadline().is_some(), "{asks}");
    }
}

#[test]
fn a_clock_set_back_or_out_of_range_is_no_panic() {
    let mut session = Session::new("a");
    for seconds in [MORNING, 0, MORNING + 1, 5, 253_402_300_800, MORNING] {
        let turn = SHOP.handle(&mut session, Event::message("我要退货"), at(seconds));
        assert!(turn.is_ok());
    }
}

#[test]
fn rules_may_change_in_the_middle_of_a_flow() {
    let pack = |steps: &str| {
        Engine::builder()
            .source(
                "bot.yaml",
                format!(
                    "languages: {{default: en}}\nintents:\n  book: {{keywords: {{en: [book]}}, flow: book}}\nflows:\n  book:\n    steps:\n{steps}"
                ),
            )
            .build()
            .unwrap_or_else(|error| panic!("{error}"))
    };
    let old = pack(
        "      - {ask: name, say: {en: Your name?}}\n      - {ask: city, say: {en: Your city?}}\n      - {say: {en: 'Done, {{ name }} of {{ city }}.'}}\n      - {end: resolved}\n",
    );
    let renamed = pack(
        "      - {ask: name, say: {en: Your name?}}\n      - {ask: town, was: city, say: {en: Your town?}}\n      - {say: {en: 'Done, {{ name }} of {{ town }}.'}}\n      - {end: resolved}\n",
    );
    let gone = pack(
        "      - {ask: name, say: {en: Your name?}}\n      - {say: {en: 'Done, {{ name }}.'}}\n      - {end: resolved}\n",
    );
    let begin = || {
        let mut session = Session::new("a");
        let _ = old.handle(&mut session, Event::message("book"), at(MORNING)).unwrap();
        let turn = old.handle(&mut session, Event::message("Ana"), at(MORNING)).unwrap();
        assert_eq!(turn.asks(), Some("city"));
        session
    };
    let mut session = begin();
    let turn = renamed.handle(&mut session, Event::message("Lima"), at(MORNING)).unwrap();
    assert_eq!(turn.replies().last().unwrap().text(), "Done, Ana of Lima.");
    let mut session = begin();
    let turn = gone.handle(&mut session, Event::message("Lima"), at(MORNING)).unwrap();
    assert!(!turn.replies().is_empty());
}
