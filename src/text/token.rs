//! Tokens of a folded text: words and digit runs of spaced scripts, single Chinese characters, single marks.

use std::ops::Range;

use super::han::Han;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Letters of a spaced script, apostrophes between them included.
    Word,
    /// A run of ASCII digits.
    Digits,
    /// One Chinese character.
    Han,
    /// Anything else that is not white space, one character.
    Mark,
}

/// A span of the folded text and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Range<usize>,
}

/// The tokens of a folded text, in order.
pub(crate) fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// Iterator of [`tokens`].
#[derive(Clone)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = self.text.get(self.at..)?;
        let skipped = rest.len() - rest.trim_start().len();
        let start = self.at + skipped;
        let rest = self.text.get(start..)?;
        let first = rest.chars().next()?;
        let (kind, length) = if first.is_ascii_digit() {
            (TokenKind::Digits, rest.bytes().take_while(u8::is_ascii_digit).count())
        } else if is_han(first) {
            (TokenKind::Han, first.len_utf8())
        } else if is_letter(first) {
            (TokenKind::Word, word_length(rest))
        } else {
            (TokenKind::Mark, first.len_utf8())
        };
        self.at = start + length;
        Some(Token { kind, span: start..self.at })
    }
}

/// Whether a character is a Chinese one.
pub(crate) fn is_han(c: char) -> bool {
    Han::holds(c) || matches!(c as u32, 0x3400..=0x4DBF | 0xF900..=0xFAFF | 0x20000..=0x323AF | 0x3005 | 0x3007)
}

/// Whether a character is a letter of a spaced script.
pub(crate) fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || (!c.is_ascii() && c.is_alphabetic() && !is_han(c))
}

/// Bytes of the word a text begins with: letters, and apostrophes that stand between two of them.
pub(crate) fn word_length(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inside = is_letter(c) || (c == '\'' && chars.peek().is_some_and(|(_, next)| is_letter(*next)));
        if !inside {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut() {
        for (text, expected) in [
            ("where's my order?", vec!["where's", "my", "order", "?"]),
            ("订单ab12到", vec!["订", "单", "ab", "12", "到"]),
            ("  ", vec![]),
            ("'tis o'", vec!["'", "tis", "o", "'"]),
            ("cadê 😡!", vec!["cadê", "😡", "!"]),
        ] {
            let found: Vec<&str> = tokens(text).map(|token| &text[token.span]).collect();
            assert_eq!(found, expected);
        }
    }
}
