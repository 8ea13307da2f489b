//! What texts are compared by: the fragments of their words.
//!
//! Of spaced scripts all runs of two to five characters inside a word, its stem, and pairs of stems; of Chinese the characters
//! and pairs of characters.
#![allow(clippy::indexing_slicing)] // Why: slots are kept inside by masks; runs are cut within their words.

use std::hash::{BuildHasherDefault, Hasher};

use crate::text::{Language, Stems, TokenKind, bare, strip_accents, tokens};

/// Longest run of characters.
const LONGEST_RUN: usize = 5;
/// Set in the hash of fragments that weigh twice.
const HEAVY: u64 = 1;
/// Fewest places of the set that tells which fragments were there before, as a power of two.
const FEWEST_PLACES: usize = 64;

/// A map by what is a hash already.
pub(super) type HashMap<T> = std::collections::HashMap<u64, T, BuildHasherDefault<Same>>;

/// Keys are hashes already.
#[derive(Clone, Copy, Default)]
pub(super) struct Same(u64);

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

/// The fragments of a text, as hashes, each once; and room to find them in.
#[derive(Clone, Default)]
pub(super) struct Fragments {
    hashes: Vec<u64>,
    letters: Vec<char>,
    /// Those met so far, by open addressing; 0 is a free place.
    places: Vec<u64>,
}

impl Fragments {
    /// Takes those of a folded text, in the order in which they first stand there; `stem` tells the hash of a word's stem.
    pub(super) fn take(&mut self, text: &str, mut stem: impl FnMut(&str) -> u64) {
        let Self { hashes, letters, .. } = self;
        hashes.clear();
        let mut before_stem: Option<u64> = None;
        let mut before_han: Option<(usize, char)> = None;
        for token in tokens(text) {
            let word = &text[token.span.clone()];
            match token.kind {
                TokenKind::Han => {
                    let c = word.chars().next().unwrap_or(' ');
                    hashes.push(hash([c]));
                    if let Some((end, before)) = before_han
                        && end == token.span.start
                    {
                        hashes.push(hash([before, c]));
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
                            hashes.push(run & !HEAVY);
                        }
                    }
                    let stem = stem(plain);
                    hashes.push(stem.rotate_left(17) | HEAVY);
                    if let Some(before) = before_stem {
                        hashes.push((before.rotate_left(31) ^ stem) | HEAVY);
                    }
                    before_stem = Some(stem);
                }
                TokenKind::Mark => {
                    if matches!(word, "?" | "!") {
                        hashes.push(hash(word.chars()));
                    }
                }
            }
        }
        self.keep_each_once();
    }

    pub(super) fn as_slice(&self) -> &[u64] {
        &self.hashes
    }

    fn keep_each_once(&mut self) {
        let Self { hashes, places, .. } = self;
        let size = (hashes.len() * 2).next_power_of_two().max(FEWEST_PLACES);
        places.clear();
        places.resize(size, 0);
        hashes.retain(|hash| {
            let mut at = place(*hash, size);
            while places[at] != 0 && places[at] != *hash {
                at = (at + 1) & (size - 1);
            }
            let is_new = places[at] == 0;
            places[at] = *hash;
            is_new
        });
    }
}

/// Where the search for a hash begins in a table of so many places, a power of two.
#[inline]
pub(super) fn place(hash: u64, size: usize) -> usize {
    // Why the upper bits: the lowest one tells heavy fragments from the others.
    (hash >> 20) as usize & (size - 1)
}

/// Whether a fragment weighs twice what it tells.
pub(super) fn is_heavy(fragment: u64) -> bool {
    fragment & HEAVY != 0
}

/// How often a fragment weighs what it tells.
pub(super) fn times(fragment: u64) -> f32 {
    if is_heavy(fragment) { 2.0 } else { 1.0 }
}

/// The hash of a word, which is the key of its stem.
pub(super) fn word_hash(word: &str) -> u64 {
    hash(word.chars())
}

/// The hash of the stem of a word without accents.
pub(super) fn stem_hash(word: &str, language: Language, stems: &Stems) -> u64 {
    hash(strip_accents(&stems.stem(language, &strip_accents(word))).chars())
}

/// Slots of [`Stemmed`], as a power of two.
const SLOT_BITS: u32 = 12;

/// The stems of other words met before, because stemming one costs as much as comparing it.
#[derive(Clone, Default)]
pub(super) struct Stemmed {
    slots: Vec<(String, Option<Language>, u64)>,
}

impl Stemmed {
    pub(super) fn hash(&mut self, word: &str, language: Language, stems: &Stems) -> u64 {
        if self.slots.is_empty() {
            self.slots.resize(1 << SLOT_BITS, Default::default());
        }
        let place = (word_hash(word) >> (64 - SLOT_BITS)) as usize;
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

#[inline]
fn mix(hash: u64, c: char) -> u64 {
    let mixed = (hash.rotate_left(5) ^ u64::from(u32::from(c))).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fragment_is_told_once() {
        let mut fragments = Fragments::default();
        for (text, count) in [("", 0), ("退货", 3), ("退退退", 2), ("a", 4), ("a a", 5), ("no no no", 8), ("??", 1)]
        {
            fragments.take(text, word_hash);
            assert_eq!(fragments.as_slice().len(), count, "{text}");
        }
    }

    #[test]
    fn stems_weigh_twice() {
        let mut fragments = Fragments::default();
        fragments.take("my order", word_hash);
        let heavy = fragments.as_slice().iter().filter(|fragment| is_heavy(**fragment)).count();
        assert_eq!(heavy, 3);
    }
}
