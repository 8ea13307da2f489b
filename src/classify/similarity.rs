//! Likeness of a message to the examples of each intent.
//!
//! A text is a set of fragments: of spaced scripts all runs of two to five characters inside its words, the stems and the
//! pairs of stems; of Chinese the characters and pairs of characters. A fragment weighs what it tells about the intent:
//! with `P(c)` the smoothed share of intent `c` among the examples that hold it and `H` the entropy of `P`,
//! `weight = 0.3 + ln C - H`, twice that for stems and pairs of stems. Two texts are as like as the cosine of their weighted
//! fragments. An intent is given 40 points times the likeness of its nearest example and 48 times that of all its examples
//! together, whose profile is the square root of the sum of their vectors.
#![allow(clippy::indexing_slicing)] // Why: fragments, examples and intents are numbered here and sized by those numbers.

use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

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
/// Intents whose examples are compared one by one: those that come first by phrases and by the profiles of all their examples.
///
/// Source: of a tuned shop pack's messages, comparing with the 12 likeliest by phrases alone understood as many as with all
/// (within 0.1 of 100), with 8 lost 0.1 and with 5 lost 0.3; time grows with them.
const NEAREST: usize = 10;
/// Set in the hash of fragments that weigh twice.
const HEAVY: u64 = 1;

type StemMap = std::collections::HashMap<u64, u64, BuildHasherDefault<Same>>;
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
    near: ByLanguage<Option<f32>>,
    all: ByLanguage<Option<f32>>,
}

type ByLanguage<T> = [T; Language::ALL.len()];

/// The examples of one language.
struct Index {
    /// Hashes of the stems of the words of its examples, by the hashes of those words.
    stems: StemMap,
    fragments: Map,
    weights: Vec<f32>,
    /// Of each fragment where its shares begin; one more at the end.
    starts: Vec<u32>,
    /// By fragment, then by intent.
    shares: Vec<Share>,
    /// Of each share the examples of its intent that hold the fragment, and its part in them; one share's after another's.
    postings: Vec<(u32, f32)>,
    /// The length of each intent's profile before it was made 1.
    profile_norms: Vec<f32>,
    /// The weight of a fragment that no example holds: that of an ordinary one.
    strange: f32,
    /// The examples of each intent, by their numbers.
    examples: Vec<Range<u32>>,
}

/// What a fragment is to an intent.
#[derive(Clone, Copy)]
struct Share {
    intent: u32,
    /// Its part in the profile of the intent.
    of_profile: f32,
    /// Where its postings begin; they end where those of the next share do.
    first: u32,
}

/// Memory of comparing.
#[derive(Clone, Default)]
pub(super) struct Likeness {
    fragments: Vec<u64>,
    letters: Vec<char>,
    stemmed: Stemmed,
    /// By example.
    near_examples: Vec<f32>,
    /// The intents to compare with: which, and the sum of their profile.
    compared: Vec<(u32, f32)>,
    /// The examples that the intents in `points` are nearest to.
    nearest: Vec<u32>,
    /// Intents and what likeness gives them, in points.
    points: Vec<(u32, f32)>,
}

impl Likeness {
    pub(super) fn points(&self) -> &[(u32, f32)] {
        &self.points
    }

    /// Gives nothing to other intents than these.
    pub(super) fn keep(&mut self, gives: impl Fn(u32) -> bool) {
        let Self { points, nearest, .. } = self;
        let mut given = points.iter().map(|(intent, _)| gives(*intent));
        nearest.retain(|_| given.next().unwrap_or_default());
        points.retain(|(intent, _)| gives(*intent));
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
        Self { indexes, stems, near, all }
    }

    /// Whether likeness counts for intents that no phrase speaks for: where `tune` weighed it, and set the thresholds by it.
    fn speaks_alone(&self, language: Language) -> bool {
        self.near[language.index()].is_some() || self.all[language.index()].is_some()
    }

