//! Which word of the rules an unknown word may be, misspelt.
//!
//! Every word is listed under what remains of its beginning without one letter, and without two where it is long
//! (symmetric deletion, as in `SymSpell` by W. Garbe); a misspelt word meets it in one of its own remains. Ordinary words
//! of the languages are listed too: a word that is as near to one of them as to a keyword stands for neither.
#![allow(clippy::indexing_slicing)] // Why: ranges and buckets are numbered here; remains are cut within their lengths.

use super::hash::{Map, SPREAD};
use super::words::{Symbol, Words};
use crate::text::{Language, bare, edits, slip_cost};

/// Shortest word that is repaired, and that a repair leads to.
pub(super) const SHORTEST: usize = 4;
/// From this length on two slips are forgiven.
const LONG: usize = 8;
/// Longest word that is repaired.
const LONGEST: usize = 20;
/// How many letters of a word are listed.
const PREFIX: usize = 7;
/// Shortest word that two slips can lead to.
const SHORTEST_OF_TWO: usize = LONG - 2;
/// How much likelier than every other word of its language a word must be: the difference between a slip to the next key
/// and to any other.
const CLEARLY: u16 = 3;
/// The most one slip may cost in a word of so many letters: the shorter a word, the sooner a slip makes another of it.
/// None may cost as much as a first letter that is quite another one, or one too many (`border`).
const MOST_ONE: [(usize, u16); 4] = [(4, 7), (5, 8), (6, 10), (LONGEST, 12)];
/// What a letter left out of a word of four costs, which is allowed beside the above: `ordr`, `agnt`.
const LEFT_OUT: u16 = 8;
/// The most two slips may cost.
const MOST_TWO: u16 = 17;
/// Letters at the end of a word within which two slips are rather another ending of it: `earliest` is not `earlier`.
const ENDING: usize = 3;
/// Stands for every language.
const ANY: u8 = u8::MAX;

/// The words of a pack by what remains of them.
pub(super) struct Spellings {
    letters: String,
    words: Vec<Spelling>,
    symbols: Vec<(u8, Symbol)>,
    /// Where the entries of each bucket begin.
    buckets: Box<[u32]>,
    shift: u32,
    /// The remains of words, hashed, and the word.
    entries: Box<[(u32, u32)]>,
}

/// A word without accents, the languages it is an ordinary word of, and its symbols.
struct Spelling {
    start: u32,
    end: u32,
    ordinary: u8,
    symbols: (u32, u32),
}

/// What a word is in the lists it stands in.
#[derive(Default)]
struct Known {
    ordinary: u8,
    symbols: Vec<(u8, Symbol)>,
}

/// How many slips are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slips {
    One,
    Two,
}

impl Spellings {
    /// From the words of the rules, numbered from symbol 1, and the ordinary words of their languages.
    pub(super) fn new(words: &[(Box<str>, Option<Language>)], ordinary: &[(Box<str>, Option<Language>)]) -> Self {
        let mut known: Map<String, Known> = Map::default();
        for (symbol, (word, language)) in (1..).zip(words) {
            if let Some(letters) = plain(word) {
                known.entry(letters).or_default().symbols.push((bits(*language), symbol));
            }
        }
        for (word, language) in ordinary {
            if let Some(letters) = plain(word) {
                known.entry(letters).or_default().ordinary |= bits(*language);
            }
        }
        let mut sorted: Vec<(String, Known)> = known.into_iter().collect();
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut spellings = Self {
            letters: String::new(),
            words: Vec::with_capacity(sorted.len()),
            symbols: Vec::new(),
            buckets: Box::default(),
            shift: 0,
            entries: Box::default(),
        };
        let mut entries = Vec::new();
        let mut keys = Vec::new();
        for (number, (letters, known)) in (0_u32..).zip(sorted) {
            let most = if letters.len() >= SHORTEST_OF_TWO { Slips::Two } else { Slips::One };
            keys.clear();
            // Why sought each time: they are two dozen, and hardly any comes twice.
            remains(letters.as_bytes(), most, |key| {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            });
            entries.extend(keys.iter().map(|key| (*key, number)));
            let start = spellings.letters.len() as u32;
            spellings.letters.push_str(&letters);
            let first = spellings.symbols.len() as u32;
            spellings.symbols.extend(known.symbols);
            spellings.words.push(Spelling {
                start,
                end: spellings.letters.len() as u32,
                ordinary: known.ordinary,
                symbols: (first, spellings.symbols.len() as u32),
            });
        }
        spellings.file(&entries);
        spellings
    }

