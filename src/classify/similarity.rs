//! Likeness of a message to the examples of each intent.
//!
//! A text is a set of fragments: of spaced scripts all runs of two to five characters inside its words, the stems and the
//! pairs of stems; of Chinese the characters and pairs of characters. A fragment weighs what it tells about the intent:
//! with `P(c)` the smoothed share of intent `c` among the examples that hold it and `H` the entropy of `P`,
//! `weight = 0.3 + ln C - H`, twice that for stems and pairs of stems. Two texts are as like as the cosine of their weighted
//! fragments. An intent is given 40 points times the likeness of its nearest example and 48 times that of all its examples
//! together, whose profile is the square root of the sum of their vectors.
#![allow(clippy::indexing_slicing)] // Why: fragments, examples and intents are numbered here and sized by those numbers.

use std::collections::BTreeMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::LeftOut;
use crate::rules::{Learned, Pack};
use crate::text::{Folded, Language, Stems, TokenKind, bare, strip_accents, tokens};

/// Points of the nearest example, and of all examples together, where `tune` has learnt none.
const NEAR: f32 = 40.0;
const ALL: f32 = 48.0;
/// Smoothing of shares.
const SMOOTHING: f64 = 0.3;
/// Weight of a fragment that tells nothing.
const BASE: f64 = 0.3;
/// The share of a sum of floats below which a difference is rounding.
const ROUNDING: f32 = 1e-3;
/// Longest run of characters.
const LONGEST_RUN: usize = 5;
/// Characters of a message that are compared; likeness of a page to an example means nothing.
const LONGEST_TEXT: usize = 400;
/// Set in the hash of fragments that weigh twice.
const HEAVY: u64 = 1;

type Map = std::collections::HashMap<u64, u32, BuildHasherDefault<Same>>;

/// Keys are hashes already.
#[derive(Clone, Copy, Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// The examples of a pack, by language.
pub(super) struct Similarity {
    indexes: [Option<Index>; Language::ALL.len()],
    stems: Stems,
    near: f32,
    all: f32,
    speaks_alone: bool,
}

/// The examples of one language.
struct Index {
    fragments: Map,
    weights: Vec<f32>,
    /// Of each fragment where its postings begin; one more at the end.
    example_starts: Vec<u32>,
    example_postings: Vec<(u32, f32)>,
    intent_starts: Vec<u32>,
    intent_postings: Vec<(u32, f32)>,
    /// The length of each intent's profile before it was made 1.
    profile_norms: Vec<f32>,
    /// The weight of a fragment that no example holds: that of an ordinary one.
    strange: f32,
    /// The intent of each example.
    intents: Vec<u32>,
    /// One more than the largest intent.
    intent_count: usize,
}

/// Memory of comparing.
#[derive(Clone, Default)]
pub(super) struct Likeness {
    fragments: Vec<u64>,
    stemmed: Stemmed,
    near_examples: Vec<f32>,
    near: Vec<f32>,
    all: Vec<f32>,
    /// Of each intent its nearest example.
    nearest: Vec<u32>,
    /// Intents and what likeness gives them, in points.
    points: Vec<(u32, f32)>,
}

impl Likeness {
    pub(super) fn points(&self) -> &[(u32, f32)] {
        &self.points
    }

    pub(super) fn clear(&mut self) {
        self.points.clear();
    }
}

impl Similarity {
    pub(super) fn new(pack: &Pack) -> Self {
        let stems = Stems::new();
        let indexes = Language::ALL.map(|language| Index::new(pack, language, &stems));
        let Learned { near, all, .. } = pack.learned;
        let speaks_alone = near.is_some() || all.is_some();
        Self { indexes, stems, near: near.unwrap_or(NEAR), all: all.unwrap_or(ALL), speaks_alone }
    }

    /// Whether likeness counts for intents that no rule speaks for: where `tune` weighed it, and set the thresholds by it.
    pub(super) fn speaks_alone(&self) -> bool {
        self.speaks_alone
    }

    /// The example of an intent that a text just compared is nearest to, as the number it has in its intent and language.
    pub(super) fn nearest(&self, language: Language, intent: u32, likeness: &Likeness) -> Option<usize> {
        let intents = &self.indexes[language.index()].as_ref()?.intents;
        let example = *likeness.nearest.get(intent as usize)? as usize;
        let first = intents.iter().position(|of| *of == intent)?;
        example.checked_sub(first)
    }

