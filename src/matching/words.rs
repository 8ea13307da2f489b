//! From the spelling of a token to the words of the rules it may stand for.
//!
//! A *symbol* is one word of the rules in one language, or one Chinese character. A *form* is a symbol and how well the
//! token fits it. For every spelling that occurs in the rules the forms are known at load (the word itself, words that
//! are it with accents, words of the same stem); any other spelling is stemmed only where its first letters allow a match.
#![allow(clippy::indexing_slicing)] // Why: tables are sized here and indexed by numbers made here; masks keep slots inside.

use std::collections::BTreeSet;

use super::hash::{Map, SPREAD};
use super::hit::Fit;
use crate::text::{Language, Stems, is_han, strip_accents};

/// A word of the rules, from 1; 0 stands for none.
pub(super) type Symbol = u32;

/// A symbol and how well a token fits it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub(super) symbol: Symbol,
    pub(super) fit: Fit,
}

/// What is known of a spelling beside the words of the rules it may stand for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// The languages it is a function word of, and [`COMMON`], as bits.
    pub(super) word: u8,
    /// What values it is a sign of, as bits that `entities` gives meaning.
    pub(super) signs: u8,
}

/// Marks of a spelling, as bits: the languages it is a function word of (by [`Language::index`]), and the rest.
pub(super) const COMMON: u8 = 1 << 4;

/// Symbols stand in the lower bits of the table of Chinese characters, signs above them.
const SIGNS_SHIFT: u32 = 24;
const MOST_SYMBOLS: Symbol = (1 << SIGNS_SHIFT) - 1;

/// First character with an own slot in the table of Chinese characters, and one after the last.
const HAN_FIRST: u32 = 0x4E00;
const HAN_END: u32 = 0xA000;

/// Longest stem prefix, in bytes, that the gate compares.
const GATE: usize = 5;
/// Bits of the gate's table: 8 KiB of language bits.
const GATE_BITS: u32 = 13;

/// Longest spelling whose hash is the spelling itself: twelve letters of five bits.
const SIMPLE: usize = 12;
/// Set in the hash of every other spelling.
const COMPLEX: u64 = 1 << 63;

/// A spelling of the rules, what it may stand for, and its marks.
type Spelling = (Box<str>, (Vec<Form>, Marks));

/// The words of a pack, collected.
pub(super) struct WordsBuilder {
    symbols: Map<(Box<str>, u8), Symbol>,
    /// Spelling and language of each symbol, from symbol 1.
    words: Vec<(Box<str>, Option<Language>)>,
    han: Vec<Symbol>,
    marks: Map<Box<str>, Marks>,
    han_signs: Map<char, u8>,
    never: BTreeSet<(Box<str>, u8)>,
    stemmed: bool,
}

/// The words of a pack, ready to look up.
pub(super) struct Words {
    slots: Box<[Slot]>,
    shift: u32,
    entries: Vec<Entry>,
    spellings: String,
    forms: Vec<Form>,
    han: Box<[Symbol]>,
    stems: Option<StemTable>,
    /// Spelling and language of each symbol, from symbol 1; Chinese characters without a spelling.
    spelt: Vec<(Box<str>, Option<Language>)>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u64,
    /// Index into the entries plus one; 0 is free.
    entry: u32,
}

/// A known spelling.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    spelling: (u32, u32),
    pub(super) forms: (u32, u32),
    pub(super) marks: Marks,
}

/// Stems of the rules' words, per language.
struct StemTable {
    stemmer: Stems,
    forms: Map<(Box<str>, u8), Vec<Form>>,
    /// Languages that have a stem with these first letters.
    gate: Box<[u8]>,
    never: BTreeSet<(Box<str>, u8)>,
}

impl WordsBuilder {
    pub(super) fn new(never: &[(Language, Box<str>)], stemmed: bool) -> Self {
        Self {
            symbols: Map::default(),
            words: Vec::new(),
            han: vec![0; (HAN_END - HAN_FIRST) as usize],
            marks: Map::default(),
            han_signs: Map::default(),
            never: never.iter().map(|(language, word)| (key(word).into(), tag(Some(*language)))).collect(),
            stemmed,
        }
    }

    /// The symbol of a folded word; a Chinese character is the same symbol in every language.
    pub(super) fn symbol(&mut self, word: &str, language: Option<Language>) -> Symbol {
        let mut chars = word.chars();
        if let (Some(c), None) = (chars.next(), chars.next())
            && is_han(c)
        {
            return self.han_symbol(c);
        }
        let key = key(word);
        let id = (Box::from(&*key), tag(language));
        if let Some(symbol) = self.symbols.get(&id) {
            return *symbol;
        }
        let symbol = self.next_symbol(&key, language);
        self.symbols.insert(id, symbol);
        symbol
    }

