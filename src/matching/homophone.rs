//! Which character of the rules may be meant by one that sounds or looks like it.
#![allow(clippy::indexing_slicing)] // Why: tables are sized for the block and asked within it; masks keep bits inside.

use super::hash::{Map, SPREAD, Set};
use super::words::Symbol;
use crate::text::{Sound, mixed_up_with};

/// First character of the block, and how many it has.
const FIRST: u32 = 0x4E00;
const BLOCK: usize = 0x5200;

/// The characters of the rules by their sounds, and which of them stand side by side in phrases.
pub(super) struct Homophones {
    /// Characters that may be misspelt, one bit each.
    suspects: Box<[u64]>,
    /// How each character of the block is read.
    readings: Box<[Reading]>,
    /// The characters of the rules, by the group of their reading.
    alike: Vec<Vec<(char, Symbol)>>,
    symbols: Map<char, Symbol>,
    /// Characters that stand side by side in the rules.
    pairs: Pairs,
    /// Characters that stand side by side in ordinary words.
    ordinary: Pairs,
    /// What the neighbours of a character in the rules sound like, by its place in the block; nothing for most.
    places: Box<[u16]>,
    neighbours: Vec<Neighbours>,
}

/// How a character is read: the group of readings that many speakers do not tell apart, and the reading itself. Both from 1, 0 is
/// for none.
#[derive(Clone, Copy, Default)]
struct Reading {
    group: u16,
    own: u16,
}

/// The groups of readings of what stands beside a character in the rules, as bits.
///
/// Why: most characters next to one sound like none that the rules have there, which is then seen without asking for each of a
/// dozen.
#[derive(Clone, Copy, Default)]
struct Neighbours {
    before: u128,
    after: u128,
}

/// Pairs of characters, with bits that most others are told by.
struct Pairs {
    bits: Box<[u64]>,
    all: Set<(char, char)>,
}

impl Homophones {
    /// From the characters of the rules, the pairs of them in phrases, and the ordinary words and characters of Chinese.
    pub(super) fn new<'a>(
        characters: impl Iterator<Item = (char, Symbol)>,
        pairs: impl Iterator<Item = (char, char)>,
        ordinary: impl Iterator<Item = &'a str>,
    ) -> Self {
        let symbols: Map<char, Symbol> = characters.collect();
        let (mut common, mut beside): (Set<char>, Set<(char, char)>) = Default::default();
        for word in ordinary {
            let chars: Vec<char> = word.chars().collect();
            if let [c] = chars[..] {
                common.insert(c);
            }
            beside.extend(chars.windows(2).map(|pair| (pair[0], pair[1])));
        }
        let readings = readings();
        let groups = readings.iter().map(|reading| usize::from(reading.group) + 1).max().unwrap_or(0);
        let mut alike: Vec<Vec<(char, Symbol)>> = vec![Vec::new(); groups];
        for (&c, &symbol) in &symbols {
            if let Some(reading) = readings.get(place(c)).filter(|reading| reading.group != 0) {
                alike[usize::from(reading.group)].push((c, symbol));
            }
        }
        alike.iter_mut().for_each(|alike| alike.sort_unstable());
        let mut suspects: Box<[u64]> = vec![0; BLOCK / 64].into();
        for (at, c) in (FIRST..FIRST + BLOCK as u32).filter_map(char::from_u32).enumerate() {
            let sounds_alike = || {
                let alike = &alike[usize::from(readings[at].group)];
                !common.contains(&c) && alike.iter().any(|(other, _)| *other != c)
            };
            if mixed_up_with(c).any(|meant| symbols.contains_key(&meant)) || sounds_alike() {
                suspects[at / 64] |= 1 << (at % 64);
            }
        }
        let pairs = Pairs::new(pairs.collect());
        let mut homophones = Self {
            suspects,
            readings,
            alike,
            symbols,
            pairs,
            ordinary: Pairs::new(beside),
            places: vec![0; BLOCK].into(),
            neighbours: vec![Neighbours::default()],
        };
        homophones.note_neighbours();
        homophones
    }

    fn note_neighbours(&mut self) {
        for &(first, second) in &self.pairs.all {
            for (c, other, is_before) in [(first, second, false), (second, first, true)] {
                let Some(number) = self.places.get_mut(place(c)) else { continue };
                if *number == 0 {
                    *number = self.neighbours.len() as u16;
                    self.neighbours.push(Neighbours::default());
                }
                let bit = bit(self.readings.get(place(other)).copied().unwrap_or_default());
                let neighbours = &mut self.neighbours[usize::from(*number)];
                *(if is_before { &mut neighbours.before } else { &mut neighbours.after }) |= bit;
            }
        }
    }

    /// Whether a character may be misspelt at all.
    #[inline]
    pub(super) fn suspects(&self, c: char) -> bool {
        let at = place(c);
        self.suspects.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 != 0)
    }

    /// The character that is meant between its neighbours, if what stands there is no word and just one would be.
    pub(super) fn find(&self, before: Option<char>, c: char, after: Option<char>) -> Option<(char, Symbol)> {
        let joins = |pairs: &Pairs, c: char| {
            before.is_some_and(|before| pairs.hold(before, c)) || after.is_some_and(|after| pairs.hold(c, after))
        };
        if joins(&self.pairs, c) || joins(&self.ordinary, c) {
            return None;
        }
        if mixed_up_with(c).next().is_some() {
            let mixed_up = mixed_up_with(c).filter_map(|meant| Some((meant, *self.symbols.get(&meant)?)));
            return only(mixed_up.filter(|(meant, _)| joins(&self.pairs, *meant)));
        }
        let reading = *self.readings.get(place(c))?;
        let neighbours = |c: Option<char>| {
            let number = c.and_then(|c| self.places.get(place(c))).copied().unwrap_or_default();
            self.neighbours[usize::from(number)]
        };
        if (neighbours(before).after | neighbours(after).before) & bit(reading) == 0 {
            return None;
        }
        let same = |meant: char| self.readings.get(place(meant)).is_some_and(|other| other.own == reading.own);
        // Why both sides: what only an accent makes alike needs more to speak for it.
        let is_between = |meant: char| {
            before.is_some_and(|before| self.pairs.hold(before, meant))
                && after.is_some_and(|after| self.pairs.hold(meant, after))
        };
        let fits = |(meant, _): &&(char, Symbol)| {
            *meant != c && if same(*meant) { joins(&self.pairs, *meant) } else { is_between(*meant) }
        };
        only(self.alike.get(usize::from(reading.group))?.iter().filter(fits).copied())
    }
}