    /// The most that likeness can give an intent.
    pub(super) fn most(&self) -> f32 {
        self.near + self.all
    }

    /// Compares a folded message with the examples of a language, without the one that the message is.
    ///
    /// Why the weights of fragments stay: what one example of thousands says about them changes them little.
    pub(super) fn compare(&self, text: &str, language: Language, left_out: Option<LeftOut>, likeness: &mut Likeness) {
        likeness.points.clear();
        let Some(index) = &self.indexes[language.index()] else { return };
        let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(at, _)| at);
        let Likeness { fragments, stemmed, near_examples, near, all, nearest, points } = likeness;
        nearest.clear();
        nearest.resize(index.intent_count, 0);
        fragments_of(&text[..end], |word| stemmed.hash(word, language, &self.stems), fragments);
        near_examples.clear();
        near_examples.resize(index.intents.len(), 0.0);
        near.clear();
        near.resize(index.intent_count, 0.0);
        all.clear();
        all.resize(index.intent_count, 0.0);
        let mut norm = 0.0_f32;
        for fragment in fragments.iter() {
            // Why strange fragments count too: a text that is mostly about something else is not like an example.
            let Some(&number) = index.fragments.get(fragment) else {
                let strange = if fragment & HEAVY != 0 { 2.0 * index.strange } else { index.strange };
                norm += strange * strange;
                continue;
            };
            let number = number as usize;
            let weight = index.weights[number];
            norm += weight * weight;
            let range = index.example_starts[number] as usize..index.example_starts[number + 1] as usize;
            for (example, share) in &index.example_postings[range] {
                near_examples[*example as usize] += weight * share;
            }
            let range = index.intent_starts[number] as usize..index.intent_starts[number + 1] as usize;
            for (intent, share) in &index.intent_postings[range] {
                all[*intent as usize] += weight * share;
            }
        }
        if norm <= 0.0 {
            return;
        }
        let norm = norm.sqrt();
        if let Some(LeftOut { intent, example }) = left_out
            && let Some(first) = index.intents.iter().position(|of| *of == intent)
        {
            let example = first + example as usize;
            near_examples[example] = 0.0;
            all[intent as usize] = index.all_without(intent, example as u32, fragments);
        }
        for (example, likeness) in near_examples.iter().enumerate() {
            let intent = index.intents[example] as usize;
            if *likeness > near[intent] {
                near[intent] = *likeness;
                nearest[intent] = example as u32;
            }
        }
        for (intent, (near, all)) in (0_u32..).zip(near.iter().zip(all.iter())) {
            if *all > 0.0 {
                points.push((intent, (self.near * near + self.all * all) / norm));
            }
        }
    }
}

