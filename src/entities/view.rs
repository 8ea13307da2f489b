use std::ops::Range;

use super::numeral::may_begin;
use crate::text::{TokenKind, bare, tokens};

/// Most tokens of a message that are read for values; the rest of a pasted page is not.
const MOST_WORDS: usize = 600;

/// The folded text as a row of words without accents, for values that are said in words. It is reused from message to message.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(super) text: String,
    /// All words without accents, one after the other.
    plain: String,
    words: Vec<Place>,
}

/// Where a word stands.
#[derive(Clone, Debug)]
struct Place {
    kind: TokenKind,
    /// Bytes of the text, and of what stands in `plain`.
    span: Range<usize>,
    plain: Range<usize>,
    may_count: bool,
}

/// A word, a run of digits, a Chinese character or a mark.
pub(super) struct Word<'v> {
    pub(super) text: &'v str,
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
    /// Whether a number may begin here.
    pub(super) may_count: bool,
}

/// How many words a Chinese phrase covers: every character is one.
pub(super) fn characters(phrase: &str) -> usize {
    phrase.chars().count()
}

impl View {
    pub(super) fn new(text: &str) -> Self {
        let mut view = Self::default();
        view.read(text);
        view
    }

    /// Reads another text into this one.
    pub(super) fn read(&mut self, text: &str) {
        let Self { text: own, plain, words } = self;
        own.clear();
        own.push_str(text);
        plain.clear();
        words.clear();
        let is_ascii = text.is_ascii();
        for token in tokens(text).take(MOST_WORDS) {
            let start = plain.len();
            let written = text.get(token.span.clone()).unwrap_or_default();
            if is_ascii {
                plain.push_str(written);
            } else {
                plain.extend(written.chars().map(bare));
            }
            let may_count = may_begin(token.kind, plain.get(start..).unwrap_or_default());
            words.push(Place { kind: token.kind, span: token.span, plain: start..plain.len(), may_count });
        }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, index: usize) -> Option<Word<'_>> {
        let Place { kind, span, plain, may_count } = self.words.get(index)?;
        let text = self.plain.get(plain.clone())?;
        Some(Word { text, kind: *kind, span: span.clone(), may_count: *may_count })
    }

    /// The text of a word; empty behind the end.
    pub(super) fn at(&self, index: usize) -> &str {
        self.word(index).map_or("", |word| word.text)
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
        self.rest(index).starts_with(expected)
    }

    /// The folded text from a word on; empty behind the end.
    pub(super) fn rest(&self, index: usize) -> &str {
        self.words.get(index).and_then(|word| self.text.get(word.span.start..)).unwrap_or_default()
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
