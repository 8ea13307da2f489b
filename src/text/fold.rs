//! The matching view of a text, with the way back.
#![allow(clippy::indexing_slicing)] // Why: runs and stretches are cut at characters of the text itself; spans are clamped to it.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Script;
use super::han::Han;

/// A text as the matcher sees it: lower case, normal width, NFKC, Simplified, straight apostrophes.
///
/// Accents stay. Every span of the folded text leads back to a span of the original ([`Folded::original`]). It is reused
/// from message to message, so that folding allocates only until it has seen its longest text.
#[derive(Clone, Default)]
pub(crate) struct Folded {
    text: String,
    /// Where the offsets of text and original part, in order; empty if they never do.
    stretches: Vec<Stretch>,
    /// Length of what was folded.
    length: usize,
    /// Characters that are Traditional only, and Simplified only.
    traditional: u32,
    simplified: u32,
    has_han: bool,
}

/// A run of characters that stay as they are.
struct Run {
    end: usize,
    /// Where its last character begins.
    last: usize,
    has_upper: bool,
}

/// A part of the folded text, up to the next, in which offsets run alike.
#[derive(Clone, Copy)]
struct Stretch {
    /// Where it begins in the folded text.
    folded: u32,
    /// Where it begins in the original.
    original: u32,
    /// Whether both go on byte by byte; otherwise all of it came from the one character or cluster at `original`.
    is_even: bool,
}

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        let mut folded = Self::default();
        folded.fold(text);
        folded
    }

    /// Folds another text into this one.
    pub(crate) fn fold(&mut self, text: &str) {
        self.text.clear();
        self.stretches.clear();
        self.length = text.len();
        (self.traditional, self.simplified, self.has_han) = (0, 0, false);
        if text.is_ascii() {
            // Why: the common case for three of four languages; offsets are then the original's.
            self.text.push_str(text);
            self.text.make_ascii_lowercase();
        } else {
            self.fold_wide(text);
        }
    }

    /// The folded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a folded span came from, whole characters only.
    pub(crate) fn original(&self, span: Range<usize>) -> Range<usize> {
        let end = span.end.min(self.text.len());
        let start = span.start.min(end);
        if self.stretches.is_empty() {
            return start..end;
        }
        let from = self.original_start(start);
        // Why: one character may fold to many bytes; a span ends where the next character begins.
        if start == end { from..from } else { from..self.original_end(end) }
    }

    /// The original offset of the character that a folded byte came from; for the end of the text that of the original.
    fn original_start(&self, at: usize) -> usize {
        if at == self.text.len() {
            return self.length;
        }
        match self.stretch(at) {
            Some(Stretch { folded, original, is_even: true }) => original as usize + at - folded as usize,
            Some(stretch) => stretch.original as usize,
            None => at,
        }
    }

    /// The original offset behind the character that the byte before came from.
    fn original_end(&self, end: usize) -> usize {
        match self.stretch(end - 1) {
            Some(Stretch { folded, is_even: false, .. }) => {
                let next = self.stretches.partition_point(|stretch| stretch.folded <= folded);
                self.stretches.get(next).map_or(self.length, |next| next.original as usize)
            }
            Some(_) | None if end == self.text.len() => self.length,
            Some(stretch) => stretch.original as usize + end - stretch.folded as usize,
            None => end,
        }
    }

    /// The stretch that a folded byte lies in; none before the first.
    fn stretch(&self, at: usize) -> Option<Stretch> {
        let after = self.stretches.partition_point(|stretch| stretch.folded as usize <= at);
        after.checked_sub(1).map(|last| self.stretches[last])
    }

    /// The script the text is written in; `Latin` without any Chinese character.
    pub(crate) fn script(&self) -> Script {
        if !self.has_han {
            Script::Latin
        } else if self.traditional > self.simplified {
            Script::Hant
        } else {
            Script::Hans
        }
    }

    fn fold_wide(&mut self, text: &str) {
        let han = Han::tables();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let run = self.plain_run(han, bytes, at);
            let mut end = run.end;
            // Why: an accent typed as a character of its own belongs to the letter before it.
            if end > at && end < bytes.len() && text[end..].chars().next().is_some_and(is_combining_mark) {
                end = run.last;
            }
            if end > at {
                let from = self.text.len();
                self.text.push_str(&text[at..end]);
                if run.has_upper {
                    self.text[from..].make_ascii_lowercase();
                }
                at = end;
            }
            if at < bytes.len() {
                at = self.fold_cluster(han, text, at);
            }
        }
    }

    /// The longest run of characters from a byte on that stay as they are, but for the case of plain letters.
    fn plain_run(&mut self, han: &Han, bytes: &[u8], from: usize) -> Run {
        let mut run = Run { end: from, last: from, has_upper: false };
        loop {
            let length = match bytes[run.end..] {
                [0..0x80, ..] => {
                    run.has_upper |= bytes[run.end].is_ascii_uppercase();
                    1
                }
                // Lower-case letters with the accents of Western Europe.
                [0xC3, 0x9F..=0xB6 | 0xB8..=0xBF, ..] => 2,
                [first @ 0xE4..=0xE9, second, third, ..] => {
                    let point = u32::from(first & 0x0F) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
                    match han.plain(point) {
                        Some(is_simplified) => {
                            self.has_han = true;
                            self.simplified += u32::from(is_simplified);
                            3
                        }
                        None => return run,
                    }
                }
                _ => return run,
            };
            run.last = run.end;
            run.end += length;
        }
    }

    /// Folds the character at a byte, with the accents that follow it; tells where the next begins.
    fn fold_cluster(&mut self, han: &Han, text: &str, at: usize) -> usize {
        let from = self.text.len();
        let mut chars = text[at..].chars();
        let Some(c) = chars.next() else { return text.len() };
        let mut end = at + c.len_utf8();
        if is_invisible(c) {
            self.part(from, at, from, end);
            return end;
        }
        let marks: usize = chars.take_while(|next| is_combining_mark(*next)).map(char::len_utf8).sum();
        if marks > 0 {
            end += marks;
            for part in text[at..end].nfkc().flat_map(char::to_lowercase) {
                self.text.push(part);
            }
            self.has_han |= Han::holds(c);
        } else if c.is_ascii() {
            self.text.push(c.to_ascii_lowercase());
        } else if Han::holds(c) {
            self.has_han = true;
            match han.sign(c) {
                1 => self.traditional += 1,
                -1 => self.simplified += 1,
                _ => {}
            }
            self.text.push(han.simplified(c));
        } else if let Some(plain) = plain_mark(c) {
            self.text.push(plain);
        } else {
            self.push_normal(c);
        }
        self.part(from, at, self.text.len(), end);
        end
    }

    /// Notes that folded bytes came from others, where that changes how the offsets run.
    fn part(&mut self, folded: usize, original: usize, folded_end: usize, original_end: usize) {
        if folded_end - folded == original_end - original && self.text[folded..].chars().count() == 1 {
            return;
        }
        if folded_end > folded {
            let same = self.stretches.pop_if(|last| last.folded as usize == folded);
            debug_assert!(same.is_none_or(|last| last.is_even));
            self.stretches.push(Stretch { folded: folded as u32, original: original as u32, is_even: false });
        } else {
            self.stretches.pop_if(|last| last.folded as usize == folded);
        }
        self.stretches.push(Stretch { folded: folded_end as u32, original: original_end as u32, is_even: true });
    }

    /// Anything else: compatibility forms to their ordinary ones, then lower case.
    fn push_normal(&mut self, c: char) {
        if matches!(c as u32, 0xC0..=0x24F) {
            self.text.extend(c.to_lowercase());
            return;
        }
        let han = Han::tables();
        for part in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
            if Han::holds(part) {
                self.has_han = true;
            }
            self.text.push(han.simplified(part));
        }
    }
}