impl Index {
    fn new(pack: &Pack, language: Language, stems: &Stems) -> Option<Self> {
        let mut examples: Vec<(u32, Vec<u64>)> = Vec::new();
        for (intent, declared) in (0_u32..).zip(&pack.intents) {
            for example in declared.examples.iter().filter(|example| example.language == language) {
                let mut fragments = Vec::new();
                let stem = |word: &str| stem_hash(word, language, stems);
                fragments_of(Folded::new(&example.text).as_str(), stem, &mut fragments);
                examples.push((intent, fragments));
            }
        }
        // Why two: examples of a single intent cannot tell it from anything.
        if examples.iter().all(|(intent, _)| Some(intent) == examples.first().map(|(first, _)| first)) {
            return None;
        }
        // Why ordered: sums of floats depend on their order, and the same rules must give the same weights.
        let mut holders: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for (number, (_, fragments)) in (0_u32..).zip(&examples) {
            for fragment in fragments {
                holders.entry(*fragment).or_default().push(number);
            }
        }
        let intent_count = pack.intents.len();
        let mut per_intent = vec![0_u32; intent_count];
        for (intent, _) in &examples {
            per_intent[*intent as usize] += 1;
        }
        let classes = per_intent.iter().filter(|count| **count > 0).count();
        let weights: Vec<f32> = holders
            .iter()
            .map(|(fragment, holders)| {
                let weight = weight(
                    holders.iter().map(|number| examples[*number as usize].0),
                    &per_intent,
                    examples.len(),
                    classes,
                );
                (weight * if fragment & HEAVY != 0 { 2.0 } else { 1.0 }) as f32
            })
            .collect();
        let light = || holders.keys().zip(&weights).filter(|(fragment, _)| *fragment & HEAVY == 0);
        let strange = light().map(|(_, weight)| weight).sum::<f32>() / light().count().max(1) as f32;
        let fragments: Map = holders.keys().copied().zip(0_u32..).collect();
        let norms: Vec<f32> = examples
            .iter()
            .map(|(_, of_example)| {
                of_example.iter().map(|fragment| weights[fragments[fragment] as usize].powi(2)).sum::<f32>().sqrt()
            })
            .collect();
        let mut profiles: Vec<Vec<(u32, f32)>> = vec![Vec::new(); intent_count];
        let mut example_starts = vec![0];
        let mut example_postings = Vec::new();
        for (number, holders) in holders.values().enumerate() {
            let mut sums: BTreeMap<u32, f32> = BTreeMap::new();
            for example in holders {
                let share = weights[number] / norms[*example as usize].max(f32::MIN_POSITIVE);
                example_postings.push((*example, share));
                *sums.entry(examples[*example as usize].0).or_default() += share;
            }
            example_starts.push(example_postings.len() as u32);
            for (intent, sum) in sums {
                profiles[intent as usize].push((number as u32, sum.sqrt()));
            }
        }
        let mut by_fragment: Vec<Vec<(u32, f32)>> = vec![Vec::new(); weights.len()];
        let mut profile_norms = Vec::with_capacity(intent_count);
        for (intent, profile) in (0_u32..).zip(profiles) {
            let norm = profile.iter().map(|(_, share)| share * share).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            profile_norms.push(norm);
            for (fragment, share) in profile {
                by_fragment[fragment as usize].push((intent, share / norm));
            }
        }
        let mut intent_starts = vec![0];
        let mut intent_postings = Vec::new();
        for mut postings in by_fragment {
            intent_postings.append(&mut postings);
            intent_starts.push(intent_postings.len() as u32);
        }
        let intents = examples.iter().map(|(intent, _)| *intent).collect();
        Some(Self {
            fragments,
            weights,
            example_starts,
            example_postings,
            intent_starts,
            intent_postings,
            profile_norms,
            strange,
            intents,
            intent_count,
        })
    }

    /// The likeness of the fragments of one of an intent's examples to all its others: its part is taken out of the sum that the
    /// profile is the root of.
    fn all_without(&self, intent: u32, example: u32, fragments: &[u64]) -> f32 {
        let norm = self.profile_norms[intent as usize];
        let (mut likeness, mut part) = (0.0_f32, 0.0_f32);
        for number in fragments.iter().filter_map(|fragment| self.fragments.get(fragment)) {
            let number = *number as usize;
            let of = |postings: &[(u32, f32)], starts: &[u32], wanted: u32| {
                let range = starts[number] as usize..starts[number + 1] as usize;
                postings[range].iter().find(|(holder, _)| *holder == wanted).map_or(0.0, |(_, share)| *share)
            };
            let own = of(&self.example_postings, &self.example_starts, example);
            let whole = of(&self.intent_postings, &self.intent_starts, intent) * norm;
            // Why not below: what rounding leaves of an example that was alone is no likeness.
            let rest = whole * whole - own;
            likeness += if rest > own * ROUNDING { self.weights[number] * rest.sqrt() } else { 0.0 };
            part += own;
        }
        let rest = norm * norm - part;
        if rest > part * ROUNDING { likeness / rest.sqrt() } else { 0.0 }
    }
}

/// What a fragment tells about the intent, from the intents of the examples that hold it.
fn weight(holders: impl Iterator<Item = u32>, per_intent: &[u32], examples: usize, classes: usize) -> f64 {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    holders.for_each(|intent| *counts.entry(intent).or_default() += 1);
    let shares: Vec<f64> = counts
        .iter()
        .map(|(intent, count)| {
            examples as f64 * f64::from(*count) / f64::from(per_intent[*intent as usize]) / classes as f64
        })
        .collect();
    let sum = shares.iter().sum::<f64>() + SMOOTHING;
    let p_other = SMOOTHING / classes as f64 / sum;
    let others = (classes - shares.len()) as f64 * p_other * p_other.ln();
    let entropy: f64 = -shares.iter().map(|share| share / sum + p_other).map(|p| p * p.ln()).sum::<f64>() - others;
    BASE + (classes as f64).ln() - entropy
}

