//! The runner of dialog tests itself: it must fail where a bot does something else, and say where.

use kefu::Engine;
use kefu::testing::{DialogTest, Report};

const BOT: &str = "
languages: {default: en}
intents:
  hours: {keywords: {en: [opening hours]}, say: {en: We are open from 9 to 21.}, chips: [person]}
  person: {keywords: {en: [human]}, handoff: asked}
  repair: {keywords: {en: [repair]}, flow: repair}
actions:
  repairs.book: {in: {thing: text}, out: {ticket: text}, errors: [full], effect: read, timeout: 3s}
flows:
  repair:
    steps:
      - {ask: thing, say: {en: What is broken?}}
      - {call: repairs.book, into: booked, errors: {full: [{say: {en: No place left.}}, {end: unresolved}]}}
      - {say: {en: 'Booked, {{ booked.ticket }}.'}}
      - {end: resolved}
";

fn engine() -> Engine {
    Engine::builder().source("bot.yaml", BOT).build().unwrap_or_else(|error| panic!("{error}"))
}

fn run(test: &str) -> Report {
    let tests = DialogTest::read("t.yaml", test).unwrap_or_else(|error| panic!("{error}"));
    tests[0].run(&engine())
}

#[test]
fn what_holds_passes() {
    for talk in [
        "- {user: opening hours, bot: from 9 to 21}",
        "- {user: opening hours, bot: [from 9, {like: '\\d+ to \\d+'}, {not: closed}]}",
        "- {user: opening hours, bot: {is: We are open from 9 to 21.}}",
        "- {user: opening hours, bot: {answers: hours, chips: [person], flow: none, calls: none, handoff: none, language: en}}",
        "- {user: human please, bot: {handoff: asked, records: [handed_over]}}",
        "- {user: human please, bot: {handoff: {reason: asked, slots: {}, tried: none, flow: none}}}",
        "- {user: i need a repair, bot: {asks: thing, flow: repair}}\n  - {user: kettle, bot: {calls: repairs.book, says: Booked, ends: resolved, flow: none}}",
        "- {user: human}\n  - {host: accepted, bot: silent}\n  - {user: hello, bot: {silent: true}}",
        "- {user: repair}\n  - {reload: true}\n  - {user: kettle, bot: {ends: resolved}}",
        "- {user: repair, session: a}\n  - {user: opening hours, session: b, bot: {flow: none}}",
    ] {
        let report =
            run(&format!("test: t\nactions: {{repairs.book: [{{gives: {{ticket: T-1}}}}]}}\ntalk:\n  {talk}\n"));
        assert!(report.passed(), "{talk}\n{report}");
        assert!(report.checked() > 0, "{talk}");
    }
}

#[test]
fn what_does_not_hold_fails() {
    for (talk, key) in [
        ("- {user: opening hours, bot: from 8 to 20}", "says"),
        ("- {user: opening hours, bot: {is: from 9 to 21}}", "says"),
        ("- {user: opening hours, bot: {not: from 9}}", "says"),
        ("- {user: opening hours, bot: {answers: person}}", "answers"),
        ("- {user: opening hours, bot: {chips: [repair]}}", "chips"),
        ("- {user: opening hours, bot: {chips: none}}", "chips"),
        ("- {user: opening hours, bot: {flow: repair}}", "flow"),
        ("- {user: opening hours, bot: {handoff: asked}}", "handoff"),
        ("- {user: opening hours, bot: {language: zh}}", "language"),
        ("- {user: opening hours, bot: {records: [miss]}}", "records"),
        ("- {user: opening hours, bot: silent}", "silent"),
        ("- {user: opening hours, bot: {ends: resolved}}", "ends"),
        ("- {user: human, bot: {handoff: none}}", "handoff"),
        ("- {user: human, bot: {handoff: {queue: vip}}}", "handoff"),
        ("- {user: repair, bot: {asks: place}}", "asks"),
        ("- {user: repair, bot: {confirms: true}}", "confirms"),
        ("- {user: repair, bot: {slots: {thing: kettle}}}", "slots"),
        ("- {user: repair, bot: {calls: repairs.book}}", "calls"),
        ("- {host: accepted}", "event"),
    ] {
        let report = run(&format!("test: t\ntalk:\n  {talk}\n"));
        let failure = report.failure().unwrap_or_else(|| panic!("{talk} passed"));
        assert_eq!(failure.line(), 3, "{talk}");
        assert_eq!(failure.mismatches()[0].key(), key, "{talk}");
    }
}