    /// Marks a folded spelling.
    pub(super) fn mark(&mut self, word: &str, mark: u8) {
        self.marks.entry(key(word).into()).or_default().word |= mark;
    }

    /// Marks a folded spelling or a Chinese character with what it is a sign of, as bits; an accented spelling counts as
    /// the one without accents.
    pub(super) fn sign(&mut self, word: &str, sign: u8) {
        match word.chars().next().filter(|c| is_han(*c)) {
            Some(c) => *self.han_signs.entry(c).or_default() |= sign,
            None => self.marks.entry(word.into()).or_default().signs |= sign,
        }
    }

    fn han_symbol(&mut self, c: char) -> Symbol {
        let slot = (c as u32).wrapping_sub(HAN_FIRST) as usize;
        match self.han.get(slot) {
            Some(0) => {
                let symbol = self.next_symbol("", None);
                self.han[slot] = symbol;
                symbol
            }
            Some(symbol) => *symbol,
            // Why: rare characters beyond the table live among the spelled words.
            None => {
                let id = (Box::from(c.to_string()), tag(None));
                if let Some(symbol) = self.symbols.get(&id) {
                    return *symbol;
                }
                let symbol = self.next_symbol(&id.0, None);
                self.symbols.insert(id, symbol);
                symbol
            }
        }
    }

    fn next_symbol(&mut self, word: &str, language: Option<Language>) -> Symbol {
        self.words.push((word.into(), language));
        self.words.len() as Symbol
    }

    pub(super) fn build(self) -> Words {
        let mut known: Map<Box<str>, (Vec<Form>, Marks)> = Map::default();
        for (index, (word, _)) in self.words.iter().enumerate() {
            if word.is_empty() {
                continue;
            }
            let symbol = index as Symbol + 1;
            known.entry(word.clone()).or_default().0.push(Form { symbol, fit: Fit::Exact });
            let plain = strip_accents(word);
            if *plain != **word {
                known.entry(plain.into()).or_default().0.push(Form { symbol, fit: Fit::Bare });
            }
        }
        for (word, mark) in &self.marks {
            let marks = &mut known.entry(word.clone()).or_default().1;
            marks.word |= mark.word;
            marks.signs |= mark.signs;
        }
        let mut han = self.han;
        for (c, signs) in self.han_signs {
            if let Some(slot) = han.get_mut((c as u32).wrapping_sub(HAN_FIRST) as usize) {
                *slot |= u32::from(signs) << SIGNS_SHIFT;
            }
        }
        let stems = self.stemmed.then(|| StemTable::new(&self.words, &self.never));
        let mut spellings: Vec<Spelling> = known.into_iter().collect();
        spellings.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let size = (spellings.len() * 2).next_power_of_two().max(16);
        let mut words = Words {
            slots: vec![Slot::default(); size].into(),
            shift: 64 - size.trailing_zeros(),
            entries: Vec::with_capacity(spellings.len()),
            spellings: String::new(),
            forms: Vec::new(),
            han: han.into(),
            stems,
            spelt: self.words,
        };
        for (spelling, (mut forms, marks)) in spellings {
            if let Some(stems) = &words.stems {
                stems.forms_of(&spelling, &mut forms);
            }
            // Why: one symbol once, with its best fit.
            forms.sort_unstable();
            forms.dedup_by_key(|form| form.symbol);
            words.insert(&spelling, &forms, marks);
        }
        words
    }
}

impl Words {
    /// How many symbols there are, 0 included.
    pub(super) fn symbols(&self) -> usize {
        self.spelt.len() + 1
    }

    /// Spelling and language of each symbol, from symbol 1; Chinese characters have an empty one.
    pub(super) fn spelt(&self) -> &[(Box<str>, Option<Language>)] {
        &self.spelt
    }