/// The fragments of a folded text, as hashes, each once.
fn fragments_of(text: &str, mut stem: impl FnMut(&str) -> u64, fragments: &mut Vec<u64>) {
    fragments.clear();
    let mut before_stem: Option<u64> = None;
    let mut before_han: Option<(usize, char)> = None;
    for token in tokens(text) {
        let word = &text[token.span.clone()];
        match token.kind {
            TokenKind::Han => {
                let c = word.chars().next().unwrap_or(' ');
                fragments.push(hash([c]));
                if let Some((end, before)) = before_han
                    && end == token.span.start
                {
                    fragments.push(hash([before, c]));
                }
                before_han = Some((token.span.end, c));
            }
            TokenKind::Word | TokenKind::Digits => {
                let plain = if token.kind == TokenKind::Digits { "0" } else { word };
                let padded = || std::iter::once(' ').chain(plain.chars().map(bare)).chain(std::iter::once(' '));
                let length = plain.chars().count() + 2;
                for start in 0..length - 1 {
                    let mut run = 0_u64;
                    for (place, c) in padded().skip(start).take(LONGEST_RUN).enumerate() {
                        run = mix(run, c);
                        if place > 0 {
                            fragments.push(run & !HEAVY);
                        }
                    }
                }
                let stem = stem(plain);
                fragments.push(stem.rotate_left(17) | HEAVY);
                if let Some(before) = before_stem {
                    fragments.push((before.rotate_left(31) ^ stem) | HEAVY);
                }
                before_stem = Some(stem);
            }
            TokenKind::Mark => {
                if matches!(word, "?" | "!") {
                    fragments.push(hash(word.chars()));
                }
            }
        }
    }
    fragments.sort_unstable();
    fragments.dedup();
}

/// The hash of the stem of a word without accents.
fn stem_hash(word: &str, language: Language, stems: &Stems) -> u64 {
    hash(strip_accents(&stems.stem(language, &strip_accents(word))).chars())
}

/// Slots of [`Stemmed`], as a power of two.
const SLOT_BITS: u32 = 12;

/// The stems of words met before, because stemming one costs as much as comparing it.
#[derive(Clone, Default)]
struct Stemmed {
    slots: Vec<(String, Option<Language>, u64)>,
}

impl Stemmed {
    fn hash(&mut self, word: &str, language: Language, stems: &Stems) -> u64 {
        if self.slots.is_empty() {
            self.slots.resize(1 << SLOT_BITS, Default::default());
        }
        let place = (hash(word.chars()) >> (64 - SLOT_BITS)) as usize;
        let (known, of, stem) = &mut self.slots[place];
        if known != word || *of != Some(language) {
            known.clear();
            known.push_str(word);
            (*of, *stem) = (Some(language), stem_hash(word, language, stems));
        }
        *stem
    }
}

fn hash(chars: impl IntoIterator<Item = char>) -> u64 {
    chars.into_iter().fold(0, mix) & !HEAVY
}

fn mix(hash: u64, c: char) -> u64 {
    let mixed = (hash.rotate_left(5) ^ u64::from(u32::from(c))).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::super::sample::pack;
    use super::*;

    #[test]
    fn the_likest_intent_is_given_most() {
        let pack = pack(&[Language::En])
            .intent_words(
                "late",
                Language::En,
                &["=my parcel is late", "=the delivery takes too long", "=still waiting for my box"],
            )
            .intent_words("money", Language::En, &["=i want my money back", "=refund me please"])
            .intent_words("size", Language::En, &["=which size fits me", "=is it true to size"]);
        let similarity = Similarity::new(&pack);
        let mut likeness = Likeness::default();
        for (text, intent) in [("waiting for parcel", 0), ("give the money back", 1), ("sizes", 2)] {
            similarity.compare(text, Language::En, None, &mut likeness);
            let best = likeness.points().iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert_eq!(best.0, intent, "{text}");
            assert!(best.1 <= similarity.most() + 0.01);
        }
        similarity.compare("is it true to size", Language::En, None, &mut likeness);
        let best = likeness.points().iter().map(|(_, points)| *points).fold(0.0, f32::max);
        assert!(best > NEAR, "an example is as like as can be to itself");
        let left_out = Some(LeftOut { intent: 2, example: 1 });
        similarity.compare("is it true to size", Language::En, left_out, &mut likeness);
        let without = likeness.points().iter().map(|(_, points)| *points).fold(0.0, f32::max);
        assert!(
            without > 0.0 && without < best / 2.0,
            "{without} of {best}: what is left is its likeness to the other"
        );
        similarity.compare("退货", Language::Zh, None, &mut likeness);
        assert!(likeness.points().is_empty());
    }
}
