//! From the examples of a language to their [`Index`].
#![allow(clippy::indexing_slicing)] // Why: fragments, examples and intents are numbered here and sized by those numbers.

use std::ops::Range;

use super::fragments::{Fragments, HashMap, is_heavy, place, stem_hash, times, word_hash};
use super::index::{Fragment, Index, NO_ROW, PARTS, Share, Slot};
use crate::rules::Pack;
use crate::text::{Folded, Language, Stems};

/// Smoothing of shares.
const SMOOTHING: f64 = 0.3;
/// Weight of a fragment that tells nothing.
const BASE: f64 = 0.3;
/// A fragment is common if one example of so many holds it: a row of bits is then shorter than a list.
const COMMON: usize = 32;
/// A fragment is wide if one intent of so many has it: a row of parts is then shorter than a list.
const WIDE: usize = 4;

/// The fragments of all examples of a language, numbered as they come.
#[derive(Default)]
struct Held {
    numbers: HashMap<u32>,
    hashes: Vec<u64>,
    /// Of each example the fragments it holds, one example's after another's, and where they end.
    fragments: Vec<u32>,
    ends: Vec<usize>,
    stems: HashMap<u64>,
}

impl Held {
    fn add(&mut self, fragments: &[u64]) {
        for hash in fragments {
            let fresh = self.hashes.len() as u32;
            let number = *self.numbers.entry(*hash).or_insert(fresh);
            if number == fresh {
                self.hashes.push(*hash);
            }
            self.fragments.push(number);
        }
        self.ends.push(self.fragments.len());
    }

    fn of_example(&self, example: usize) -> &[u32] {
        let start = example.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.fragments[start..self.ends[example]]
    }

