use std::fmt;
use std::sync::{Arc, OnceLock};

use regex_syntax::hir::Hir;
use serde::{Deserialize, Serialize};

use super::{Action, Entity, Escalation, Example, Fact, Field, Flow, Intent, Keyword, Lexicon, Notice, Places, Words};
use crate::text::Language;

/// A whole rule pack, base pack included.
#[derive(Clone, Debug)]
pub(crate) struct Pack {
    pub(crate) revision: Revision,
    /// The pack's own `version`, 0 if it has none.
    pub(crate) version: u32,
    pub(crate) languages: Languages,
    pub(crate) thresholds: Thresholds,
    pub(crate) session: Lifetimes,
    /// Sorted by name, like every list of named items here, so that order in files means nothing.
    pub(crate) facts: Vec<Fact>,
    /// Facts the host may tell about the customer.
    pub(crate) customer: Vec<Field>,
    /// Word groups: name and the phrases in them.
    pub(crate) groups: Vec<(Box<str>, Vec<Keyword>)>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) intents: Vec<Intent>,
    /// Where each intent stands, listed when first asked for; then the list changes no more.
    pub(crate) places: OnceLock<Places>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) actions: Vec<Action>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) escalation: Escalation,
    /// The bot's own words and the pack's named texts.
    pub(crate) texts: Vec<(Box<str>, Words)>,
    pub(crate) lexicons: Vec<Lexicon>,
    pub(crate) stems: Stems,
    pub(crate) channels: Vec<Channel>,
    pub(crate) consent: Option<Consent>,
    pub(crate) learned: Learned,
}

/// The content hash of a pack: the same rules, the same revision.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub(crate) Arc<str>);

impl Revision {
    /// Sixteen hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The languages of a pack.
#[derive(Clone, Debug)]
pub(crate) struct Languages {
    pub(crate) default: Language,
    /// All of them, the default first.
    pub(crate) all: Vec<Language>,
    /// Where texts of a language are missing, those of another are said.
    pub(crate) fallback: Vec<(Language, Language)>,
}

/// How sure the bot must be before it acts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Thresholds {
    /// Confidence (0 to 1) from which a message is in scope.
    pub(crate) act: f32,
    /// Gap (0 to 1) to the runner-up below which the bot asks "A or B?".
    pub(crate) margin: f32,
}

/// Exceptions to stemming: words that are only themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stems {
    pub(crate) never: Vec<(Language, Box<str>)>,
}

/// What a channel can show.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) name: Box<str>,
    /// How many chips it shows; 0 means numbers in the text.
    pub(crate) chips: usize,
    /// How many cards it shows; beyond that their titles and links stand in the text.
    pub(crate) cards: usize,
    /// Longest text in characters, if it has a limit.
    pub(crate) length: Option<usize>,
    /// Whether others can read along.
    pub(crate) public: bool,
    /// Whether its messages are mails, with the thread they answer and a signature under them.
    pub(crate) mail: bool,
}

/// How long things of a conversation last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    /// Silence after which an open question is brought to mind, once; `None` for never.
    pub(crate) remind: Option<std::time::Duration>,
    /// Silence after which an open flow is given up: what it knew may no longer hold.
    pub(crate) flow_expires: std::time::Duration,
    /// Silence after which the conversation is forgotten.
    pub(crate) expires: std::time::Duration,
    /// How long it holds that the customer has proved who it is.
    pub(crate) verified: std::time::Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        let hours = |hours: u64| std::time::Duration::from_secs(hours * 3600);
        Self { remind: None, flow_expires: hours(24), expires: hours(30 * 24), verified: hours(1) }
    }
}

/// Consent to be asked before private data.
#[derive(Clone, Debug)]
pub(crate) struct Consent {
    pub(crate) version: Box<str>,
    pub(crate) say: Words,
}

