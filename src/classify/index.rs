//! Which examples hold which fragments, and how like a text is to them.
//!
//! The dot product of a text and an example is the sum of the squared weights of the fragments both hold. Squares are whole
//! numbers here, so that they come to the same in any order: first those of rare fragments are summed up, which tell most,
//! and those of common ones only for examples that could still be the nearest of their intent.
#![allow(clippy::indexing_slicing)] // Why: fragments, examples and intents are numbered here and sized by those numbers.

use std::cmp::Reverse;
use std::ops::Range;

use super::fragments::{HashMap, place, times};

/// Squared weights are counted in parts of 1.
///
/// Source: a weight is at most `2 (0.3 + ln C)`, below 19 for 10,000 intents; a text of 400 characters has at most 2,000 fragments,
/// few of them as heavy, so that sums stay below 2^32.
pub(super) const PARTS: f32 = 2048.0;
/// The share of a sum of floats below which a difference is rounding.
const ROUNDING: f32 = 1e-3;
/// How much dearer it is to search a fragment's shares for an intent than to walk past one.
const SEARCH: usize = 4;
/// One of so many common fragments is heavy.
const HEAVY_OF: usize = 3;
/// Stands for no row.
pub(super) const NO_ROW: u32 = u32::MAX;

/// The examples of one language.
pub(super) struct Index {
    /// Hashes of the stems of the words of its examples, by the hashes of those words.
    pub(super) stems: HashMap<u64>,
    /// The fragments of its examples, by open addressing.
    pub(super) slots: Box<[Slot]>,
    /// By fragment, then by intent; one more at the end.
    pub(super) shares: Box<[Share]>,
    /// Of each share of a rare fragment the examples of its intent that hold it.
    pub(super) postings: Box<[u32]>,
    /// The parts that wide fragments have in the profiles, a row of all intents each.
    pub(super) profiles: Box<[f32]>,
    /// The examples that hold a common fragment, a row of bits each.
    pub(super) holders: Box<[u64]>,
    /// What the sum of an example is multiplied by for its vector to have the length 1.
    pub(super) scales: Box<[f32]>,
    /// The length of each intent's profile before it was made 1.
    pub(super) profile_norms: Box<[f32]>,
    /// The weight of a fragment that no example holds: that of an ordinary one.
    pub(super) strange: f32,
    /// The examples of each intent, by their numbers.
    pub(super) examples: Box<[Range<u32>]>,
}

/// A place in the table of fragments; free without shares.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) hash: u64,
    pub(super) fragment: Fragment,
}

/// What is known of a fragment.
#[derive(Clone, Copy)]
pub(super) struct Fragment {
    pub(super) weight: f32,
    /// The weight squared, in [`PARTS`].
    pub(super) square: u32,
    pub(super) first_share: u32,
    pub(super) shares: u32,
    /// Its row of profiles where so many intents have it that a row is shorter.
    pub(super) profile: u32,
    /// Its row of holders where it is common.
    pub(super) holders: u32,
}

/// What a fragment is to an intent.
#[derive(Clone, Copy)]
pub(super) struct Share {
    pub(super) intent: u32,
    /// Its part in the profile of the intent.
    pub(super) of_profile: f32,
    /// Where its postings begin; they end where those of the next share do.
    pub(super) first: u32,
}

/// The fragments of a text that the examples hold too, and room to sum up in.
#[derive(Clone, Default)]
pub(super) struct Met {
    rare: Vec<Fragment>,
    /// The heaviest first.
    common: Vec<Fragment>,
    /// The length of the text's vector.
    norm: f32,
    /// By intent: likeness to its profile, before it is divided by the norm.
    sums: Vec<f32>,
    /// By example: the squares of what it shares with the text.
    totals: Vec<u32>,
    /// By intent: whether its examples are compared.
    is_compared: Vec<bool>,
    /// What the common fragments come to together.
    rest: u32,
    /// The examples that may be the nearest of an intent: words of bits, and which.
    hopeful: Vec<(usize, u64)>,
}

/// An intent's nearest example as far as it is known, and how near the nearest is: at least and at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub(super) example: u32,
    pub(super) least: f32,
    pub(super) most: f32,
}

impl Met {
    pub(super) fn norm(&self) -> f32 {
        self.norm
    }

    fn all(&self) -> impl Iterator<Item = &Fragment> {
        self.rare.iter().chain(&self.common)
    }
}

