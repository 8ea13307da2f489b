use jiff::{Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};

use crate::rules::{Hours, OpenSpan};

/// How far ahead the next opening is looked for.
const DAYS_AHEAD: i32 = 60;

/// Whether people are at the desk at this moment.
pub(crate) fn is_open(hours: &Hours, zone: &TimeZone, now: Timestamp) -> bool {
    let local = now.to_zoned(zone.clone());
    let minute = minute_of_day(&local);
    spans(hours, local.date()).iter().any(|span| span.from <= minute && minute < span.to)
}

/// The next moment people are at the desk, if there is one within two months.
pub(crate) fn next_open(hours: &Hours, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let local = now.to_zoned(zone.clone());
    let minute = minute_of_day(&local);
    for ahead in 0..DAYS_AHEAD {
        let day = local.date().checked_add(ahead.days()).ok()?;
        let later = |span: &&OpenSpan| ahead > 0 || span.from > minute;
        if let Some(span) = spans(hours, day).iter().filter(later).min_by_key(|span| span.from) {
            let time = day.at((span.from / 60) as i8, (span.from % 60) as i8, 0, 0);
            return time.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
        }
    }
    None
}

fn minute_of_day(local: &Zoned) -> u16 {
    u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs())
}

fn spans(hours: &Hours, day: Date) -> &[OpenSpan] {
    if let Some(rule) = hours.dates.iter().find(|rule| rule.first <= day && day <= rule.last) {
        return &rule.spans;
    }
    let weekday = day.weekday().to_monday_zero_offset();
    hours.week.get(usize::from(weekday.unsigned_abs())).map_or(&[], Vec::as_slice)
}
