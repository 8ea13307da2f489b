use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};
use unicode_normalization::UnicodeNormalization;

use super::naming::named_as_id;
use super::phone::{self, is_chinese_mobile};
use crate::rules::Form;
use crate::text::Folded;

/// Bytes a compiled pattern may take: enough for any id, too little for a bomb.
const MOST_MEMORY: usize = 1 << 20;
/// Most pieces of an id that a customer writes apart.
const MOST_PIECES: usize = 14;

/// Most letters that begin an id and are written apart from it.
const MOST_LETTERS: usize = 4;

/// Most ids one answer gives.
const MOST_IDS: usize = 20;

/// An entity known by its form: order numbers, tickets, codes.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// Finds it in running text, with nothing of a word on either side.
    inside: Regex,
    /// Fits a whole piece.
    whole: Regex,
    form: Form,
    /// Whether no match can do without a digit.
    pub(super) needs_digit: bool,
}

impl Pattern {
    /// The pattern of a regex; nothing if it does not compile, which load has excluded.
    pub(super) fn new(regex: &str, form: Form) -> Option<Self> {
        let build = |pattern: &str| {
            let mut builder = RegexBuilder::new(pattern);
            builder.case_insensitive(true).size_limit(MOST_MEMORY).dfa_size_limit(MOST_MEMORY).build().ok()
        };
        // Why: ASCII word ends, so that 订单AB12345678什么 shows its number between Chinese words.
        let inside = build(&format!(r"(?-u:\b{{start-half}})(?:{regex})(?-u:\b{{end-half}})"))?;
        let whole = build(&format!("^(?:{regex})$"))?;
        let needs_digit = regex_syntax::parse(regex).is_ok_and(|hir| needs_digit(&hir));
        Some(Self { inside, whole, form, needs_digit })
    }

    /// Ids in running text: their folded spans.
    pub(super) fn scan<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        self.inside
            .find_iter(text)
            .map(|found| found.range())
            .filter(|span| !span.is_empty())
            .filter(move |span| !is_mobile(text, span))
    }

    /// Ids in an answer, also written apart: `AB 1234 5678`.
    pub(super) fn read(&self, text: &str) -> Vec<Range<usize>> {
        let found = self.scan(text).take(MOST_IDS).map(|span| self.led(text, self.extended(text, span)));
        let found: Vec<Range<usize>> = found.collect();
        if found.is_empty() { self.joined(text).into_iter().collect() } else { found }
    }

    /// The id as its form says, from the original: width made normal, spaces and hyphens that only set apart taken out.
    pub(super) fn value(&self, folded: &Folded, original: &str, span: Range<usize>) -> String {
        let is_apart = !folded.as_str().get(span.clone()).is_some_and(|piece| self.whole.is_match(piece));
        let written = original.get(folded.original(span)).unwrap_or_default();
        let plain = written.nfkc().filter(|c| !is_apart || c.is_alphanumeric());
        match self.form {
            Form::AsWritten => plain.collect(),
            Form::Upper => plain.flat_map(char::to_uppercase).collect(),
            Form::Lower => plain.flat_map(char::to_lowercase).collect(),
            Form::Digits => plain.filter(char::is_ascii_digit).collect(),
        }
    }

    /// The span with the pieces of three digits or more that go on with the id.
    fn extended(&self, text: &str, span: Range<usize>) -> Range<usize> {
        let pieces = pieces(text, span.end);
        let mut end = span.end;
        for piece in pieces.iter().skip_while(|piece| piece.start < span.end).take(MOST_PIECES) {
            let is_next = is_gap(text, end..piece.start) && piece.len() >= 3;
            let is_digits =
                text.get(piece.clone()).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            if !is_next || !is_digits || !self.whole.is_match(&compact(text, span.start..piece.end)) {
                break;
            }
            end = piece.end;
        }
        span.start..end
    }

    /// The span with the letters that stand apart before it and begin the id: `AB 12345678`.
    fn led(&self, text: &str, span: Range<usize>) -> Range<usize> {
        let before = text.get(..span.start).unwrap_or_default();
        let gap = before.len() - before.trim_end_matches([' ', '-', '.', '_', '/']).len();
        let end = before.len() - gap;
        let letters = before.get(..end).unwrap_or_default();
        let start = end - letters.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        let piece = text.get(start..end).unwrap_or_default();
        let is_led = gap > 0
            && (1..=MOST_LETTERS).contains(&piece.len())
            && is_gap(text, end..span.start)
            && !is_common(piece)
            && self.whole.is_match(&compact(text, start..span.end));
        if is_led { start..span.end } else { span }
    }

    /// The first pieces that together are an id.
    fn joined(&self, text: &str) -> Option<Range<usize>> {
        let pieces = pieces(text, 0);
        // Why: a mobile number written apart must not lend its tail to an id.
        let mobiles = phone::mobiles(text);
        pieces.iter().enumerate().find_map(|(from, first)| {
            // Why: "A B 1 2 3 4" spells, there "a" is no word.
            let spells = first.len() == 1 && pieces.get(from + 1).is_some_and(|next| next.len() == 1);
            if !spells && is_common(text.get(first.clone()).unwrap_or_default()) {
                return None;
            }
            let mut longest = None;
            let mut end = first.end;
            for piece in pieces.iter().skip(from + 1).take(MOST_PIECES) {
                if !is_gap(text, end..piece.start) {
                    break;
                }
                end = piece.end;
                let span = first.start..end;
                if self.whole.is_match(&compact(text, span.clone()))
                    && !mobiles.iter().any(|mobile| mobile.start < span.end && span.start < mobile.end)
                {
                    longest = Some(span);
                }
            }
            longest
        })
    }
}

