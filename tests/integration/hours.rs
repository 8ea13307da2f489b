//! When the desk is open: zones, clocks that change, holidays, exceptions, nights.

use kefu::{Effect, Engine, Event, Handoff, Mode, Session};

const REASONS: &str = "
kefu: 1
languages: {default: en}
intents:
  contact_human_agent: {keywords: {en: [agent]}, handoff: asked}
escalation:
  targets: {high: {accept_within: 10m}}
";

/// The handoff of somebody who asks for a person at a moment, and what was said.
fn asking(hours: &str, moment: &str) -> (Handoff, String) {
    let pack = format!("{REASONS}  hours: {{{hours}}}\n");
    let engine = Engine::builder().source("a.yaml", pack.as_str()).build().unwrap_or_else(|error| panic!("{error}"));
    let moment: jiff::Timestamp = moment.parse().unwrap();
    let turn = engine.handle(&mut Session::new("a"), Event::message("agent"), moment.into()).unwrap();
    let opened = turn.effects().iter().find_map(|effect| match effect {
        Effect::HandoffOpened(handoff) => Some((**handoff).clone()),
        _ => None,
    });
    let said: Vec<&str> = turn.replies().iter().map(kefu::Reply::text).collect();
    (opened.unwrap(), said.join("\n"))
}

const SHANGHAI: &str = "zone: Asia/Shanghai, open: {mon-fri: ['09:00-12:00', '13:00-21:00'], sat: ['10:00-18:00']}, \
    dates: {2026-02-16..2026-02-22: closed, 2026-02-18: ['10:00-11:00'], 2026-02-28: ['09:00-21:00']}";
const BERLIN: &str = "zone: Europe/Berlin, open: {mon-sun: ['02:30-06:00']}";
const NIGHT: &str = "zone: America/Sao_Paulo, open: {fri-sat: ['22:00-06:00']}, dates: {2026-03-14: closed}";

#[test]
fn the_desk_is_open_when_its_clock_says_so() {
    for (hours, moment, is_open) in [
        (SHANGHAI, "2026-03-02T10:00:00+08:00", true),
        (SHANGHAI, "2026-03-02T02:00:00Z", true),
        (SHANGHAI, "2026-03-02T12:00:00+08:00", false),
        (SHANGHAI, "2026-03-02T12:59:59+08:00", false),
        (SHANGHAI, "2026-03-02T13:00:00+08:00", true),
        (SHANGHAI, "2026-03-01T11:00:00+08:00", false),
        // A holiday, an hour within it, and a Saturday that is worked like a weekday.
        (SHANGHAI, "2026-02-17T10:00:00+08:00", false),
        (SHANGHAI, "2026-02-18T10:30:00+08:00", true),
        (SHANGHAI, "2026-02-18T14:00:00+08:00", false),
        (SHANGHAI, "2026-02-28T19:00:00+08:00", true),
        // The same hour by the wall clock, an hour apart by the sun.
        (BERLIN, "2026-03-28T01:45:00Z", true),
        (BERLIN, "2026-03-30T00:45:00Z", true),
        (BERLIN, "2026-03-28T00:45:00Z", false),
        // The clock goes from 2:00 to 3:00 at once.
        (BERLIN, "2026-03-29T00:59:00Z", false),
        (BERLIN, "2026-03-29T01:00:00Z", true),
        // A night that began on Friday, and one that never began.
        (NIGHT, "2026-03-07T03:00:00-03:00", true),
        (NIGHT, "2026-03-07T06:00:00-03:00", false),
        (NIGHT, "2026-03-07T23:00:00-03:00", true),
        (NIGHT, "2026-03-08T05:59:00-03:00", true),
        (NIGHT, "2026-03-14T05:00:00-03:00", true),
        (NIGHT, "2026-03-14T23:00:00-03:00", false),
        (NIGHT, "2026-03-15T01:00:00-03:00", false),
    ] {
        let (handoff, said) = asking(hours, moment);
        assert_eq!(handoff.mode == Mode::Live, is_open, "{moment}: {said}");
    }
}

#[test]
fn who_comes_too_early_is_due_after_the_desk_opens_and_told_when() {
    for (hours, moment, due, told) in [
        (SHANGHAI, "2026-03-02T21:30:00+08:00", "2026-03-03T01:10:00Z", "3 March, 09:00"),
        (SHANGHAI, "2026-02-15T12:00:00+08:00", "2026-02-18T02:10:00Z", "18 February, 10:00"),
        (SHANGHAI, "2026-02-18T12:00:00+08:00", "2026-02-23T01:10:00Z", "23 February, 09:00"),
        // 2:30 does not exist on this day; the desk opens when the clocks have been put forward.
        (BERLIN, "2026-03-29T00:30:00Z", "2026-03-29T01:10:00Z", "03:00"),
        // 2:30 comes twice; the desk opens the first time.
        (BERLIN, "2026-10-24T22:00:00Z", "2026-10-25T00:40:00Z", "02:30"),
        (NIGHT, "2026-03-08T12:00:00-03:00", "2026-03-14T01:10:00Z", "13 March, 22:00"),
    ] {
        let (handoff, said) = asking(hours, moment);
        assert_eq!(handoff.due_at.as_deref(), Some(due), "{moment}");
        assert!(said.contains(told), "{moment}: {said}");
        assert!(!said.contains("passing you"), "nobody is there: {said}");
    }
}

#[test]
fn a_desk_closed_for_longer_than_a_year_still_answers() {
    let hours = "zone: UTC, open: {mon: ['09:00-10:00']}, dates: {2026-01-01..2028-12-31: closed}";
    let (handoff, said) = asking(hours, "2026-03-02T10:00:00Z");
    assert_eq!(handoff.mode, Mode::Ticket);
    assert!(!said.is_empty() && !said.contains("{{") && !said.contains("none"), "{said}");
}
