//! How numbers, money, days and times are written for customers of each language.
//!
//! Forms follow CLDR 45 (zh, en-GB for dates, es, pt-BR), with two choices where shops write otherwise: plain spaces
//! instead of no-break ones (they are searched and tested for), and Chinese amounts without `.00`.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::evaluate::Frame;
use super::render::words;
use super::tree::Form;
use super::{Locale, arithmetic};
use crate::rules::{Builtin, Value};
use crate::text::Language;

/// Days either side of today within which a date needs no year.
const NEAR_DAYS: i32 = 180;

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const MONTHS_PT: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

/// Marks of currencies per language: code, then zh, en, es, pt. A mark that ends with a space stands apart.
const CURRENCIES: [(&str, [&str; 4]); 9] = [
    ("CNY", ["¥", "CNY ", "CNY", "CNY "]),
    ("USD", ["US$", "$", "US$", "US$ "]),
    ("EUR", ["€", "€", "€", "€ "]),
    ("GBP", ["£", "£", "GBP", "£ "]),
    ("BRL", ["R$", "R$", "BRL", "R$ "]),
    ("MXN", ["MX$", "MX$", "MXN", "MX$ "]),
    ("JPY", ["JP¥", "¥", "JPY", "JP¥ "]),
    ("HKD", ["HK$", "HK$", "HKD", "HK$ "]),
    ("TWD", ["NT$", "NT$", "TWD", "NT$ "]),
];

/// Writes a value in a form; nothing if it is not of that form.
pub(super) fn value(value: &Value, form: &Form, frame: &Frame<'_>, out: &mut String) {
    let language = frame.locale.map(|locale| locale.language);
    match form {
        Form::Text => out.push_str(value.as_text().unwrap_or_default()),
        Form::Number => number(value, language.unwrap_or(Language::En), out),
        Form::Money => money(value, language.unwrap_or(Language::En), out),
        Form::Date | Form::Moment => {
            let (Some(locale), Some(text)) = (frame.locale, value.as_text()) else { return };
            if *form == Form::Date {
                date(text, locale, out);
            } else {
                moment(text, locale, out);
            }
        }
        Form::Label(entity) => {
            let name = value.as_text().unwrap_or_default();
            match language {
                Some(language) => words(frame.vocabulary.shown(entity.as_str(), name, language), frame, out),
                None => out.push_str(name),
            }
        }
    }
}

/// Whether a number takes the singular (CLDR plural rules: en 1, es 1, pt from 0 to below 2; zh knows none).
pub(super) fn is_one(number: f64, language: Language) -> bool {
    match language {
        Language::Zh => false,
        Language::En | Language::Es => (number - 1.0).abs() < f64::EPSILON,
        Language::Pt => (0.0..2.0).contains(&number),
    }
}

/// What stands between the items of a list.
pub(super) fn comma(language: Language) -> &'static str {
    if language == Language::Zh { "、" } else { ", " }
}

/// `12`, `12.5`, `12,5`: whole numbers plain (they may be counts, years or ids), fractions with at most two decimals.
pub(super) fn number(value: &Value, language: Language, out: &mut String) {
    match (value, value.as_integer()) {
        (_, Some(whole)) => drop(write!(out, "{whole}")),
        (Value::Decimal(number), None) => {
            let start = out.len();
            let _ = write!(out, "{number:.2}");
            while out.ends_with('0') && out.len() > start {
                out.pop();
            }
            if out.ends_with('.') {
                out.pop();
            }
            decimal_mark(out, start, language);
        }
        _ => {}
    }
}

