use std::collections::{BTreeMap, BTreeSet};

use super::cluster::{clusters, nearly};
use super::draft::drafts;
use super::heard::{Heard, Missed};
use super::keywords::{Phrases, holds};
use super::measured::{Effect, Measured, Tried};
use super::unmatched::{Cluster, Proposal, Unmatched};
use super::vectors::Vectors;
use super::worksheet::Worksheet;
use crate::load::{LoadError, Source};
use crate::text::{Language, is_han};

/// Clusters shown.
const MOST: usize = 30;
/// Different messages put together at most, for each language: the commonest.
const PUT_TOGETHER: usize = 8_000;
/// From how like an understood message, as a cosine, one is near what that asks for.
const LIKE: f32 = 0.3;
/// Else how much must speak for an intent by its rules or its words for a message to be near it.
const NEAR: f32 = 0.15;
/// The share of a cluster's messages that must be near the same intent.
const MOSTLY: f64 = 0.5;

/// A message to be put with others.
struct Open {
    missed: Missed,
    nearest: Option<String>,
}

/// A message that is understood, what it is understood as, and how often it came.
struct Known {
    text: String,
    intent: u32,
    times: usize,
}

/// A cluster before it is told, with what belongs to it by number.
struct Group {
    language: Language,
    members: Vec<usize>,
    intent: Option<String>,
}

impl Heard {
    /// What was not understood, put together by likeness; with the files of a pack also what it is nearest to, and what
    /// keywords would change. What stands labelled or ignored in the sheet is left out.
    ///
    /// # Errors
    /// If the pack has errors.
    pub fn unmatched(&self, rules: Option<Vec<Source>>, sheet: &Worksheet) -> Result<Unmatched, LoadError> {
        let mut told = Unmatched { left_out: self.left_out(), ..Unmatched::default() };
        let mut base = rules.as_deref().map(|rules| Measured::new(rules, &[])).transpose()?;
        let (missed, known) = self.sorted();
        let mut open: BTreeMap<Language, Vec<Open>> = BTreeMap::new();
        for mut one in missed.into_values() {
            told.messages += one.times;
            if sheet.is_labelled(&one.text) {
                told.labelled += one.times;
                continue;
            }
            let mut language = one.language.unwrap_or_else(|| guess(&one.text));
            let mut nearest = None;
            if let Some(base) = &mut base {
                if !base.read(&one.text).intents.is_empty() {
                    told.understood_now += one.times;
                    continue;
                }
                let (read_in, near) = base.nearest(&one.text);
                let near = near.filter(|(_, how)| *how >= NEAR).map(|(intent, _)| intent);
                (language, nearest) = (one.language.unwrap_or(read_in), near);
                one.text = base.mask(&one.text);
                one.replies = one.replies.iter().map(|reply| base.mask(reply)).collect();
            }
            open.entry(language).or_default().push(Open { missed: one, nearest });
        }
        let mut survey = Survey { open, ..Survey::default() };
        survey.understand(known, base.as_mut());
        told.measured_with = survey.known.iter().map(|one| one.times).sum();
        survey.put_together(sheet, &mut told);
        let tried = survey.keywords();
        let effects = match rules {
            Some(rules) => survey.measure(&mut Measured::new(&rules, &tried)?, &tried),
            None => survey.count(&tried),
        };
        told.clusters = survey.tell(&tried, effects);
        Ok(told)
    }
}

/// Messages on their way to clusters.
#[derive(Default)]
struct Survey {
    open: BTreeMap<Language, Vec<Open>>,
    known: Vec<Known>,
    /// Intents that messages are understood as, by number.
    names: Vec<String>,
    groups: Vec<Group>,
}

impl Survey {
    /// Takes what is understood: from the log, and the pack's own examples.
    fn understand(&mut self, known: Vec<(String, usize)>, base: Option<&mut Measured>) {
        let Some(base) = base else {
            let of = |(text, times)| Known { text, intent: 0, times };
            self.known = known.into_iter().map(of).collect();
            return;
        };
        for (text, times) in known {
            if let Some(intent) = base.read(&text).intents.into_iter().next() {
                self.know(text, &intent, times);
            }
        }
        let pack = std::sync::Arc::clone(base.engine().rulebook().classifier.pack());
        for (number, intent) in pack.intents.iter().enumerate() {
            for example in Language::ALL.into_iter().flat_map(|language| pack.examples(number, language)) {
                self.know(example.text.to_string(), intent.id.as_str(), 1);
            }
        }
    }

