use std::collections::BTreeMap;

use super::super::Sample;
use super::super::labels::{Labels, intent_name};
use super::split::letters;
use super::tuned::{Contradiction, LISTED};
use crate::classify::{Candidate, Scratch};
use crate::engine::Engine;
use crate::text::Language;

/// One message of a suite, as often as it stands there.
pub(super) struct Message<'s> {
    pub(super) sample: &'s Sample,
    pub(super) times: usize,
    pub(super) language: Language,
    pub(super) wanted: Wish,
}

/// What can be learnt from a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// One intent, by its place in the pack.
    One(usize),
    /// Any of these is right: good to measure with, not to learn from.
    Any(Vec<usize>),
    /// Nothing the rules know.
    Nothing,
}

/// What a suite teaches: its messages, in an order that its rows have no part in, and what is told about the rest.
#[derive(Default)]
pub(super) struct Lessons<'s> {
    pub(super) messages: Vec<Message<'s>>,
    /// Rows nothing is learnt from or measured with: those that ask for two things at once.
    pub(super) double: usize,
    /// Rows in languages the pack does not declare.
    pub(super) undeclared: BTreeMap<Language, usize>,
    /// Labels that no intent has.
    pub(super) unknown: BTreeMap<String, usize>,
    pub(super) hurting: Vec<(String, String, usize, usize)>,
}

impl<'s> Lessons<'s> {
    /// Reads rows by the intents of a pack; its own rules tell the languages of those that do not say theirs.
    pub(super) fn read(samples: &[&'s Sample], author: &Engine, known: &Labels) -> Self {
        let mut lessons = Lessons::default();
        let mut scratch = Scratch::new();
        let mut decisive = Decisive::new();
        for rows in samples.chunk_by(|a, b| a == b) {
            let Some(sample) = rows.first().copied() else { continue };
            let times = rows.len();
            if let Some(language) = sample.language().filter(|own| !author.languages().contains(own)) {
                *lessons.undeclared.entry(language).or_default() += times;
                continue;
            }
            let Some(wanted) = lessons.wish(sample, known, times) else { continue };
            let said = author.classify_with(&mut scratch, sample.text());
            if let Wish::One(class) = wanted {
                note_decisive(said.candidates(), known, class, times, &mut decisive);
            }
            let language = sample.language().unwrap_or(said.language());
            lessons.messages.push(Message { sample, times, language, wanted });
        }
        lessons.hurting = hurting(decisive);
        lessons
    }

    fn wish(&mut self, sample: &Sample, known: &Labels, times: usize) -> Option<Wish> {
        let expected = sample.expected();
        if expected.is_nothing() {
            return Some(Wish::Nothing);
        }
        let mut any = Vec::new();
        let mut is_double = false;
        for names in expected.alternatives() {
            match names.as_slice() {
                [only] => match known.find(only) {
                    Some(intent) => any.push(intent),
                    None => *self.unknown.entry(only.clone()).or_default() += times,
                },
                _ => is_double = true,
            }
        }
        match (any.as_slice(), expected.only()) {
            ([one], Some(_)) => Some(Wish::One(*one)),
            ([], _) if !is_double => None,
            _ if is_double => {
                self.double += times;
                None
            }
            _ => Some(Wish::Any(any)),
        }
    }

    /// Rows that teach an intent.
    pub(super) fn telling(&self) -> usize {
        let telling = self.messages.iter().filter(|message| matches!(message.wanted, Wish::One(_)));
        telling.map(|message| message.times).sum()
    }

    /// Different messages that teach an intent: a hundred thousand equal rows are one.
    pub(super) fn different(&self) -> usize {
        self.messages.iter().filter(|message| matches!(message.wanted, Wish::One(_))).count()
    }

    /// Messages that stand there with several labels.
    pub(super) fn contradictory(&self) -> Vec<Contradiction> {
        let mut labels: BTreeMap<String, (&str, BTreeMap<String, Option<String>>)> = BTreeMap::new();
        for message in self.messages.iter().filter(|message| matches!(message.wanted, Wish::One(_))) {
            let text = message.sample.text();
            let entry = labels.entry(letters(text)).or_insert((text, BTreeMap::new()));
            let label = intent_name(message.sample.expected().label());
            entry.1.entry(label).or_insert_with(|| message.sample.place());
        }
        let several = labels.into_iter().filter(|(letters, (_, of))| !letters.is_empty() && of.len() > 1);
        let told = several
            .map(|(_, (text, labels))| Contradiction { text: text.to_owned(), labels: labels.into_iter().collect() });
        told.take(LISTED).collect()
    }
}

/// Rules of the author that decided a message alone: how often wrongly, how often rightly, by rule and intent.
type Decisive = BTreeMap<(String, String), (usize, usize)>;

/// Notes the rules without which another intent would have been the best.
fn note_decisive(candidates: &[Candidate], known: &Labels, class: usize, times: usize, decisive: &mut Decisive) {
    let Some(best) = candidates.first() else { return };
    let second = candidates.get(1).map_or(0.0, Candidate::score);
    let is_right = known.find(best.intent().as_str()) == Some(class);
    for evidence in best.evidence().iter().filter(|evidence| best.score() - evidence.weight() <= second) {
        let counts = decisive.entry((evidence.rule().to_owned(), best.intent().to_string())).or_default();
        *(if is_right { &mut counts.1 } else { &mut counts.0 }) += times;
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
