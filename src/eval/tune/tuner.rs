use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::super::Sample;
use super::super::labels::{Labels, intent_name};
use super::calibrate::{Calibrated, LeftOut};
use super::items::{Given, Items};
use super::learn::{POINT, learn};
use super::pack::{Learnt, TUNED, examples, new_pack};
use super::split::{FOLDS, folds, letters};
use super::tuned::{Change, HeldOut, Tuned};
use crate::classify::{Candidate, Scratch};
use crate::engine::{Engine, EngineBuilder, Part};
use crate::load::{LoadError, Source};
use crate::rules::Pack;
use crate::text::{Language, is_han};

/// From how many messages on one part is left out instead of each in turn.
const LARGE: usize = 5000;
/// Fewest messages that are worth leaving some out.
const FEW: usize = 20;
/// Constants where nothing can be left out: those of a pack nobody tuned.
const TEMPERATURE: f64 = 6.0;
const NONE: f64 = 36.0;
/// Share of a suite that a second language must have to be one of a new pack's.
const SECOND_LANGUAGE: f64 = 0.05;
/// Messages listed as contradictory or doubtful, and pairs of intents as alike.
const LISTED: usize = 50;
/// Confidence, in points between best and second, from which a message left out speaks against its label.
const SURE: f64 = 20.0;

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

/// A message to learn from.
struct Message<'s> {
    text: &'s str,
    class: usize,
    language: Language,
    given: Given,
}

