use std::collections::BTreeMap;

use crate::eval::tune::{each_phrase, units};
use crate::text::{Language, Stems};

/// Terms in more of the messages than this share, and than so many, bring no two together.
const COMMON: f32 = 0.2;
const SEVERAL: usize = 50;
/// Longest phrase of a vector: two words, two characters.
const LONGEST: usize = 2;
/// What a pair of words is worth of what its rarity says: few messages are worded alike. Chinese pairs are words.
const PAIR: f32 = 0.5;

/// Messages of one language as weighted words and pairs of words, the rarer the heavier, and beside them messages that were
/// understood.
pub(super) struct Vectors {
    messages: Side,
    beside: Side,
}

/// Messages more that are taken to be there without the term, so that of few messages a word that two share is worth hardly
/// less than one that nobody shares.
const FEW: f32 = 100.0;

/// Vectors of length 1, and which of them hold a term.
#[derive(Default)]
struct Side {
    vectors: Vec<Vec<(u32, f32)>>,
    postings: BTreeMap<u32, Vec<u32>>,
}

impl Vectors {
    pub(super) fn new(messages: &[&str], beside: &[&str], language: Language) -> Self {
        let stems = Stems::new();
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut counts: Vec<f32> = Vec::new();
        let mut worth: Vec<f32> = Vec::new();
        let mut read = |text: &&str| {
            let mut own: Vec<u32> = Vec::new();
            each_phrase(&units(text, language, &stems), language, |key, phrase, _, _| {
                if phrase.len() <= LONGEST {
                    let next = numbers.len() as u32;
                    own.push(*numbers.entry(key).or_insert(next));
                    if worth.len() < numbers.len() {
                        worth.push(if phrase.len() > 1 && !language.is_unspaced() { PAIR } else { 1.0 });
                    }
                }
            });
            own.sort_unstable();
            own.dedup();
            counts.resize(numbers.len(), 0.0);
            for term in &own {
                if let Some(count) = counts.get_mut(*term as usize) {
                    *count += 1.0;
                }
            }
            own
        };
        let own: Vec<Vec<u32>> = messages.iter().map(&mut read).collect();
        let others: Vec<Vec<u32>> = beside.iter().map(&mut read).collect();
        let all = (messages.len() + beside.len()) as f32;
        let weight = |term: u32| {
            let count = counts.get(term as usize).copied().unwrap_or(1.0);
            (1.0 + (all + FEW) / (count + 1.0)).ln().powf(1.5) * worth.get(term as usize).copied().unwrap_or(1.0)
        };
        let own = Side::new(own, weight);
        // Why only terms of the messages: no other is ever looked up.
        let mut others = Side::new(others, weight);
        others.postings.retain(|term, _| own.postings.contains_key(term));
        Self { messages: own, beside: others }
    }

    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.messages.vectors.len()
    }

    /// The messages that are at least so like one, itself too, by their numbers.
    pub(super) fn like(&self, number: usize, least: f32) -> Vec<u32> {
        let itself = number as u32;
        let likeness = self.messages.likeness(self.vector(number));
        let mut like: Vec<u32> =
            likeness.into_iter().filter(|(_, dot)| *dot >= least).map(|(other, _)| other).collect();
        // Why: one of common words alone is like nothing, yet it is a message.
        if !like.contains(&itself) {
            like.push(itself);
        }
        like
    }

    /// The understood message that one is most like, and how much.
    pub(super) fn nearest(&self, number: usize) -> Option<(usize, f32)> {
        let likeness = self.beside.likeness(self.vector(number)).into_iter();
        let nearest = likeness.max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
        Some((nearest.0 as usize, nearest.1))
    }

    fn vector(&self, number: usize) -> &[(u32, f32)] {
        self.messages.vectors.get(number).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Side {
    fn new(terms: Vec<Vec<u32>>, weight: impl Fn(u32) -> f32) -> Self {
        let mut side = Self::default();
        for (number, own) in (0_u32..).zip(terms) {
            let mut vector: Vec<(u32, f32)> = own.into_iter().map(|term| (term, weight(term))).collect();
            let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            for (term, weight) in &mut vector {
                *weight /= length;
                side.postings.entry(*term).or_default().push(number);
            }
            side.vectors.push(vector);
        }
        side
    }

    /// The cosines with all that share a term that is not common.
    fn likeness(&self, vector: &[(u32, f32)]) -> BTreeMap<u32, f32> {
        let mut dots: BTreeMap<u32, f32> = BTreeMap::new();
        let common = ((COMMON * self.vectors.len() as f32) as usize).max(SEVERAL);
        for (term, weight) in vector {
            let Some(list) = self.postings.get(term).filter(|list| list.len() <= common) else { continue };
            for other in list {
                let other_weight = self.vectors.get(*other as usize).and_then(|vector| {
                    let at = vector.binary_search_by_key(term, |(term, _)| *term).ok()?;
                    vector.get(at).map(|(_, weight)| *weight)
                });
                *dots.entry(*other).or_default() += weight * other_weight.unwrap_or(0.0);
            }
        }
        dots
    }
}