    fn near(&self, language: Language) -> f32 {
        self.near[language.index()].unwrap_or(NEAR)
    }

    fn all(&self, language: Language) -> f32 {
        self.all[language.index()].unwrap_or(ALL)
    }

    /// The example of an intent that a text just compared is nearest to, as the number it has in its intent and language.
    pub(super) fn nearest(&self, language: Language, intent: u32, likeness: &Likeness) -> Option<usize> {
        let examples = self.indexes[language.index()].as_ref()?.examples.get(intent as usize)?;
        let place = likeness.points.iter().position(|(compared, _)| *compared == intent)?;
        likeness.nearest.get(place)?.checked_sub(examples.start).map(|number| number as usize)
    }

    /// The most that likeness can give an intent.
    pub(super) fn most(&self, language: Language) -> f32 {
        self.near(language) + self.all(language)
    }

    /// Compares a folded message with the examples of a language, without the one that the message is: those of the intents
    /// that phrases speak for, with so many points each, and where `tune` weighed likeness those of every intent, as long as
    /// phrases speak for any. The [`NEAREST`] that come first by phrases and profiles get points.
    ///
    /// Why not always of every one: likeness alone would guess, and a guess may start a flow. Why the weights of fragments
    /// stay: what one example of thousands says about them changes them little.
    pub(super) fn compare(
        &self,
        text: &str,
        language: Language,
        spoken_for: &[u32],
        points_of: impl Fn(u32) -> f32,
        left_out: Option<LeftOut>,
        likeness: &mut Likeness,
    ) {
        likeness.points.clear();
        let Some(index) = &self.indexes[language.index()] else { return };
        let Likeness { fragments, letters, stemmed, near_examples, compared, nearest, points } = likeness;
        compared.clear();
        nearest.clear();
        if spoken_for.is_empty() {
            return;
        }
        if self.speaks_alone(language) {
            compared.extend((0..index.examples.len() as u32).map(|intent| (intent, 0.0)));
        } else {
            compared.extend(spoken_for.iter().map(|intent| (*intent, 0.0)));
            compared.sort_unstable_by_key(|(intent, _)| *intent);
        }
        let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(at, _)| at);
        let stem = |word: &str| match index.stems.get(&hash(word.chars())) {
            Some(stem) => *stem,
            None => stemmed.hash(word, language, &self.stems),
        };
        fragments_of(&text[..end], stem, letters, fragments);
        let norm = index.profiles(fragments, compared);
        if norm <= 0.0 {
            return;
        }
        if let Some(LeftOut { intent, example }) = left_out
            && let Ok(place) = compared.binary_search_by_key(&intent, |(intent, _)| *intent)
            && let Some(example) = index.examples_of(intent).nth(example as usize)
        {
            compared[place].1 = index.all_without(intent, example as u32, fragments);
        }
        let (of_near, of_all) = (self.near(language), self.all(language));
        compared.retain(|(_, all)| *all > 0.0);
        if compared.len() > NEAREST {
            let value = |(intent, all): &(u32, f32)| points_of(*intent) + of_all * all / norm;
            // Why the number second: equal values must not depend on the order of the words.
            compared.select_nth_unstable_by(NEAREST, |a, b| value(b).total_cmp(&value(a)).then(a.0.cmp(&b.0)));
            compared.truncate(NEAREST);
            compared.sort_unstable_by_key(|(intent, _)| *intent);
        }
        index.near(fragments, compared, near_examples);
        for &(intent, all) in compared.iter() {
            let examples = index.examples_of(intent);
            let left_out =
                left_out.filter(|left_out| left_out.intent == intent).map(|left_out| left_out.example as usize);
            let (mut near, mut example) = (0.0, examples.start);
            for (place, (number, likeness)) in examples.clone().zip(&near_examples[examples]).enumerate() {
                if *likeness > near && Some(place) != left_out {
                    (near, example) = (*likeness, number);
                }
            }
            nearest.push(example as u32);
            points.push((intent, (of_near * near + of_all * all) / norm));
        }
    }
}