    fn know(&mut self, text: String, intent: &str, times: usize) {
        let intent = self.number(intent).unwrap_or_else(|| {
            self.names.push(intent.to_owned());
            self.names.len() as u32 - 1
        });
        self.known.push(Known { text, intent, times });
    }

    fn number(&self, intent: &str) -> Option<u32> {
        self.names.iter().position(|name| name == intent).map(|at| at as u32)
    }

    /// Puts messages of each language together, and keeps the greatest clusters of all.
    fn put_together(&mut self, sheet: &Worksheet, told: &mut Unmatched) {
        let beside: Vec<&str> = self.known.iter().map(|one| one.text.as_str()).collect();
        for (language, open) in &mut self.open {
            open.sort_by(|a, b| b.missed.times.cmp(&a.missed.times).then_with(|| a.missed.text.cmp(&b.missed.text)));
            told.alone += open.drain(PUT_TOGETHER.min(open.len())..).map(|one| one.missed.times).sum::<usize>();
            let own = open.iter().map(|one| one.missed.text.as_str());
            let texts: Vec<&str> = own.chain(sheet.ignored()).collect();
            let vectors = Vectors::new(&texts, &beside, *language);
            for ignored in nearly(&vectors, open.len(), texts.len()) {
                if let Some(one) = open.get_mut(ignored) {
                    told.ignored += std::mem::take(&mut one.missed.times);
                }
            }
            for (number, one) in open.iter_mut().enumerate() {
                let known = vectors.nearest(number).filter(|(_, how)| *how >= LIKE);
                let known = known.and_then(|(at, _)| self.names.get(self.known.get(at)?.intent as usize));
                one.nearest = known.cloned().or(one.nearest.take());
            }
            let mut times: Vec<usize> = open.iter().map(|one| one.missed.times).collect();
            let all: usize = times.iter().sum();
            // What is ignored draws nothing to itself.
            times.resize(vectors.len(), 0);
            let mut in_clusters = 0;
            for members in clusters(&vectors, &times) {
                let of = members.iter().filter_map(|member| open.get(*member));
                in_clusters += of.clone().map(|one| one.missed.times).sum::<usize>();
                self.groups.push(Group { language: *language, intent: nearest(of), members });
            }
            told.alone += all - in_clusters;
        }
        let open = &self.open;
        let size = |group: &Group| group.of(open).map(|one| one.missed.times).sum::<usize>();
        self.groups.sort_by_key(|group| std::cmp::Reverse(size(group)));
        let rest = self.groups.split_off(MOST.min(self.groups.len()));
        told.not_shown = rest.iter().map(size).sum();
    }

    /// Keywords for every cluster.
    fn keywords(&self) -> Vec<Tried> {
        let mut tried = Vec::new();
        let languages: BTreeSet<Language> = self.groups.iter().map(|group| group.language).collect();
        let understood: Vec<(&str, u32, usize)> =
            self.known.iter().map(|one| (one.text.as_str(), one.intent, one.times)).collect();
        for language in languages {
            let open = self.open.get(&language).map(Vec::as_slice).unwrap_or_default();
            let texts: Vec<(&str, usize)> =
                open.iter().map(|one| (one.missed.text.as_str(), one.missed.times)).collect();
            let times: Vec<usize> = open.iter().map(|one| one.missed.times).collect();
            let phrases = Phrases::new(&texts, &understood, language);
            for (cluster, group) in self.groups.iter().enumerate().filter(|(_, group)| group.language == language) {
                let intent = group.intent.as_deref().and_then(|intent| self.number(intent));
                for phrase in phrases.keywords(&group.members, &times, intent) {
                    let places = phrases.places(phrase).to_vec();
                    tried.push(Tried { cluster, phrase: phrases.text(phrase).to_owned(), language, places });
                }
            }
        }
        tried
    }