    /// The Chinese characters of the rules.
    pub(super) fn characters(&self) -> impl Iterator<Item = (char, Symbol)> + '_ {
        let characters = (HAN_FIRST..HAN_END).filter_map(char::from_u32).zip(&*self.han);
        characters.map(|(c, symbol)| (c, *symbol & MOST_SYMBOLS)).filter(|(_, symbol)| *symbol != 0)
    }

    /// The symbol of a Chinese character of the common block, 0 if the rules do not use it, and its signs.
    #[inline]
    pub(super) fn han(&self, c: char) -> Option<(Symbol, u8)> {
        let slot = *self.han.get((c as u32).wrapping_sub(HAN_FIRST) as usize)?;
        Some((slot & MOST_SYMBOLS, (slot >> SIGNS_SHIFT) as u8))
    }

    /// The signs of a word with accents: those of the word without.
    pub(super) fn signs_of_bare(&self, word: &str) -> u8 {
        let bare = strip_accents(word);
        self.entry(hash(&bare), &bare).map_or(0, |entry| entry.marks.signs)
    }

    /// The entry of a known spelling, by its hash and the spelling itself.
    #[inline]
    pub(super) fn entry(&self, hash: u64, word: &str) -> Option<&Entry> {
        let mask = self.slots.len() - 1;
        let mut at = (hash.wrapping_mul(SPREAD) >> self.shift) as usize;
        loop {
            let slot = self.slots[at & mask];
            if slot.entry == 0 {
                return None;
            }
            if slot.hash == hash {
                let entry = &self.entries[slot.entry as usize - 1];
                // INVARIANT: equal hashes without the COMPLEX bit are equal spellings.
                if hash & COMPLEX == 0 || self.is_spelt(entry, word) {
                    return Some(entry);
                }
            }
            at += 1;
        }
    }

    /// Forms by their place, see [`Entry::forms`].
    #[inline]
    pub(super) fn range(&self, (first, last): (u32, u32)) -> &[Form] {
        &self.forms[first as usize..last as usize]
    }

    /// Adds what a spelling the rules do not contain may stand for.
    pub(super) fn unknown(&self, word: &str, forms: &mut Vec<Form>) {
        if let Some(stems) = &self.stems {
            stems.forms_of(word, forms);
        }
    }

    /// The stem of a word in a language; `None` for words that are only themselves, and where nothing is stemmed.
    pub(super) fn stem(&self, language: Language, word: &str) -> Option<String> {
        self.stems.as_ref()?.stem(language, word)
    }

    /// The languages, as bits, in which two words are inflections of one another.
    pub(super) fn inflections(&self, a: &str, b: &str) -> u8 {
        let are_one =
            |language: Language| self.stem(language, a).is_some_and(|stem| self.stem(language, b) == Some(stem));
        Language::ALL.into_iter().filter(|language| are_one(*language)).fold(0, |all, one| all | 1 << one.index())
    }

    /// The languages, as bits, a known spelling is a word of; every language, where that is not known.
    pub(super) fn languages(&self, entry: &Entry) -> u8 {
        let of_form = |form: &Form| {
            let language =
                (form.symbol as usize).checked_sub(1).and_then(|at| self.spelt.get(at)).and_then(|word| word.1);
            language.map_or(u8::MAX, |language| 1 << language.index())
        };
        let of_rules = self.range(entry.forms).iter().map(of_form).fold(0, |all, one| all | one);
        let functions = entry.marks.word & (COMMON - 1);
        // Why all: the mark of an ordinary word does not say of which language.
        if entry.marks.word & COMMON != 0 && functions == 0 { u8::MAX } else { of_rules | functions }
    }

    /// Whether a known spelling is a function word of some language.
    pub(super) fn is_function_word(&self, entry: &Entry) -> bool {
        entry.marks.word & (COMMON - 1) != 0
    }

    /// Whether an unknown spelling could have a stem of the rules at all.
    #[inline]
    pub(super) fn may_stem(&self, word: &str) -> bool {
        self.stems.as_ref().is_some_and(|stems| stems.gate(word) != 0)
    }

    fn is_spelt(&self, entry: &Entry, word: &str) -> bool {
        let spelling = &self.spellings[entry.spelling.0 as usize..entry.spelling.1 as usize];
        spelling.bytes().eq(word.bytes().filter(|byte| *byte != b'\''))
    }

    fn insert(&mut self, spelling: &str, forms: &[Form], marks: Marks) {
        let hash = hash(spelling);
        let text = self.spellings.len() as u32;
        self.spellings.push_str(spelling);
        let first = self.forms.len() as u32;
        self.forms.extend_from_slice(forms);
        self.entries.push(Entry {
            spelling: (text, self.spellings.len() as u32),
            forms: (first, self.forms.len() as u32),
            marks,
        });
        let mask = self.slots.len() - 1;
        let mut at = (hash.wrapping_mul(SPREAD) >> self.shift) as usize & mask;
        while self.slots[at].entry != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = Slot { hash, entry: self.entries.len() as u32 };
    }
}

