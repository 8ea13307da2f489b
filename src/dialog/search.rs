//! The pack's answers for a few words: a FAQ page, an agent's desk, the chips of a message that was not understood.
//!
//! An answer is what an intent says, or the flow or the person it leads to, which have no text. Each is known by its title, its
//! keywords, its examples and its own text, in every language of the pack. A word of a
//! query is worth what it tells, `ln(1 + answers / answers with it)`, times the place it was found in (title 3, a little less the
//! longer it is, keyword 2, example 1, text 0.7), and an answer's score is the share it has of what a title with every word would be worth. Words are
//! compared by stem and without accents, Chinese by characters and pairs of them; the last word of a query may be unfinished.

use std::collections::BTreeMap;

use super::Rulebook;
use crate::expression::Values;
use crate::reply::{Speech, pick};
use crate::rules::{Does, Intent, IntentId, Keyword, Part, Value, Words};
use crate::text::{Folded, Language, Script, Stems, TokenKind, strip_accents, tokens};

/// What the places are worth in which a word is found.
const TITLE: f32 = 3.0;
const KEYWORD: f32 = 2.0;
const EXAMPLE: f32 = 1.0;
const TEXT: f32 = 0.7;
/// A single Chinese character beside its pairs; a word that only begins with what was typed.
const PART: f32 = 0.4;
/// Shortest unfinished word.
const SHORTEST: usize = 3;
/// Answers with less than this share of the best are left out.
const NEAR_BEST: f32 = 0.3;
/// Most answers given.
const MOST: usize = 10;

/// An answer of the pack, found by [`Engine::search`](crate::Engine::search).
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    intent: IntentId,
    title: String,
    text: Option<String>,
    score: f32,
}

impl Answer {
    /// The intent it answers.
    pub fn intent(&self) -> &IntentId {
        &self.intent
    }

    /// What the intent is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the bot says; nothing where it would begin a flow or call a person.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// How well it fits, from 0 to 1: 1 means that every word stands in its title.
    pub fn score(&self) -> f32 {
        self.score
    }
}

/// Which answers hold which words, and where at best.
#[derive(Default)]
pub(crate) struct Catalogue {
    /// By language and term: intents by number, and what the best place of the term is worth.
    terms: [BTreeMap<String, BTreeMap<u32, f32>>; Language::ALL.len()],
    answers: usize,
}

impl Rulebook {
    /// Does now what would otherwise be done for the first messages.
    pub(crate) fn warm_up(&self) {
        self.classifier.warm_up();
        self.catalogue.get_or_init(|| self.catalogue());
    }

    /// The answers that fit a few words in any language, the best first, said in one language.
    pub(crate) fn search(&self, query: &str, language: Language) -> Vec<Answer> {
        let catalogue = self.catalogue.get_or_init(|| self.catalogue());
        let mut ranked: Vec<(u32, f32)> = catalogue.rank(query).into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let best = ranked.first().map_or(0.0, |(_, score)| *score);
        let near = ranked.into_iter().take(MOST).take_while(|(_, score)| *score >= best * NEAR_BEST);
        near.filter_map(|(number, score)| {
            let intent = self.pack.intents.get(number as usize)?;
            let title = intent.title.as_ref().and_then(|title| self.with_facts(title, language));
            Some(Answer {
                title: title.unwrap_or_else(|| intent.id.to_string()),
                text: said(intent).and_then(|words| self.with_facts(words, language)),
                intent: intent.id.clone(),
                score,
            })
        })
        .collect()
    }

    fn catalogue(&self) -> Catalogue {
        let stems = Stems::new();
        let mut catalogue = Catalogue::default();
        for (number, intent) in (0_u32..).zip(&self.pack.intents) {
            if matches!(intent.does, Does::Nothing) {
                continue;
            }
            catalogue.answers += 1;
            for &language in &self.pack.languages.all {
                let title = intent.title.as_ref().and_then(|title| self.with_facts(title, language));
                let mut add = |text: &str, worth| catalogue.add(&stems, language, text, number, worth);
                add(&title.unwrap_or_default(), TITLE);
                let of_language = |keyword: &&Keyword| keyword.language.is_none_or(|own| own == language);
                for keyword in intent.keywords.iter().filter(of_language) {
                    literal(&keyword.parts, &mut |words| add(words, KEYWORD));
                }
                for example in intent.examples.iter().filter(|example| example.language == language) {
                    add(&example.text, EXAMPLE);
                }
                let text = said(intent).and_then(|words| self.with_facts(words, language));
                add(&text.unwrap_or_default(), TEXT);
            }
        }
        catalogue
    }

