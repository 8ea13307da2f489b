use jiff::civil::{Date, Time};

use super::Clock;
use super::date::Days;
use super::hit::Hit;
use super::numeral::numeral;
use super::view::{View, characters};
use crate::rules::Value;
use crate::text::{Language, TokenKind};

/// A time of day as it was said.
struct Said {
    hour: i64,
    minute: i64,
    /// What the customer says of the half of the day; nothing leaves 3 o'clock open.
    half: Option<Half>,
    /// `14:30` is exact, `at 3` is not.
    is_exact: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// The moments a text names. A time without a day is the next such time from now on.
pub(super) fn scan(view: &View, clock: &Clock, language: Option<Language>) -> Vec<Hit> {
    let day = Days { today: Some(clock.today()), language }.scan(view).into_iter().find_map(|hit| {
        let date = hit.value.as_text()?.parse::<Date>().ok()?;
        Some((date, hit.span))
    });
    let mut found = Vec::new();
    let mut at = 0;
    while at < view.len() {
        let is_date = day.as_ref().is_some_and(|(_, span)| {
            view.word(at).is_some_and(|word| is_inside(span, &word.span) && !is_part_of_day(view, at))
        });
        let read = if is_date { None } else { said(view, at) };
        match read {
            Some((said, end)) if end > at => {
                let moments: Vec<Value> = said
                    .times()
                    .into_iter()
                    .filter_map(|time| moment(time, day.as_ref().map(|(day, _)| *day), clock))
                    .collect();
                let mut moments = moments.into_iter();
                if let Some(value) = moments.next() {
                    found.push(Hit { value, others: moments.collect(), span: view.span(at, end) });
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

fn is_inside(outer: &std::ops::Range<usize>, inner: &std::ops::Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// 今晚 and 明早 name a day and a half of it.
fn is_part_of_day(view: &View, at: usize) -> bool {
    matches!(view.at(at), "晚" | "早")
}

impl Said {
    /// The time, or both where the half of the day is open; the likelier first.
    fn times(&self) -> Vec<Time> {
        let hour = match (self.half, self.hour) {
            (Some(Half::Afternoon), hour @ 1..=11) => hour + 12,
            (Some(Half::Morning), 12) => 0,
            (_, hour) => hour,
        };
        // Why: shops and couriers work by day: 3 is rather 15:00, 9 rather 9:00.
        let hours: &[i64] = match (self.half, self.is_exact, hour) {
            (None, false, 1..=7) => &[hour + 12, hour],
            _ => &[hour],
        };
        let time = |hour: &i64| Time::new(i8::try_from(*hour % 24).ok()?, i8::try_from(self.minute).ok()?, 0, 0).ok();
        hours.iter().filter_map(time).collect()
    }
}

fn moment(time: Time, day: Option<Date>, clock: &Clock) -> Option<Value> {
    let on = |date: Date| date.to_datetime(time).to_zoned(clock.zone.clone()).ok();
    let zoned = if let Some(day) = day {
        on(day)?
    } else {
        let today = on(clock.today())?;
        if today.timestamp() >= clock.now { today } else { on(clock.today().tomorrow().ok()?)? }
    };
    Some(Value::from(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()))
}

fn said(view: &View, at: usize) -> Option<(Said, usize)> {
    chinese(view, at).or_else(|| written(view, at)).or_else(|| spoken(view, at)).or_else(|| named(view, at))
}

/// `14:30`, `3:30 pm`, `15h30`, `15h`, `3pm`.
fn written(view: &View, at: usize) -> Option<(Said, usize)> {
    let hour = hour(view, at)?;
    if view.is_joined(at) && matches!(view.before(at, 1), ":" | "/" | "-" | "." | ",") {
        return None;
    }
    let minute_at = |place: usize| {
        let word = view.word(place)?;
        let fits = word.kind == TokenKind::Digits
            && word.text.len() == 2
            && view.is_joined(place)
            && view.is_joined(place - 1);
        fits.then(|| word.text.parse::<i64>().ok())?.filter(|minute| *minute < 60)
    };
    if let ":" | "h" | "." = view.at(at + 1)
        && let Some(minute) = minute_at(at + 2)
    {
        let mut end = at + 3;
        // Why: seconds are of no use to a shop, but must not stay behind.
        if view.at(end) == ":" && minute_at(end + 1).is_some() {
            end += 2;
        }
        let (half, after) = half(view, end);
        let is_time = view.at(at + 1) != "." || half.is_some();
        let end = if half.is_none() && matches!(view.at(end), "h" | "hrs" | "hs") { end + 1 } else { after };
        return is_time.then_some((Said { hour, minute, half, is_exact: true }, end));
    }
    if matches!(view.at(at + 1), "h" | "hs" | "hrs" | "horas") {
        let (half, end) = half(view, at + 2);
        return Some((
            Said { hour, minute: 0, half, is_exact: view.at(at + 1) != "horas" || hour > 12 || half.is_some() },
            end,
        ));
    }
    if view.follows(at + 1, &["o'clock"]) || view.follows(at + 1, &["oclock"]) {
        let (half, end) = half(view, at + 2);
        return Some((Said { hour, minute: 0, half, is_exact: false }, end));
    }
    match half(view, at + 1) {
        (Some(half), end) if (1..=12).contains(&hour) => {
            Some((Said { hour, minute: 0, half: Some(half), is_exact: true }, end))
        }
        _ => None,
    }
}

fn hour(view: &View, at: usize) -> Option<i64> {
    let word = view.word(at)?;
    let fits = word.kind == TokenKind::Digits && word.text.len() <= 2;
    fits.then(|| word.text.parse::<i64>().ok())?.filter(|hour| *hour <= 24)
}

/// The half of the day said behind a time, and the place after it.
fn half(view: &View, at: usize) -> (Option<Half>, usize) {
    const SAID: [(&[&str], Half); 22] = [
        (&["a", ".", "m", "."], Half::Morning),
        (&["p", ".", "m", "."], Half::Afternoon),
        (&["a", ".", "m"], Half::Morning),
        (&["p", ".", "m"], Half::Afternoon),
        (&["am"], Half::Morning),
        (&["pm"], Half::Afternoon),
        (&["in", "the", "morning"], Half::Morning),
        (&["in", "the", "afternoon"], Half::Afternoon),
        (&["in", "the", "evening"], Half::Afternoon),
        (&["at", "night"], Half::Afternoon),
        (&["tonight"], Half::Afternoon),
        (&["de", "la", "manana"], Half::Morning),
        (&["de", "la", "tarde"], Half::Afternoon),
        (&["de", "la", "noche"], Half::Afternoon),
        (&["por", "la", "tarde"], Half::Afternoon),
        (&["por", "la", "noche"], Half::Afternoon),
        (&["por", "la", "manana"], Half::Morning),
        (&["da", "manha"], Half::Morning),
        (&["da", "tarde"], Half::Afternoon),
        (&["da", "noite"], Half::Afternoon),
        (&["de", "manha"], Half::Morning),
        (&["de", "tarde"], Half::Afternoon),
    ];
    match SAID.iter().find(|(words, _)| view.follows(at, words)) {
        Some((words, half)) => (Some(*half), at + words.len()),
        None => (None, at),
    }
}

/// `a las 3 y media`, `às três e meia`, `at half past 3`, `at three`.
fn spoken(view: &View, at: usize) -> Option<(Said, usize)> {
    let (lead, language) = match (view.at(at), view.at(at + 1)) {
        ("a", "las" | "la") => (2, Language::Es),
        ("as" | "a", _) if view.word(at).is_some_and(|word| view.text.get(word.span.clone()) != Some("as")) => {
            (1, Language::Pt)
        }
        ("at", _) => (1, Language::En),
        ("half" | "quarter", "past" | "to") => (0, Language::En),
        _ => return None,
    };
    let mut start = at + lead;
    let past = match (view.at(start), view.at(start + 1)) {
        ("half", "past") => Some(30),
        ("quarter", "past") => Some(15),
        ("quarter", "to") => Some(-15),
        _ => None,
    };
    if past.is_some() {
        start += 2;
    }
    let (hour, end) = clock_hour(view, start, language)?;
    let (shift, end) = match (view.at(end), view.at(end + 1)) {
        ("y" | "e", "media" | "meia") => (30, end + 2),
        ("y", "cuarto") => (15, end + 2),
        ("menos", "cuarto") => (-15, end + 2),
        (":" | "h", _) => return None,
        _ => (past.unwrap_or(0), end),
    };
    let (half, end) = half(view, end);
    let (hour, minute) = if shift < 0 { (if hour > 0 { hour - 1 } else { 23 }, 60 + shift) } else { (hour, shift) };
    Some((Said { hour, minute, half, is_exact: hour > 12 }, end))
}

fn clock_hour(view: &View, at: usize, language: Language) -> Option<(i64, usize)> {
    if let Some(hour) = hour(view, at) {
        return Some((hour, at + 1));
    }
    // Why: one word, since "tres y media" goes on with the half hour.
    let (number, end) =
        numeral(view, at, language).filter(|_| view.word(at).is_some_and(|word| word.kind == TokenKind::Word))?;
    let hour = Value::Decimal(number).as_integer().filter(|hour| (1..=24).contains(hour))?;
    Some((hour, end))
}

/// 下午三点半, 晚上8点15分, 9点.
fn chinese(view: &View, at: usize) -> Option<(Said, usize)> {
    const HALVES: [(&str, Half); 15] = [
        ("上午", Half::Morning),
        ("早上", Half::Morning),
        ("早晨", Half::Morning),
        ("清晨", Half::Morning),
        ("凌晨", Half::Morning),
        ("今早", Half::Morning),
        ("明早", Half::Morning),
        ("早", Half::Morning),
        ("中午", Half::Afternoon),
        ("下午", Half::Afternoon),
        ("傍晚", Half::Afternoon),
        ("晚上", Half::Afternoon),
        ("今晚", Half::Afternoon),
        ("夜里", Half::Afternoon),
        ("晚", Half::Afternoon),
    ];
    let said_half = HALVES.iter().find(|(word, _)| view.starts(at, word));
    let start = said_half.map_or(at, |(word, _)| at + characters(word));
    let noon = |end| Some((Said { hour: 12, minute: 0, half: None, is_exact: true }, end));
    let half = said_half.map(|(_, half)| *half);
    let number = match view.word(start).map(|word| word.kind) {
        Some(TokenKind::Digits) => hour(view, start).map(|hour| (hour, start + 1)),
        Some(TokenKind::Han) => numeral(view, start, Language::Zh).and_then(|(number, end)| {
            Some((Value::Decimal(number).as_integer().filter(|hour| (0..=24).contains(hour))?, end))
        }),
        _ => None,
    };
    let Some((hour, end)) = number else {
        return if view.starts(at, "中午") { noon(start) } else { None };
    };
    if view.at(end) == ":" {
        let (mut said, end) = written(view, start)?;
        said.half = said.half.or(half);
        return said_half.map(|_| (said, end));
    }
    let mut next = match view.at(end) {
        "点" if view.at(end + 1) == "钟" => end + 2,
        "点" | "时" => end + 1,
        _ => return None,
    };
    let mut minute = 0;
    if view.at(next) == "半" {
        (minute, next) = (30, next + 1);
    } else if view.starts(next, "一刻") || view.starts(next, "三刻") {
        (minute, next) = (if view.at(next) == "一" { 15 } else { 45 }, next + 2);
    } else if let Some((number, after)) = numeral(view, next, Language::Zh).filter(|_| view.is_joined(next)) {
        let said = Value::Decimal(number).as_integer().filter(|minute| (0..60).contains(minute));
        // Why: 3点2件 counts things.
        if let Some(said) = said.filter(|said| *said >= 5 || view.at(after) == "分") {
            minute = said;
            next = if view.at(after) == "分" { after + 1 } else { after };
        }
    }
    // Why: 3点建议 and 第一点 make points, not times.
    let is_point = view.before(at, 1) == "第" || matches!(view.at(next), "建" | "要" | "意" | "问" | "原" | "说");
    (!is_point).then_some((Said { hour, minute, half, is_exact: hour > 12 }, next))
}

/// `noon`, `midnight`, `mediodía`, `meia-noite`.
fn named(view: &View, at: usize) -> Option<(Said, usize)> {
    const NAMED: [(&[&str], i64); 11] = [
        (&["noon"], 12),
        (&["midday"], 12),
        (&["midnight"], 0),
        (&["mediodia"], 12),
        (&["medio", "dia"], 12),
        (&["medianoche"], 0),
        (&["media", "noche"], 0),
        (&["meio", "-", "dia"], 12),
        (&["meio", "dia"], 12),
        (&["meia", "-", "noite"], 0),
        (&["meia", "noite"], 0),
    ];
    let (words, hour) = NAMED.iter().find(|(words, _)| view.follows(at, words))?;
    Some((Said { hour: *hour, minute: 0, half: None, is_exact: true }, at + words.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Folded;
    use Language::{En, Es, Pt, Zh};

    #[test]
    fn times_as_customers_say_them() {
        // Wednesday, 10:00.
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        let clock = Clock { now: "2026-03-04T10:00:00+08:00".parse().unwrap(), zone };
        for (text, language, expected) in [
            ("14:30", En, "04T14:30"),
            ("9:15", En, "05T09:15"),
            ("3:30 pm", En, "04T15:30"),
            ("at 3pm please", En, "04T15:00"),
            ("3 p.m.", En, "04T15:00"),
            ("at 3", En, "04T15:00 05T03:00"),
            ("half past three in the afternoon", En, ""),
            ("half past 3 in the afternoon", En, "04T15:30"),
            ("tomorrow at 9 am", En, "05T09:00"),
            ("noon", En, "04T12:00"),
            ("下午三点半", Zh, "04T15:30"),
            ("晚上8点15分", Zh, "04T20:15"),
            ("明天上午10点", Zh, "05T10:00"),
            ("明早九点", Zh, "05T09:00"),
            ("下午3:30", Zh, "04T15:30"),
            ("中午", Zh, "04T12:00"),
            ("15點", Zh, "04T15:00"),
            ("第一点", Zh, ""),
            ("a las 3 de la tarde", Es, "04T15:00"),
            ("a las cinco y media", Es, "04T17:30 05T05:30"),
            ("15:30h", Es, "04T15:30"),
            ("mañana a las 11", Es, "05T11:00"),
            ("às 15h30", Pt, "04T15:30"),
            ("às três da tarde", Pt, "04T15:00"),
            ("amanhã às 9 da manhã", Pt, "05T09:00"),
            ("15h", Pt, "04T15:00"),
            ("2026-03-02", En, ""),
            ("ab12345678", En, ""),
            ("$12.50", En, ""),
            ("3 days", En, ""),
        ] {
            let folded = Folded::new(text);
            let hits = scan(&View::new(folded.as_str()), &clock, Some(language));
            let all = hits.iter().flat_map(|hit| std::iter::once(&hit.value).chain(&hit.others));
            let found: Vec<&str> = all.filter_map(Value::as_text).map(|text| &text[8..16]).collect();
            let expected = if text.starts_with("half past three") { "04T15:30" } else { expected };
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
