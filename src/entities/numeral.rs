//! Numbers in digits and in the words of four languages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::view::View;
use crate::text::{Language, TokenKind};

/// The number that begins at a word, and the place after it.
pub(super) fn numeral(view: &View, at: usize, language: Language) -> Option<(f64, usize)> {
    let first = view.word(at).filter(|word| word.may_count)?;
    match first.kind {
        TokenKind::Digits => digits(view, at, language),
        TokenKind::Han => chinese(view, at),
        TokenKind::Word => worded(view, at, language),
        TokenKind::Mark => None,
    }
}

/// Whether a number may begin with a word, in any of the languages: each is asked, for several kinds of values.
pub(super) fn may_begin(kind: TokenKind, word: &str) -> bool {
    match kind {
        TokenKind::Digits => true,
        TokenKind::Han => word.chars().any(|c| chinese_digit(c).is_some() || unit(c).is_some()),
        TokenKind::Word => FIRST_WORDS.contains(word),
        TokenKind::Mark => false,
    }
}

/// `12`, `1,299.50`, `1.299,50`, `12,5`, `3万`.
fn digits(view: &View, at: usize, language: Language) -> Option<(f64, usize)> {
    let mut written = Written::default();
    written.push(view.at(at))?;
    let mut end = at + 1;
    while let (Some(mark @ ("." | ",")), Some(next)) = (view.word(end).map(|word| word.text), view.word(end + 1)) {
        if next.kind != TokenKind::Digits || !view.is_joined(end) || !view.is_joined(end + 1) {
            break;
        }
        written.mark(if mark == "." { '.' } else { ',' });
        written.push(next.text)?;
        end += 2;
    }
    let number = written.number(language)?;
    // Why: 3万 and 2千 mix digits and characters.
    match view.word(end).filter(|_| view.is_joined(end)).and_then(|word| unit(word.text.chars().next()?)) {
        Some(unit) => Some((number * unit as f64, end + 1)),
        // Why: 1.5k and "20 mil" say thousands.
        None if view.at(end) == "mil" || (view.at(end) == "k" && view.is_joined(end)) => {
            Some((number * 1000.0, end + 1))
        }
        None => Some((number, end)),
    }
}

/// Most digits of a number.
const MOST_DIGITS: usize = 15;

/// A number as it is written, in digits with marks between them.
#[derive(Default)]
struct Written {
    digits: [u8; MOST_DIGITS],
    length: usize,
    /// The last mark, and how many digits stand before it.
    last: Option<(char, usize)>,
    marks: usize,
    is_mixed: bool,
}

impl Written {
    /// Nothing where these are too many.
    fn push(&mut self, digits: &str) -> Option<()> {
        let end = self.length + digits.len();
        self.digits.get_mut(self.length..end)?.copy_from_slice(digits.as_bytes());
        self.length = end;
        Some(())
    }

    fn mark(&mut self, mark: char) {
        self.is_mixed |= self.last.is_some_and(|(other, _)| other != mark);
        self.last = Some((mark, self.length));
        self.marks += 1;
    }

    fn number(&self, language: Language) -> Option<f64> {
        let digits = self.digits.get(..self.length)?;
        let mut plain = [b'.'; MOST_DIGITS + 1];
        let place = self.decimals(language).unwrap_or(self.length);
        plain.get_mut(..place)?.copy_from_slice(digits.get(..place)?);
        plain.get_mut(place + 1..=self.length)?.copy_from_slice(digits.get(place..)?);
        std::str::from_utf8(plain.get(..=self.length)?).ok()?.parse().ok()
    }

    /// Where the decimals begin; nowhere if the marks only group.
    fn decimals(&self, language: Language) -> Option<usize> {
        let (mark, place) = self.last?;
        if self.marks > 1 && !self.is_mixed {
            return None;
        }
        if self.is_mixed || self.length - place != 3 {
            return Some(place);
        }
        // Why: one mark before three digits groups where the language groups with it: 1,299 in English, 1.299 in Spanish.
        let groups = match language {
            Language::Zh | Language::En => ',',
            Language::Es | Language::Pt => '.',
        };
        let leading = self.digits.get(..place).unwrap_or_default();
        (mark != groups || leading == b"0").then_some(place)
    }
}