    /// Words with the facts in them, without variables of a conversation.
    fn with_facts(&self, words: &Words, language: Language) -> Option<String> {
        let speech = Speech {
            expressions: &self.expressions,
            languages: &self.pack.languages,
            language,
            script: if language == Language::Zh { Script::Hans } else { Script::Latin },
            channel: None,
            zone: &self.zone,
            now: None,
        };
        pick(words, &speech, &Facts(self.facts(language)), None).map(|(text, _)| text)
    }
}

impl Catalogue {
    fn add(&mut self, stems: &Stems, language: Language, text: &str, intent: u32, worth: f32) {
        let Some(terms) = self.terms.get_mut(language.index()) else { return };
        let terms_of_text = terms_of(stems, language, text);
        // Why: of two titles with a word the shorter is more about it.
        let worth = if worth >= TITLE { TITLE * (0.9 + 0.1 / terms_of_text.len().max(1) as f32) } else { worth };
        for (term, share) in terms_of_text {
            let best = terms.entry(term).or_default().entry(intent).or_default();
            *best = best.max(worth * share);
        }
    }

    /// The scores of all answers that hold a word of the query, each in the language it fits best.
    fn rank(&self, query: &str) -> BTreeMap<u32, f32> {
        let stems = Stems::new();
        let mut best: BTreeMap<u32, f32> = BTreeMap::new();
        for language in Language::ALL {
            let Some(terms) = self.terms.get(language.index()) else { continue };
            let asked = terms_of(&stems, language, query);
            let mut sums: BTreeMap<u32, f32> = BTreeMap::new();
            let mut whole = 0.0;
            for (term, share) in &asked {
                let begun = || {
                    let goes_on = term.len() >= SHORTEST && term.is_ascii();
                    let longer =
                        terms.range(term.clone()..).take_while(move |(known, _)| known.starts_with(term.as_str()));
                    longer.take(if goes_on { usize::MAX } else { 0 }).map(|(_, holders)| holders)
                };
                let mut holders: BTreeMap<u32, f32> = terms.get(term).cloned().unwrap_or_default();
                if holders.is_empty() {
                    for (intent, worth) in begun().flatten() {
                        let best = holders.entry(*intent).or_default();
                        *best = best.max(worth * PART);
                    }
                }
                let tells = (1.0 + self.answers as f32 / holders.len().max(1) as f32).ln() * share;
                whole += tells * TITLE * share;
                for (intent, worth) in holders {
                    *sums.entry(intent).or_default() += tells * worth;
                }
            }
            for (intent, sum) in sums {
                let best = best.entry(intent).or_default();
                *best = best.max((sum / whole).min(1.0));
            }
        }
        best
    }
}

/// The terms of a text, each once, and what share of a word each is.
fn terms_of(stems: &Stems, language: Language, text: &str) -> BTreeMap<String, f32> {
    let folded = Folded::new(text);
    let mut terms = BTreeMap::new();
    let mut before: Option<(usize, &str)> = None;
    for token in tokens(folded.as_str()) {
        let Some(word) = folded.as_str().get(token.span.clone()) else { continue };
        match token.kind {
            TokenKind::Han => {
                terms.insert(word.to_owned(), PART);
                if let Some((end, first)) = before
                    && end == token.span.start
                {
                    terms.insert(format!("{first}{word}"), 1.0);
                }
                before = Some((token.span.end, word));
            }
            TokenKind::Word | TokenKind::Digits => {
                terms.insert(strip_accents(&stems.stem(language, &strip_accents(word))).into_owned(), 1.0);
            }
            TokenKind::Mark => {}
        }
    }
    terms
}

/// The words of an intent that only answers.
fn said(intent: &Intent) -> Option<&Words> {
    match &intent.does {
        Does::Say(words) => Some(words),
        Does::Flow(..) | Does::Handoff(_) | Does::Nothing => None,
    }
}

/// The words an author wrote in a keyword, without those of word groups, which say nothing of this intent alone.
fn literal(parts: &[Part], tell: &mut impl FnMut(&str)) {
    for part in parts {
        match part {
            Part::Words(words) => tell(words),
            Part::AnyOf(choices) => choices.iter().for_each(|choice| literal(choice, tell)),
            Part::Optional(parts) => literal(parts, tell),
            Part::Group(_) => {}
        }
    }
}

/// The facts of the pack, and nothing of a conversation.
struct Facts<'a>(&'a Value);

impl Values for Facts<'_> {
    fn root(&self, name: &str) -> Option<&Value> {
        (name == "facts").then_some(self.0)
    }
}
