//! Messages written right after one another: one turn of them, and each known by its id.

use kefu::{Engine, Event, Happening, Session, Turn};

use crate::shop::{MORNING, at};

const RULES: &str = "
languages: {default: en}
intents:
  hours: {keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}
  parking: {keywords: {en: [where can i park]}, say: {en: Behind the shop.}}
";

fn engine() -> Engine {
    Engine::builder().source("bot.yaml", RULES).build().unwrap()
}

fn message(id: &str, text: &str) -> Event {
    Event::message(text).with_id(id)
}

fn joined(parts: &[(&str, &str)]) -> Event {
    let mut events = parts.iter().map(|(id, text)| message(id, text));
    let first = events.next().unwrap();
    events.fold(first, |event, next| event.followed_by(next).unwrap())
}

fn said(turn: &Turn) -> Vec<&str> {
    turn.replies().iter().map(kefu::Reply::text).collect()
}

fn count(turn: &Turn) -> Option<u32> {
    turn.records().iter().find_map(|record| match record.what {
        Happening::Joined { messages } => Some(messages),
        _ => None,
    })
}

#[test]
fn each_is_a_clause_of_one_turn_and_known_however_it_is_delivered_again() {
    let engine = engine();
    let mut session = Session::new("c");
    let parts = [("1", "hi"), ("2", "i have a question"), ("3", "where can i park")];
    let first = engine.handle(&mut session, joined(&parts), at(MORNING)).unwrap();
    let whole = said(&first).join(" ");
    assert!(whole.contains("Behind the shop."), "{whole}");
    assert_eq!(count(&first), Some(3));
    let messages = first.records().iter().filter(|record| matches!(record.what, Happening::Message { .. }));
    assert_eq!(messages.count(), 1);
    let kept = session.to_json();
    for again in [joined(&parts), joined(&parts[1..]), message("3", "where can i park")] {
        let turn = engine.handle(&mut session, again, at(MORNING)).unwrap();
        assert!(turn.is_replay());
        assert_eq!(said(&turn), said(&first));
    }
    for again in [joined(&parts[..2]), message("1", "hi"), message("2", "i have a question")] {
        let turn = engine.handle(&mut session, again, at(MORNING)).unwrap();
        assert!(turn.is_replay() && turn.replies().is_empty());
    }
    assert_eq!(session.to_json(), kept);
}

#[test]
fn what_is_new_among_known_ones_is_a_turn_of_its_own() {
    let engine = engine();
    let mut session = Session::new("c");
    let _ = engine.handle(&mut session, message("1", "opening hours"), at(MORNING)).unwrap();
    let parts = [("1", "opening hours"), ("2", "where can i park"), ("2", "where can i park"), ("1", "opening hours")];
    let turn = engine.handle(&mut session, joined(&parts), at(MORNING)).unwrap();
    assert_eq!((said(&turn), count(&turn)), (vec!["Behind the shop."], None));
    assert!(!turn.is_replay());
    assert!(engine.handle(&mut session, message("2", "where can i park"), at(MORNING)).unwrap().is_replay());
}

#[test]
fn only_messages_of_one_place_are_joined() {
    let first = || message("1", "hi").on_channel("web");
    for next in
        [Event::choice("x"), Event::tick(), message("2", "hi").on_channel("sms"), message("2", "hi").in_public()]
    {
        let (before, after) = first().followed_by(next.clone()).unwrap_err();
        assert!(before == first() && after == next);
    }
}
