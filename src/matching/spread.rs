//! All spellings of a keyword: its alternatives, options and groups written out as phrases of symbols.

use super::hash::Map;
use super::phrases::{Ending, PhrasesBuilder, Step};
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

impl<'a> Spreader<'a> {
    pub(super) fn new(pack: &'a Pack, words: WordsBuilder) -> Self {
        Self { pack, words, phrases: PhrasesBuilder::default(), groups: Map::default() }
    }

    /// Adds every spelling of a keyword.
    pub(super) fn insert(&mut self, keyword: &Keyword, ending: Ending) {
        // Why apart: nearly every keyword and every entry of a lexicon is plain words, and there are many of them.
        if let [Part::Words(words)] = &*keyword.parts {
            let steps = self.steps(words, keyword.language);
            if (1..=LONGEST).contains(&steps.len()) {
                self.phrases.insert(&steps, ending);
            }
            return;
        }
        for steps in self.spread(&keyword.parts, keyword.language, 0) {
            if !steps.is_empty() {
                self.phrases.insert(&steps, ending);
            }
        }
    }

    fn spread(&mut self, parts: &[Part], language: Option<Language>, depth: usize) -> Vec<Vec<Step>> {
        let mut all: Vec<Vec<Step>> = vec![Vec::new()];
        for part in parts {
            let choices = match part {
                Part::Words(words) => vec![self.steps(words, language)],
                Part::AnyOf(choices) => {
                    choices.iter().flat_map(|choice| self.spread(choice, language, depth)).collect()
                }
                Part::Optional(inner) => {
                    let mut choices = self.spread(inner, language, depth);
                    choices.push(Vec::new());
                    choices
                }
                Part::Group(group) => {
                    self.group(*group, language, depth).map_or(vec![], |group| vec![vec![Step::Group(group)]])
                }
            };
            let mut longer = Vec::with_capacity(all.len() * choices.len());
            'product: for before in &all {
                for choice in &choices {
                    if longer.len() == MOST_SPELLINGS {
                        break 'product;
                    }
                    if before.len() + choice.len() <= LONGEST {
                        longer.push([before.as_slice(), choice].concat());
                    }
                }
            }
            all = longer;
        }
        all
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
                for steps in self.spread(&member.parts, member.language, depth + 1) {
                    // Why: a group that is nothing but another group, or itself, would lead in circles.
                    if !steps.is_empty() && steps != [Step::Group(number)] {
                        self.phrases.insert(&steps, Ending::Group(number));
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