    /// Puts the entries into buckets by their highest bits.
    fn file(&mut self, entries: &[(u32, u32)]) {
        let bits = entries.len().next_power_of_two().trailing_zeros().clamp(4, 24);
        self.shift = 32 - bits;
        let mut ends = vec![0_u32; (1 << bits) + 1];
        for (key, _) in entries {
            ends[(key >> self.shift) as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        // Why from behind: each bucket is filled from its end down, and what it ends with is then where it begins.
        let mut filed = vec![(0, 0); entries.len()];
        for entry in entries.iter().rev() {
            let place = &mut ends[(entry.0 >> self.shift) as usize];
            *place -= 1;
            filed[*place as usize] = *entry;
        }
        self.buckets = ends.into();
        self.entries = filed.into();
    }

    /// The symbols that a word so spelt may stand for, at most one word in each language.
    ///
    /// In go plain letters and an ending that was cut off them, which the words of the rules are given back.
    pub(super) fn find(&self, written: &[u8], slips: Slips, words: &Words, found: &mut Vec<Symbol>) {
        found.clear();
        if !(SHORTEST..=LONGEST).contains(&written.len()) || (slips == Slips::Two && written.len() < LONG) {
            return;
        }
        let mut near: Vec<Near> = Vec::new();
        self.meet(written, slips, |word| near.push(Near { word, ending: "" }));
        for ending in endings(written) {
            self.meet(&written[..written.len() - ending.len()], slips, |word| near.push(Near { word, ending }));
        }
        near.sort_unstable_by_key(|near| (near.word, near.ending.len()));
        near.dedup();
        let weighed: Vec<(u16, Near, u8)> =
            near.into_iter().filter_map(|near| self.weigh(written, near, slips, words)).collect();
        for language in Language::ALL {
            self.choose(&weighed, 1 << language.index(), found);
        }
        found.sort_unstable();
        found.dedup();
    }

    /// The likeliest word of a language, if no other is nearly as likely.
    fn choose(&self, weighed: &[(u16, Near, u8)], language: u8, found: &mut Vec<Symbol>) {
        let of_language = || weighed.iter().filter(|(_, _, languages)| languages & language != 0);
        let Some(&(least, best, _)) = of_language().min_by_key(|(cost, near, _)| (*cost, near.word)) else { return };
        let best = &self.words[best.word as usize];
        let is_rival = |near: &Near| {
            let other = &self.words[near.word as usize];
            other.start != best.start && !self.are_one(best, other)
        };
        let has_rival = of_language().any(|(cost, near, _)| *cost < least + CLEARLY && is_rival(near));
        if has_rival {
            return;
        }
        found.extend(
            self.symbols_of(best).filter(|(languages, _)| languages & language != 0).map(|(_, symbol)| *symbol),
        );
    }

    /// Whether two words are inflections of one another, near enough that a slip in either means the same.
    fn are_one(&self, a: &Spelling, b: &Spelling) -> bool {
        let (a, b) = (self.spelt(a), self.spelt(b));
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        long.strip_prefix(short).is_some_and(|ending| matches!(ending, "s" | "es" | "d" | "ed" | "r" | "n"))
    }

    /// What it takes to have typed the word, and the languages it is a word of; nothing if it takes too much.
    fn weigh(&self, written: &[u8], near: Near, slips: Slips, words: &Words) -> Option<(u16, Near, u8)> {
        let spelling = &self.words[near.word as usize];
        let meant = inflected(self.spelt(spelling), near.ending)?;
        let most = if slips == Slips::Two { 2 } else { 1 };
        if meant.len() < SHORTEST || edits(written, meant.as_bytes(), most)? == 0 {
            return None;
        }
        let cost = slip_cost(written, meant.as_bytes())?;
        if !is_likely(written, meant.as_bytes(), cost, slips) {
            return None;
        }
        let languages = self.symbols_of(spelling).fold(spelling.ordinary, |all, (languages, _)| all | languages);
        let languages = if near.ending.is_empty() {
            languages
        } else {
            // Why asked: an ending makes another word of many a short one.
            languages & words.inflections(self.spelt(spelling), &meant)
        };
        (languages != 0).then_some((cost, near, languages))
    }

    /// Tells every word that shares a remain with a spelling.
    fn meet(&self, written: &[u8], slips: Slips, mut tell: impl FnMut(u32)) {
        if written.len() < SHORTEST - 1 {
            return;
        }
        remains(written, slips, |key| {
            let bucket = (key >> self.shift) as usize;
            let range = self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize;
            self.entries[range].iter().filter(|entry| entry.0 == key).for_each(|entry| tell(entry.1));
        });
    }

    fn spelt(&self, word: &Spelling) -> &str {
        &self.letters[word.start as usize..word.end as usize]
    }

    fn symbols_of(&self, word: &Spelling) -> impl Iterator<Item = &(u8, Symbol)> {
        self.symbols[word.symbols.0 as usize..word.symbols.1 as usize].iter()
    }
}

/// Whether a word is likely enough to be another one with slips of that cost.
fn is_likely(written: &[u8], meant: &[u8], cost: u16, slips: Slips) -> bool {
    match slips {
        Slips::One => {
            let most = MOST_ONE.iter().find(|(length, _)| written.len() <= *length).map_or(0, |(_, most)| *most);
            cost <= most || (cost == LEFT_OUT && meant.len() > written.len())
        }
        Slips::Two => {
            let same = written.iter().zip(meant).take_while(|(a, b)| a == b).count();
            cost <= MOST_TWO && same + ENDING < written.len().min(meant.len())
        }
    }
}

/// A word that may be meant, with an ending the rules do not have.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Near {
    word: u32,
    ending: &'static str,
}

/// The word in plain letters, if it can be misspelt at all.
fn plain(word: &str) -> Option<String> {
    let letters: String = word.chars().filter(|c| *c != '\'').map(bare).collect();
    let is_plain =
        (SHORTEST..=LONGEST).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_lowercase());
    is_plain.then_some(letters)
}

