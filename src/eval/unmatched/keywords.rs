use std::collections::{BTreeMap, BTreeSet};

use crate::eval::tune::{each_phrase, units, written};
use crate::text::{Language, Stems};

/// Words of a phrase; Chinese characters of one.
const WORDS: usize = 3;
const CHARACTERS: usize = 6;
/// A Chinese character alone is mostly half a word.
const LEAST_CHARACTERS: usize = 2;
/// Keywords of a cluster.
const MOST: usize = 3;
/// Share of what is left of a cluster that a keyword must catch.
const LEAST: f64 = 0.25;
/// What a word more or less than two costs a phrase, in nats of its words' rarity.
const OFF: f64 = 0.4;
/// A message of another cluster that holds it counts against a keyword as half a message of its own.
const ELSEWHERE: f64 = 0.5;
/// A keyword must stand in so many different messages of a cluster, where it has as many.
const DIFFERENT: usize = 2;

/// The phrases of messages not understood, in whose messages they stand.
pub(super) struct Phrases {
    /// How each is written most often.
    writings: Vec<String>,
    /// The phrases of each message.
    of_message: Vec<Vec<u32>>,
    /// How many messages that were understood hold it, by what they ask for.
    known: Vec<BTreeMap<u32, usize>>,
    /// Which of those hold it.
    places: Vec<Vec<u32>>,
    /// How many messages hold it, each as often as it came.
    held: Vec<usize>,
    /// How rare its words are in the mean.
    rarity: Vec<f64>,
    /// How many words or characters it has.
    lengths: Vec<usize>,
}

impl Phrases {
    /// Of messages not understood, counted in messages that were, each with a number of its intent and how often it came.
    pub(super) fn new(messages: &[(&str, usize)], understood: &[(&str, u32, usize)], language: Language) -> Self {
        let stems = Stems::new();
        let longest = if language.is_unspaced() { CHARACTERS } else { WORDS };
        let shortest = if language.is_unspaced() { LEAST_CHARACTERS } else { 1 };
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut writings: Vec<BTreeMap<String, usize>> = Vec::new();
        let mut of_message = Vec::with_capacity(messages.len());
        let mut words: BTreeMap<String, usize> = BTreeMap::new();
        let mut held: Vec<usize> = Vec::new();
        for (text, times) in messages {
            let mut own = BTreeSet::new();
            each_phrase(&units(text, language, &stems), language, |key, phrase, _, _| {
                if phrase.len() == 1 {
                    *words.entry(key.clone()).or_default() += 1;
                }
                if (shortest..=longest).contains(&phrase.len()) {
                    let next = numbers.len() as u32;
                    let number = *numbers.entry(key).or_insert(next);
                    writings.resize_with(numbers.len(), BTreeMap::new);
                    if let Some(writings) = writings.get_mut(number as usize) {
                        *writings.entry(written(phrase)).or_default() += 1;
                    }
                    own.insert(number);
                }
            });
            held.resize(numbers.len(), 0);
            for number in &own {
                if let Some(held) = held.get_mut(*number as usize) {
                    *held += times;
                }
            }
            of_message.push(own.into_iter().collect());
        }
        let mut known = vec![BTreeMap::new(); numbers.len()];
        let mut places = vec![Vec::new(); numbers.len()];
        for (place, (text, intent, times)) in (0_u32..).zip(understood) {
            let mut own = BTreeSet::new();
            each_phrase(&units(text, language, &stems), language, |key, phrase, _, _| {
                own.extend(numbers.get(&key).copied());
                if let Some(count) = words.get_mut(&key).filter(|_| phrase.len() == 1) {
                    *count += 1;
                }
            });
            for number in own {
                if let (Some(known), Some(places)) = (known.get_mut(number as usize), places.get_mut(number as usize)) {
                    *known.entry(*intent).or_default() += times;
                    places.push(place);
                }
            }
        }
        let commonest = |writings: BTreeMap<String, usize>| {
            let most = writings.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
            most.map(|(writing, _)| writing).unwrap_or_default()
        };
        let all = (messages.len() + understood.len()) as f64;
        let mut rarity = vec![0.0; numbers.len()];
        let mut lengths = vec![0; numbers.len()];
        for (key, number) in &numbers {
            let parts: Vec<String> = if language.is_unspaced() {
                key.chars().map(String::from).collect()
            } else {
                key.split(' ').map(str::to_owned).collect()
            };
            let rare = |word: &String| (1.0 + all / words.get(word).copied().unwrap_or(1).max(1) as f64).ln();
            if let (Some(rarity), Some(length)) = (rarity.get_mut(*number as usize), lengths.get_mut(*number as usize))
            {
                *length = parts.len();
                *rarity = parts.iter().map(rare).sum::<f64>() / parts.len().max(1) as f64;
            }
        }
        let writings = writings.into_iter().map(commonest).collect();
        Self { writings, of_message, known, places, held, rarity, lengths }
    }

