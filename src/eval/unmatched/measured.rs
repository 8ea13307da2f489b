use std::collections::BTreeMap;

use crate::classify::{Candidate, Decision, Scratch};
use crate::engine::{Engine, EngineBuilder};
use crate::eval::tune::scalar;
use crate::load::{LoadError, Source};
use crate::text::Language;

/// How names of proposed intents begin: no pack's do.
const PROPOSED: &str = "proposed.by-report.";

/// A keyword to be tried, for a cluster.
pub(super) struct Tried {
    pub(super) cluster: usize,
    pub(super) phrase: String,
    pub(super) language: Language,
    /// The understood messages it stands in.
    pub(super) places: Vec<u32>,
}

/// The rules with proposed keywords, each as an intent of its own, so that nothing of theirs is changed.
pub(super) struct Measured {
    engine: Engine,
    scratch: Scratch,
}

/// What a message is understood as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Got {
    /// The intents acted on, or asked about.
    pub(super) intents: Vec<String>,
    /// The proposed keyword that weighs most among them, by its number.
    pub(super) proposed: Option<usize>,
}

impl Measured {
    pub(super) fn new(sources: &[Source], tried: &[Tried]) -> Result<Self, LoadError> {
        let mut text = String::from("intents:\n");
        for (number, one) in tried.iter().enumerate() {
            let phrase = scalar(&one.phrase);
            text.push_str(&format!("  {PROPOSED}{number}: {{keywords: {{{}: [{phrase}]}}}}\n", one.language));
        }
        let files =
            sources.iter().fold(EngineBuilder::default(), |builder, file| builder.source(file.name(), file.bytes()));
        let files = if tried.is_empty() { files } else { files.source("proposed.by-report.yaml", text) };
        Ok(Self { engine: files.build()?, scratch: Scratch::new() })
    }

    /// The engine.
    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How a message is understood.
    pub(super) fn read(&mut self, text: &str) -> Got {
        let said = self.engine.classify_with(&mut self.scratch, text);
        let mut got = Got::default();
        for request in said.requests() {
            match request.decision() {
                Decision::Act(intent) => got.intents.push(intent.to_string()),
                Decision::Clarify(choices) => got.intents.extend(choices.iter().map(|one| one.intent().to_string())),
                Decision::Nothing => {}
            }
        }
        got.proposed = got.intents.iter().find_map(|intent| intent.strip_prefix(PROPOSED)?.parse().ok());
        got.intents.retain(|intent| !intent.starts_with(PROPOSED));
        got
    }

    /// The language of a message, and what it is nearest to, with how much speaks for that, 0 to 1: by the rules that speak in
    /// it, else by its words in what the pack says.
    pub(super) fn nearest(&mut self, text: &str) -> (Language, Option<(String, f32)>) {
        let said = self.engine.classify_with(&mut self.scratch, text);
        let language = said.language();
        let best = said.requests().iter().filter_map(|request| request.candidates().first()).max_by(|a, b| {
            a.confidence().total_cmp(&b.confidence()).then_with(|| b.intent().as_str().cmp(a.intent().as_str()))
        });
        let by_rules = best.map(|best: &Candidate| (best.intent().to_string(), best.confidence()));
        let nearest = by_rules.or_else(|| {
            let answers = self.engine.search(text, language);
            answers.first().map(|answer| (answer.intent().to_string(), answer.score()))
        });
        (language, nearest)
    }

    /// A text without the values that the pack calls private.
    pub(super) fn mask(&mut self, text: &str) -> String {
        let said = self.engine.classify_with(&mut self.scratch, text);
        let entities = self.engine.rulebook().entities();
        let mut private: Vec<_> = said
            .entities()
            .iter()
            .filter(|found| entities.privacy(found.entity().as_str()) != crate::rules::Privacy::Public)
            .map(crate::entities::Found::span)
            .collect();
        private.sort_by_key(|span| std::cmp::Reverse(span.start));
        let mut masked = text.to_owned();
        for span in private {
            if masked.get(span.clone()).is_some() {
                masked.replace_range(span, "••••••");
            }
        }
        masked
    }
}

/// What proposed keywords would change, counted over messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Effect {
    pub(super) caught: usize,
    pub(super) of_cluster: usize,
    /// Messages understood now that would go elsewhere, by what they are understood as.
    pub(super) taken: BTreeMap<String, usize>,
}
