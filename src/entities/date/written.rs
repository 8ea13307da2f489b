//! Days in digits and month names.

use jiff::Span;
use jiff::civil::Date;

use super::{Days, Read, date, figure, one, small};
use crate::entities::calendar::month;
use crate::entities::view::View;
use crate::text::{Language, TokenKind};

impl Days {
    /// `2026-03-02`, 2026年3月2日, 3月2日, `2/3/2026`, `3/2`.
    pub(super) fn numeric(self, view: &View, at: usize) -> Read {
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
    pub(super) fn either_order(
        self,
        first: i64,
        second: i64,
        end: usize,
        make: impl Fn(i64, i64) -> Option<Date>,
    ) -> Read {
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
    pub(super) fn day_month(self, view: &View, at: usize) -> Read {
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
    pub(super) fn month_day(self, view: &View, at: usize) -> Read {
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

    pub(super) fn with_year(self, view: &View, month: i64, day: i64, end: usize) -> Read {
        let at_year = if matches!(view.at(end), "," | "de" | "del") { end + 1 } else { end };
        match small(view, at_year) {
            Some((year, 4)) => one(year, month, day, at_year + 1),
            _ => self.nearest(month, day, end),
        }
    }

    /// A day of the month, or eight digits: only where a day was asked for.
    pub(super) fn day_alone(self, view: &View, at: usize) -> Read {
        let word = view.word(at)?;
        if word.kind == TokenKind::Digits && word.text.len() == 8 {
            let part = |range: std::ops::Range<usize>| word.text.get(range)?.parse().ok();
            return one(part(0..4)?, part(4..6)?, part(6..8)?, at + 1);
        }
        let (day, length) = figure(view, at)?;
        let end = at + length;
        let is_day = matches!(view.at(end), "号" | "日" | "st" | "nd" | "rd" | "th")
            || matches!(view.before(at, 1), "el" | "dia" | "the");
        let end = if matches!(view.at(end), "号" | "日" | "st" | "nd" | "rd" | "th") { end + 1 } else { end };
        let today = self.today?;
        let of = |months: i64| {
            let month = today.first_of_month().checked_add(Span::new().try_months(months).ok()?).ok()?;
            date(i64::from(month.year()), i64::from(month.month()), day)
        };
        let nearest = [0, 1, -1].into_iter().filter_map(of).min_by_key(|date| (*date - today).get_days().abs());
        is_day.then(|| nearest.map(|date| (vec![date], end)))?
    }
}