    /// The examples that hold each fragment, one fragment's after another's, and where those of each begin.
    fn holders(&self) -> (Vec<usize>, Vec<u32>) {
        let mut starts = vec![0; self.hashes.len() + 1];
        self.fragments.iter().for_each(|fragment| starts[*fragment as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut holders = vec![0; self.fragments.len()];
        for example in 0..self.ends.len() {
            for fragment in self.of_example(example) {
                let place = &mut next[*fragment as usize];
                holders[*place] = example as u32;
                *place += 1;
            }
        }
        (starts, holders)
    }
}

impl Index {
    /// The index of a pack's examples in a language; `None` if all are of one intent.
    pub(super) fn new(pack: &Pack, language: Language, stems: &Stems) -> Option<Self> {
        let mut held = Held::default();
        let mut ranges: Vec<Range<u32>> = Vec::new();
        let mut intents: Vec<u32> = Vec::new();
        let mut found = Fragments::default();
        for intent in 0..pack.intents.len() {
            let first = intents.len() as u32;
            for example in pack.examples(intent, language) {
                let stem =
                    |word: &str| *held.stems.entry(word_hash(word)).or_insert_with(|| stem_hash(word, language, stems));
                found.take(Folded::new(&example.text).as_str(), stem);
                held.add(found.as_slice());
                intents.push(intent as u32);
            }
            ranges.push(first..intents.len() as u32);
        }
        // Why two: examples of a single intent cannot tell it from anything.
        if intents.iter().all(|intent| Some(intent) == intents.first()) {
            return None;
        }
        let (starts, holders) = held.holders();
        let holders_of = |fragment: usize| &holders[starts[fragment]..starts[fragment + 1]];
        let totals = Totals::new(&ranges);
        let mut counts = Vec::new();
        let mut weights = Vec::with_capacity(held.hashes.len());
        for (fragment, hash) in held.hashes.iter().enumerate() {
            counts.clear();
            counts.extend(by_intent(holders_of(fragment), &intents).map(|(intent, of)| (intent, of.len())));
            weights.push(totals.weight(&counts) as f32 * times(*hash));
        }
        let norm = |example: usize| {
            let squares = held.of_example(example).iter().map(|fragment| weights[*fragment as usize].powi(2));
            squares.sum::<f32>().sqrt().max(f32::MIN_POSITIVE)
        };
        let norms: Vec<f32> = (0..intents.len()).map(norm).collect();
        let light = || held.hashes.iter().zip(&weights).filter(|(hash, _)| !is_heavy(**hash)).map(|(_, weight)| weight);
        let mut rows = Rows::new(ranges.len(), intents.len());
        let mut fragments = Vec::with_capacity(weights.len());
        for (number, weight) in weights.iter().enumerate() {
            let holders = holders_of(number);
            let first_share = rows.shares.len() as u32;
            let is_common = holders.len() * COMMON >= intents.len();
            for (intent, of_intent) in by_intent(holders, &intents) {
                let sum: f32 = of_intent.iter().map(|example| weight / norms[*example as usize]).sum();
                rows.share(intent, sum.sqrt(), if is_common { &[] } else { of_intent });
            }
            fragments.push(Fragment {
                weight: *weight,
                square: (weight * weight * PARTS).round() as u32,
                first_share,
                shares: rows.shares.len() as u32 - first_share,
                profile: NO_ROW,
                holders: if is_common { rows.hold(holders) } else { NO_ROW },
            });
        }
        let profile_norms = rows.even_out();
        for fragment in fragments.iter_mut().filter(|fragment| fragment.shares as usize * WIDE >= ranges.len()) {
            fragment.profile = rows.profile(fragment.first_share, fragment.shares);
        }
        let strange = light().sum::<f32>() / light().count().max(1) as f32;
        let Rows { shares, postings, profiles, holders, .. } = rows.end();
        Some(Self {
            slots: table(&held.hashes, &fragments),
            stems: held.stems,
            shares: shares.into(),
            postings: postings.into(),
            profiles: profiles.into(),
            holders: holders.into(),
            scales: norms.iter().map(|norm| 1.0 / (norm * PARTS)).collect(),
            profile_norms: profile_norms.into(),
            strange,
            examples: ranges.into(),
        })
    }
}

/// What fragments are to intents and examples, as it is put together.
struct Rows {
    intents: usize,
    /// Words of a row of holders.
    words: usize,
    shares: Vec<Share>,
    postings: Vec<u32>,
    profiles: Vec<f32>,
    holders: Vec<u64>,
}

impl Rows {
    fn new(intents: usize, examples: usize) -> Self {
        let words = examples.div_ceil(64);
        Self { intents, words, shares: Vec::new(), postings: Vec::new(), profiles: Vec::new(), holders: Vec::new() }
    }

    fn share(&mut self, intent: u32, of_profile: f32, holders: &[u32]) {
        self.shares.push(Share { intent, of_profile, first: self.postings.len() as u32 });
        self.postings.extend_from_slice(holders);
    }

    /// A row of holders; returns its number.
    fn hold(&mut self, holders: &[u32]) -> u32 {
        let start = self.holders.len();
        self.holders.resize(start + self.words, 0);
        for example in holders {
            self.holders[start + *example as usize / 64] |= 1 << (example % 64);
        }
        (start / self.words.max(1)) as u32
    }

    /// Gives each profile the length 1; returns what lengths they had.
    fn even_out(&mut self) -> Vec<f32> {
        let mut squares = vec![0.0_f32; self.intents];
        for share in &self.shares {
            squares[share.intent as usize] += share.of_profile * share.of_profile;
        }
        let norms: Vec<f32> = squares.iter().map(|square| square.sqrt().max(f32::MIN_POSITIVE)).collect();
        for share in &mut self.shares {
            share.of_profile /= norms[share.intent as usize];
        }
        norms
    }

    /// A row of profiles; returns its number.
    fn profile(&mut self, first_share: u32, shares: u32) -> u32 {
        let start = self.profiles.len();
        self.profiles.resize(start + self.intents, 0.0);
        let first = first_share as usize;
        for share in &self.shares[first..first + shares as usize] {
            self.profiles[start + share.intent as usize] = share.of_profile;
        }
        (start / self.intents.max(1)) as u32
    }

    /// Ends the lists: one more share tells where the postings of the last one end.
    fn end(mut self) -> Self {
        self.share(0, 0.0, &[]);
        self
    }
}

/// The table of fragments by their hashes, a quarter free at least.
fn table(hashes: &[u64], fragments: &[Fragment]) -> Box<[Slot]> {
    let free = Fragment { weight: 0.0, square: 0, first_share: 0, shares: 0, profile: NO_ROW, holders: NO_ROW };
    let size = (hashes.len() * 4 / 3 + 1).next_power_of_two();
    let mut slots = vec![Slot { hash: 0, fragment: free }; size];
    for (&hash, &fragment) in hashes.iter().zip(fragments) {
        let mut at = place(hash, size);
        while slots[at].fragment.shares != 0 {
            at = (at + 1) & (size - 1);
        }
        slots[at] = Slot { hash, fragment };
    }
    slots.into()
}

/// The examples that hold a fragment, intent by intent.
fn by_intent<'h>(holders: &'h [u32], intents: &'h [u32]) -> impl Iterator<Item = (u32, &'h [u32])> {
    // INVARIANT: examples are numbered intent by intent, so the holders of one intent stand together.
    let intent = |holder: &u32| intents[*holder as usize];
    holders.chunk_by(move |a, b| intent(a) == intent(b)).map(move |of_intent| (intent(&of_intent[0]), of_intent))
}

/// How many examples there are, of all intents and of each.
struct Totals<'a> {
    examples: usize,
    /// Intents that have any.
    intents: usize,
    ranges: &'a [Range<u32>],
}

impl<'a> Totals<'a> {
    fn new(ranges: &'a [Range<u32>]) -> Self {
        let examples = ranges.last().map_or(0, |range| range.end as usize);
        Self { examples, intents: ranges.iter().filter(|range| !range.is_empty()).count(), ranges }
    }

    /// What a fragment tells about the intent, from the intents whose examples hold it, each with how many do.
    fn weight(&self, counts: &[(u32, usize)]) -> f64 {
        let classes = self.intents as f64;
        let share = |(intent, count): &(u32, usize)| {
            self.examples as f64 * *count as f64 / self.ranges[*intent as usize].len() as f64 / classes
        };
        let sum = counts.iter().map(share).sum::<f64>() + SMOOTHING;
        let p_other = SMOOTHING / classes / sum;
        let others = (self.intents - counts.len()) as f64 * p_other * p_other.ln();
        let entropy =
            -counts.iter().map(|count| share(count) / sum + p_other).map(|p| p * p.ln()).sum::<f64>() - others;
        BASE + classes.ln() - entropy
    }
}
