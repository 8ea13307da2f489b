//! Spaces that are missing between two words, or stand inside one.

use super::scan::{Break, ScannedToken};
use super::word_key::WordKey;
use super::words::{Entry, Words};
use crate::text::TokenKind;

/// Shortest word that a space may stand in, without it.
const SHORTEST_JOINED: usize = 5;
/// Shortest two words that a space may be missing between.
const SHORTEST_PARTED: usize = 6;
/// Shortest word that the other of the two may be.
const SHORTEST_PART: usize = 4;
/// Shortest two words of which neither is a function word: shorter ones are often one word (`headline`, `paycheck`).
const LONG_PART: usize = 6;
const LONG_BOTH: usize = 14;

/// The first of two tokens that are one word of the rules when the space between them is taken away; one of them is the
/// unknown token given.
pub(super) fn to_join(text: &str, words: &Words, tokens: &[ScannedToken], at: usize) -> Option<usize> {
    [Some(at), at.checked_sub(1)].into_iter().flatten().find(|first| {
        let (Some(a), Some(b)) = (tokens.get(*first), tokens.get(first + 1)) else { return false };
        let is_word = |token: &ScannedToken| token.kind == TokenKind::Word;
        let (start, end) = (a.start as usize, b.end as usize);
        let is_small = |token: &ScannedToken| {
            let spelling = text.get(token.start as usize..token.end as usize).unwrap_or_default();
            words.entry(WordKey::of(spelling)).is_some_and(|entry| words.is_function_word(entry))
        };
        is_word(a)
            && is_word(b)
            && b.before == Break::None
            && b.start == a.end + 1
            && end - start > SHORTEST_JOINED
            // Why: two function words are no broken word: Portuguese "quem é" is not Spanish "quemé".
            && !(is_small(a) && is_small(b))
            && text.get(start..end).is_some_and(|both| words.entry(WordKey::of_joined(both)).is_some_and(is_of_rules))
    })
}

/// Two words without the space between them.
pub(super) fn joined(both: &str) -> String {
    both.chars().filter(|c| *c != ' ').collect()
}

/// Where the second of two words begins that an unknown word is made of, if there is just one way to part it.
///
/// `languages` tells the languages of a known spelling, as bits.
pub(super) fn to_part(word: &str, words: &Words, languages: impl Fn(&str, &Entry) -> u8) -> Option<usize> {
    if word.len() < SHORTEST_PARTED || !word.is_ascii() {
        return None;
    }
    let mut found = None;
    for middle in 2..word.len() - 1 {
        let (first, second) = word.split_at_checked(middle)?;
        let (Some(a), Some(b)) = (words.entry(WordKey::of(first)), words.entry(WordKey::of(second))) else { continue };
        let is_small = words.is_function_word(a) || words.is_function_word(b);
        let shortest = if is_small { 0 } else { LONG_PART };
        let is_long = first.len().max(second.len()) >= SHORTEST_PART
            && first.len().min(second.len()) >= shortest
            && (is_small || word.len() >= LONG_BOTH);
        let speaks = is_of_rules(a) || is_of_rules(b);
        let are_one_language = || languages(first, a) & languages(second, b) != 0;
        if is_long && speaks && are_one_language() && found.replace(middle).is_some() {
            return None;
        }
    }
    found
}

/// Whether a known spelling is a word of some rule, not only an ordinary one.
fn is_of_rules(entry: &Entry) -> bool {
    !entry.forms.is_empty()
}