impl Index {
    /// Sums up how much of the profile of each intent a message's fragments hold; returns the length of the message's vector.
    fn profiles(&self, fragments: &[u64], compared: &mut [(u32, f32)]) -> f32 {
        let mut norm = 0.0_f32;
        for fragment in fragments {
            // Why strange fragments count too: a text that is mostly about something else is not like an example.
            let Some(&number) = self.fragments.get(fragment) else {
                let strange = if fragment & HEAVY != 0 { 2.0 * self.strange } else { self.strange };
                norm += strange * strange;
                continue;
            };
            let weight = self.weights[number as usize];
            norm += weight * weight;
            self.shares_among(number as usize, compared, |sum, share, _| *sum += weight * share.of_profile);
        }
        norm.sqrt()
    }

    /// Sums up how much of a message's fragments each example of some intents holds.
    fn near(&self, fragments: &[u64], compared: &mut [(u32, f32)], examples: &mut Vec<f32>) {
        examples.resize(examples.len().max(self.example_count()), 0.0);
        for (intent, _) in compared.iter() {
            examples[self.examples_of(*intent)].fill(0.0);
        }
        for number in fragments.iter().filter_map(|fragment| self.fragments.get(fragment)) {
            let weight = self.weights[*number as usize];
            self.shares_among(*number as usize, compared, |_, _, postings| {
                for (example, part) in postings {
                    examples[*example as usize] += weight * part;
                }
            });
        }
    }

    /// Tells the shares that a fragment has in some of the intents, each with the sum kept for it and its postings.
    #[inline]
    fn shares_among(
        &self,
        fragment: usize,
        intents: &mut [(u32, f32)],
        mut tell: impl FnMut(&mut f32, &Share, &[(u32, f32)]),
    ) {
        let range = self.starts[fragment] as usize..self.starts[fragment + 1] as usize;
        let shares = &self.shares[range.clone()];
        let mut met = |sum: &mut f32, place: usize| {
            let (share, end) = (&shares[place], self.shares.get(range.start + place + 1));
            let end = end.map_or(self.postings.len(), |next| next.first as usize);
            tell(sum, share, &self.postings[share.first as usize..end]);
        };
        // Why: the shorter list is walked, the longer one searched; both are in the order of the intents.
        if intents.len() < shares.len() {
            for (intent, sum) in intents {
                if let Ok(place) = shares.binary_search_by_key(intent, |share| share.intent) {
                    met(sum, place);
                }
            }
            return;
        }
        for (place, share) in shares.iter().enumerate() {
            // Why its own number first: there it stands where all intents are compared.
            let at = match intents.get(share.intent as usize) {
                Some((intent, _)) if *intent == share.intent => Ok(share.intent as usize),
                _ => intents.binary_search_by_key(&share.intent, |(intent, _)| *intent),
            };
            if let Ok(at) = at {
                met(&mut intents[at].1, place);
            }
        }
    }

    fn examples_of(&self, intent: u32) -> Range<usize> {
        self.examples.get(intent as usize).map_or(0..0, |range| range.start as usize..range.end as usize)
    }

    fn example_count(&self) -> usize {
        self.examples.last().map_or(0, |range| range.end as usize)
    }

