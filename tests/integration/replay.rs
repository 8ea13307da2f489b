//! A message that is delivered twice: the same outputs, also after the host work it asked for, and no session that grows.

use kefu::{Actions, Engine, Event, Session, Value};

use crate::shop::{Customer, MORNING, SHOP, at, call_id};

fn orders() -> Value {
    Value::record([("orders", Value::List(Vec::new()))])
}

#[test]
fn what_comes_of_the_host_work_belongs_to_the_message() {
    let mut customer = Customer::unanswered("a");
    let message = || Event::message("track my order").with_id("m1");
    let asked = customer.event(message());
    let under_way = customer.event(message());
    assert_eq!(under_way.turns()[0].effects(), asked.turns()[0].effects());
    assert!(under_way.is_replay() && under_way.replies().next().is_none());
    let answered = customer.event(Event::action_done(call_id(&asked.turns()[0]), orders()));
    let again = customer.event(message());
    assert!(again.is_replay());
    assert_eq!(again.turns()[0].replies(), answered.turns()[0].replies());
    assert_eq!(again.turns()[0].effects(), asked.turns()[0].effects());
    assert_eq!(again.turns()[0].asks(), Some("order_no"));
    assert_eq!(again.turns()[0].intent(), asked.turns()[0].intent());
    assert_eq!(again.turns()[0].rung(), asked.turns()[0].rung());
}

#[test]
fn a_reminder_in_between_is_no_part_of_it() {
    let engine = Engine::builder()
        .source(
            "bot.yaml",
            "
languages: {default: en}
session: {remind: 5m}
intents: {book: {keywords: {en: [book]}, flow: book}}
entities: {size: {values: {small: {en: [small]}, large: {en: [large]}}}}
flows: {book: {steps: [{ask: size, say: {en: Which size?}, chips: true}, {say: {en: Done.}}]}}
",
        )
        .build()
        .unwrap();
    let mut session = Session::new("a");
    let first = engine.handle(&mut session, Event::message("book").with_id("m1"), at(MORNING)).unwrap();
    let reminder = engine.handle(&mut session, Event::tick(), at(MORNING + 300)).unwrap();
    assert_eq!(reminder.replies().len(), 1);
    let again = engine.handle(&mut session, Event::message("book").with_id("m1"), at(MORNING + 301)).unwrap();
    assert_eq!(again.replies(), first.replies());
    assert_eq!(again.replies()[0].chips().len(), 2);
    let said = engine.handle(&mut session, Event::message("say that again"), at(MORNING + 302)).unwrap();
    assert_eq!(said.replies()[0].text(), reminder.replies()[0].text());
}

#[test]
fn a_handoff_and_what_goes_to_the_desk_come_again_as_they_were() {
    let mut customer = Customer::new("a");
    let first = customer.event(Event::message("where is my order? let me talk to a human").with_id("m1"));
    let again = customer.event(Event::message("where is my order? let me talk to a human").with_id("m1"));
    assert!(first.handoff().is_some());
    assert_eq!(first.effects().collect::<Vec<_>>(), again.effects().collect::<Vec<_>>());
    customer.event(Event::agent_accepted());
    let silent = customer.event(Event::message("my card is 4111 1111 1111 1111").with_id("m2"));
    let again = customer.event(Event::message("my card is 4111 1111 1111 1111").with_id("m2"));
    assert_eq!(silent.effects().collect::<Vec<_>>(), again.effects().collect::<Vec<_>>());
    assert!(again.replies().next().is_none() && again.effects().next().is_some());
}

#[test]
fn a_host_that_does_the_work_at_once_gets_the_whole_turn_again() {
    let actions = Actions::new()
        .on("orders.open", |_| Ok(Value::record([("orders", Value::List(Vec::new()))])))
        .on("orders.lookup", |_| Err("not_found".to_owned()));
    let mut session = Session::new("a");
    let mut say = |text: &str, id: &str| {
        SHOP.handle_with(&mut session, Event::message(text).with_id(id), at(MORNING), &actions).unwrap()
    };
    let _ = say("track my order", "m1");
    let first = say("AB12345678", "m2");
    let again = say("AB12345678", "m2");
    assert!(again.is_replay());
    assert_eq!((again.replies(), again.effects()), (first.replies(), first.effects()));
    let late = say("track my order", "m1");
    assert!(late.is_replay() && late.replies().is_empty());
}

#[test]
fn ids_of_many_messages_fit_in_and_the_oldest_is_forgotten() {
    let mut customer = Customer::new("customer-42");
    let small_talk = ["hello", "thanks", "what can you do", "are you a bot", "good evening"];
    for (number, text) in (0..60).zip(small_talk.iter().cycle()) {
        customer.event(Event::message(*text).with_id(format!("webhook-message-{number}")));
    }
    for text in ["I want to return something", "AB12345678", "damaged"] {
        customer.event(Event::message(text).with_id(format!("webhook-{text}")));
    }
    let mut json: serde_json::Value = serde_json::from_str(&customer.session.to_json()).unwrap();
    json.as_object_mut().unwrap().remove("transcript");
    assert!(json["handoff"].is_null() && json["stack"].is_array(), "{json}");
    let bytes = json.to_string().len();
    println!("in the middle of a return, with its replay and 32 ids, without its transcript: {bytes} bytes");
    assert!(bytes <= 1024, "{bytes} bytes: {json}");
    let late = customer.event(Event::message("hello").with_id("webhook-message-59"));
    assert!(late.is_replay());
    let forgotten = customer.event(Event::message("hello").with_id("webhook-message-3"));
    assert!(!forgotten.is_replay());
}

#[test]
fn desk_and_channel_count_their_events_apart_and_what_the_desk_sends_twice_is_done_once() {
    let mut customer = Customer::new("a");
    customer.event(Event::message("agent").with_id("5"));
    for event in [Event::agent_accepted().with_id("6"), Event::agent_message("Hello, Ana here.").with_id("7")] {
        assert!(!customer.event(event.clone()).is_replay());
        assert!(customer.event(event).is_replay());
    }
    let asked = customer.event(Event::message("my lamp is broken").with_id("7"));
    assert!(!asked.is_replay());
    assert!(asked.effects().any(|effect| matches!(effect, kefu::Effect::ToAgent(_))));
    let released = || Event::agent_released().with_id("8");
    assert!(!customer.event(released()).is_replay());
    for event in [released(), Event::agent_message("Hello, Ana here.").with_id("7")] {
        assert!(customer.event(event).is_replay(), "after the release");
    }
}