/// The value of a Chinese digit.
pub(super) fn chinese_digit(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '俩' | '贰' => 2,
        '三' | '叁' | '仨' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn unit(c: char) -> Option<i64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// `三十二`, `两千三` (2300), `一百零五`, `二〇二六`.
fn chinese(view: &View, at: usize) -> Option<(f64, usize)> {
    let (mut total, mut section, mut digit): (i64, i64, Option<i64>) = (0, 0, None);
    let (mut last_unit, mut after_zero) = (1_i64, false);
    // Digits in a row: their number, and how many they are.
    let (mut plain, mut length) = (0_i64, 0_usize);
    let mut end = at;
    while let Some(c) =
        view.word(end).filter(|word| word.kind == TokenKind::Han).and_then(|word| word.text.chars().next())
    {
        if end - at >= 12 {
            break;
        }
        if let Some(value) = chinese_digit(c) {
            // Why: digits in a row are read one by one, as in years and numbers on the phone.
            if digit.is_some() && last_unit != 1 && !after_zero {
                break;
            }
            after_zero = value == 0;
            (plain, length) = (plain * 10 + value, length + 1);
            digit = Some(value);
        } else if let Some(unit) = unit(c) {
            if digit.is_none() && end > at && unit < 10_000 {
                break;
            }
            let count = digit.take().unwrap_or(i64::from(unit == 10 || section > 0));
            if unit >= 10_000 {
                total =
                    total.checked_add((section + count * i64::from(section == 0 || count > 0)).checked_mul(unit)?)?;
                section = 0;
            } else {
                section += count * unit;
            }
            (last_unit, after_zero) = (unit, false);
            (plain, length) = (0, 0);
        } else {
            break;
        }
        end += 1;
    }
    if end == at || (end == at + 1 && last_unit >= 100) {
        return None;
    }
    // Why: 两三个 is "two or three", no number at all.
    if total == 0 && section == 0 && length == 2 && is_about(plain) {
        return None;
    }
    let rest = match digit {
        // Why: 两千三 is 2300: a last digit right after a unit counts the next smaller one.
        Some(value) if last_unit >= 100 && length == 1 => value * (last_unit / 10),
        Some(_) => plain,
        None => 0,
    };
    Some(((total.checked_add(section)?.checked_add(rest)?) as f64, end))
}

/// Whether two digits side by side mean "about so many": 两三, 五六, 三五.
fn is_about(digits: i64) -> bool {
    matches!(digits, 12 | 23 | 34 | 45 | 56 | 67 | 78 | 89 | 35)
}

/// Words for numbers: value and word, without accents.
const EN: [(&str, f64); 31] = [
    ("zero", 0.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fourty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("thousand", 1000.0),
];
const ES: [(&str, f64); 60] = [
    ("cero", 0.0),
    ("un", 1.0),
    ("uno", 1.0),
    ("una", 1.0),
    ("dos", 2.0),
    ("tres", 3.0),
    ("cuatro", 4.0),
    ("cinco", 5.0),
    ("seis", 6.0),
    ("siete", 7.0),
    ("ocho", 8.0),
    ("nueve", 9.0),
    ("diez", 10.0),
    ("once", 11.0),
    ("doce", 12.0),
    ("trece", 13.0),
    ("catorce", 14.0),
    ("quince", 15.0),
    ("dieciseis", 16.0),
    ("diecisiete", 17.0),
    ("dieciocho", 18.0),
    ("diecinueve", 19.0),
    ("veinte", 20.0),
    ("veintiun", 21.0),
    ("veintiuno", 21.0),
    ("veintiuna", 21.0),
    ("veintidos", 22.0),
    ("veintitres", 23.0),
    ("veinticuatro", 24.0),
    ("veinticinco", 25.0),
    ("veintiseis", 26.0),
    ("veintisiete", 27.0),
    ("veintiocho", 28.0),
    ("veintinueve", 29.0),
    ("treinta", 30.0),
    ("cuarenta", 40.0),
    ("cincuenta", 50.0),
    ("sesenta", 60.0),
    ("setenta", 70.0),
    ("ochenta", 80.0),
    ("noventa", 90.0),
    ("cien", 100.0),
    ("ciento", 100.0),
    ("doscientos", 200.0),
    ("doscientas", 200.0),
    ("trescientos", 300.0),
    ("trescientas", 300.0),
    ("cuatrocientos", 400.0),
    ("cuatrocientas", 400.0),
    ("quinientos", 500.0),
    ("quinientas", 500.0),
    ("seiscientos", 600.0),
    ("seiscientas", 600.0),
    ("setecientos", 700.0),
    ("setecientas", 700.0),
    ("ochocientos", 800.0),
    ("ochocientas", 800.0),
    ("novecientos", 900.0),
    ("novecientas", 900.0),
    ("mil", 1000.0),
];
const PT: [(&str, f64); 54] = [
    ("zero", 0.0),
    ("um", 1.0),
    ("uma", 1.0),
    ("dois", 2.0),
    ("duas", 2.0),
    ("tres", 3.0),
    ("quatro", 4.0),
    ("cinco", 5.0),
    ("seis", 6.0),
    ("meia", 6.0),
    ("sete", 7.0),
    ("oito", 8.0),
    ("nove", 9.0),
    ("dez", 10.0),
    ("onze", 11.0),
    ("doze", 12.0),
    ("treze", 13.0),
    ("catorze", 14.0),
    ("quatorze", 14.0),
    ("quinze", 15.0),
    ("dezesseis", 16.0),
    ("dezasseis", 16.0),
    ("dezessete", 17.0),
    ("dezassete", 17.0),
    ("dezoito", 18.0),
    ("dezenove", 19.0),
    ("dezanove", 19.0),
    ("vinte", 20.0),
    ("trinta", 30.0),
    ("quarenta", 40.0),
    ("cinquenta", 50.0),
    ("sessenta", 60.0),
    ("setenta", 70.0),
    ("oitenta", 80.0),
    ("noventa", 90.0),
    ("cem", 100.0),
    ("cento", 100.0),
    ("duzentos", 200.0),
    ("duzentas", 200.0),
    ("trezentos", 300.0),
    ("trezentas", 300.0),
    ("quatrocentos", 400.0),
    ("quatrocentas", 400.0),
    ("quinhentos", 500.0),
    ("quinhentas", 500.0),
    ("seiscentos", 600.0),
    ("seiscentas", 600.0),
    ("setecentos", 700.0),
    ("setecentas", 700.0),
    ("oitocentos", 800.0),
    ("oitocentas", 800.0),
    ("novecentos", 900.0),
    ("novecentas", 900.0),
    ("mil", 1000.0),
];
/// The tables by word: every word of a message may be looked up.
type Words = BTreeMap<&'static str, f64>;
static WORDS_EN: LazyLock<Words> = LazyLock::new(|| EN.into_iter().collect());
static WORDS_ES: LazyLock<Words> = LazyLock::new(|| ES.into_iter().collect());
static WORDS_PT: LazyLock<Words> = LazyLock::new(|| PT.into_iter().collect());

/// Set phrases, the longer first.
const PHRASES: [(Language, &[&str], f64); 21] = [
    (Language::En, &["half", "a", "dozen"], 6.0),
    (Language::En, &["a", "couple", "of"], 2.0),
    (Language::En, &["a", "pair", "of"], 2.0),
    (Language::En, &["a", "dozen"], 12.0),
    (Language::En, &["a", "couple"], 2.0),
    (Language::En, &["one", "dozen"], 12.0),
    (Language::En, &["two", "dozen"], 24.0),
    (Language::En, &["a", "hundred"], 100.0),
    (Language::En, &["a", "thousand"], 1000.0),
    (Language::En, &["dozen"], 12.0),
    (Language::En, &["couple"], 2.0),
    (Language::Es, &["media", "docena"], 6.0),
    (Language::Es, &["una", "docena"], 12.0),
    (Language::Es, &["un", "par", "de"], 2.0),
    (Language::Es, &["un", "par"], 2.0),
    (Language::Es, &["docena"], 12.0),
    (Language::Pt, &["meia", "duzia"], 6.0),
    (Language::Pt, &["uma", "duzia"], 12.0),
    (Language::Pt, &["um", "par", "de"], 2.0),
    (Language::Pt, &["um", "par"], 2.0),
    (Language::Pt, &["duzia"], 12.0),
];

/// Every word that a number begins with.
static FIRST_WORDS: LazyLock<FirstWords> = LazyLock::new(|| {
    let of_phrases = PHRASES.iter().filter_map(|(_, words, _)| words.first().copied());
    FirstWords::new(EN.iter().chain(&ES).chain(&PT).map(|(word, _)| *word).chain(of_phrases))
});

/// Words in drawers told by their length and their last letter: nearly every word of a message is asked for, and nearly none is
/// there.
struct FirstWords([Vec<&'static str>; Self::DRAWERS]);

impl FirstWords {
    const DRAWERS: usize = 128;

    fn new(words: impl Iterator<Item = &'static str>) -> Self {
        let mut drawers = Self(std::array::from_fn(|_| Vec::new()));
        for word in words {
            if let Some(drawer) = drawers.0.get_mut(Self::drawer(word)) {
                drawer.push(word);
            }
        }
        drawers
    }

    fn contains(&self, word: &str) -> bool {
        self.0.get(Self::drawer(word)).is_some_and(|drawer| drawer.contains(&word))
    }

    fn drawer(word: &str) -> usize {
        let last = word.as_bytes().last().copied().unwrap_or_default();
        (word.len() * 11 + usize::from(last)) % Self::DRAWERS
    }
}

/// `twenty-two`, `two hundred and five`, `treinta y dos`, `duzentos e cinco`, `a dozen`.
fn worded(view: &View, at: usize, language: Language) -> Option<(f64, usize)> {
    let phrase = PHRASES.iter().find(|(of, words, _)| *of == language && view.follows(at, words));
    if let Some((_, words, value)) = phrase {
        return Some((*value, at + words.len()));
    }
    let (table, joint): (&LazyLock<Words>, &[&str]) = match language {
        Language::En => (&WORDS_EN, &["and", "-"]),
        Language::Es => (&WORDS_ES, &["y"]),
        Language::Pt => (&WORDS_PT, &["e"]),
        Language::Zh => return None,
    };
    let value = |index: usize| table.get(view.at(index)).copied();
    let first = value(at)?;
    let (mut total, mut part) = if is(first, 1000) { (first, 0.0) } else { (0.0, first) };
    let mut end = at + 1;
    loop {
        let next = if joint.contains(&view.at(end)) { end + 1 } else { end };
        let Some(more) = value(next) else { break };
        if is(more, 1000) || (is(more, 100) && language == Language::En) {
            part = part.max(1.0) * more;
            if is(more, 1000) {
                (total, part) = (total + part, 0.0);
            }
        } else if is(part, 0) && total > 0.0 || fits_below(part, more) {
            part += more;
        } else {
            break;
        }
        end = next + 1;
    }
    Some((total + part, end))
}

/// Whether a number, which comes from the tables, is this one.
fn is(number: f64, whole: i32) -> bool {
    (number - f64::from(whole)).abs() < f64::EPSILON
}

/// Whether a number continues another in words: `twenty` two, `two hundred` five; not `two` three.
fn fits_below(before: f64, more: f64) -> bool {
    let is_tens = is(before % 10.0, 0) && before >= 20.0 && !is(before % 100.0, 0);
    (is_tens && (1.0..10.0).contains(&more))
        || (before >= 100.0 && is(before % 100.0, 0) && (1.0..100.0).contains(&more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words_and_digits() {
        use Language::{En, Es, Pt, Zh};
        for (text, language, expected, rest) in [
            ("12", En, 12.0, ""),
            ("1,299.50 now", En, 1299.5, " now"),
            ("1.299,50", Es, 1299.5, ""),
            ("1.299", Es, 1299.0, ""),
            ("1.299", En, 1.299, ""),
            ("1,299", En, 1299.0, ""),
            ("12,5", Pt, 12.5, ""),
            ("1.234.567", Pt, 1_234_567.0, ""),
            ("3万", Zh, 30_000.0, ""),
            ("三十二件", Zh, 32.0, "件"),
            ("十", Zh, 10.0, ""),
            ("十五", Zh, 15.0, ""),
            ("两千三", Zh, 2300.0, ""),
            ("一百五", Zh, 150.0, ""),
            ("一百零五", Zh, 105.0, ""),
            ("两件", Zh, 2.0, "件"),
            ("一万两千", Zh, 12_000.0, ""),
            ("二〇二六", Zh, 2026.0, ""),
            ("三百二十一", Zh, 321.0, ""),
            ("twenty-two shirts", En, 22.0, " shirts"),
            ("two hundred and five", En, 205.0, ""),
            ("one thousand two hundred", En, 1200.0, ""),
            ("a dozen eggs", En, 12.0, " eggs"),
            ("two three", En, 2.0, " three"),
            ("treinta y dos", Es, 32.0, ""),
            ("mil doscientos", Es, 1200.0, ""),
            ("once", Es, 11.0, ""),
            ("un par de", Es, 2.0, ""),
            ("vinte e cinco", Pt, 25.0, ""),
            ("duzentos e cinco", Pt, 205.0, ""),
            ("meia duzia", Pt, 6.0, ""),
            ("dois mil", Pt, 2000.0, ""),
        ] {
            let view = View::new(text);
            let (value, end) = numeral(&view, 0, language).unwrap_or((-1.0, 0));
            assert_eq!((value, &text[view.span(0, end).end..]), (expected, rest), "{text}");
        }
        for (text, language) in [("百", Zh), ("的", Zh), ("hello", En), ("1234567890123456", En), ("once", En)] {
            assert_eq!(numeral(&View::new(text), 0, language), None, "{text}");
        }
    }
}
