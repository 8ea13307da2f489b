use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::calendar::{NEAR, NEAR_WORDS, NEAR_ZH, chinese_weekday, is_ordinal, month, weekday};
use super::hit::Hit;
use super::numeral::numeral;
use super::view::{View, characters};
use crate::rules::Value;
use crate::text::{Language, TokenKind};

/// What a reading of dates counts from and prefers.
#[derive(Clone, Copy)]
pub(super) struct Days {
    /// Without it only dates with a year are read.
    pub(super) today: Option<Date>,
    /// Settles `3/2` and words that mean other things elsewhere.
    pub(super) language: Option<Language>,
}

/// A day or the ways to read it, and the place after its words.
type Read = Option<(Vec<Date>, usize)>;

impl Days {
    /// The days a text names.
    pub(super) fn scan(self, view: &View<'_>) -> Vec<Hit> {
        collect(view, |at| self.at(view, at))
    }

    /// The answer to "which day?": also `the 5th`, 5号, `el 5`, 20260302.
    pub(super) fn read(self, view: &View<'_>) -> Vec<Hit> {
        let found = self.scan(view);
        if found.is_empty() { collect(view, |at| self.day_alone(view, at)) } else { found }
    }

    fn at(self, view: &View<'_>, at: usize) -> Read {
        match view.word(at)?.kind {
            TokenKind::Digits => self.numeric(view, at).or_else(|| self.day_month(view, at)).or_else(|| self.counted(view, at)),
            TokenKind::Han => self.chinese(view, at),
            TokenKind::Word => self.month_day(view, at).or_else(|| self.relative(view, at)).or_else(|| self.weekday(view, at)).or_else(|| self.counted(view, at)),
            TokenKind::Mark => None,
        }
    }