impl Pairs {
    fn new(all: Set<(char, char)>) -> Self {
        // Why sixteen bits for each pair: one in sixteen of the others is then looked up in vain.
        let words = (all.len() * 16 / 64).next_power_of_two();
        let mut pairs = Self { bits: vec![0; words].into(), all };
        for &(first, second) in &pairs.all {
            let (word, bit) = pairs.bit(first, second);
            pairs.bits[word] |= bit;
        }
        pairs
    }

    fn bit(&self, first: char, second: char) -> (usize, u64) {
        let hash = (u64::from(u32::from(first)) << 32 | u64::from(u32::from(second))).wrapping_mul(SPREAD) >> 32;
        (hash as usize >> 6 & (self.bits.len() - 1), 1 << (hash % 64))
    }

    #[inline]
    fn hold(&self, first: char, second: char) -> bool {
        let (word, bit) = self.bit(first, second);
        self.bits[word] & bit != 0 && self.all.contains(&(first, second))
    }
}

/// How all characters of the block are read.
fn readings() -> Box<[Reading]> {
    let (mut groups, mut own): (Map<u32, u16>, Map<u32, u16>) = Default::default();
    let number = |numbers: &mut Map<u32, u16>, sound: u32| {
        let next = numbers.len() as u16 + 1;
        *numbers.entry(sound).or_insert(next)
    };
    let mut of = |c: char| {
        let sound = Sound::of(c)?;
        Some(Reading { group: number(&mut groups, sound.loose()), own: number(&mut own, sound.syllable()) })
    };
    (FIRST..FIRST + BLOCK as u32).map(|point| char::from_u32(point).and_then(&mut of).unwrap_or_default()).collect()
}

/// Where a character stands in the block; beyond its end for others.
#[inline]
fn place(c: char) -> usize {
    (c as u32).wrapping_sub(FIRST) as usize
}

/// The bit of a reading's group; none without a reading.
fn bit(reading: Reading) -> u128 {
    if reading.group == 0 { 0 } else { 1 << (reading.group % 128) }
}

/// The one there is, if there is just one.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}