/// Whether a span is a mobile number that nothing before it calls an order: then it is a phone.
fn is_mobile(text: &str, span: &Range<usize>) -> bool {
    is_chinese_mobile(&compact(text, span.clone())) && !named_as_id(text, span.start)
}

fn compact(text: &str, span: Range<usize>) -> String {
    text.get(span).unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Runs of ASCII letters and digits that end after a place.
fn pieces(text: &str, from: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().enumerate().skip(from).chain([(text.len(), b' ')]) {
        match (byte.is_ascii_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                pieces.push(begin..at);
                start = None;
            }
            _ => {}
        }
        if pieces.len() > 200 {
            break;
        }
    }
    pieces
}

/// Whether only what sets pieces of an id apart stands between two.
fn is_gap(text: &str, span: Range<usize>) -> bool {
    text.get(span).is_some_and(|gap| matches!(gap, " " | "-" | "." | " - " | "_" | "/"))
}

/// Short words that stand before ids and are no part of them.
fn is_common(piece: &str) -> bool {
    const WORDS: [&str; 45] = [
        "no", "was", "are", "for", "and", "one", "ord", "ref", "nro", "son", "fue", "foi", "sao", "com", "por", "this",
        "no", "nr", "num", "is", "it", "its", "s", "m", "t", "my", "the", "id", "of", "n", "es", "el", "la", "mi",
        "de", "se", "con", "o", "e", "a", "meu", "um", "us", "ok", "hi",
    ];
    WORDS.contains(&piece)
}

/// Whether every match of a regex has a digit.
fn needs_digit(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().any(u8::is_ascii_digit),
        HirKind::Class(Class::Unicode(class)) => {
            !class.ranges().is_empty()
                && class.ranges().iter().all(|range| range.start().is_numeric() && range.end().is_numeric())
        }
        HirKind::Class(Class::Bytes(class)) => {
            !class.ranges().is_empty()
                && class.ranges().iter().all(|range| range.start().is_ascii_digit() && range.end().is_ascii_digit())
        }
        HirKind::Repetition(repetition) => repetition.min > 0 && needs_digit(&repetition.sub),
        HirKind::Capture(capture) => needs_digit(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(needs_digit),
        HirKind::Alternation(parts) => parts.iter().all(needs_digit),
        HirKind::Empty | HirKind::Look(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pattern: &Pattern, text: &str, is_answer: bool) -> Vec<String> {
        let folded = Folded::new(text);
        let view = folded.as_str();
        let spans = if is_answer { pattern.read(view) } else { pattern.scan(view).collect() };
        spans.into_iter().map(|span| pattern.value(&folded, text, span)).collect()
    }

    #[test]
    fn ids_are_found_as_they_are_written() {
        let upper = Pattern::new(r"[A-Z]{2,3}\d{4,12}|\d{8,12}", Form::Upper).unwrap();
        let plain = Pattern::new(r"[A-Z]{2,3}\d{4,12}|\d{8,12}", Form::AsWritten).unwrap();
        assert!(upper.needs_digit);
        for (text, expected) in [
            ("订单AB12345678什么时候到", vec!["AB12345678"]),
            ("ab12345678", vec!["AB12345678"]),
            ("ＡＢ１２３４５６７８", vec!["AB12345678"]),
            ("00123456", vec!["00123456"]),
            ("AAA1234", vec!["AAA1234"]),
            ("13800138000", vec![]),
            ("订单号13800138000", vec!["13800138000"]),
            ("order number 13800138000", vec!["13800138000"]),
            ("订单号12345678901", vec!["12345678901"]),
            ("AB12345678, CD12345678", vec!["AB12345678", "CD12345678"]),
            ("1234567890123456", vec![]),
            ("wxAB12345678", vec![]),
            ("没有", vec![]),
        ] {
            assert_eq!(values(&upper, text, false), expected, "{text}");
        }
        assert_eq!(values(&plain, "ａｂ1234", false), ["ab1234"]);
    }

    #[test]
    fn an_answer_may_write_an_id_apart() {
        let upper = Pattern::new(r"[A-Z]{2,3}\d{4,12}|\d{8,12}", Form::Upper).unwrap();
        for (text, expected) in [
            ("AB 1234 5678", vec!["AB12345678"]),
            ("it's AB-1234-5678 thanks", vec!["AB12345678"]),
            ("AB1234 5678", vec!["AB12345678"]),
            ("1234 5678", vec!["12345678"]),
            ("no 1234 5678", vec!["12345678"]),
            ("12345678 2 cajas", vec!["12345678"]),
            ("12345678 y 87654321", vec!["12345678", "87654321"]),
            ("138 0013 8000", vec![]),
            ("AB 12, 34", vec![]),
            ("order ab-12345678", vec!["AB12345678"]),
            ("单号：AB 12345678。", vec!["AB12345678"]),
            ("A B 1 2 3 4 5 6 7 8", vec!["AB12345678"]),
            ("no 12345678", vec!["12345678"]),
            ("es 12345678", vec!["12345678"]),
            ("order 12345678", vec!["12345678"]),
            ("nr. 12345678", vec!["12345678"]),
        ] {
            assert_eq!(values(&upper, text, true), expected, "{text}");
        }
    }
}
