//! Repairs put into dialog tests: a bot that keeps its promises shows none, one that does not is told with a dialog to paste.

use kefu::Engine;
use kefu::testing::{DialogTest, Injected, Injection, Injector, Promise};

use crate::shop::{FOLDER, SHOP};

/// A bot whose people cannot be reached: an exception takes every request away.
const UNREACHABLE: &str = "
languages: {default: en}
intents:
  hours: {keywords: {en: [opening hours]}, examples: {en: ['what are your opening hours?']}, say: {en: We are open from 9 to 21.}}
  person: {keywords: {en: [human]}, unless: {en: [human]}, handoff: asked}
  repair: {keywords: {en: [repair]}, flow: repair}
entities: {number: {pattern: 'T-\\d{3}'}}
actions: {repairs.find: {in: {number: text}, out: {state: text}, effect: read}}
flows:
  repair:
    steps:
      - {ask: number, say: {en: Which ticket?}}
      - {call: repairs.find, into: found}
      - {ask: thing, entity: yes_no, say: {en: 'It is {{ found.state }}. Is that all?'}}
      - {end: resolved}
";

const TALK: &str = "test: a repair
actions:
  repairs.find: [{gives: {state: waiting}}]  # always the same
talk:
  - {user: opening hours, bot: {answers: hours}}
  - {user: repair, bot: {asks: number}}
  - {user: T-123, bot: {asks: thing}}
  - {user: 'yes', bot: {ends: resolved}}
";

fn injected(rules: &str) -> (Engine, Injected) {
    let engine = Engine::builder().source("bot.yaml", rules).build().unwrap_or_else(|error| panic!("{error}"));
    let tests = DialogTest::read("t.yaml", TALK).unwrap();
    let report = tests[0].run(&engine);
    assert!(report.passed(), "{report}");
    let injected = Injector::new(&engine).run(&tests[0]);
    (engine, injected)
}

#[test]
fn a_promise_that_is_not_kept_is_told_with_the_shortest_dialog() {
    let (engine, injected) = injected(UNREACHABLE);
    let [breach] = injected.breaches() else { panic!("{:?}", injected.breaches()) };
    assert_eq!((breach.injection(), breach.promise()), (Injection::Person, Promise::PersonReached));
    insta::assert_snapshot!(breach.dialog(), @r"
    test: 'a repair: asking for a person'
    actions:
      repairs.find: [{gives: {state: waiting}}]
    talk:
      - {user: human, bot: {handoff: asked}}
    ");
    let pasted = DialogTest::read("pasted.yaml", breach.dialog()).unwrap_or_else(|error| panic!("{error}"));
    assert!(!pasted[0].run(&engine).passed());
}

#[test]
fn every_kind_of_repair_is_tried() {
    let rules = UNREACHABLE.replace("unless: {en: [human]}, ", "");
    let (_, injected) = injected(&rules);
    assert_eq!(injected.breaches().len(), 0, "{:?}", injected.breaches());
    assert!(injected.tried() > 20, "{}", injected.tried());
}

#[test]
fn the_shop_keeps_its_promises() {
    let injector = Injector::new(&SHOP);
    for file in ["return_goods", "repairs"] {
        let path = format!("{FOLDER}/tests/{file}.yaml");
        for test in DialogTest::read(file, std::fs::read(path).unwrap()).unwrap() {
            let breach = injector.run(&test).breaches().first().map(ToString::to_string);
            assert_eq!(breach, None);
        }
    }
}