#[test]
fn answers_come_in_order_and_by_arguments() {
    let report = run("
test: t
actions:
  repairs.book:
    - {with: {thing: kettle}, gives: {ticket: '1'}}
    - {fails: full}
    - {gives: {ticket: '2'}}
talk:
  - {user: repair}
  - {user: lamp, bot: {says: No place left, ends: unresolved}}
  - {user: repair}
  - {user: kettle, bot: 'Booked, 1.'}
  - {user: repair}
  - {user: lamp, bot: 'Booked, 2.'}
  - {user: repair}
  - {user: lamp, bot: 'Booked, 2.'}
");
    assert!(report.passed(), "{report}");
}

#[test]
fn time_passes_with_ticks_at_each_deadline() {
    let report = run("
test: t
talk:
  - {user: repair}
  - {user: kettle, bot: {calls: repairs.book, handoff: none}}
  - {wait: 2s, bot: {handoff: none}}
  - {wait: 2s, bot: {handoff: backend, records: [{event: action_ended, result: timeout}]}}
");
    assert!(report.passed(), "{report}");
}

#[test]
fn a_failure_reads_like_a_diff() {
    let report = run("test: hours\ntalk:\n  - {user: opening hours, bot: {says: from 8, flow: repair}}\n");
    let text = report.to_string().replace("(1.00)", "(…)").replace("(0.94)", "(…)");
    insta::assert_snapshot!(text, @r"
    t.yaml:3: hours
      user: opening hours
        says
          expected  “from 8”
        flow
          expected  repair
          came      none
        the bot said  “We are open from 9 to 21. [person]”
        taken by      rung request, understood as hours (…)
        trace         +52.8 hours by `opening hours`
    ");
}

#[test]
fn mistakes_are_named_with_their_line() {
    for (text, line, said) in [
        ("talk: [{user: x, bot: y}]", 1, "`test` is missing"),
        ("test: a", 1, "`talk` is missing"),
        ("test: a\ntalk:\n  - {usr: x}", 3, "there is no key `usr` here"),
        ("test: a\ntalk:\n  - {user: x, bot: {sasy: x}}", 3, "there is no key `sasy` here"),
        ("test: a\ntalk:\n  - {user: x, rating: 1}", 3, "a line has one of `user`, `rating`, not several"),
        ("test: a\ntalk:\n  - {user: x}\n  - {wait: soon}", 4, "`soon` is no span of time"),
        ("test: a\nnow: yesterday\ntalk: [{user: x}]", 2, "`yesterday` is no moment"),
        ("test: a\ntalk: [{user: x, bot: {like: '('}}]", 2, "`(` is no regular expression"),
        ("test: a\ntalk: [{user: x}]\n---\ntest: a\ntalk: [{user: x}]", 4, "a second test is called `a`"),
        ("test: a\nactions: {x: [{gvies: {}}]}\ntalk: [{user: x}]", 2, "there is no key `gvies` here"),
        ("test: a\ntest: b\ntalk: [{user: x}]", 2, "`test` stands here a second time"),
        ("test: a\n\ttalk: x", 2, "tab"),
    ] {
        let error = DialogTest::read("t.yaml", text).err().unwrap_or_else(|| panic!("{text} was read"));
        let first = &error.diagnostics()[0];
        assert!(first.message().contains(said), "{text}\n{error}");
        assert_eq!(first.place().map(kefu::Place::line), Some(line), "{text}\n{error}");
    }
}

#[test]
fn a_talk_that_checks_nothing_at_its_end_is_a_warning() {
    let tests = DialogTest::read("t.yaml", "test: a\ntalk:\n  - {user: x, bot: silent}\n  - {user: y}").unwrap();
    assert_eq!(tests[0].warnings().len(), 1);
    assert_eq!(tests[0].warnings()[0].place().map(kefu::Place::line), Some(4));
}