    /// What keywords would change, by the engine with them.
    fn measure(&self, measured: &mut Measured, tried: &[Tried]) -> Vec<Effect> {
        let mut effects = vec![Effect::default(); tried.len()];
        for (language, number, one) in self.each_open() {
            let proposed = measured.read(&one.missed.text).proposed;
            if let Some((tried, effect)) = proposed.and_then(|at| tried.get(at).zip(effects.get_mut(at))) {
                self.catch(effect, tried, language, number, one.missed.times);
            }
        }
        let concerned: BTreeSet<u32> = tried.iter().flat_map(|one| one.places.iter().copied()).collect();
        for known in concerned.into_iter().filter_map(|place| self.known.get(place as usize)) {
            let proposed = measured.read(&known.text).proposed;
            let Some((tried, effect)) = proposed.and_then(|at| tried.get(at).zip(effects.get_mut(at))) else {
                continue;
            };
            let Some(name) = self.names.get(known.intent as usize) else { continue };
            let own = self.groups.get(tried.cluster).and_then(|group| group.intent.as_ref());
            if own != Some(name) {
                *effect.taken.entry(name.clone()).or_default() += known.times;
            }
        }
        effects
    }

    /// Without rules: in which messages the phrases stand.
    fn count(&self, tried: &[Tried]) -> Vec<Effect> {
        let mut effects = vec![Effect::default(); tried.len()];
        for (effect, tried) in effects.iter_mut().zip(tried) {
            for (language, number, one) in self.each_open() {
                if language == tried.language && holds(&one.missed.text, &tried.phrase, language) {
                    self.catch(effect, tried, language, number, one.missed.times);
                }
            }
            let taken: usize =
                tried.places.iter().filter_map(|at| self.known.get(*at as usize)).map(|one| one.times).sum();
            if taken > 0 {
                effect.taken.insert("any".to_owned(), taken);
            }
        }
        effects
    }

    fn catch(&self, effect: &mut Effect, tried: &Tried, language: Language, number: usize, times: usize) {
        effect.caught += times;
        let is_of = |group: &Group| group.language == language && group.members.contains(&number);
        effect.of_cluster += if self.groups.get(tried.cluster).is_some_and(is_of) { times } else { 0 };
    }

    fn each_open(&self) -> impl Iterator<Item = (Language, usize, &Open)> {
        self.open.iter().flat_map(|(language, open)| {
            open.iter()
                .enumerate()
                .filter(|(_, one)| one.missed.times > 0)
                .map(|(number, one)| (*language, number, one))
        })
    }

    /// The clusters, as they are told.
    fn tell(&self, tried: &[Tried], effects: Vec<Effect>) -> Vec<Cluster> {
        let replies: Vec<Vec<&str>> = self
            .groups
            .iter()
            .map(|group| group.of(&self.open).flat_map(|one| one.missed.replies.iter().map(String::as_str)).collect())
            .collect();
        let mut keywords: Vec<Vec<Proposal>> = vec![Vec::new(); self.groups.len()];
        for (tried, Effect { caught, of_cluster, taken }) in tried.iter().zip(effects) {
            if let Some(keywords) = keywords.get_mut(tried.cluster).filter(|_| caught > 0) {
                keywords.push(Proposal { phrase: tried.phrase.clone(), caught, of_cluster, taken });
            }
        }
        let parts = self.groups.iter().zip(keywords).zip(drafts(&replies));
        parts
            .map(|((group, keywords), answer)| {
                let mut all: Vec<&Missed> = group.of(&self.open).map(|one| &one.missed).collect();
                all.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.text.cmp(&b.text)));
                let messages = all.iter().map(|one| one.times).sum();
                let all: Vec<String> = all.into_iter().map(|one| one.text.clone()).collect();
                Cluster {
                    language: group.language,
                    messages,
                    different: all.len(),
                    intent: group.intent.clone(),
                    keywords,
                    answer,
                    samples: Cluster::shown(&all),
                    all,
                }
            })
            .collect()
    }
}

impl Group {
    fn of<'o>(&'o self, open: &'o BTreeMap<Language, Vec<Open>>) -> impl Iterator<Item = &'o Open> + Clone {
        let open = open.get(&self.language).map(Vec::as_slice).unwrap_or_default();
        self.members.iter().filter_map(|member| open.get(*member))
    }
}

/// The intent that most messages of a cluster are near.
fn nearest<'o>(cluster: impl Iterator<Item = &'o Open>) -> Option<String> {
    let mut all = 0;
    let mut near: BTreeMap<&str, usize> = BTreeMap::new();
    for one in cluster {
        all += one.missed.times;
        if let Some(intent) = &one.nearest {
            *near.entry(intent).or_default() += one.missed.times;
        }
    }
    let (intent, times) = near.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)))?;
    (times as f64 >= MOSTLY * all as f64).then(|| intent.to_owned())
}

/// The language of a message that nothing says.
fn guess(text: &str) -> Language {
    if text.chars().any(is_han) { Language::Zh } else { Language::En }
}