/// What `tune` learnt, in points (1 point = 0.25 nat).
#[derive(Clone, Debug, Default)]
pub(crate) struct Learned {
    pub(crate) items: Vec<LearnedItem>,
    /// Messages to compare with, by index into [`Pack::intents`]; an intent has one entry at most.
    pub(crate) examples: Vec<(usize, Vec<Example>)>,
    /// Softmax temperature in points; `None` means the default.
    pub(crate) temperature: Option<f32>,
    /// Score of "none of these" in points; `None` means the default.
    pub(crate) none: Option<f32>,
    /// Weights of similarity to the nearest example and to all of an intent's, in points, by language.
    pub(crate) near: [Option<f32>; Language::ALL.len()],
    pub(crate) all: [Option<f32>; Language::ALL.len()],
    /// What share of the points of the author's rules counts beside what was learnt, by language; all if not said.
    pub(crate) author: [Option<f32>; Language::ALL.len()],
    /// Intents, by index into [`Pack::intents`] and sorted, that customers ask for and never say with a "don't": one before what
    /// was learnt for them takes them away.
    pub(crate) wishes: Vec<u32>,
    /// In place of [`Thresholds::margin`].
    pub(crate) margin: Option<f32>,
}

impl Learned {
    /// What share of the points of the author's rules counts in a language.
    pub(crate) fn author_share(&self, language: Language) -> f32 {
        self.author.get(language.index()).copied().flatten().unwrap_or(1.0)
    }
}

/// A learnt weight of a phrase for an intent.
#[derive(Clone, Debug)]
pub(crate) struct LearnedItem {
    /// Index into [`Pack::intents`]; `None` speaks for "none of these".
    pub(crate) intent: Option<usize>,
    pub(crate) keyword: Keyword,
}

impl Pack {
    /// The sentences that likeness to an intent is judged by, the author's first.
    pub(crate) fn examples(&self, intent: usize, language: Language) -> impl Iterator<Item = &Example> {
        let written = self.intents.get(intent).map_or(&[][..], |intent| &intent.examples);
        let learned = self.learned.examples.iter().find(|(of, _)| *of == intent).map_or(&[][..], |(_, of)| of);
        written.iter().chain(learned).filter(move |example| example.language == language)
    }

    /// Whether an intent has any, in any language.
    pub(crate) fn has_examples(&self, intent: usize) -> bool {
        Language::ALL.into_iter().any(|language| self.examples(intent, language).next().is_some())
    }

    /// The syntax trees of all patterns, which the pack then has no longer.
    pub(crate) fn take_trees(&mut self) -> Vec<Option<Hir>> {
        let patterns = self.intents.iter_mut().flat_map(|intent| &mut intent.patterns);
        patterns.map(|pattern| pattern.tree.take()).collect()
    }

    /// The intent of a name, with its index.
    pub(crate) fn intent(&self, id: &str) -> Option<(usize, &Intent)> {
        let places = self.places.get_or_init(|| Places::of(self.intents.iter().map(|intent| intent.id.as_str())));
        let index = places.find(id, |place| self.intents.get(place).is_some_and(|intent| intent.id == *id))?;
        self.intents.get(index).map(|intent| (index, intent))
    }

    /// The flow of a name.
    pub(crate) fn flow(&self, id: &str) -> Option<&Flow> {
        let index = self.flows.binary_search_by(|flow| flow.id.as_str().cmp(id)).ok()?;
        self.flows.get(index)
    }

    /// The entity of a name, with its index.
    pub(crate) fn entity(&self, name: &str) -> Option<(usize, &Entity)> {
        let index = self.entities.binary_search_by(|entity| entity.name.as_str().cmp(name)).ok()?;
        self.entities.get(index).map(|entity| (index, entity))
    }

    /// The lexicon of a name, with its index.
    pub(crate) fn lexicon(&self, name: &str) -> Option<(usize, &Lexicon)> {
        let index = self.lexicons.binary_search_by(|lexicon| lexicon.name.as_str().cmp(name)).ok()?;
        self.lexicons.get(index).map(|lexicon| (index, lexicon))
    }

    /// The contract of an action.
    pub(crate) fn action(&self, name: &str) -> Option<&Action> {
        let index = self.actions.binary_search_by(|action| action.name.as_str().cmp(name)).ok()?;
        self.actions.get(index)
    }

    /// The words of a named text.
    pub(crate) fn text(&self, name: &str) -> Option<&Words> {
        let index = self.texts.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.texts.get(index).map(|(_, words)| words)
    }

    /// What a channel can show, if the pack says so.
    pub(crate) fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| &*channel.name == name)
    }
}