/// The ordinary form of a mark that people's keyboards write in many ways.
fn plain_mark(c: char) -> Option<char> {
    Some(match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0)?.to_ascii_lowercase(),
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{2032}' | '\u{00B4}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{00AB}' | '\u{00BB}' => '"',
        '\u{2010}'..='\u{2014}' => '-',
        '\u{3000}' | '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' => ' ',
        '\u{2028}' | '\u{2029}' | '\u{0085}' => '\n',
        _ => return None,
    })
}

/// Whether a character leaves no mark: joiners, direction marks, byte order marks, soft hyphens.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_meet() {
        for (from, to) in [
            ("Where IS it?", "where is it?"),
            ("發貨", "发货"),
            ("ＡＢ１２３，ｈｉ", "ab123,hi"),
            ("don’t", "don't"),
            ("CONTRASEÑA", "contraseña"),
            ("contrasen\u{303}a", "contraseña"),
            ("A\u{303}O", "ão"),
            ("①㎏", "1kg"),
            ("订\u{200B}单", "订单"),
            ("", ""),
            ("\u{FEFF}", ""),
            ("\u{301}", "\u{301}"),
        ] {
            assert_eq!(Folded::new(from).as_str(), to, "{from}");
        }
    }

    #[test]
    fn spans_lead_back() {
        for (text, part, expected) in [
            ("My ORDER", "order", "ORDER"),
            ("請問發貨", "发货", "發貨"),
            ("号ＡＢ１２！", "ab12", "ＡＢ１２"),
            ("la contrasen\u{303}a nueva", "contraseña", "contrasen\u{303}a"),
            ("5㎏?", "kg", "㎏"),
            ("a\u{200B}b c", "ab", "a\u{200B}b"),
        ] {
            let folded = Folded::new(text);
            let at = folded.as_str().find(part).unwrap();
            assert_eq!(&text[folded.original(at..at + part.len())], expected, "{text}");
        }
    }

    #[test]
    fn every_part_of_a_text_leads_back_to_where_it_came_from() {
        let pieces = [
            "a", "É", "ñ", "n\u{303}", "退", "發", "们", "ＡＢ", "，", "㎏", "\u{200B}", " ", "?", "ﬁ", "①", "\u{301}",
            "𠮷", "ß",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let text = [first, second, "x", third].concat();
                    let folded = Folded::new(&text);
                    let mut before = 0;
                    for (at, c) in folded.as_str().char_indices() {
                        let span = folded.original(at..at + c.len_utf8());
                        assert!(span.start >= before && span.start < span.end, "{text:?} {at} {span:?}");
                        before = span.start;
                        let part = Folded::new(&text[span]);
                        assert!(part.as_str().contains(c), "{text:?} {at} {c}");
                    }
                    let all = folded.original(0..folded.as_str().len());
                    assert_eq!(Folded::new(&text[all]).as_str(), folded.as_str(), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn scripts_are_told() {
        for (text, script) in [
            ("hola", Script::Latin),
            ("退货", Script::Hans),
            ("我想退貨", Script::Hant),
            ("这个怎么退", Script::Hans),
            ("ok 嗎", Script::Hant),
        ] {
            assert_eq!(Folded::new(text).script(), script, "{text}");
        }
    }
}
