//! Each promise can be seen to be broken: a bot that breaks one of them is caught by the repair that looks for it.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::{Breach, Injection, Injector, Promise};
use crate::dialog::{ActionCall, Effect, Happening, Turn};
use crate::engine::Engine;
use crate::reply::Reply;
use crate::rules::Value;
use crate::session::Session;
use crate::testing::line::What;
use crate::testing::stage::{FAULT, Fault};
use crate::testing::{DialogTest, Exchange};

const RULES: &str = "
languages: {default: en, also: [zh]}
intents:
  hours:
    keywords: {en: [opening hours], zh: [营业时间]}
    examples: {en: ['what are your opening hours?'], zh: [你们的营业时间是什么？]}
    say: {en: From 9 to 21., zh: 九点到二十一点。}
  person: {keywords: {en: [human], zh: [人工]}, handoff: asked}
  repair: {keywords: {en: [repair], zh: [维修]}, flow: repair}
entities:
  part: {values: {lid: {en: [lid], zh: [盖子]}, base: {en: [base], zh: [底座]}}}
  mobile: {builtin: phone, private: keep_last_4}
actions:
  repairs.book: {in: {part: part, mobile: text}, out: {ticket: text}}
flows:
  repair:
    steps:
      - {ask: part, say: {en: Which part?, zh: 哪个部件？}}
      - {ask: mobile, say: {en: Your phone number?, zh: 手机号？}}
      - {confirm: {en: Book it?, zh: 预约吗？}, else: [{end: cancelled}]}
      - {call: repairs.book, into: booked, errors: {other: [{handoff: backend}]}}
      - {say: {en: Booked., zh: 已预约。}}
      - {end: resolved}
";

const TALKS: &str = "
test: a repair
actions: {repairs.book: [{gives: {ticket: T-1}}]}
talk:
  - {user: repair, bot: {asks: part}}
  - {user: lid, bot: {asks: mobile}}
  - {user: '13800138000', bot: {flow: repair}}
  - {user: 'yes', bot: {ends: resolved}}
---
test: 维修
actions: {repairs.book: [{gives: {ticket: T-1}}]}
talk:
  - {user: 维修, bot: {asks: part}}
  - {user: 盖子, bot: {asks: mobile}}
";

/// What customers write in the talks; all else was put in.
const WRITTEN: [&str; 6] = ["repair", "lid", "13800138000", "yes", "维修", "盖子"];

fn breaches(rules: &str, fault: Option<Fault>) -> Vec<Breach> {
    let engine = Engine::builder().source("bot.yaml", rules).build().unwrap_or_else(|error| panic!("{error}"));
    let tests = DialogTest::read("t.yaml", TALKS).unwrap_or_else(|error| panic!("{error}"));
    for test in &tests {
        let report = test.run(&engine);
        assert!(report.passed(), "{report}");
    }
    FAULT.set(fault);
    let injector = Injector::new(&engine);
    let found = tests.iter().flat_map(|test| injector.run(test).breaches().to_vec()).collect();
    FAULT.set(None);
    found
}

fn is_put_in(what: &What) -> bool {
    matches!(what, What::User(text) if !WRITTEN.contains(&text.as_str()))
}

/// The exchange, changed.
fn with(mut done: Result<Exchange, String>, change: impl FnMut(&mut Turn)) -> Result<Exchange, String> {
    if let Ok(exchange) = &mut done {
        exchange.turns.iter_mut().for_each(change);
    }
    done
}

fn without_records(done: Result<Exchange, String>, gone: fn(&Happening) -> bool) -> Result<Exchange, String> {
    with(done, |turn| turn.records.retain(|record| !gone(&record.what)))
}

/// Asks the host for something that changes the shop.
fn booked(done: Result<Exchange, String>) -> Result<Exchange, String> {
    let call = ActionCall {
        id: "a".to_owned(),
        name: "repairs.book".into(),
        arguments: Value::record::<&str>([]),
        key: "k".to_owned(),
    };
    with(done, |turn| turn.effects.push(Effect::Action(call.clone())))
}