impl StemTable {
    fn new(words: &[(Box<str>, Option<Language>)], never: &BTreeSet<(Box<str>, u8)>) -> Self {
        let mut table = Self {
            stemmer: Stems::new(),
            forms: Map::default(),
            gate: vec![0; 1 << GATE_BITS].into(),
            never: never.clone(),
        };
        for (index, (word, language)) in words.iter().enumerate() {
            let Some(language) = *language else { continue };
            if let Some(stem) = table.stem(language, word) {
                for length in gate_lengths(&stem) {
                    table.gate[gate_slot(&stem.as_bytes()[..length])] |= 1 << language.index();
                }
                let form = Form { symbol: index as Symbol + 1, fit: Fit::Stem };
                table.forms.entry((stem.into(), tag(Some(language)))).or_default().push(form);
            }
        }
        table
    }

    /// The languages, as bits, that have a stem with the first letters of a word.
    #[inline]
    fn gate(&self, word: &str) -> u8 {
        let bytes = word.as_bytes();
        let mut languages = 0;
        for length in 2..=GATE.min(bytes.len()) {
            languages |= self.gate[gate_slot(&bytes[..length])];
        }
        languages
    }

    fn forms_of(&self, word: &str, forms: &mut Vec<Form>) {
        let languages = self.gate(word) | self.gate(&strip_accents(word));
        if languages == 0 {
            return;
        }
        for language in Language::ALL {
            if languages & 1 << language.index() == 0 {
                continue;
            }
            let Some(stem) = self.stem(language, word) else { continue };
            if let Some(found) = self.forms.get(&(Box::from(&*stem), tag(Some(language)))) {
                forms.extend_from_slice(found);
            }
        }
    }

    /// The stem that words are compared by; `None` for words that are only themselves.
    fn stem(&self, language: Language, word: &str) -> Option<String> {
        let is_word = word.chars().all(|c| c.is_alphabetic() || c == '\'');
        if !is_word || language.is_unspaced() || self.never.contains(&(Box::from(&*key(word)), tag(Some(language)))) {
            return None;
        }
        let stem = self.stemmer.stem(language, word);
        // Why: short words live on their accents (sí and si); longer ones are typed without them in every inflection.
        Some(if stem.chars().count() >= 4 { strip_accents(&stem).into_owned() } else { stem.into_owned() })
    }
}

/// Prefixes of a stem that a word of that stem must share: all but its last letter, at most [`GATE`] bytes.
///
/// Why all but the last: a stem may end otherwise than its word (`deliveri` of `delivery`).
fn gate_lengths(stem: &str) -> impl Iterator<Item = usize> {
    let longest = stem.len().saturating_sub(1).clamp(2, GATE).min(stem.len());
    (longest >= 1).then_some(longest).into_iter()
}

fn gate_slot(prefix: &[u8]) -> usize {
    let number = prefix.iter().fold(prefix.len() as u64, |number, byte| number << 8 | u64::from(*byte));
    (number.wrapping_mul(SPREAD) >> (64 - GATE_BITS)) as usize
}

/// A spelling as looked up: without apostrophes, so that `don't` is `dont`.
fn key(word: &str) -> std::borrow::Cow<'_, str> {
    if word.contains('\'') && word.len() > 1 { word.replace('\'', "").into() } else { word.into() }
}

fn tag(language: Option<Language>) -> u8 {
    language.map_or(u8::MAX, |language| language.index() as u8)
}

/// The hash of a spelling, apostrophes left out.
pub(super) fn hash(word: &str) -> u64 {
    let mut hasher = WordHash::default();
    let bytes = || word.bytes().filter(|byte| *byte != b'\'');
    bytes().for_each(|byte| hasher.push(byte));
    if bytes().all(|byte| byte.is_ascii_lowercase()) { hasher.of_letters(bytes().count()) } else { hasher.of_any() }
}

/// The hash of a spelling, byte by byte: up to twelve letters it *is* the spelling, five bits a letter.
#[derive(Clone, Copy, Default)]
pub(super) struct WordHash(u64);

impl WordHash {
    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        self.0 = self.0.rotate_left(5) ^ u64::from(byte);
    }

    /// The hash of a spelling of so many bytes that were all lower-case letters.
    #[inline]
    pub(super) fn of_letters(self, length: usize) -> u64 {
        if length > SIMPLE { self.0 | COMPLEX } else { self.0 }
    }

    /// The hash of any other spelling.
    #[inline]
    pub(super) fn of_any(self) -> u64 {
        self.0 | COMPLEX
    }
}

impl WordHash {
    /// Whether a finished hash stands for one spelling only.
    pub(super) fn is_exact(hash: u64) -> bool {
        hash & COMPLEX == 0
    }
}
