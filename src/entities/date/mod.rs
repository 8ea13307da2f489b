//! Days as customers name them: written, counted from today, or by their weekday.

mod said;
mod written;

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::hit::Hit;
use super::numeral::numeral;
use super::view::View;
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
    pub(in crate::entities) fn scan(self, view: &View) -> Vec<Hit> {
        collect(view, |at| self.at(view, at))
    }

    /// The answer to "which day?": also `the 5th`, 5号, `el 5`, 20260302.
    pub(in crate::entities) fn read(self, view: &View) -> Vec<Hit> {
        let found = self.scan(view);
        if found.is_empty() { collect(view, |at| self.day_alone(view, at)) } else { found }
    }

    fn at(self, view: &View, at: usize) -> Read {
        match view.word(at)?.kind {
            TokenKind::Digits => {
                self.numeric(view, at).or_else(|| self.day_month(view, at)).or_else(|| self.counted(view, at))
            }
            TokenKind::Han => self.chinese(view, at),
            TokenKind::Word => self
                .month_day(view, at)
                .or_else(|| self.relative(view, at))
                .or_else(|| self.weekday(view, at))
                .or_else(|| self.counted(view, at)),
            TokenKind::Mark => None,
        }
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
fn collect(view: &View, read: impl Fn(usize) -> Read) -> Vec<Hit> {
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

/// A number of at most four digits that stands alone, and how many digits it has.
fn small(view: &View, at: usize) -> Option<(i64, usize)> {
    let word = view.word(at)?;
    let is_plain = word.kind == TokenKind::Digits && word.text.len() <= 4;
    is_plain.then(|| word.text.parse().ok())?.map(|number| (number, word.text.len()))
}

/// A number in digits or Chinese characters, and how many words it takes.
fn figure(view: &View, at: usize) -> Option<(i64, usize)> {
    small(view, at).map(|(number, _)| (number, 1)).or_else(|| spoken(view, at))
}

/// A number in Chinese characters, and how many words it takes.
fn spoken(view: &View, at: usize) -> Option<(i64, usize)> {
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
        for (text, expected) in [
            ("5号", "2026-03-05"),
            ("the 28th", "2026-02-28"),
            ("el 5", "2026-03-05"),
            ("20260302", "2026-03-02"),
            ("99", ""),
        ] {
            let days = Days { today: Some(TODAY), language: None };
            assert_eq!(dates(&days.read(&View::new(text))), expected, "{text}");
        }
    }
}
