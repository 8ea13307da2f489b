use std::collections::BTreeMap;
use std::fmt;

use super::super::labels::Labels;
use super::super::{Repeats, Sample};
use super::course::Course;
use super::lesson::Lessons;
use super::pack::{is_tuned, new_pack};
use super::split::Parts;
use super::tuned::{LISTED, Tuned};
use crate::classify::Scratch;
use crate::engine::{Engine, EngineBuilder};
use crate::load::{LoadError, Source};
use crate::text::{Language, is_han};

/// Share of a suite that a second language must have to be one of a new pack's.
const SECOND_LANGUAGE: f64 = 0.05;
/// Unknown labels named in an error.
const NAMED: usize = 50;

/// Learns weights for a pack.
///
/// # Examples
/// ```
/// use kefu::eval::{Sample, Tuner};
///
/// let suite = [
///     Sample::new("where is my parcel", "track"), Sample::new("track the parcel please", "track"),
///     Sample::new("I want my money back", "refund"), Sample::new("refund my money", "refund"),
/// ];
/// // No rules yet: a whole pack is made.
/// let tuned = Tuner::new(Vec::new()).tune(&suite, &mut |_| ())?;
/// let mut builder = kefu::Engine::builder();
/// for file in tuned.files() {
///     builder = builder.source(file.name(), file.bytes());
/// }
/// let engine = builder.build()?;
/// assert_eq!(engine.classify("my money!").intent().unwrap().as_str(), "refund");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tuner {
    sources: Vec<Source>,
    items: usize,
    examples: usize,
    unseen: Vec<Sample>,
}

/// How far tuning has come: so many of so many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub of: usize,
}

/// Why nothing can be learnt.
#[derive(Debug)]
#[non_exhaustive]
pub enum TuneError {
    /// The pack has errors.
    Pack(LoadError),
    /// No row names exactly one intent.
    NothingToLearn,
    /// All rows name the same intent.
    OneIntent(String),
    /// None of these labels is an intent of the pack.
    UnknownLabels(Vec<String>),
}

impl fmt::Display for TuneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TuneError::Pack(error) => error.fmt(f),
            TuneError::NothingToLearn => f.write_str("no row of the suite names exactly one intent"),
            TuneError::OneIntent(intent) => {
                write!(f, "every row of the suite asks for `{intent}`: there is nothing to tell it from")
            }
            TuneError::UnknownLabels(labels) => {
                write!(f, "no label of the suite is an intent of the pack: {}", labels.join(", "))
            }
        }
    }
}

impl std::error::Error for TuneError {}

impl Tuner {
    /// For the files of a pack; without any a whole pack is made. What tuning wrote among them is written anew.
    pub fn new(sources: Vec<Source>) -> Self {
        let sources = sources.into_iter().filter(|source| !Self::writes(source.name())).collect();
        Self { sources, items: 40, examples: 150, unseen: Vec::new() }
    }

    /// Whether tuning writes a file of this path, and so may delete it.
    #[must_use]
    pub fn writes(path: &str) -> bool {
        is_tuned(path)
    }

    /// At most so many phrases for each intent and language; 40 if not said.
    pub fn items(mut self, most: usize) -> Self {
        self.items = most.max(1);
        self
    }

    /// At most so many examples for each intent and language; 150 if not said.
    pub fn examples(mut self, most: usize) -> Self {
        self.examples = most;
        self
    }

    /// Labelled messages that nobody had in sight when the rules were written: how much of the rules and of what is learnt
    /// counts is then chosen by these alone, and what is learnt is learnt of them too.
    ///
    /// Give some where the rules were mended by the messages of the suite: those make the rules look better than they are.
    pub fn unseen(mut self, messages: Vec<Sample>) -> Self {
        self.unseen = messages;
        self
    }

    pub(super) fn most_items(&self) -> usize {
        self.items
    }

    pub(super) fn most_examples(&self) -> usize {
        self.examples
    }

