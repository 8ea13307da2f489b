//! What no test reaches is named, with its place.

use kefu::Source;
use kefu::testing::{Coverage, DialogTest, Reach, RuleKind};

const RULES: &str = "languages: {default: en}
intents:
  hours:
    keywords: {en: [opening hours, open on Sunday]}
    patterns: {en: ['when .*closed']}
    examples: {en: [tell me your opening hours]}
    say: {en: From 9 to 21.}
  repair: {keywords: {en: [repair]}, flow: repair}
  person: {keywords: {en: [human]}, handoff: asked}
actions:
  repairs.book: {in: {thing: text}, out: {days: integer}, errors: [full], effect: read}
flows:
  repair:
    steps:
      - {ask: thing, say: {en: What is broken?}, again: {en: Please say what is broken.}}
      - call: repairs.book
        into: booked
        errors:
          full: [{say: {en: No place left.}}, {end: unresolved}]
          other: []
      - when: booked and booked.days > 3
        then: [{say: {en: It will take long.}}]
      - {end: resolved}
escalation:
  reasons: {costly: {when: booked.days > 100}}
";

const TALK: &str = "
test: a repair
actions: {repairs.book: [{gives: {days: 1}}, {fails: full}]}
talk:
  - {user: repair, bot: {asks: thing}}
  - {user: kettle, bot: {ends: resolved}}
  - {user: human, bot: {handoff: asked}}
";

fn missed(talk: &str) -> Vec<String> {
    let tests = DialogTest::read("t.yaml", talk).unwrap();
    let coverage = Coverage::measure(&[Source::new("bot.yaml", RULES)], &tests).unwrap();
    let missed = coverage.items().iter().filter(|item| item.reach() == Reach::Missed);
    missed.map(|item| format!("{}: {} {}", item.place().line(), item.kind(), item.name())).collect()
}

#[test]
fn what_no_test_reaches_is_named_with_its_line() {
    insta::assert_snapshot!(missed(TALK).join("\n"), @r"
    4: keyword open on Sunday
    5: pattern when .*closed
    7: text the answer of `hours`
    15: text these words of the flow `repair`
    19: step repair: say
    19: error exit repair: call repairs.book: full
    19: text these words of the flow `repair`
    19: step repair: end
    21: error exit repair: call repairs.book: other
    22: step repair: say
    22: branch repair: when: then
    22: text these words of the flow `repair`
    25: reason costly
    ");
}

#[test]
fn one_more_dialog_reaches_more() {
    let failing =
        TALK.replace("[{gives: {days: 1}}, {fails: full}]", "[{fails: full}]").replace("resolved", "unresolved");
    let missed = missed(&format!("{TALK}---{}", failing.replace("a repair", "no place")));
    assert!(!missed.iter().any(|line| line.contains("full") || line.contains("unresolved")), "{missed:?}");
    assert!(missed.iter().any(|line| line.contains("other")), "{missed:?}");
}

#[test]
fn the_shop_pack_is_counted_whole() {
    let sources = Source::from_dir(crate::shop::FOLDER).unwrap();
    let coverage = Coverage::measure(&sources, &[]).unwrap();
    // Without a dialog only examples count: no step is reached, and every intent is by its own.
    assert_eq!(coverage.count(RuleKind::Step).0, 0);
    let (reached, all) = coverage.count(RuleKind::Intent);
    assert!(reached == all && all > 50, "{reached} of {all}");
    let page = coverage.page();
    assert!(page.contains("class=\"missed\"") && page.contains("track_order"));
}