/// `¥99`, `CNY 99.00`, `99,00 €`, `R$ 99,00`; without a currency the bare amount.
pub(super) fn money(value: &Value, language: Language, out: &mut String) {
    let Some((amount, currency)) = arithmetic::amount(value) else { return };
    let known = currency.and_then(|code| CURRENCIES.iter().find(|(known, _)| *known == code));
    let mark = known.and_then(|(_, marks)| marks.get(language.index()).copied());
    // Why: without a table entry the code itself is the mark, as far from the amount as the language has it.
    let mark = mark.or(currency).unwrap_or_default();
    let gap = known.is_none() && currency.is_some() && language != Language::Es;
    let is_after = language == Language::Es;
    if amount < 0.0 {
        out.push('-');
    }
    if !is_after {
        out.push_str(mark);
        if gap {
            out.push(' ');
        }
    }
    digits(amount.abs(), currency, language, out);
    if is_after && !mark.is_empty() {
        out.push(' ');
        out.push_str(mark);
    }
}

fn digits(amount: f64, currency: Option<&str>, language: Language, out: &mut String) {
    let start = out.len();
    let is_whole = (amount - amount.round()).abs() < 0.005;
    let decimals = usize::from(!(currency == Some("JPY") || (language == Language::Zh && is_whole))) * 2;
    let _ = write!(out, "{amount:.decimals$}");
    let end = out.get(start..).and_then(|text| text.find('.')).map_or(out.len(), |dot| start + dot);
    decimal_mark(out, start, language);
    // Why: CLDR groups from four digits on in English and Portuguese, from five in Spanish; Chinese shops do not group.
    let (mark, least) = match language {
        Language::Zh => return,
        Language::En => (',', 4),
        Language::Es => ('.', 5),
        Language::Pt => ('.', 4),
    };
    if end - start >= least {
        let mut place = end;
        while place > start + 3 {
            place -= 3;
            out.insert(place, mark);
        }
    }
}

fn decimal_mark(out: &mut String, start: usize, language: Language) {
    if matches!(language, Language::Es | Language::Pt)
        && let Some(dot) = out.get(start..).and_then(|text| text.find('.'))
    {
        out.replace_range(start + dot..=start + dot, ",");
    }
}

/// A day or a time of day as the customer would write it; nothing for a value of another kind.
pub(crate) fn written(value: &Value, locale: &Locale<'_>, kind: Option<Builtin>) -> Option<String> {
    let text = value.as_text()?;
    let mut out = String::new();
    match kind? {
        Builtin::Date => date(text, locale, &mut out),
        Builtin::Time => time(text, locale, &mut out),
        _ => return None,
    }
    (!out.is_empty()).then_some(out)
}

/// A day, from an ISO date or the moment of it.
pub(super) fn date(text: &str, locale: &Locale<'_>, out: &mut String) {
    let day = match text.parse::<jiff::Timestamp>() {
        Ok(moment) => Some(locale.zone.to_datetime(moment).date()),
        Err(_) => text.parse::<Date>().ok(),
    };
    if let Some(day) = day {
        write_day(day, locale, out);
    }
}

/// The time of day of a moment, `14:30`.
pub(super) fn time(text: &str, locale: &Locale<'_>, out: &mut String) {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        let time = locale.zone.to_datetime(moment).time();
        let _ = write!(out, "{:02}:{:02}", time.hour(), time.minute());
    }
}

/// A day and a time of day.
fn moment(text: &str, locale: &Locale<'_>, out: &mut String) {
    if text.parse::<jiff::Timestamp>().is_ok() {
        date(text, locale, out);
        out.push_str(if locale.language == Language::Zh { " " } else { ", " });
        time(text, locale, out);
    }
}

