//! What the bot did, written into the files of its tests.

use kefu::Engine;
use kefu::testing::{DialogTest, updated};

const BOT: &str = "
languages: {default: en}
intents:
  hours: {keywords: {en: [opening hours]}, say: {en: 'From 9 to 21: daily.'}, chips: [person]}
  person: {keywords: {en: [human]}, handoff: asked}
  repair: {keywords: {en: [repair]}, flow: repair}
actions: {repairs.book: {in: {thing: text}, out: {ticket: text}, effect: read}}
flows:
  repair:
    steps:
      - {ask: thing, say: {en: What is broken?}}
      - {call: repairs.book, into: booked}
      - {say: {en: 'Booked, {{ booked.ticket }}.'}}
      - {end: resolved}
";

const WRONG: &str = "\
# The first lines are for people.
test: everything is wrong
actions: {repairs.book: [{gives: {ticket: '00 7'}}]}
talk:
  - {user: opening hours, bot: from 8}   # said daily
  - {user: opening hours, bot: {answers: hours, chips: [repair], flow: repair, handoff: asked}}
  - user: repair
    bot:
      asks: place   # not this
      slots: {thing: kettle}
  - {user: kettle, bot: {calls: none, says: [lamp, {not: Booked}], ends: cancelled, flow: none}}
  - {user: human, bot: silent}
  - {user: hello}
---
test: nothing is wrong
talk: [{user: human, bot: {handoff: asked, says: {not: hours}}}]
";

#[test]
fn what_does_not_hold_is_written_as_it_came() {
    let engine = Engine::builder().source("bot.yaml", BOT).build().unwrap();
    let tests = DialogTest::read("t.yaml", WRONG).unwrap();
    let files = updated(&tests, &engine);
    let [(name, text)] = files.as_slice() else { panic!("{files:?}") };
    assert_eq!(name, "t.yaml");
    insta::assert_snapshot!(text, @r"
    # The first lines are for people.
    test: everything is wrong
    actions: {repairs.book: [{gives: {ticket: '00 7'}}]}
    talk:
      - {user: opening hours, bot: {says: ['From 9 to 21: daily.']}}   # said daily
      - {user: opening hours, bot: {answers: hours, chips: [person], flow: none, handoff: none}}
      - user: repair
        bot:
          {asks: thing, slots: {thing: none}}
      - {user: kettle, bot: {calls: {'repairs.book': {thing: kettle}}, says: ['Booked, 00 7.'], ends: resolved, flow: none}}
      - {user: human, bot: {says: ['I am passing you to a colleague now. They can see our chat, so you need not repeat anything.']}}
      - {user: hello}
    ---
    test: nothing is wrong
    talk: [{user: human, bot: {handoff: asked, says: {not: hours}}}]
    ");
    let again = DialogTest::read("t.yaml", text.as_str()).unwrap_or_else(|error| panic!("{error}"));
    for test in &again {
        let report = test.run(&engine);
        assert!(report.passed(), "{report}");
    }
    assert!(updated(&again, &engine).is_empty());
}
