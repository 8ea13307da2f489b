//! What a message is read from: hits, and what stands around them.
#![allow(clippy::indexing_slicing)] // Why: hits lie within the tokens of their own scan, and tokens within the text.

use std::ops::Range;

use super::denial::DENIED;
use super::options::Options;
use super::roles::Role;
use crate::matching::{Hit, Item, Matcher, Scan, Target};
use crate::text::TokenKind;

/// Longest phrase, in tokens, that a keyword can be; no hit reaches further back.
pub(super) const LONGEST_HIT: u32 = 64;
/// Chinese negators of one character; what stands on both sides of them alike is a question (能不能), not a negation.
const BARE_NEGATORS: [&str; 2] = ["不", "没"];

/// Chinese words that put the object before the verb.
const OBJECT_MARKS: [&str; 2] = ["把", "将"];

/// What findings are made from.
pub(super) struct Source<'a> {
    pub(super) matcher: &'a Matcher,
    pub(super) scan: &'a Scan,
    pub(super) text: &'a str,
    pub(super) roles: &'a [Role],
    /// Intents that a denial takes away although they were learnt, sorted.
    pub(super) wishes: &'a [u32],
    /// What share of the points of the author's rules counts.
    pub(super) share: f32,
    pub(super) options: Options,
}

impl Source<'_> {
    pub(super) fn item(&self, hit: &Hit) -> &Item {
        &self.matcher.items()[hit.item as usize]
    }

    pub(super) fn role(&self, item: &Item) -> Option<Role> {
        match item.target {
            Target::Lexicon(lexicon) => self.roles.get(lexicon as usize).copied(),
            _ => None,
        }
    }

    /// What an item's points count.
    pub(super) fn counted(&self, item: &Item, points: f32) -> f32 {
        if item.target.is_author() { self.share * points } else { points }
    }

    /// How many words a hit covers; two Chinese characters are one.
    pub(super) fn words(&self, hit: &Hit) -> f32 {
        let tokens = &self.scan.tokens()[hit.start as usize..hit.end as usize];
        tokens.iter().map(|token| if token.kind == TokenKind::Han { 0.5 } else { 1.0 }).sum()
    }

    /// Whether a place is one piece cut out of an id: 12345 in MA2B12345X. A word with a number on one side alone is none
    /// (order12345678, 5kg), nor is a number beside Chinese.
    pub(super) fn is_part_of_id(&self, place: &Range<u32>) -> bool {
        let tokens = self.scan.tokens();
        let goes_on = |at: u32| {
            let (Some(before), Some(after)) =
                (at.checked_sub(1).and_then(|before| tokens.get(before as usize)), tokens.get(at as usize))
            else {
                return false;
            };
            let kinds = (before.kind, after.kind);
            let differ = [(TokenKind::Word, TokenKind::Digits), (TokenKind::Digits, TokenKind::Word)].contains(&kinds);
            differ && before.end == after.start
        };
        let (start, end) = (place.start, place.end);
        if end != start + 1 {
            return false;
        }
        let is_number = tokens.get(start as usize).is_some_and(|token| token.kind == TokenKind::Digits);
        match (goes_on(start), goes_on(end)) {
            (true, true) => true,
            (true, false) => is_number || goes_on(start - 1),
            (false, true) => is_number || goes_on(end + 1),
            (false, false) => false,
        }
    }

    /// Whether a question word begins at a token.
    pub(super) fn asks_at(&self, at: u32) -> bool {
        self.hits_at(at..at + 1).any(|hit| self.role(self.item(hit)) == Some(Role::Question))
    }

    fn hits_at(&self, starts: Range<u32>) -> impl Iterator<Item = &Hit> {
        let from = self.scan.hits().partition_point(|hit| hit.start < starts.start);
        self.scan.hits()[from..].iter().take_while(move |hit| hit.start < starts.end)
    }

    /// Whether a negator is only part of something else: "I don't know", 还没 for 没, 能不能.
    pub(super) fn is_innocent(&self, hit: &Hit, mark: u8) -> bool {
        let longer = self.hits_at(hit.start.saturating_sub(LONGEST_HIT)..hit.start + 1).any(|other| {
            let covers = other.end >= hit.end && other.end - other.start > hit.end - hit.start;
            covers
                && match self.role(self.item(other)) {
                    Some(Role::Factual) => mark == DENIED,
                    Some(Role::DontKnow | Role::WholeWord) => true,
                    _ => false,
                }
        });
        longer || self.is_question_form(hit)
    }

    /// Whether a denial ends with a word behind which the object stands, and then the verb.
    pub(super) fn takes_object(&self, hit: &Hit) -> bool {
        let last = (hit.end as usize).checked_sub(1).and_then(|last| self.scan.tokens().get(last));
        last.is_some_and(|last| OBJECT_MARKS.contains(&&self.text[last.start as usize..last.end as usize]))
    }

    fn is_question_form(&self, hit: &Hit) -> bool {
        let text =
            |at: usize| self.scan.tokens().get(at).map(|token| &self.text[token.start as usize..token.end as usize]);
        let start = hit.start as usize;
        text(start).is_some_and(|word| BARE_NEGATORS.contains(&word)) && start > 0 && text(start - 1) == text(start + 1)
    }
}
