use std::borrow::Cow;
use std::ops::Range;

use crate::text::{TokenKind, strip_accents, tokens};

/// Most tokens of a message that are read for values; the rest of a pasted page is not.
const MOST_WORDS: usize = 600;

/// The folded text as a row of words without accents, for values that are said in words.
pub(super) struct View<'t> {
    pub(super) text: &'t str,
    words: Vec<Word<'t>>,
}

/// A word, a run of digits, a Chinese character or a mark.
pub(super) struct Word<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

/// How many words a Chinese phrase covers: every character is one.
pub(super) fn characters(phrase: &str) -> usize {
    phrase.chars().count()
}

impl<'t> View<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let words = tokens(text)
            .take(MOST_WORDS)
            .map(|token| {
                let piece = text.get(token.span.clone()).unwrap_or_default();
                Word { text: strip_accents(piece), kind: token.kind, span: token.span }
            })
            .collect();
        Self { text, words }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, index: usize) -> Option<&Word<'t>> {
        self.words.get(index)
    }

    /// The text of a word; empty behind the end.
    pub(super) fn at(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |word| &word.text)
    }

    /// The text of the word `back` places before; empty before the start.
    pub(super) fn before(&self, index: usize, back: usize) -> &str {
        index.checked_sub(back).map_or("", |index| self.at(index))
    }

    /// Whether the words from here on are these.
    pub(super) fn follows(&self, index: usize, expected: &[&str]) -> bool {
        expected.iter().enumerate().all(|(offset, word)| self.at(index + offset) == *word)
    }

    /// Whether the folded text goes on with this at a word; for Chinese, whose words are single characters.
    pub(super) fn starts(&self, index: usize, expected: &str) -> bool {
        self.word(index)
            .is_some_and(|word| self.text.get(word.span.start..).is_some_and(|rest| rest.starts_with(expected)))
    }

    /// Bytes of the words from one place up to another.
    pub(super) fn span(&self, from: usize, to: usize) -> Range<usize> {
        let start = self.word(from).map_or(self.text.len(), |word| word.span.start);
        let end = to.checked_sub(1).and_then(|last| self.word(last)).map_or(start, |word| word.span.end);
        start..end.max(start)
    }

    /// Whether no white space stands between a word and the one before it.
    pub(super) fn is_joined(&self, index: usize) -> bool {
        match (index.checked_sub(1).and_then(|before| self.word(before)), self.word(index)) {
            (Some(before), Some(word)) => before.span.end == word.span.start,
            _ => false,
        }
    }
}
