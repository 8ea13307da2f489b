//! The matching view of a text, with the way back.
#![allow(clippy::indexing_slicing)] // Why: `starts` has one entry per folded byte and one more; spans are clamped to it.

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
    /// The original offset of each folded byte, and the original's length at the end; empty if the two are equal.
    starts: Vec<u32>,
    /// Length of what was folded.
    length: usize,
    /// Characters that are Traditional only, and Simplified only.
    traditional: u32,
    simplified: u32,
    has_han: bool,
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
        self.starts.clear();
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
        if self.starts.is_empty() {
            return start..end;
        }
        if start == end {
            let at = self.starts[start] as usize;
            return at..at;
        }
        // Why: one character may fold to many bytes; a span ends where the next character begins.
        let last = self.starts[end - 1];
        let mut after = end;
        while after < self.text.len() && self.starts[after] == last {
            after += 1;
        }
        self.starts[start] as usize..self.starts[after] as usize
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
        self.starts.reserve(text.len() + 1);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c.is_ascii() {
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
            } else if is_invisible(c) {
                continue;
            } else {
                self.push_normal(c);
            }
            // Why: an accent typed as a character of its own belongs to the letter before it.
            if chars.peek().is_some_and(|(_, next)| is_combining_mark(*next)) {
                let cluster_end = {
                    while chars.peek().is_some_and(|(_, next)| is_combining_mark(*next)) {
                        chars.next();
                    }
                    chars.peek().map_or(text.len(), |(next, _)| *next)
                };
                self.text.truncate(self.starts.len());
                for part in text[at..cluster_end].nfkc().flat_map(char::to_lowercase) {
                    self.text.push(part);
                }
            }
            self.starts.resize(self.text.len(), at as u32);
        }
        self.starts.push(text.len() as u32);
        if self.text.is_empty() {
            self.starts = vec![text.len() as u32];
        }
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