    /// `2026-03-02`, 2026年3月2日, 3月2日, `2/3/2026`, `3/2`.
    fn numeric(self, view: &View<'_>, at: usize) -> Read {
        if view.is_joined(at) && matches!(view.before(at, 1), "/" | "-" | "." | ":") {
            return None;
        }
        let (first, first_length) = small(view, at)?;
        let mark = view.at(at + 1);
        let part = |place: usize| small(view, place).filter(|_| view.is_joined(place - 1) && view.is_joined(place));
        match mark {
            "年" => {
                let (month, month_length) = figure(view, at + 2)?;
                let (day, day_length) = figure(view, at + 2 + month_length + 1)?;
                let end = at + 2 + month_length + 1 + day_length;
                let end = if matches!(view.at(end), "日" | "号") { end + 1 } else { end };
                (view.at(at + 2 + month_length) == "月").then(|| one(first, month, day, end))?
            }
            "月" => {
                let (day, length) = figure(view, at + 2)?;
                let end = at + 2 + length;
                matches!(view.at(end), "日" | "号").then(|| self.nearest(first, day, end + 1))?
            }
            "-" | "/" | "." => {
                let (second, _) = part(at + 2)?;
                let third = (view.at(at + 3) == mark).then(|| part(at + 4)).flatten();
                match third {
                    Some((third, _)) if first_length == 4 => one(first, second, third, at + 5),
                    Some((year, length)) if matches!(length, 2 | 4) && first_length <= 2 => {
                        let year = if length == 2 { 2000 + year } else { year };
                        self.either_order(first, second, at + 5, |month, day| date(year, month, day))
                    }
                    None if mark == "/" && first_length <= 2 && view.at(at + 3) != "/" => {
                        self.either_order(first, second, at + 3, |month, day| self.near(month, day))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Two numbers of which one is the day: the language settles it, or both readings are given.
    fn either_order(self, first: i64, second: i64, end: usize, make: impl Fn(i64, i64) -> Option<Date>) -> Read {
        let month_first = make(first, second);
        let day_first = make(second, first);
        let dates: Vec<Date> = match self.language {
            Some(Language::Zh) => month_first.or(day_first).into_iter().collect(),
            Some(Language::Es | Language::Pt) => day_first.or(month_first).into_iter().collect(),
            _ => month_first.into_iter().chain(day_first).collect(),
        };
        let mut dates = dates;
        dates.dedup();
        (!dates.is_empty()).then_some((dates, end))
    }

    /// `2 March 2026`, `2nd of March`, `2 de marzo de 2026`.
    fn day_month(self, view: &View<'_>, at: usize) -> Read {
        let (day, _) = small(view, at)?;
        let mut next = at + 1;
        if matches!(view.at(next), "st" | "nd" | "rd" | "th" | "º" | "o" | "ro") && view.is_joined(next) {
            next += 1;
        }
        if matches!(view.at(next), "of" | "de" | "-") {
            next += 1;
        }
        let month = i64::from(month(view.at(next))?);
        self.with_year(view, month, day, next + 1)
    }

    /// `March 2nd, 2026`.
    fn month_day(self, view: &View<'_>, at: usize) -> Read {
        let month = i64::from(month(view.at(at))?);
        let at_day = if view.at(at + 1) == "." || view.at(at + 1) == "the" { at + 2 } else { at + 1 };
        let (day, length) = small(view, at_day)?;
        if length > 2 {
            return None;
        }
        let end = at_day + 1;
        let end = if matches!(view.at(end), "st" | "nd" | "rd" | "th") && view.is_joined(end) { end + 1 } else { end };
        self.with_year(view, month, day, end)
    }

    fn with_year(self, view: &View<'_>, month: i64, day: i64, end: usize) -> Read {
        let at_year = if matches!(view.at(end), "," | "de" | "del") { end + 1 } else { end };
        match small(view, at_year) {
            Some((year, 4)) => one(year, month, day, at_year + 1),
            _ => self.nearest(month, day, end),
        }
    }

    /// 昨天, 三天前, 上周五, 三月二号, 二〇二六年三月二日.
    fn chinese(self, view: &View<'_>, at: usize) -> Read {
        if let Some((word, days)) = NEAR_ZH.iter().find(|(word, _)| view.starts(at, word)) {
            return self.shifted(days.days(), at + characters(word));
        }
        let (mut weeks, mut next) = (None, at);
        while let Some(step) = match view.at(next) {
            "上" => Some(-1),
            "下" => Some(1),
            "这" | "本" => Some(0),
            _ => None,
        } {
            weeks = Some(weeks.unwrap_or(0) + step);
            next += 1;
        }
        if view.at(next) == "个" && weeks.is_some() {
            next += 1;
        }
        for name in ["周", "星期", "礼拜"] {
            if view.starts(next, name)
                && let Some(day) = chinese_weekday(view.at(next + characters(name)))
            {
                let end = next + characters(name) + 1;
                return match weeks {
                    Some(weeks) => self.in_week(weeks, day, end),
                    // Why: 3周一次 and 一周五天 are no weekdays.
                    None if matches!(view.before(at, 1), "一" | "两" | "三" | "每" | "几") || at.checked_sub(1).is_some_and(|before| small(view, before).is_some()) => None,
                    None => self.coming(day, end),
                };
            }
        }
        let (month, length) = spoken(view, at)?;
        let after = at + length;
        match view.at(after) {
            "年" if month > 1000 => {
                let (of_year, length) = figure(view, after + 1)?;
                let (day, day_length) = figure(view, after + 1 + length + 1)?;
                let end = after + 1 + length + 1 + day_length;
                (view.at(after + 1 + length) == "月").then(|| one(month, of_year, day, end + 1))?
            }
            "月" => {
                let (day, length) = figure(view, after + 1)?;
                let end = after + 1 + length;
                matches!(view.at(end), "日" | "号").then(|| self.nearest(month, day, end + 1))?
            }
            _ => self.counted(view, at),
        }
    }

    /// 三天前, `3 days ago`, `in 3 days`, `hace 3 días`, `há 3 dias`, `dentro de dos semanas`, `daqui a 3 dias`.
    fn counted(self, view: &View<'_>, at: usize) -> Read {
        let (lead, sign) = match view.at(at) {
            "in" | "en" | "em" => (1, Some(1)),
            "hace" | "ha" | "faz" => (1, Some(-1)),
            "dentro" if view.at(at + 1) == "de" => (2, Some(1)),
            "daqui" if matches!(view.at(at + 1), "a" | "ha") => (2, Some(1)),
            _ => (0, None),
        };
        let language = match view.word(at)?.kind {
            TokenKind::Han => Language::Zh,
            _ => match view.at(at) {
                "hace" | "en" | "dentro" => Language::Es,
                "ha" | "faz" | "em" | "daqui" => Language::Pt,
                _ => self.language.unwrap_or(Language::En),
            },
        };
        let (count, end) = match view.at(at + lead) {
            "a" if matches!(view.at(at + lead + 1), "week" | "day" | "month") => (1, at + lead + 1),
            _ => {
                let (count, end) = numeral(view, at + lead, language)?;
                (Value::Decimal(count).as_integer()?, end)
            }
        };
        let (unit, mut end) = unit(view, end)?;
        let sign = match (sign, view.at(end)) {
            (Some(sign), _) => sign,
            (None, said) => {
                let (said, length) = match said {
                    "以" | "之" => (view.at(end + 1), 2),
                    "from" if view.at(end + 1) == "now" => ("later", 2),
                    said => (said, 1),
                };
                end += length;
                match said {
                    "ago" | "atras" | "前" => -1,
                    "later" | "后" => 1,
                    _ => return None,
                }
            }
        };
        let count = count.checked_mul(sign)?;
        let span = match unit {
            Unit::Day => Span::new().try_days(count),
            Unit::Week => Span::new().try_weeks(count),
            Unit::Month => Span::new().try_months(count),
        };
        self.shifted(span.ok()?, end)
    }

    /// `yesterday`, `pasado mañana`, `depois de amanhã`, `last week`'s neighbours are left to weekdays.
    fn relative(self, view: &View<'_>, at: usize) -> Read {
        if let Some((words, days)) = NEAR.iter().find(|(words, _)| view.follows(at, words)) {
            return self.shifted(days.days(), at + words.len());
        }
        let (word, days) = NEAR_WORDS.iter().find(|(word, _)| *word == view.at(at))?;
        // Why: "por la mañana" is a time of day; "mañana" is a day.
        if *word == "manana" && matches!(view.before(at, 1), "la" | "esta" | "de" | "media") {
            return (view.before(at, 1) == "esta").then(|| self.shifted(0.days(), at + 1))?;
        }
        self.shifted(days.days(), at + 1)
    }

    /// `Friday`, `last Friday`, `el lunes`, `el lunes pasado`, `próxima terça`, `terça-feira passada`.
    fn weekday(self, view: &View<'_>, at: usize) -> Read {
        let lead = usize::from(matches!(
            view.at(at),
            "last" | "next" | "this" | "on" | "coming" | "el" | "este" | "proximo" | "proxima" | "na" | "no" | "nesta" | "esta" | "ultima" | "ultimo" | "pasado" | "passada"
        ));
        let lead = if lead == 1 && matches!(view.at(at + 1), "proximo" | "pasado" | "ultimo" | "proxima" | "next" | "last") { 2 } else { lead };
        let name = view.at(at + lead);
        let day = weekday(name)?;
        let mut end = at + lead + 1;
        let is_full = view.follows(end, &["-", "feira"]) || view.at(end) == "feira";
        if is_full {
            end += if view.at(end) == "-" { 2 } else { 1 };
        }
        let before = if lead > 0 { view.at(at + lead - 1) } else { "" };
        let (after, after_length) = match view.at(end) {
            "pasado" | "passado" | "passada" => ("last", 1),
            "que" if matches!(view.at(end + 1), "viene" | "vem") => ("next", 2),
            "proximo" | "proxima" => ("next", 1),
            _ => ("", 0),
        };
        let is_named = is_full || lead > 0 || after_length > 0 || self.language == Some(Language::Pt);
        if is_ordinal(name) && !is_named {
            return None;
        }
        let end = end + after_length;
        match (before, after) {
            ("last" | "pasado" | "ultima" | "ultimo" | "passada", _) | (_, "last") => self.before(day, end),
            ("next", _) => self.next(day, end),
            _ => self.coming(day, end),
        }
    }

    /// A day of the month, or eight digits: only where a day was asked for.
    fn day_alone(self, view: &View<'_>, at: usize) -> Read {
        let word = view.word(at)?;
        if word.kind == TokenKind::Digits && word.text.len() == 8 {
            let part = |range: std::ops::Range<usize>| word.text.get(range)?.parse().ok();
            return one(part(0..4)?, part(4..6)?, part(6..8)?, at + 1);
        }
        let (day, length) = figure(view, at)?;
        let end = at + length;
        let is_day = matches!(view.at(end), "号" | "日" | "st" | "nd" | "rd" | "th") || matches!(view.before(at, 1), "el" | "dia" | "the");
        let end = if matches!(view.at(end), "号" | "日" | "st" | "nd" | "rd" | "th") { end + 1 } else { end };
        let today = self.today?;
        let of = |months: i64| {
            let month = today.first_of_month().checked_add(Span::new().try_months(months).ok()?).ok()?;
            date(i64::from(month.year()), i64::from(month.month()), day)
        };
        let nearest = [0, 1, -1].into_iter().filter_map(of).min_by_key(|date| (*date - today).get_days().abs());
        is_day.then(|| nearest.map(|date| (vec![date], end)))?
    }

    fn shifted(self, span: Span, end: usize) -> Read {
        Some((vec![self.today?.checked_add(span).ok()?], end))
    }

    /// A day of a month without a year: the one nearest to today.
    fn nearest(self, month: i64, day: i64, end: usize) -> Read {
        Some((vec![self.near(month, day)?], end))
    }

    fn near(self, month: i64, day: i64) -> Option<Date> {
        let today = self.today?;
        [-1, 0, 1]
            .into_iter()
            .filter_map(|years| date(i64::from(today.year()) + years, month, day))
            .min_by_key(|date| (*date - today).get_days().abs())
    }

    fn coming(self, day: Weekday, end: usize) -> Read {
        let today = self.today?;
        Some((vec![today.nth_weekday(1, day).ok()?], end))
    }

    fn before(self, day: Weekday, end: usize) -> Read {
        Some((vec![self.today?.nth_weekday(-1, day).ok()?], end))
    }

    /// `next Friday`: the coming one, and the one after it while the coming one is still in this week.
    fn next(self, day: Weekday, end: usize) -> Read {
        let coming = self.today?.nth_weekday(1, day).ok()?;
        let is_this_week = self.monday(0)?.checked_add(6.days()).ok()? >= coming;
        let later = coming.checked_add(7.days()).ok().filter(|_| is_this_week);
        Some((std::iter::once(coming).chain(later).collect(), end))
    }

    fn in_week(self, weeks: i64, day: Weekday, end: usize) -> Read {
        let date = self.monday(weeks)?.checked_add(i64::from(day.to_monday_zero_offset()).days()).ok()?;
        Some((vec![date], end))
    }

    /// The Monday of a week, counted from this one.
    fn monday(self, weeks: i64) -> Option<Date> {
        let today = self.today?;
        let back = i64::from(today.weekday().to_monday_zero_offset());
        today.checked_add(Span::new().try_days(weeks.checked_mul(7)?.checked_sub(back)?).ok()?).ok()
    }
}

/// The dates a reader finds, one after the other.
fn collect(view: &View<'_>, read: impl Fn(usize) -> Read) -> Vec<Hit> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < view.len() {
        match read(at) {
            Some((dates, end)) if !dates.is_empty() && end > at => {
                let mut values = dates.iter().map(|date| Value::from(date.to_string()));
                let value = values.next().unwrap_or_default();
                found.push(Hit { value, others: values.collect(), span: view.span(at, end) });
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
}

fn unit(view: &View<'_>, at: usize) -> Option<(Unit, usize)> {
    let at = if view.at(at) == "个" { at + 1 } else { at };
    Some(match view.at(at) {
        "天" | "日" | "day" | "days" | "dia" | "dias" => (Unit::Day, at + 1),
        "周" | "week" | "weeks" | "semana" | "semanas" => (Unit::Week, at + 1),
        "星" if view.starts(at, "星期") => (Unit::Week, at + 2),
        "礼" if view.starts(at, "礼拜") => (Unit::Week, at + 2),
        "月" | "month" | "months" | "mes" | "meses" => (Unit::Month, at + 1),
        _ => return None,
    })
}

/// A number of at most four digits that stands alone, and how many digits it has.
fn small(view: &View<'_>, at: usize) -> Option<(i64, usize)> {
    let word = view.word(at)?;
    let is_plain = word.kind == TokenKind::Digits && word.text.len() <= 4;
    is_plain.then(|| word.text.parse().ok())?.map(|number| (number, word.text.len()))
}

/// A number in digits or Chinese characters, and how many words it takes.
fn figure(view: &View<'_>, at: usize) -> Option<(i64, usize)> {
    small(view, at).map(|(number, _)| (number, 1)).or_else(|| spoken(view, at))
}

/// A number in Chinese characters, and how many words it takes.
fn spoken(view: &View<'_>, at: usize) -> Option<(i64, usize)> {
    let is_han = view.word(at)?.kind == TokenKind::Han;
    let (number, end) = is_han.then(|| numeral(view, at, Language::Zh))??;
    Some((Value::Decimal(number).as_integer()?, end - at))
}

fn one(year: i64, month: i64, day: i64, end: usize) -> Read {
    Some((vec![date(year, month, day)?], end))
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| (1900..=2200).contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Folded;
    use Language::{En, Es, Pt, Zh};

    /// Wednesday.
    const TODAY: Date = jiff::civil::date(2026, 3, 4);

    fn dates(hits: &[Hit]) -> String {
        let all = hits.iter().flat_map(|hit| std::iter::once(&hit.value).chain(&hit.others));
        all.filter_map(Value::as_text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn days_as_customers_name_them() {
        for (text, language, expected) in [
            ("2026-03-02", None, "2026-03-02"),
            ("2026/3/2 下单", None, "2026-03-02"),
            ("2026年3月2日", Some(Zh), "2026-03-02"),
            ("3月2号买的", Some(Zh), "2026-03-02"),
            ("三月二号", Some(Zh), "2026-03-02"),
            ("二〇二六年三月十二日", Some(Zh), "2026-03-12"),
            ("12月28日", Some(Zh), "2025-12-28"),
            ("3/2", Some(Zh), "2026-03-02"),
            ("3/2", Some(Es), "2026-02-03"),
            ("3/2", Some(En), "2026-03-02 2026-02-03"),
            ("13/2", Some(En), "2026-02-13"),
            ("4/4", Some(En), "2026-04-04"),
            ("02/03/2026", Some(Pt), "2026-03-02"),
            ("ordered on march 2nd, 2026", Some(En), "2026-03-02"),
            ("2 march", None, "2026-03-02"),
            ("2nd of march", Some(En), "2026-03-02"),
            ("el 2 de marzo de 2026", Some(Es), "2026-03-02"),
            ("2 de março", Some(Pt), "2026-03-02"),
            ("昨天下的单", Some(Zh), "2026-03-03"),
            ("大前天", Some(Zh), "2026-03-01"),
            ("後天", Some(Zh), "2026-03-06"),
            ("yesterday", Some(En), "2026-03-03"),
            ("the day after tomorrow", Some(En), "2026-03-06"),
            ("lo pedí ayer", Some(Es), "2026-03-03"),
            ("pasado mañana", Some(Es), "2026-03-06"),
            ("mañana por la mañana", Some(Es), "2026-03-05"),
            ("comprei ontem", Some(Pt), "2026-03-03"),
            ("depois de amanhã", Some(Pt), "2026-03-06"),
            ("上周五", Some(Zh), "2026-02-27"),
            ("下周一", Some(Zh), "2026-03-09"),
            ("上上周日", Some(Zh), "2026-02-22"),
            ("星期六", Some(Zh), "2026-03-07"),
            ("下个星期三", Some(Zh), "2026-03-11"),
            ("last friday", Some(En), "2026-02-27"),
            ("on friday", Some(En), "2026-03-06"),
            ("next friday", Some(En), "2026-03-06 2026-03-13"),
            ("next monday", Some(En), "2026-03-09"),
            ("el lunes", Some(Es), "2026-03-09"),
            ("el lunes pasado", Some(Es), "2026-03-02"),
            ("próxima terça", Some(Pt), "2026-03-10"),
            ("terça-feira passada", Some(Pt), "2026-03-03"),
            ("in 3 days", Some(En), "2026-03-07"),
            ("two weeks ago", Some(En), "2026-02-18"),
            ("3天前", Some(Zh), "2026-03-01"),
            ("两周后", Some(Zh), "2026-03-18"),
            ("三天之后", Some(Zh), "2026-03-07"),
            ("hace 3 días", Some(Es), "2026-03-01"),
            ("dentro de dos semanas", Some(Es), "2026-03-18"),
            ("há 3 dias", Some(Pt), "2026-03-01"),
            ("daqui a 3 dias", Some(Pt), "2026-03-07"),
            ("es la segunda vez", Some(Es), ""),
            ("may i return it", Some(En), ""),
            ("包裹三天没到", Some(Zh), ""),
            ("7天无理由", Some(Zh), ""),
            ("order 12345678", Some(En), ""),
            ("99.50", Some(En), ""),
            ("一周三次", Some(Zh), ""),
            ("1/2/3/4", None, ""),
        ] {
            let folded = Folded::new(text);
            let days = Days { today: Some(TODAY), language };
            assert_eq!(dates(&days.scan(&View::new(folded.as_str()))), expected, "{text}");
        }
    }

    #[test]
    fn an_answer_may_be_a_day_of_the_month() {
        for (text, expected) in [("5号", "2026-03-05"), ("the 28th", "2026-02-28"), ("el 5", "2026-03-05"), ("20260302", "2026-03-02"), ("99", "")] {
            let days = Days { today: Some(TODAY), language: None };
            assert_eq!(dates(&days.read(&View::new(text))), expected, "{text}");
        }
    }
}