fn write_day(day: Date, locale: &Locale<'_>, out: &mut String) {
    let is_near = locale.today().is_some_and(|today| (day - today).get_days().abs() <= NEAR_DAYS);
    let month = |names: &[&'static str; 12]| {
        names.get(usize::from(day.month().unsigned_abs()).saturating_sub(1)).copied().unwrap_or_default()
    };
    let (year, number) = (day.year(), day.day());
    let _ = match (locale.language, is_near) {
        (Language::Zh, true) => write!(out, "{}月{number}日", day.month()),
        (Language::Zh, false) => write!(out, "{year}年{}月{number}日", day.month()),
        (Language::En, true) => write!(out, "{number} {}", month(&MONTHS_EN)),
        (Language::En, false) => write!(out, "{number} {} {year}", month(&MONTHS_EN)),
        (Language::Es, true) => write!(out, "{number} de {}", month(&MONTHS_ES)),
        (Language::Es, false) => write!(out, "{number} de {} de {year}", month(&MONTHS_ES)),
        (Language::Pt, _) => {
            // Why: Portuguese says the first of a month, and only that, with an ordinal.
            let ordinal = if number == 1 { "º" } else { "" };
            let written = write!(out, "{number}{ordinal} de {}", month(&MONTHS_PT));
            if is_near { written } else { write!(out, " de {year}") }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Script;

    fn all(write: impl Fn(&Locale<'_>, &mut String)) -> [String; 4] {
        Language::ALL.map(|language| {
            let mut out = String::new();
            let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
            let now = "2026-03-01T04:00:00Z".parse().ok();
            write(&Locale { language, script: Script::Hans, zone: &zone, now }, &mut out);
            out
        })
    }

    #[test]
    fn money_is_written_as_customers_expect() {
        let money = |amount: f64, currency: &str| {
            Value::record([("amount", Value::from(amount)), ("currency", Value::from(currency))])
        };
        for (value, expected) in [
            (money(99.0, "CNY"), ["¥99", "CNY 99.00", "99,00 CNY", "CNY 99,00"]),
            (money(1299.5, "CNY"), ["¥1299.50", "CNY 1,299.50", "1299,50 CNY", "CNY 1.299,50"]),
            (money(12_345_678.0, "USD"), ["US$12345678", "$12,345,678.00", "12.345.678,00 US$", "US$ 12.345.678,00"]),
            (money(30.0, "BRL"), ["R$30", "R$30.00", "30,00 BRL", "R$ 30,00"]),
            (money(12.5, "EUR"), ["€12.50", "€12.50", "12,50 €", "€ 12,50"]),
            (money(5.0, "SEK"), ["SEK 5", "SEK 5.00", "5,00 SEK", "SEK 5,00"]),
            (money(-5.0, "USD"), ["-US$5", "-$5.00", "-5,00 US$", "-US$ 5,00"]),
            (Value::from(99), ["99", "99.00", "99,00", "99,00"]),
        ] {
            assert_eq!(all(|locale, out| super::money(&value, locale.language, out)), expected);
        }
    }

    #[test]
    fn days_and_times_are_written_in_the_language_and_zone() {
        for (text, expected) in [
            ("2026-03-02", ["3月2日", "2 March", "2 de marzo", "2 de março"]),
            ("2026-04-01", ["4月1日", "1 April", "1 de abril", "1º de abril"]),
            ("2027-03-02", ["2027年3月2日", "2 March 2027", "2 de marzo de 2027", "2 de março de 2027"]),
            ("2026-03-01T22:00:00Z", ["3月2日", "2 March", "2 de marzo", "2 de março"]),
        ] {
            assert_eq!(all(|locale, out| date(text, locale, out)), expected);
        }
        let moment = |text: &str| all(|locale, out| super::moment(text, locale, out));
        assert_eq!(moment("2026-03-02T06:30:00Z")[0], "3月2日 14:30");
        assert_eq!(moment("2026-03-02T06:30:00Z")[1], "2 March, 14:30");
    }

    #[test]
    fn numbers_and_plurals() {
        for (number, expected) in [
            (3.0, ["3", "3", "3", "3"]),
            (12.5, ["12.5", "12.5", "12,5", "12,5"]),
            (0.333, ["0.33", "0.33", "0,33", "0,33"]),
        ] {
            assert_eq!(all(|locale, out| super::number(&Value::from(number), locale.language, out)), expected);
        }
        for (number, expected) in [
            (0.0, [false, false, false, true]),
            (1.0, [false, true, true, true]),
            (2.0, [false; 4]),
            (1.5, [false, false, false, true]),
        ] {
            assert_eq!(Language::ALL.map(|language| is_one(number, language)), expected, "{number}");
        }
    }
}
