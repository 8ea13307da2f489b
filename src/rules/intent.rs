use std::borrow::Cow;
use std::collections::BTreeMap;

use regex_syntax::hir::Hir;

use super::{FlowId, IntentId, Keyword, Preset, ReasonId, Words};
use crate::diagnostic::Origin;
use crate::text::Language;

/// What a customer may want, how to recognise it, and what to do about it.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    pub(crate) origin: Origin,
    pub(crate) id: IntentId,
    /// Shown in "A or B?" and on chips; without one the id is shown.
    pub(crate) title: Option<Words>,
    pub(crate) keywords: Vec<Keyword>,
    pub(crate) patterns: Vec<Pattern>,
    /// Phrases that take the intent out of a clause.
    pub(crate) unless: Vec<Keyword>,
    pub(crate) examples: Vec<Example>,
    pub(crate) not_examples: Vec<Example>,
    pub(crate) does: Does,
    /// Intents offered as chips after the answer.
    pub(crate) chips: Vec<IntentId>,
}

/// What an intent leads to.
#[derive(Clone, Debug)]
pub(crate) enum Does {
    /// Nothing is said for it yet: understood, reported to the host, answered with the miss text.
    Nothing,
    Say(Words),
    Flow(FlowId, Vec<Preset>),
    Handoff(ReasonId),
}

/// A regex over the folded clause; `{entity}` parts are already inserted as named groups.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) origin: Origin,
    pub(crate) language: Option<Language>,
    /// As written, for explanations.
    pub(crate) text: Box<str>,
    /// As compiled: letters lower-cased, entities inserted. Known to compile.
    pub(crate) regex: Box<str>,
    /// The same, parsed: parsing is most of what a pattern costs at load, so it is done once. Gone once a matcher was made of
    /// it, as it is larger than that.
    pub(crate) tree: Option<Hir>,
    pub(crate) weight: Option<f32>,
}

/// A sample utterance.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) origin: Origin,
    pub(crate) language: Language,
    pub(crate) text: Box<str>,
}

/// Words said before an answer while they hold.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) name: Box<str>,
    /// The intents it is said before; empty means all.
    pub(crate) on: Vec<IntentId>,
    /// Holds `since` and `until`.
    pub(crate) say: Words,
}

impl Intent {
    /// The examples, each with its number among those of its language.
    pub(crate) fn numbered_examples(&self) -> impl Iterator<Item = (u32, &Example)> {
        let mut counts: BTreeMap<Language, u32> = BTreeMap::new();
        self.examples.iter().map(move |example| {
            let count = counts.entry(example.language).or_default();
            *count += 1;
            (*count - 1, example)
        })
    }
}

impl Pattern {
    /// The pattern, parsed; nothing only if it could not be read, which loading sees to.
    pub(crate) fn tree(&self) -> Option<Cow<'_, Hir>> {
        match &self.tree {
            Some(tree) => Some(Cow::Borrowed(tree)),
            None => regex_syntax::parse(&self.regex).ok().map(Cow::Owned),
        }
    }
}