impl Index {
    /// Looks up the fragments of a text.
    pub(super) fn meet(&self, fragments: &[u64], met: &mut Met) {
        met.rare.clear();
        met.common.clear();
        let mut square = 0.0_f32;
        for &hash in fragments {
            // Why strange fragments count too: a text that is mostly about something else is not like an example.
            let Some(fragment) = self.fragment(hash) else {
                let strange = times(hash) * self.strange;
                square += strange * strange;
                continue;
            };
            square += fragment.weight * fragment.weight;
            (if fragment.holders == NO_ROW { &mut met.rare } else { &mut met.common }).push(*fragment);
        }
        met.common.sort_unstable_by_key(|fragment| Reverse(fragment.square));
        met.norm = square.sqrt();
    }

    #[inline]
    fn fragment(&self, hash: u64) -> Option<&Fragment> {
        let size = self.slots.len();
        let mut at = place(hash, size);
        loop {
            let slot = &self.slots[at];
            if slot.fragment.shares == 0 {
                return None;
            }
            if slot.hash == hash {
                return Some(&slot.fragment);
            }
            at = (at + 1) & (size - 1);
        }
    }

    /// The likeness of a text to the profiles of some intents, or of all that have any.
    pub(super) fn profiles(&self, met: &mut Met, only: Option<&[u32]>, compared: &mut Vec<(u32, f32)>) {
        let intents = self.examples.len();
        // Why taken out: it is written while the fragments are read.
        let mut sums = std::mem::take(&mut met.sums);
        sums.clear();
        sums.resize(intents, 0.0);
        for fragment in met.all() {
            let weight = fragment.weight;
            match only {
                Some(few) if few.len() * SEARCH < fragment.shares as usize => {
                    for intent in few {
                        if let Some(share) = self.share(fragment, *intent) {
                            sums[*intent as usize] += weight * share.of_profile;
                        }
                    }
                }
                _ if fragment.profile != NO_ROW => {
                    let first = fragment.profile as usize * intents;
                    let row = &self.profiles[first..first + intents];
                    sums.iter_mut().zip(row).for_each(|(sum, part)| *sum += weight * part);
                }
                _ => {
                    for share in self.shares(fragment) {
                        sums[share.intent as usize] += weight * share.of_profile;
                    }
                }
            }
        }
        let of = |intent: u32| sums.get(intent as usize).map(|sum| (intent, *sum)).filter(|(_, sum)| *sum > 0.0);
        match only {
            Some(few) => compared.extend(few.iter().filter_map(|intent| of(*intent))),
            None => compared.extend((0..intents as u32).filter_map(of)),
        }
        met.sums = sums;
    }

    /// How near the nearest example of each of some intents is, at least and at most, by rare fragments alone; of all examples
    /// but the one left out.
    pub(super) fn bound(&self, met: &mut Met, compared: &[(u32, f32)], left_out: Option<u32>, bounds: &mut Vec<Bound>) {
        let Met { rare, common, totals, is_compared, rest, .. } = met;
        totals.resize(totals.len().max(self.scales.len()), 0);
        is_compared.resize(is_compared.len().max(self.examples.len()), false);
        for (intent, _) in compared {
            totals[self.examples_of(*intent)].fill(0);
            is_compared[*intent as usize] = true;
        }
        for fragment in rare.iter() {
            let first = fragment.first_share as usize;
            let shares = &self.shares[first..=first + fragment.shares as usize];
            for share in shares.windows(2).filter(|share| is_compared[share[0].intent as usize]) {
                for example in &self.postings[share[0].first as usize..share[1].first as usize] {
                    totals[*example as usize] += fragment.square;
                }
            }
        }
        *rest = common.iter().map(|fragment| fragment.square).sum();
        bounds.clear();
        for (intent, _) in compared {
            is_compared[*intent as usize] = false;
            let examples = self.examples_of(*intent);
            let start = examples.start as u32;
            let mut bound = Bound { example: start, least: 0.0, most: 0.0 };
            let summed = totals[examples.clone()].iter().zip(&self.scales[examples]);
            for (example, (total, scale)) in (start..).zip(summed) {
                if left_out == Some(example) {
                    continue;
                }
                let least = *total as f32 * scale;
                if least > bound.least {
                    (bound.example, bound.least) = (example, least);
                }
                bound.most = bound.most.max((*total + *rest) as f32 * scale);
            }
            bounds.push(bound);
        }
    }

