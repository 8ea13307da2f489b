//! Which character of the rules may be meant by one that sounds or looks like it.
#![allow(clippy::indexing_slicing)] // Why: the bits are sized for the block and asked within it.

use super::hash::{Map, Set};
use super::words::Symbol;
use crate::text::{Sound, mixed_up_with};

/// First character of the block, and how many it has.
const FIRST: u32 = 0x4E00;
const BLOCK: usize = 0x5200;

/// The characters of the rules by their sounds, and which of them stand side by side in phrases.
pub(super) struct Homophones {
    /// Characters that may be misspelt, one bit each.
    suspects: Box<[u64]>,
    by_sound: Map<u32, Vec<(char, Symbol)>>,
    symbols: Map<char, Symbol>,
    /// Characters that stand side by side in the rules.
    pairs: Set<(char, char)>,
    /// Characters that stand side by side in ordinary words.
    ordinary: Set<(char, char)>,
}

impl Homophones {
    /// From the characters of the rules, the pairs of them in phrases, and the ordinary words and characters of Chinese.
    pub(super) fn new<'a>(
        characters: impl Iterator<Item = (char, Symbol)>,
        pairs: impl Iterator<Item = (char, char)>,
        ordinary: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut homophones = Self {
            suspects: vec![0; BLOCK / 64].into(),
            by_sound: Map::default(),
            symbols: characters.collect(),
            pairs: pairs.collect(),
            ordinary: Set::default(),
        };
        let mut common: Set<char> = Set::default();
        for word in ordinary {
            let chars: Vec<char> = word.chars().collect();
            if let [c] = chars[..] {
                common.insert(c);
            }
            homophones.ordinary.extend(chars.windows(2).map(|pair| (pair[0], pair[1])));
        }
        for (&c, &symbol) in &homophones.symbols {
            if let Some(sound) = Sound::of(c) {
                homophones.by_sound.entry(sound.loose()).or_default().push((c, symbol));
            }
        }
        homophones.by_sound.values_mut().for_each(|alike| alike.sort_unstable());
        for c in (FIRST..FIRST + BLOCK as u32).filter_map(char::from_u32) {
            let sounds_alike = || {
                let alike = Sound::of(c).and_then(|sound| homophones.by_sound.get(&sound.loose()));
                !common.contains(&c) && alike.is_some_and(|alike| alike.iter().any(|(other, _)| *other != c))
            };
            if mixed_up_with(c).any(|meant| homophones.symbols.contains_key(&meant)) || sounds_alike() {
                let at = (c as u32 - FIRST) as usize;
                homophones.suspects[at / 64] |= 1 << (at % 64);
            }
        }
        homophones
    }

    /// Whether a character may be misspelt at all.
    #[inline]
    pub(super) fn suspects(&self, c: char) -> bool {
        let at = (c as u32).wrapping_sub(FIRST) as usize;
        self.suspects.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 != 0)
    }

    /// The character that is meant between its neighbours, if what stands there is no word and just one would be.
    pub(super) fn find(&self, before: Option<char>, c: char, after: Option<char>) -> Option<(char, Symbol)> {
        let joins = |pairs: &Set<(char, char)>, c: char| {
            before.is_some_and(|before| pairs.contains(&(before, c)))
                || after.is_some_and(|after| pairs.contains(&(c, after)))
        };
        if joins(&self.pairs, c) || joins(&self.ordinary, c) {
            return None;
        }
        let mixed_up = || mixed_up_with(c).filter_map(|meant| Some((meant, *self.symbols.get(&meant)?)));
        only(mixed_up().filter(|(meant, _)| joins(&self.pairs, *meant))).or_else(|| {
            if mixed_up_with(c).next().is_some() {
                return None;
            }
            let sound = Sound::of(c)?;
            let alike = self.by_sound.get(&sound.loose())?;
            let same = |meant: char| Sound::of(meant).is_some_and(|other| sound.is_same(other));
            // Why both sides: what only an accent makes alike needs more to speak for it.
            let is_between = |meant: char| {
                before.is_some_and(|before| self.pairs.contains(&(before, meant)))
                    && after.is_some_and(|after| self.pairs.contains(&(meant, after)))
            };
            let fits = |(meant, _): &&(char, Symbol)| {
                *meant != c && if same(*meant) { joins(&self.pairs, *meant) } else { is_between(*meant) }
            };
            only(alike.iter().filter(fits).copied())
        })
    }
}

/// The one there is, if there is just one.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}