impl Tuner {
    /// For the files of a pack; without any a whole pack is made. A `tuned.yaml` among them is written anew.
    pub fn new(sources: Vec<Source>) -> Self {
        let is_tuned = |source: &Source| source.name().rsplit('/').next() == Some(TUNED);
        let sources = sources.into_iter().filter(|source| !is_tuned(source)).collect();
        Self { sources, items: 40, examples: 150 }
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

    /// Learns from a suite, telling how far it has come. The order of rows means nothing.
    ///
    /// # Errors
    /// If there is nothing to learn, or the pack has errors.
    #[allow(clippy::too_many_lines)] // the steps of learning, in their order, each needing what came before
    pub fn tune(mut self, suite: &[Sample], progress: &mut dyn FnMut(Progress)) -> Result<Tuned, TuneError> {
        let mut samples: Vec<Sample> = suite.to_vec();
        samples.sort_by(|a, b| (a.text(), a.expected()).cmp(&(b.text(), b.expected())));
        let mut labels: Vec<String> =
            samples.iter().filter_map(|sample| sample.expected().only()).map(str::to_owned).collect();
        labels.sort();
        labels.dedup();
        match labels.as_slice() {
            [] => return Err(TuneError::NothingToLearn),
            [only] => return Err(TuneError::OneIntent(only.clone())),
            _ => {}
        }
        let mut files = Vec::new();
        if self.sources.is_empty() {
            let bot = new_pack(&labels, &languages(&samples)?);
            files.push(bot.clone());
            self.sources.push(bot);
        }
        let author = self.engine(None, &[Part::Similarity]).map_err(TuneError::Pack)?;
        let known = Labels::new(&author);
        if labels.iter().all(|label| known.find(label).is_none()) {
            labels.truncate(LISTED);
            return Err(TuneError::UnknownLabels(labels));
        }
        let mut scratch = Scratch::new();
        let mut decisive = Decisive::new();
        let mut read = |sample: &'_ Sample| -> Option<(usize, Language, Given, Option<usize>)> {
            let class = known.find(sample.expected().only()?)?;
            let said = author.classify_with(&mut scratch, sample.text());
            note_decisive(said.candidates(), &known, class, &mut decisive);
            let language = sample.language().filter(|own| author.languages().contains(own));
            let language = language.unwrap_or(said.language());
            let given = said.candidates().iter().filter(|candidate| candidate.score() > 0.0);
            let given = given
                .filter_map(|one| Some((known.find(one.intent().as_str())? as u32, f64::from(one.score()) * POINT)));
            let given: Given = given.collect();
            Some((class, language, given, said.intent().and_then(|intent| known.find(intent.as_str()))))
        };
        let mut messages = Vec::new();
        let mut kept = Vec::new();
        let mut before = Vec::new();
        for sample in &samples {
            if let Some((class, language, given, got)) = read(sample) {
                messages.push(Message { text: sample.text(), class, language, given });
                kept.push(sample.clone());
                before.push(got);
            }
        }
        let strangers: Vec<&Sample> = samples.iter().filter(|sample| sample.expected().is_nothing()).collect();
        let intents: Vec<String> = known.intents().iter().map(ToString::to_string).collect();
        let pack = &author.rulebook().pack;
        let act = f64::from(pack.thresholds.act);
        let parts = if messages.len() < FEW {
            0
        } else if messages.len() > LARGE {
            1
        } else {
            FOLDS
        };
        let mut done = 0;
        let mut step = || {
            progress(Progress { done, of: parts + 1 });
            done += 1;
        };
        let fold_of = folds(&kept);
        let first = Calibrated::fixed(TEMPERATURE, NONE, act);
        let mut left_out: Vec<(usize, LeftOut)> = Vec::new();
        let mut strange: Vec<LeftOut> = Vec::new();
        for part in 0..parts {
            step();
            let is_in = |number: &usize| fold_of.get(*number) != Some(&part);
            let learnt = self.learn(&messages, &intents, pack, first, is_in);
            let engine = self.engine(Some(learnt.file()), &[]).map_err(TuneError::Pack)?;
            let mut scratch = Scratch::new();
            let mut scores = |text: &str| {
                let said = engine.classify_with(&mut scratch, text);
                let place = |one: &Candidate| Some((known.find(one.intent().as_str())?, f64::from(one.score())));
                said.candidates().iter().filter_map(place).collect::<Vec<_>>()
            };
            for (number, message) in messages.iter().enumerate().filter(|(number, _)| !is_in(number)) {
                left_out.push((number, LeftOut { scores: scores(message.text), gold: Some(message.class) }));
            }
            if part == 0 {
                strange.extend(strangers.iter().map(|sample| LeftOut { scores: scores(sample.text()), gold: None }));
            }
        }
        step();
        let all: Vec<LeftOut> = left_out.iter().map(|(_, one)| one.clone()).chain(strange).collect();
        let mut constants = if left_out.is_empty() { first } else { Calibrated::of(&all, act) };
        let has_rules = pack.intents.iter().any(|intent| !intent.keywords.is_empty() || !intent.patterns.is_empty());
        if has_rules {
            // Why: one keyword of the author must be enough to act on when nothing else speaks.
            constants = Calibrated::fixed(constants.temperature.min(TEMPERATURE), constants.none.min(NONE), act);
        }
        let learnt = self.learn(&messages, &intents, pack, constants, |_| true);
        files.push(learnt.file());
        let mut changes: Vec<Change> =
            intents.iter().map(|intent| Change { intent: intent.clone(), ..Change::default() }).collect();
        for weighted in learnt.weights.values().flatten() {
            if let Some(change) = changes.get_mut(weighted.class as usize) {
                change.phrases.push((weighted.text.clone(), weighted.points));
            }
        }
        let mut held_out = HeldOut::default();
        let mut alike: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut doubtful = Vec::new();
        for (number, one) in &left_out {
            let (Some(message), Some(got)) = (messages.get(*number), before.get(*number)) else { continue };
            let was = *got == Some(message.class);
            let is = one.is_right() && constants.takes(one);
            held_out.messages += 1;
            held_out.before += usize::from(was);
            held_out.after += usize::from(is);
            held_out.forced += usize::from(one.is_right());
            if let Some(change) = changes.get_mut(message.class) {
                change.messages += 1;
                change.gained += usize::from(is && !was);
                change.lost += usize::from(was && !is);
            }
            if let Some((best, score)) = one.scores.first().filter(|_| !one.is_right()) {
                let pair = (message.class.min(*best), message.class.max(*best));
                *alike.entry(pair).or_default() += 1;
                let own = one.scores.iter().find(|(intent, _)| *intent == message.class).map_or(0.0, |own| own.1);
                if score - own >= SURE {
                    doubtful.push((score - own, message.text.to_owned(), message.class, *best));
                }
            }
        }
        doubtful.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let name = |intent: usize| intents.get(intent).cloned().unwrap_or_default();
        let mut alike: Vec<(String, String, usize)> = alike
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|((a, b), count)| (name(a), name(b), count))
            .collect();
        alike.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
        alike.truncate(LISTED);
        Ok(Tuned {
            files,
            changes,
            messages: messages.len(),
            left_aside: suite.len() - messages.len(),
            contradictory: contradictory(&kept),
            doubtful: doubtful
                .into_iter()
                .take(LISTED)
                .map(|(_, text, label, best)| (text, name(label), name(best)))
                .collect(),
            alike,
            hurting: hurting(decisive),
            held_out,
            temperature: constants.temperature,
            none: constants.none,
        })
    }

    /// What messages teach, of those that count.
    fn learn<'a>(
        &self,
        messages: &[Message<'_>],
        intents: &'a [String],
        pack: &Pack,
        constants: Calibrated,
        counts: impl Fn(&usize) -> bool,
    ) -> Learnt<'a> {
        let mut weights = BTreeMap::new();
        let mut kept: BTreeMap<(usize, Language), Vec<String>> = BTreeMap::new();
        for language in Language::ALL {
            let of_language: Vec<&Message<'_>> = messages
                .iter()
                .enumerate()
                .filter(|(number, message)| message.language == language && counts(number))
                .map(|(_, message)| message)
                .collect();
            if of_language.is_empty() {
                continue;
            }
            let rows: Vec<(&str, u32, &Given)> =
                of_language.iter().map(|message| (message.text, message.class as u32, &message.given)).collect();
            let items = Items::read(&rows, intents.len(), language);
            weights.insert(language, learn(&items, language, self.items));
            for (number, intent) in pack.intents.iter().enumerate() {
                // Why: a list of one language stands in one file, and the author's stays.
                if intent.examples.iter().any(|example| example.language == language) {
                    continue;
                }
                let texts = of_language.iter().filter(|message| message.class == number).map(|message| message.text);
                let examples = examples(texts, self.examples);
                if !examples.is_empty() {
                    kept.insert((number, language), examples);
                }
            }
        }
        Learnt { intents, weights, examples: kept, constants }
    }

    fn engine(&self, learnt: Option<Source>, without: &[Part]) -> Result<Engine, LoadError> {
        let files = self.sources.iter().cloned().chain(learnt);
        let builder = files.fold(EngineBuilder::default(), |builder, file| builder.source(file.name(), file.bytes()));
        without.iter().fold(builder, |builder, part| builder.without(*part)).build()
    }
}