    /// How a phrase is written.
    pub(super) fn text(&self, phrase: u32) -> &str {
        self.writings.get(phrase as usize).map_or("", String::as_str)
    }

    /// Which understood messages hold a phrase.
    pub(super) fn places(&self, phrase: u32) -> &[u32] {
        self.places.get(phrase as usize).map_or(&[], Vec::as_slice)
    }

    /// How good a keyword a phrase is among those that catch as much: the rarer its words, for "will it" is none, and best of
    /// two words, as one may mean anything and three leave little to others.
    fn quality(&self, phrase: u32) -> f64 {
        let at = phrase as usize;
        let length = self.lengths.get(at).copied().unwrap_or(0);
        self.rarity.get(at).copied().unwrap_or(0.0) - OFF * length.abs_diff(2) as f64
    }

    /// Phrases that together catch most of a cluster and less that is understood as anything but its intent.
    ///
    /// What they really change is for the engine to say: a message that holds one may well stay what it is.
    pub(super) fn keywords(&self, cluster: &[usize], times: &[usize], intent: Option<u32>) -> Vec<u32> {
        let mut left: Vec<usize> = cluster.to_vec();
        let mut keywords = Vec::new();
        while keywords.len() < MOST && !left.is_empty() {
            let all: usize = left.iter().map(|message| times.get(*message).copied().unwrap_or(0)).sum();
            let mut caught: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
            for message in &left {
                for phrase in self.of_message.get(*message).into_iter().flatten() {
                    let (caught, different) = caught.entry(*phrase).or_default();
                    *caught += times.get(*message).copied().unwrap_or(0);
                    *different += 1;
                }
            }
            let different = cluster.len().min(DIFFERENT);
            let least = (LEAST * all as f64).max(2.0);
            let worth = |phrase: u32, caught: usize| {
                let known = self.known.get(phrase as usize).into_iter().flatten();
                let hurt: usize = known.filter(|(of, _)| Some(**of) != intent).map(|(_, times)| *times).sum();
                let elsewhere = self.held.get(phrase as usize).map_or(0, |held| held.saturating_sub(caught));
                caught as f64 - hurt as f64 - ELSEWHERE * elsewhere as f64
            };
            let good = caught.into_iter().filter(|(_, (_, of))| *of >= different);
            let good = good.map(|(phrase, (caught, _))| (phrase, caught as f64, worth(phrase, caught)));
            let good = good.filter(|(_, caught, worth)| *caught >= least && *worth > 0.0);
            let best = good.max_by(|a, b| {
                let by_quality = || self.quality(a.0).total_cmp(&self.quality(b.0));
                a.2.total_cmp(&b.2).then_with(by_quality).then_with(|| self.text(b.0).cmp(self.text(a.0)))
            });
            let Some((phrase, ..)) = best else { break };
            left.retain(|message| self.of_message.get(*message).is_none_or(|own| !own.contains(&phrase)));
            keywords.push(phrase);
        }
        keywords
    }
}

/// Whether a phrase stands in a text, inflected or not.
pub(super) fn holds(text: &str, phrase: &str, language: Language) -> bool {
    let stems = Stems::new();
    let keys = |text: &str| {
        let mut keys = BTreeSet::new();
        each_phrase(&units(text, language, &stems), language, |key, _, _, _| {
            keys.insert(key);
        });
        keys
    };
    let whole = keys(phrase).into_iter().max_by_key(String::len);
    whole.is_some_and(|whole| keys(text).contains(&whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_catches_its_cluster_and_nothing_understood() {
        let messages = ["gift wrap my order", "do you gift wrap", "gift wrapping please", "order a gift"];
        let understood = [("cancel my order", 0, 5), ("do you ship", 1, 3), ("gift for me please", 1, 2)];
        let phrases = Phrases::new(&messages.map(|text| (text, 1)), &understood, Language::En);
        let found = |intent| -> Vec<String> {
            let keywords = phrases.keywords(&[0, 1, 2, 3], &[1; 4], intent);
            keywords.into_iter().map(|phrase| phrases.text(phrase).to_owned()).collect()
        };
        assert_eq!(found(None), ["gift wrap"], "`gift` stands in what is understood");
        assert_eq!(found(Some(1)), ["gift"], "of its own intent that is no harm");
    }
}
