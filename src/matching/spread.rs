//! All spellings of a keyword: its alternatives, options and groups written out as phrases of symbols.

use super::hash::Map;
use super::phrases::{Ending, Node, PhrasesBuilder, Step};
use super::words::WordsBuilder;
use crate::rules::{Keyword, Pack, Part};
use crate::text::{Folded, Language, TokenKind, tokens};

/// Most spellings that one keyword may have; what goes beyond is left out.
pub(crate) const MOST_SPELLINGS: usize = 4096;
/// Longest phrase, in words or Chinese characters.
const LONGEST: usize = 40;
/// How deep groups may stand inside groups.
const DEEPEST: usize = 4;

/// How many spellings a keyword has, word groups counted as one each; for the check that warns of too many.
pub(crate) fn spellings(keyword: &Keyword) -> usize {
    fn of(parts: &[Part]) -> usize {
        parts.iter().fold(1, |count: usize, part| {
            count.saturating_mul(match part {
                Part::Words(_) | Part::Group(_) => 1,
                Part::AnyOf(choices) => choices.iter().map(|choice| of(choice)).fold(0, usize::saturating_add).max(1),
                Part::Optional(inner) => of(inner).saturating_add(1),
            })
        })
    }
    of(&keyword.parts)
}

/// Writes keywords into the shared tree.
pub(super) struct Spreader<'a> {
    pack: &'a Pack,
    pub(super) words: WordsBuilder,
    pub(super) phrases: PhrasesBuilder,
    /// Groups in use, per language of the keyword that names them.
    groups: Map<(usize, Option<Language>), u32>,
}

/// Where a spelling has come to in the tree, and how long it is.
#[derive(Clone, Copy, Default)]
struct Place {
    node: Node,
    length: usize,
}

impl<'a> Spreader<'a> {
    pub(super) fn new(pack: &'a Pack, words: WordsBuilder) -> Self {
        Self { pack, words, phrases: PhrasesBuilder::default(), groups: Map::default() }
    }

    /// Adds every spelling of a keyword.
    pub(super) fn insert(&mut self, keyword: &Keyword, ending: Ending) {
        // Why apart: nearly every keyword and every entry of a lexicon is plain words, and there are many of them.
        if let [Part::Words(words)] = &*keyword.parts {
            let steps = self.steps(words, keyword.language);
            if steps.len() <= LONGEST {
                self.phrases.insert(&steps, ending);
            }
            return;
        }
        for place in self.spread(&keyword.parts, keyword.language, 0) {
            self.phrases.end(place.node, ending);
        }
    }

    /// Where all spellings of some parts end in the tree.
    fn spread(&mut self, parts: &[Part], language: Option<Language>, depth: usize) -> Vec<Place> {
        self.go_on(vec![Place::default()], parts, language, depth)
    }

    fn go_on(
        &mut self,
        mut places: Vec<Place>,
        parts: &[Part],
        language: Option<Language>,
        depth: usize,
    ) -> Vec<Place> {
        for part in parts {
            match part {
                Part::Words(words) => {
                    let steps = self.steps(words, language);
                    self.advance(&mut places, &steps);
                }
                Part::AnyOf(choices) => {
                    let of_choice = |choice: &[Part]| self.go_on(places.clone(), choice, language, depth);
                    places = choices.iter().map(|choice| &**choice).flat_map(of_choice).collect();
                }
                Part::Optional(inner) => places.extend(self.go_on(places.clone(), inner, language, depth)),
                Part::Group(group) => match self.group(*group, language, depth) {
                    Some(group) => self.advance(&mut places, &[Step::Group(group)]),
                    None => places.clear(),
                },
            }
            places.truncate(MOST_SPELLINGS);
        }
        places
    }

    fn advance(&mut self, places: &mut Vec<Place>, steps: &[Step]) {
        places.retain(|place| place.length + steps.len() <= LONGEST);
        for place in places {
            place.node = steps.iter().fold(place.node, |node, step| self.phrases.next(node, *step));
            place.length += steps.len();
        }
    }

    fn steps(&mut self, words: &str, language: Option<Language>) -> Vec<Step> {
        let folded = Folded::new(words);
        let text = folded.as_str();
        let found: Vec<_> = tokens(text).collect();
        let only_marks = found.iter().all(|token| token.kind == TokenKind::Mark);
        found
            .into_iter()
            .filter(|token| token.kind != TokenKind::Mark || only_marks || is_word_like(&text[token.span.clone()]))
            .map(|token| Step::Symbol(self.words.symbol(&text[token.span], language)))
            .collect()
    }

    /// The number of a group for keywords of a language, its phrases inserted on first use.
    fn group(&mut self, group: usize, language: Option<Language>, depth: usize) -> Option<u32> {
        if let Some(number) = self.groups.get(&(group, language)) {
            return Some(*number);
        }
        if depth == DEEPEST {
            return None;
        }
        let number = self.groups.len() as u32;
        self.groups.insert((group, language), number);
        let pack = self.pack;
        let members = pack.groups.get(group).map_or(&[][..], |(_, members)| members);
        for member in members {
            if member.language.is_none() || language.is_none() || member.language == language {
                for place in self.spread(&member.parts, member.language, depth + 1) {
                    // Why: a group that is nothing but itself would lead in circles.
                    if self.phrases.first(number) != Some(place.node) {
                        self.phrases.end(place.node, Ending::Group(number));
                    }
                }
            }
        }
        Some(number)
    }
}

/// Marks that are read like words: currency, percent, emoji.
pub(super) fn is_word_like(mark: &str) -> bool {
    mark.chars().all(|c| matches!(c, '%' | '$' | '€' | '£' | '¥' | '#' | '+' | '&') || c as u32 >= 0x1F000)
}