/// Rules of the author that decided a message alone: how often wrongly, how often rightly, by rule and intent.
type Decisive = BTreeMap<(String, String), (usize, usize)>;

/// Notes the rules without which another intent would have been the best.
fn note_decisive(candidates: &[Candidate], known: &Labels, class: usize, decisive: &mut Decisive) {
    let Some(best) = candidates.first() else { return };
    let second = candidates.get(1).map_or(0.0, Candidate::score);
    let is_right = known.find(best.intent().as_str()) == Some(class);
    for evidence in best.evidence().iter().filter(|evidence| best.score() - evidence.weight() <= second) {
        let counts = decisive.entry((evidence.rule().to_owned(), best.intent().to_string())).or_default();
        *(if is_right { &mut counts.1 } else { &mut counts.0 }) += 1;
    }
}

/// Those that were wrong more often than right, the worst first.
fn hurting(decisive: Decisive) -> Vec<(String, String, usize, usize)> {
    let worse = decisive.into_iter().filter(|(_, (wrong, right))| wrong > right);
    let mut hurting: Vec<_> = worse.map(|((rule, intent), (wrong, right))| (rule, intent, wrong, right)).collect();
    hurting.sort_by(|a, b| (b.2 - b.3).cmp(&(a.2 - a.3)).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
    hurting.truncate(LISTED);
    hurting
}

/// The languages of a suite, the commonest first: what rows say, else what the messages look like.
fn languages(samples: &[Sample]) -> Result<Vec<Language>, TuneError> {
    let every = "kefu: 1\nlanguages: {default: en, also: [es, pt, zh]}\nintents: {}\n";
    let engine = Engine::builder().source("bot.yaml", every).build().map_err(TuneError::Pack)?;
    let mut counts: BTreeMap<Language, usize> = BTreeMap::new();
    for sample in samples {
        let guess = || {
            if sample.text().chars().any(is_han) { Language::Zh } else { engine.classify(sample.text()).language() }
        };
        let language = sample.language().unwrap_or_else(guess);
        *counts.entry(language).or_default() += 1;
    }
    let mut common: Vec<(Language, usize)> = counts.into_iter().collect();
    common.sort_by_key(|(language, count)| (std::cmp::Reverse(*count), *language));
    let least = SECOND_LANGUAGE * samples.len() as f64;
    let is_common = |(at, (_, count)): &(usize, (Language, usize))| *at == 0 || *count as f64 >= least;
    Ok(common.into_iter().enumerate().filter(is_common).map(|(_, (language, _))| language).collect())
}

/// Messages that stand there with several labels.
fn contradictory(samples: &[Sample]) -> Vec<(String, Vec<String>)> {
    let mut labels: BTreeMap<String, (&str, BTreeSet<String>)> = BTreeMap::new();
    for sample in samples {
        let entry = labels.entry(letters(sample.text())).or_insert((sample.text(), BTreeSet::new()));
        entry.1.insert(intent_name(sample.expected().label()));
    }
    let several = labels.into_iter().filter(|(letters, (_, of))| !letters.is_empty() && of.len() > 1);
    several.map(|(_, (text, of))| (text.to_owned(), of.into_iter().collect())).take(LISTED).collect()
}
