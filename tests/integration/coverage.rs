//! What no test reaches is named, with its place.

use kefu::Source;
use kefu::testing::{Coverage, CoverageRecord, DialogTest, Labelled, Reach, RuleKind, Witness};

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
    let coverage = Coverage::measure(&[Source::new("bot.yaml", RULES)], &tests, &[]).unwrap();
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
fn what_reaches_a_rule_is_told_apart() {
    let tests = DialogTest::read("t.yaml", TALK).unwrap();
    let messages = [
        Labelled::new("when are you closed?", ["hours"]).in_language(kefu::Language::En),
        Labelled::new("open on Sunday, I want a repair", ["person"]),
    ];
    let coverage = Coverage::measure(&[Source::new("bot.yaml", RULES)], &tests, &messages).unwrap();
    let by = |name: &str| {
        let item = coverage.items().iter().find(|item| item.name() == name && item.kind() != RuleKind::Intent).unwrap();
        Witness::ALL.map(|witness| item.by(witness) != Reach::Missed)
    };
    assert_eq!(by("opening hours"), [false, true, false, true]);
    assert_eq!(by("when .*closed"), [false, false, true, false]);
    assert_eq!(by("repair"), [true, false, false, true]);
    // What is not understood as labelled proves nothing.
    assert_eq!(by("open on Sunday"), [false, false, false, true]);
    assert_eq!(coverage.count_by(RuleKind::Keyword, Witness::Examples), 1);
    assert_eq!(coverage.count(RuleKind::Keyword), (3, 4));
}

#[test]
fn what_an_earlier_run_reached_is_missed_when_it_is_gone() {
    let measure = |rules: &str, talk: &str| {
        let tests = DialogTest::read("t.yaml", talk).unwrap();
        Coverage::measure(&[Source::new("bot.yaml", rules)], &tests, &[]).unwrap()
    };
    let before = serde_json::to_string(&measure(RULES, TALK).record()).unwrap();
    let before: CoverageRecord = serde_json::from_str(&before).unwrap();
    let lost = |rules: &str, talk: &str| {
        let lost = measure(rules, talk).lost_since(&before);
        lost.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(lost(&format!("# lines move\n{RULES}"), TALK), "");
    // What nothing reached may go; a keyword that works is missed though nobody says it.
    assert_eq!(lost(&RULES.replace("    patterns: {en: ['when .*closed']}\n", ""), TALK), "");
    assert_eq!(lost(&RULES.replace(", open on Sunday", ""), TALK), "bot.yaml:4: keyword open on Sunday: gone");
    insta::assert_snapshot!(lost(&RULES.replace("opening hours, ", ""), TALK), @r"
    bot.yaml:3: intent hours: nothing reaches it now
    bot.yaml:4: keyword opening hours: gone
    ");
    insta::assert_snapshot!(lost(RULES, &TALK.replace("  - {user: human, bot: {handoff: asked}}\n", "")), @"bot.yaml:9: intent person: nothing reaches it now");
}

#[test]
fn the_shop_pack_is_counted_whole() {
    let sources = Source::from_dir(crate::shop::FOLDER).unwrap();
    let coverage = Coverage::measure(&sources, &[], &[]).unwrap();
    // Without a dialog only examples count: no step is reached, and every intent is by its own.
    assert_eq!(coverage.count(RuleKind::Step).0, 0);
    let (reached, all) = coverage.count(RuleKind::Intent);
    assert!(reached == all && all > 50, "{reached} of {all}");
    let page = coverage.page();
    assert!(page.contains("class=\"missed\"") && page.contains("track_order"));
}