    /// The nearest example of an intent and how near it is, by all fragments.
    pub(super) fn nearest(&self, met: &mut Met, intent: u32, bound: &Bound, left_out: Option<u32>) -> Bound {
        let Met { common, totals, hopeful, rest, .. } = met;
        let near = |example: usize, total: u32| total as f32 * self.scales[example];
        hopeful.clear();
        for example in self.examples_of(intent) {
            if near(example, totals[example] + *rest) >= bound.least && left_out != Some(example as u32) {
                let bit = 1 << (example % 64);
                match hopeful.last_mut() {
                    Some((word, bits)) if *word == example / 64 => *bits |= bit,
                    _ => hopeful.push((example / 64, bit)),
                }
            }
        }
        // Why in two parts: when the heavier ones are counted, most examples cannot be the nearest any more.
        let (heavy, light) = common.split_at(common.len() / HEAVY_OF);
        self.count(heavy, hopeful, totals);
        let rest: u32 = light.iter().map(|fragment| fragment.square).sum();
        let all = || hopeful.iter().flat_map(|(word, bits)| places(*word, *bits));
        let least = all().map(|example| near(example, totals[example])).fold(0.0, f32::max);
        for (word, bits) in hopeful.iter_mut() {
            for example in places(*word, *bits) {
                if near(example, totals[example] + rest) < least {
                    *bits &= !(1 << (example % 64));
                }
            }
        }
        hopeful.retain(|(_, bits)| *bits != 0);
        self.count(light, hopeful, totals);
        let mut best = Bound { least: 0.0, most: 0.0, ..*bound };
        for example in hopeful.iter().flat_map(|(word, bits)| places(*word, *bits)) {
            let likeness = near(example, totals[example]);
            if likeness > best.least {
                best = Bound { example: example as u32, least: likeness, most: likeness };
            }
        }
        best
    }

    /// Adds common fragments to the totals of the examples that hold them.
    #[inline]
    fn count(&self, common: &[Fragment], examples: &[(usize, u64)], totals: &mut [u32]) {
        for fragment in common {
            let row = fragment.holders as usize * self.row_words();
            for (word, bits) in examples {
                let mut held = self.holders[row + word] & bits;
                while held != 0 {
                    totals[word * 64 + held.trailing_zeros() as usize] += fragment.square;
                    held &= held - 1;
                }
            }
        }
    }

    /// The likeness of a text, which is one of an intent's examples, to all its others: its part is taken out of the sum that the
    /// profile is the root of.
    pub(super) fn all_without(&self, met: &Met, intent: u32, example: u32) -> f32 {
        let norm = self.profile_norms[intent as usize];
        let (mut likeness, mut part) = (0.0_f32, 0.0_f32);
        for fragment in met.all() {
            let whole = self.share(fragment, intent).map_or(0.0, |share| share.of_profile * norm);
            let own = if self.holds(fragment, intent, example) {
                fragment.weight * self.scales[example as usize] * PARTS
            } else {
                0.0
            };
            // Why not below: what rounding leaves of an example that was alone is no likeness.
            let rest = whole * whole - own;
            likeness += if rest > own * ROUNDING { fragment.weight * rest.sqrt() } else { 0.0 };
            part += own;
        }
        let rest = norm * norm - part;
        if rest > part * ROUNDING { likeness / rest.sqrt() } else { 0.0 }
    }

    /// The examples of an intent, by their numbers.
    pub(super) fn examples_of(&self, intent: u32) -> Range<usize> {
        self.examples.get(intent as usize).map_or(0..0, |range| range.start as usize..range.end as usize)
    }

    fn holds(&self, fragment: &Fragment, intent: u32, example: u32) -> bool {
        if fragment.holders != NO_ROW {
            let word = self.holders[fragment.holders as usize * self.row_words() + example as usize / 64];
            return word & 1 << (example % 64) != 0;
        }
        let place = self.shares(fragment).binary_search_by_key(&intent, |share| share.intent);
        place.is_ok_and(|place| {
            let place = fragment.first_share as usize + place;
            let postings = self.shares[place].first as usize..self.shares[place + 1].first as usize;
            self.postings[postings].contains(&example)
        })
    }

    /// The words of a row of holders.
    fn row_words(&self) -> usize {
        self.scales.len().div_ceil(64)
    }

    fn shares(&self, fragment: &Fragment) -> &[Share] {
        let first = fragment.first_share as usize;
        &self.shares[first..first + fragment.shares as usize]
    }

    fn share(&self, fragment: &Fragment, intent: u32) -> Option<&Share> {
        let shares = self.shares(fragment);
        shares.binary_search_by_key(&intent, |share| share.intent).ok().map(|place| &shares[place])
    }
}

/// The places of the bits of a word.
#[inline]
fn places(word: usize, mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| word * 64 + bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(place)
    })
}
