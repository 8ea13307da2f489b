use jiff::{
    Timestamp, ToSpan,
    civil::Date,
    tz::{AmbiguousOffset, TimeZone},
};

use crate::rules::{Hours, OpenSpan};

/// How far ahead the next opening is looked for: a shop may close for a season, not for longer than a year.
const DAYS_AHEAD: i32 = 370;

/// Minutes of a day.
const DAY: u16 = 1440;

/// Whether people are at the desk at this moment.
pub(crate) fn is_open(hours: &Hours, zone: &TimeZone, now: Timestamp) -> bool {
    let local = now.to_zoned(zone.clone());
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let covers = |day: Date, minute: u16| spans(hours, day).iter().any(|span| span.from <= minute && minute < span.to);
    // A night shift belongs to the day on which it began.
    covers(local.date(), minute) || local.date().yesterday().is_ok_and(|yesterday| covers(yesterday, minute + DAY))
}

/// The next moment people are at the desk, if there is one within a year.
pub(crate) fn next_open(hours: &Hours, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    if is_open(hours, zone, now) {
        return Some(now);
    }
    let today = now.to_zoned(zone.clone()).date();
    for ahead in 0..DAYS_AHEAD {
        let day = today.checked_add(ahead.days()).ok()?;
        let starts = spans(hours, day).iter().filter_map(|span| start(day, span.from, zone));
        if let Some(first) = starts.filter(|start| *start > now).min() {
            return Some(first);
        }
    }
    None
}

/// When a span of a day begins. An hour that the clocks skip begins when they have been put forward.
fn start(day: Date, minute: u16, zone: &TimeZone) -> Option<Timestamp> {
    let time = day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
    let told = zone.to_ambiguous_zoned(time);
    match told.offset() {
        AmbiguousOffset::Gap { .. } => {
            // Why: read by the offset of after, the time lies before the change: the change is what comes next.
            let before = told.earlier().ok()?.timestamp();
            zone.following(before).next().map(|change| change.timestamp())
        }
        // An hour that comes twice begins the first time.
        AmbiguousOffset::Fold { .. } | AmbiguousOffset::Unambiguous { .. } => {
            told.earlier().ok().map(|zoned| zoned.timestamp())
        }
    }
}

fn spans(hours: &Hours, day: Date) -> &[OpenSpan] {
    if let Some(rule) = hours.dates.iter().find(|rule| rule.first <= day && day <= rule.last) {
        return &rule.spans;
    }
    let weekday = day.weekday().to_monday_zero_offset();
    hours.week.get(usize::from(weekday.unsigned_abs())).map_or(&[], Vec::as_slice)
}