fn bits(language: Option<Language>) -> u8 {
    language.map_or(ANY, |language| 1 << language.index())
}

/// Endings that a word may have been given: those that leave the rest of it as it is, or nearly.
fn endings(written: &[u8]) -> impl Iterator<Item = &'static str> {
    ["s", "ed", "ing"].into_iter().filter(|ending| written.ends_with(ending.as_bytes()))
}

/// A word with an ending; nothing if the word ends so that it would not take it.
fn inflected(word: &str, ending: &str) -> Option<String> {
    if ending.is_empty() {
        return Some(word.to_owned());
    }
    let stem = match (ending, word.as_bytes().last()?) {
        ("ed" | "ing", b'e') => word.strip_suffix('e')?,
        ("s" | "ed" | "ing", b's') => return None,
        _ => word,
    };
    Some(format!("{stem}{ending}"))
}

/// Tells what remains of the beginning of a word, as hashes, without none, one, and two of its letters.
fn remains(word: &[u8], slips: Slips, mut tell: impl FnMut(u32)) {
    let prefix = &word[..word.len().min(PREFIX)];
    let without = |skip: [usize; 2]| {
        let kept = prefix.iter().enumerate().filter(|(at, _)| !skip.contains(at));
        hash(kept.map(|(_, letter)| *letter))
    };
    tell(without([PREFIX, PREFIX]));
    for first in 0..prefix.len() {
        tell(without([first, PREFIX]));
        if slips == Slips::Two {
            for second in first + 1..prefix.len() {
                tell(without([first, second]));
            }
        }
    }
}

/// Seven letters of five bits, spread over all bits.
fn hash(letters: impl Iterator<Item = u8>) -> u32 {
    let number = letters.fold(1_u64, |number, letter| number << 5 | u64::from(letter & 31));
    (number.wrapping_mul(SPREAD) >> 32) as u32
}