    fn new(pack: &Pack, language: Language, stems: &Stems) -> Option<Self> {
        let mut examples: Vec<(u32, Vec<u64>)> = Vec::new();
        let mut ranges = Vec::new();
        let mut stemmed = StemMap::default();
        let mut letters = Vec::new();
        for intent in 0..pack.intents.len() {
            let first = examples.len() as u32;
            for example in pack.examples(intent, language) {
                let mut fragments = Vec::new();
                let stem =
                    |word: &str| *stemmed.entry(hash(word.chars())).or_insert_with(|| stem_hash(word, language, stems));
                fragments_of(Folded::new(&example.text).as_str(), stem, &mut letters, &mut fragments);
                examples.push((intent as u32, fragments));
            }
            ranges.push(first..examples.len() as u32);
        }
        // Why two: examples of a single intent cannot tell it from anything.
        if examples.iter().all(|(intent, _)| Some(intent) == examples.first().map(|(first, _)| first)) {
            return None;
        }
        // Why sorted: sums of floats depend on their order, and the same rules must give the same weights.
        let mut held: Vec<(u64, u32)> = (0_u32..)
            .zip(&examples)
            .flat_map(|(number, (_, fragments))| fragments.iter().map(move |fragment| (*fragment, number)))
            .collect();
        held.sort_unstable();
        let intent_count = pack.intents.len();
        let mut per_intent = vec![0_u32; intent_count];
        for (intent, _) in &examples {
            per_intent[*intent as usize] += 1;
        }
        let totals = Totals {
            examples: examples.len(),
            intents: per_intent.iter().filter(|count| **count > 0).count(),
            per_intent: &per_intent,
        };
        let mut fragments = Map::default();
        let mut weights: Vec<f32> = Vec::new();
        let mut counts = Vec::new();
        let (mut light, mut light_count) = (0.0_f32, 0_usize);
        for holders in held.chunk_by(|a, b| a.0 == b.0) {
            let fragment = holders[0].0;
            counts.clear();
            counts.extend(by_intent(holders, &examples).map(|(intent, of_intent)| (intent, of_intent.len() as u32)));
            let weight = (totals.weight(&counts) * if fragment & HEAVY != 0 { 2.0 } else { 1.0 }) as f32;
            if fragment & HEAVY == 0 {
                light += weight;
                light_count += 1;
            }
            fragments.insert(fragment, weights.len() as u32);
            weights.push(weight);
        }
        let strange = light / light_count.max(1) as f32;
        let norms: Vec<f32> = examples
            .iter()
            .map(|(_, of_example)| {
                of_example.iter().map(|fragment| weights[fragments[fragment] as usize].powi(2)).sum::<f32>().sqrt()
            })
            .collect();
        let mut starts = Vec::with_capacity(weights.len() + 1);
        let mut shares: Vec<Share> = Vec::new();
        let mut postings = Vec::with_capacity(held.len());
        let mut squares = vec![0.0_f32; intent_count];
        for (weight, holders) in weights.iter().zip(held.chunk_by(|a, b| a.0 == b.0)) {
            starts.push(shares.len() as u32);
            for (intent, of_intent) in by_intent(holders, &examples) {
                let first = postings.len() as u32;
                let mut sum = 0.0_f32;
                for (_, example) in of_intent {
                    let part = weight / norms[*example as usize].max(f32::MIN_POSITIVE);
                    postings.push((*example, part));
                    sum += part;
                }
                let of_profile = sum.sqrt();
                squares[intent as usize] += of_profile * of_profile;
                shares.push(Share { intent, of_profile, first });
            }
        }
        starts.push(shares.len() as u32);
        let norm = |square: &f32| square.sqrt().max(f32::MIN_POSITIVE);
        let profile_norms: Vec<f32> = squares.iter().map(norm).collect();
        for share in &mut shares {
            share.of_profile /= profile_norms[share.intent as usize];
        }
        Some(Self {
            stems: stemmed,
            fragments,
            weights,
            starts,
            shares,
            postings,
            profile_norms,
            strange,
            examples: ranges,
        })
    }

    /// The likeness of the fragments of one of an intent's examples to all its others: its part is taken out of the sum that the
    /// profile is the root of.
    fn all_without(&self, intent: u32, example: u32, fragments: &[u64]) -> f32 {
        let norm = self.profile_norms[intent as usize];
        let (mut likeness, mut part) = (0.0_f32, 0.0_f32);
        for number in fragments.iter().filter_map(|fragment| self.fragments.get(fragment)) {
            let (mut whole, mut own) = (0.0_f32, 0.0_f32);
            self.shares_among(*number as usize, &mut [(intent, 0.0)], |_, share, postings| {
                whole = share.of_profile * norm;
                own = postings.iter().find(|(holder, _)| *holder == example).map_or(0.0, |(_, part)| *part);
            });
            // Why not below: what rounding leaves of an example that was alone is no likeness.
            let rest = whole * whole - own;
            likeness += if rest > own * ROUNDING { self.weights[*number as usize] * rest.sqrt() } else { 0.0 };
            part += own;
        }
        let rest = norm * norm - part;
        if rest > part * ROUNDING { likeness / rest.sqrt() } else { 0.0 }
    }
}

