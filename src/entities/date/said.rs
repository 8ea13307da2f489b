//! Days in words: yesterday, three days ago, last Friday.

use jiff::{Span, ToSpan};

use super::{Days, Read, figure, one, small, spoken};
use crate::entities::calendar::{NEAR, NEAR_WORDS, NEAR_ZH, chinese_weekday, is_ordinal, weekday};
use crate::entities::numeral::numeral;
use crate::entities::view::{View, characters};
use crate::rules::Value;
use crate::text::{Language, TokenKind};

impl Days {
    /// 昨天, 三天前, 上周五, 三月二号, 二〇二六年三月二日.
    pub(super) fn chinese(self, view: &View, at: usize) -> Read {
        let rest = view.rest(at);
        if let Some((word, days)) = NEAR_ZH.iter().find(|(word, _)| rest.starts_with(word)) {
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
                    None if matches!(view.before(at, 1), "一" | "两" | "三" | "每" | "几")
                        || at.checked_sub(1).is_some_and(|before| small(view, before).is_some()) =>
                    {
                        None
                    }
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
    pub(super) fn counted(self, view: &View, at: usize) -> Read {
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
    pub(super) fn relative(self, view: &View, at: usize) -> Read {
        let first = view.at(at);
        let is_next = |words: &[&str]| words.first() == Some(&first) && view.follows(at, words);
        if let Some((words, days)) = NEAR.iter().find(|(words, _)| is_next(words)) {
            return self.shifted(days.days(), at + words.len());
        }
        let (word, days) = NEAR_WORDS.iter().find(|(word, _)| *word == first)?;
        // Why: "por la mañana" is a time of day; "mañana" is a day.
        if *word == "manana" && matches!(view.before(at, 1), "la" | "esta" | "de" | "media") {
            return (view.before(at, 1) == "esta").then(|| self.shifted(0.days(), at + 1))?;
        }
        self.shifted(days.days(), at + 1)
    }

    /// `Friday`, `last Friday`, `el lunes`, `el lunes pasado`, `próxima terça`, `terça-feira passada`.
    pub(super) fn weekday(self, view: &View, at: usize) -> Read {
        let lead = usize::from(matches!(
            view.at(at),
            "last"
                | "next"
                | "this"
                | "on"
                | "coming"
                | "el"
                | "este"
                | "proximo"
                | "proxima"
                | "na"
                | "no"
                | "nesta"
                | "esta"
                | "ultima"
                | "ultimo"
                | "pasado"
                | "passada"
        ));
        let lead =
            if lead == 1 && matches!(view.at(at + 1), "proximo" | "pasado" | "ultimo" | "proxima" | "next" | "last") {
                2
            } else {
                lead
            };
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
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
}

fn unit(view: &View, at: usize) -> Option<(Unit, usize)> {
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