    /// Learns from a suite, telling how far it has come. The order of rows means nothing.
    ///
    /// # Errors
    /// If there is nothing to learn, or the pack has errors.
    pub fn tune(mut self, suite: &[Sample], progress: &mut dyn FnMut(Progress)) -> Result<Tuned, TuneError> {
        let unseen = std::mem::take(&mut self.unseen);
        let mut rows: Vec<&Sample> = suite.iter().chain(&unseen).collect();
        rows.sort_by_key(|sample| (sample.text(), sample.expected(), sample.language(), sample.handoff()));
        let labels = labels(&rows)?;
        let mut files = Vec::new();
        if self.sources.is_empty() {
            let bot = new_pack(&labels, &languages(&rows)?);
            files.push(bot.clone());
            self.sources.push(bot);
        }
        let author = self.engine(Vec::new()).map_err(TuneError::Pack)?;
        let known = Labels::new(&author);
        if labels.iter().all(|label| known.find(label).is_none()) {
            return Err(TuneError::UnknownLabels(labels.into_iter().take(NAMED).collect()));
        }
        let lessons = Lessons::read(&rows, &author, &known);
        let intents: Vec<String> = known.intents().iter().map(ToString::to_string).collect();
        let course = Course::new(&self, &author, &known, &lessons, &intents, parts(&lessons, &unseen));
        let mut done = 0;
        let mut step = || {
            progress(Progress { done, of: course.steps() });
            done += 1;
        };
        let parts = course.learn_parts(&mut step)?;
        let trials = course.trials(&parts)?;
        let mut constants = course.choose(&trials);
        let proofs = course.prove(&parts, &constants, &mut step)?;
        let harmed = course.harmed(&proofs, &constants);
        constants.shares.retain(|language, _| !harmed.contains(language));
        step();
        let learnt = course.learn(|_| true)?;
        files.extend(learnt.files(&constants));
        let tuned = Tuned::new(&course, files, &learnt, constants, &trials, &proofs, rows.len());
        Ok(tuned.with_leaks(leaks(suite, &unseen)))
    }

    pub(super) fn engine(&self, learnt: Vec<Source>) -> Result<Engine, LoadError> {
        let files = self.sources.iter().cloned().chain(learnt);
        files.fold(EngineBuilder::default(), |builder, file| builder.source(file.name(), file.bytes())).build()
    }
}

/// How the messages are left out.
fn parts(lessons: &Lessons<'_>, unseen: &[Sample]) -> Parts {
    let samples: Vec<&Sample> = lessons.messages.iter().map(|message| message.sample).collect();
    if unseen.is_empty() { Parts::in_turn(&samples, lessons.different()) } else { Parts::once(&samples, unseen) }
}

/// Rows of the unseen suite that nearly repeat one of the others: somebody had them in sight.
fn leaks(suite: &[Sample], unseen: &[Sample]) -> Vec<(String, String)> {
    if unseen.is_empty() {
        return Vec::new();
    }
    let mut seen = Repeats::default();
    for sample in suite {
        seen.note(sample.text(), sample.place().unwrap_or_default());
    }
    let found =
        unseen.iter().filter_map(|sample| Some((sample.place().unwrap_or_default(), seen.find(sample.text())?)));
    found.take(LISTED).map(|(unseen, other)| (unseen, other.to_owned())).collect()
}

/// The intents that rows name, each once; more than one.
fn labels(rows: &[&Sample]) -> Result<Vec<String>, TuneError> {
    let mut labels: Vec<String> =
        rows.iter().filter_map(|sample| sample.expected().only()).map(str::to_owned).collect();
    labels.sort();
    labels.dedup();
    match labels.as_slice() {
        [] => Err(TuneError::NothingToLearn),
        [only] => Err(TuneError::OneIntent(only.clone())),
        _ => Ok(labels),
    }
}

/// The languages of a suite, the commonest first: what rows say, else what the messages look like.
fn languages(samples: &[&Sample]) -> Result<Vec<Language>, TuneError> {
    let every = "kefu: 1\nlanguages: {default: en, also: [es, pt, zh]}\nintents: {}\n";
    let engine = Engine::builder().source("bot.yaml", every).build().map_err(TuneError::Pack)?;
    let mut counts: BTreeMap<Language, usize> = BTreeMap::new();
    let mut scratch = Scratch::new();
    for sample in samples {
        let mut guess = || {
            if sample.text().chars().any(is_han) {
                Language::Zh
            } else {
                engine.classify_with(&mut scratch, sample.text()).language()
            }
        };
        let language = sample.language().unwrap_or_else(&mut guess);
        *counts.entry(language).or_default() += 1;
    }
    let mut common: Vec<(Language, usize)> = counts.into_iter().collect();
    common.sort_by_key(|(language, count)| (std::cmp::Reverse(*count), *language));
    let least = SECOND_LANGUAGE * samples.len() as f64;
    let is_common = |(at, (_, count)): &(usize, (Language, usize))| *at == 0 || *count as f64 >= least;
    Ok(common.into_iter().enumerate().filter(is_common).map(|(_, (language, _))| language).collect())
}