fn set_slot(session: &mut Session, name: &str, value: Value) {
    if let Some(frame) = session.document.stack.last_mut() {
        frame.slots.insert(name.into(), value);
    }
}

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// A bot with one fault, and what must come to light.
const FAULTS: &[(Injection, Promise, Fault)] = &[
    (Injection::SideQuestion, Promise::NeverSwallowed, |what, session, done| {
        if is_put_in(what) {
            set_slot(session, "part", Value::from("base"));
        }
        done
    }),
    (Injection::SideQuestion, Promise::Answered, |what, _, done| {
        if is_put_in(what) { without_records(done, |what| matches!(what, Happening::Answered { .. })) } else { done }
    }),
    (Injection::SideQuestion, Promise::GoesOn, |what, session, done| {
        if is_put_in(what) {
            session.document.stack.clear();
        }
        done
    }),
    (Injection::SideQuestion, Promise::NeverSilent, |what, _, done| {
        if is_put_in(what) { with(done, |turn| turn.replies.clear()) } else { done }
    }),
    (Injection::SideQuestion, Promise::Accepted, |what, _, done| {
        if is_put_in(what) { Err("this does not fit".to_owned()) } else { done }
    }),
    (Injection::SideQuestion, Promise::Private, |what, _, done| {
        let tell = |turn: &mut Turn| turn.replies.push(Reply::text_only("You are 13800138000.".to_owned()));
        if is_put_in(what) { with(done, tell) } else { done }
    }),
    (Injection::SideQuestion, Promise::SameAgain, |what, _, done| {
        COUNT.set(COUNT.get() + 1);
        if is_put_in(what) { with(done, |turn| turn.confidence = COUNT.get() as f32) } else { done }
    }),
    (Injection::SideQuestion, Promise::RoundTrip, |what, session, done| {
        if is_put_in(what) {
            // JSON has no infinity.
            set_slot(session, "booked", Value::Decimal(f64::INFINITY));
        }
        done
    }),
    (Injection::Cancel, Promise::Cancelled, |what, session, done| {
        if !is_put_in(what) {
            return done;
        }
        session.document.question = None;
        without_records(done, |what| matches!(what, Happening::FlowEnded { .. }))
    }),
    (Injection::Correction, Promise::Corrected, |what, session, done| {
        if !is_put_in(what) {
            return done;
        }
        set_slot(session, "part", Value::from("lid"));
        with(done, |turn| turn.effects.clear())
    }),
    (Injection::Person, Promise::PersonReached, |what, _, done| {
        if is_put_in(what) { with(done, |turn| turn.effects.clear()) } else { done }
    }),
    (Injection::Typo, Promise::NoEffect, |what, _, done| {
        if matches!(what, What::User(text) if text == "reapir") { booked(done) } else { done }
    }),
    (Injection::Traditional, Promise::GoesOn, |what, session, done| {
        if matches!(what, What::User(text) if text == "維修") {
            session.document.stack.clear();
        }
        done
    }),
    (Injection::Redelivery, Promise::OneTurn, |_, _, done| with(done, |turn| turn.replay = false)),
    (Injection::Expiry, Promise::NoEffect, |what, _, done| {
        if matches!(what, What::User(text) if text == "yes") { booked(done) } else { done }
    }),
    (Injection::Reload, Promise::RoundTrip, |what, session, done| {
        if matches!(what, What::Reload) {
            session.document.stack.clear();
        }
        done
    }),
    (Injection::NewRules, Promise::GoesOn, |what, session, done| {
        if matches!(what, What::NewRules(_)) {
            session.document.stack.clear();
        }
        done
    }),
];

#[test]
fn a_bot_without_a_fault_keeps_every_promise() {
    let found = breaches(RULES, None);
    assert!(found.is_empty(), "{}", found[0]);
}

#[test]
fn every_repair_and_every_promise_finds_a_bot_that_breaks_it() {
    let mut injections = BTreeSet::new();
    let mut promises = BTreeSet::from([Promise::NoFalseAlarm]);
    for (injection, promise, fault) in FAULTS {
        let found = breaches(RULES, Some(*fault));
        let pairs: Vec<_> = found.iter().map(|breach| (breach.injection(), breach.promise())).collect();
        assert!(pairs.contains(&(*injection, *promise)), "{injection}, {promise}: {pairs:?}");
        injections.insert(*injection);
        promises.insert(*promise);
    }
    assert_eq!((injections.len(), promises.len()), (10, 14));
}

#[test]
fn a_word_that_alarms_when_it_is_misspelt_is_found() {
    let rules = RULES
        .replace("  repair: {keywords", "  alarm: {keywords: {en: [reapir]}, handoff: legal}\n  repair: {keywords");
    let found = breaches(&rules, None);
    let pairs: Vec<_> = found.iter().map(|breach| (breach.injection(), breach.promise())).collect();
    assert_eq!(pairs, [(Injection::Typo, Promise::NoFalseAlarm)]);
}