/// The examples that hold a fragment, intent by intent.
fn by_intent<'h>(
    holders: &'h [(u64, u32)],
    examples: &'h [(u32, Vec<u64>)],
) -> impl Iterator<Item = (u32, &'h [(u64, u32)])> {
    // INVARIANT: examples are numbered intent by intent, so the holders of one intent stand together.
    let intent = |holder: &(u64, u32)| examples[holder.1 as usize].0;
    holders.chunk_by(move |a, b| intent(a) == intent(b)).map(move |of_intent| (intent(&of_intent[0]), of_intent))
}

/// How many examples there are, of all intents and of each.
struct Totals<'a> {
    examples: usize,
    /// Intents that have any.
    intents: usize,
    per_intent: &'a [u32],
}

impl Totals<'_> {
    /// What a fragment tells about the intent, from the intents whose examples hold it, each with how many do.
    fn weight(&self, counts: &[(u32, u32)]) -> f64 {
        let classes = self.intents as f64;
        let share = |(intent, count): &(u32, u32)| {
            self.examples as f64 * f64::from(*count) / f64::from(self.per_intent[*intent as usize]) / classes
        };
        let sum = counts.iter().map(share).sum::<f64>() + SMOOTHING;
        let p_other = SMOOTHING / classes / sum;
        let others = (self.intents - counts.len()) as f64 * p_other * p_other.ln();
        let entropy =
            -counts.iter().map(|count| share(count) / sum + p_other).map(|p| p * p.ln()).sum::<f64>() - others;
        BASE + classes.ln() - entropy
    }
}

/// The fragments of a folded text, as hashes, each once; `letters` is room to work in.
fn fragments_of(text: &str, mut stem: impl FnMut(&str) -> u64, letters: &mut Vec<char>, fragments: &mut Vec<u64>) {
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
                letters.clear();
                letters.push(' ');
                letters.extend(plain.chars().map(bare));
                letters.push(' ');
                for start in 0..letters.len() - 1 {
                    let mut run = mix(0, letters[start]);
                    for c in letters[start + 1..].iter().take(LONGEST_RUN - 1) {
                        run = mix(run, *c);
                        fragments.push(run & !HEAVY);
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

/// The stems of other words met before, because stemming one costs as much as comparing it.
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
            similarity.compare(text, Language::En, &[2, 1, 0], |_| 0.0, None, &mut likeness);
            let best = likeness.points().iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert_eq!(best.0, intent, "{text}");
            assert!(best.1 <= similarity.most(Language::En) + 0.01);
        }
        similarity.compare("is it true to size", Language::En, &[2], |_| 0.0, None, &mut likeness);
        let best = likeness.points().iter().map(|(_, points)| *points).fold(0.0, f32::max);
        assert!(best > NEAR, "an example is as like as can be to itself");
        let left_out = Some(LeftOut { intent: 2, example: 1 });
        similarity.compare("is it true to size", Language::En, &[2], |_| 0.0, left_out, &mut likeness);
        let without = likeness.points().iter().map(|(_, points)| *points).fold(0.0, f32::max);
        assert!(
            without > 0.0 && without < best / 2.0,
            "{without} of {best}: what is left is its likeness to the other"
        );
        similarity.compare("退货", Language::Zh, &[0, 1, 2], |_| 0.0, None, &mut likeness);
        assert!(likeness.points().is_empty());
    }
}
