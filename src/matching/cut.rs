//! From a folded text to its tokens, each with what it may stand for.
#![allow(clippy::indexing_slicing)] // Why: bytes are visited by loops over their own length; words end where letters do.

use std::ops::Range;

use super::matcher::Matcher;
use super::scan::{Break, Scan, ScannedToken, mark_bit};
use super::spelling::SHORTEST;
use super::spread::is_word_like;
use super::word_key::WordKey;
use super::words::{FormsAt, Marks};
use crate::text::{TokenKind, is_han, is_letter, word_length};

impl Matcher {
    /// Cuts the text into tokens and looks up what each may stand for.
    pub(super) fn cut(&self, text: &str, scan: &mut Scan) {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut pending = Break::None;
        let mut spaced = false;
        while at < bytes.len() {
            match bytes[at] {
                b'a'..=b'z' => {
                    at = match self.plain_word(bytes, at, pending, scan) {
                        Some(end) => end,
                        None => self.word(text, at, pending, scan),
                    };
                    (pending, spaced) = (Break::None, false);
                }
                b' ' => {
                    spaced = true;
                    at += 1;
                }
                b'0'..=b'9' => {
                    let start = at;
                    while at < bytes.len() && bytes[at].is_ascii_digit() {
                        at += 1;
                    }
                    let (forms, _) = self.known(WordKey::of(&text[start..at]));
                    push(scan, start..at, forms, TokenKind::Digits, Marks::default(), pending);
                    (pending, spaced) = (Break::None, false);
                }
                0..0x80 => {
                    pending = pending.max(self.mark(text, at..at + 1, pending, scan));
                    at += 1;
                }
                _ => {
                    let c = text[at..].chars().next().unwrap_or(' ');
                    let end = at + c.len_utf8();
                    if is_han(c) {
                        if spaced
                            && pending == Break::None
                            && scan.tokens.last().is_some_and(|token| token.kind == TokenKind::Han)
                        {
                            pending = Break::Space;
                        }
                        let (forms, signs) = match self.words.han(c) {
                            Some(known) => known,
                            None => (self.known(WordKey::of(&text[at..end])).0, 0),
                        };
                        push(scan, at..end, forms, TokenKind::Han, Marks { word: 0, signs }, pending);
                        (pending, spaced) = (Break::None, false);
                        at = end;
                    } else if is_letter(c) {
                        at = self.word(text, at, pending, scan);
                        (pending, spaced) = (Break::None, false);
                    } else {
                        pending = pending.max(self.mark(text, at..end, pending, scan));
                        at = end;
                    }
                }
            }
        }
        scan.last_break = pending;
    }

    /// Reads the word at a byte, if it is one of the rules in a few plain letters, and tells where it ends.
    ///
    /// Why apart: nearly every word is.
    #[inline]
    fn plain_word(&self, bytes: &[u8], start: usize, before: Break, scan: &mut Scan) -> Option<usize> {
        let (key, length) = WordKey::of_letters(&bytes[start..])?;
        let end = start + length;
        if goes_on(bytes.get(end)) {
            return None;
        }
        let entry = self.words.entry(key)?;
        self.note_fragment(length, entry.marks, scan);
        push(scan, start..end, entry.forms, TokenKind::Word, entry.marks, before);
        Some(end)
    }

    /// Reads the word at a byte and tells where it ends.
    fn word(&self, text: &str, start: usize, before: Break, scan: &mut Scan) -> usize {
        let length = word_length(&text[start..]);
        let end = start + length;
        let key = WordKey::of(&text[start..end]);
        let (forms, marks) = match self.known(key) {
            (forms, Some(marks)) => {
                self.note_fragment(length, marks, scan);
                (forms, marks)
            }
            (_, None) => self.unknown(key, &text[start..end], scan),
        };
        push(scan, start..end, forms, TokenKind::Word, marks, before);
        end
    }

    /// Notes a short word of the rules that is no ordinary word of a language: it may be the beginning of one ("re fund").
    #[inline]
    fn note_fragment(&self, length: usize, marks: Marks, scan: &mut Scan) {
        if length < SHORTEST && marks.word == 0 && self.repair.is_some() {
            scan.strange.push(scan.tokens.len() as u32);
        }
    }

    /// The forms and marks of a spelling that the rules do not contain.
    fn unknown(&self, key: WordKey, word: &str, scan: &mut Scan) -> (FormsAt, Marks) {
        let first = scan.forms.len();
        let signs = if let Some((forms, signs)) = scan.memo.recall(key, word) {
            scan.forms.extend_from_slice(forms);
            signs
        } else {
            let signs = self.words.unknown(word, &mut scan.forms);
            scan.memo.remember(key, word, &scan.forms[first..], signs);
            signs
        };
        if first == scan.forms.len() && self.repair.is_some() {
            scan.strange.push(scan.tokens.len() as u32);
        }
        (FormsAt::found(first, scan.forms.len()), Marks { word: 0, signs })
    }

    /// The forms and marks of a spelling that the rules contain.
    #[inline]
    fn known(&self, key: WordKey) -> (FormsAt, Option<Marks>) {
        match self.words.entry(key) {
            Some(entry) => (entry.forms, Some(entry.marks)),
            None => (FormsAt::default(), None),
        }
    }

    /// Reads a mark: a token if the rules know it, and what it parts.
    fn mark(&self, text: &str, place: Range<usize>, before: Break, scan: &mut Scan) -> Break {
        let mark = &text[place.clone()];
        scan.marks |= mark.chars().next().map_or(0, mark_bit);
        let parting = match mark {
            "," | "、" => Break::Comma,
            "." => {
                // Why: 12.5 and www.shop.com are one thing.
                let inside = text[place.end..].starts_with(|c: char| c.is_alphanumeric())
                    && text[..place.start].ends_with(|c: char| c.is_alphanumeric());
                if inside { Break::None } else { Break::Stop }
            }
            "?" | "¿" => Break::Question,
            "!" | ";" | "。" | "…" | "\n" | "\r" | "¡" | "⋯" => Break::Stop,
            _ => Break::None,
        };
        if parting != Break::None || is_word_like(mark) {
            let (forms, marks) = self.known(WordKey::of(mark));
            scan.signs |= marks.unwrap_or_default().signs;
            if !forms.is_empty() {
                push(scan, place, forms, TokenKind::Mark, Marks::default(), before);
                return parting;
            }
        }
        if mark == "¿" || mark == "¡" { before.max(Break::Stop) } else { parting }
    }
}

#[inline]
fn push(scan: &mut Scan, place: Range<usize>, forms: FormsAt, kind: TokenKind, marks: Marks, before: Break) {
    scan.signs |= marks.signs;
    scan.has_breaks |= before != Break::None;
    scan.kinds |= 1 << kind as u8;
    scan.tokens.push(ScannedToken {
        start: place.start as u32,
        end: place.end as u32,
        forms,
        kind,
        marks: marks.word,
        signs: marks.signs,
        before,
    });
}

/// Whether a word may go on with a byte that is no plain letter.
#[inline]
fn goes_on(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'\'' | 0x80..))
}
