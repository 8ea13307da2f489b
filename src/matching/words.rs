//! From the spelling of a token to the words of the rules it may stand for.
//!
//! A *symbol* is one word of the rules in one language, or one Chinese character. A *form* is a symbol and how well the
//! token fits it. For every spelling that occurs in the rules the forms are known at load (the word itself, words that
//! are it with accents, words of the same stem); any other spelling is stemmed only where its first letters allow a match.
#![allow(clippy::indexing_slicing)] // Why: tables are sized here and indexed by numbers made here; masks keep slots inside.

use super::hash::{Map, SPREAD, Set};
use super::hit::Fit;
use super::word_key::WordKey;
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

/// A spelling of the rules, what it may stand for, and its marks.
type Known = (Box<str>, (Vec<Form>, Marks));

/// The words of a pack, collected.
pub(super) struct WordsBuilder {
    /// The symbols of each word: by language, and last that of words of any.
    symbols: Map<Box<str>, [Symbol; Language::ALL.len() + 1]>,
    /// Spelling and language of each symbol, from symbol 1.
    words: Vec<(Box<str>, Option<Language>)>,
    han: Vec<Symbol>,
    marks: Map<Box<str>, Marks>,
    han_signs: Map<char, u8>,
    never: ByLanguage<Set<Box<str>>>,
    stemmed: bool,
}

/// The words of a pack, ready to look up.
pub(super) struct Words {
    slots: Box<[Entry]>,
    shift: u32,
    forms: Vec<Form>,
    han: Box<[Symbol]>,
    stems: Option<StemTable>,
    /// Spelling and language of each symbol, from symbol 1; Chinese characters without a spelling.
    spelt: Vec<(Box<str>, Option<Language>)>,
}

/// A known spelling. Entries stand in a table by open addressing, in which the empty spelling is a free place.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    key: WordKey,
    pub(super) forms: FormsAt,
    pub(super) marks: Marks,
}

/// Where the forms of a token stand: among those known at load, or, by [`FormsAt::FOUND`], those found for this text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FormsAt {
    pub(super) first: u32,
    pub(super) count: u16,
}

impl FormsAt {
    /// Set in `first`.
    pub(super) const FOUND: u32 = 1 << 31;

    /// The one form of a symbol that stands for nothing but itself.
    fn only(symbol: Symbol) -> Self {
        Self { first: symbol, count: u16::from(symbol != 0) }
    }

    /// Those found for this text from one place to another.
    pub(super) fn found(first: usize, end: usize) -> Self {
        Self { first: first as u32 | Self::FOUND, count: (end - first).min(u16::MAX.into()) as u16 }
    }

    pub(super) fn is_empty(self) -> bool {
        self.count == 0
    }
}

/// Stems of the rules' words, per language.
struct StemTable {
    stemmer: Stems,
    forms: ByLanguage<Map<Box<str>, Vec<Form>>>,
    /// Languages that have a stem with these first letters.
    gate: Box<[u8]>,
    never: ByLanguage<Set<Box<str>>>,
}

type ByLanguage<T> = [T; Language::ALL.len()];

impl WordsBuilder {
    pub(super) fn new(never_stemmed: &[(Language, Box<str>)], stemmed: bool) -> Self {
        let mut never = ByLanguage::<Set<Box<str>>>::default();
        for (language, word) in never_stemmed {
            never[language.index()].insert(key(word).into());
        }
        Self {
            symbols: Map::default(),
            words: Vec::new(),
            han: vec![0; (HAN_END - HAN_FIRST) as usize],
            marks: Map::default(),
            han_signs: Map::default(),
            never,
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
        self.spelt_symbol(&key(word), language)
    }

    fn spelt_symbol(&mut self, word: &str, language: Option<Language>) -> Symbol {
        let place = language.map_or(Language::ALL.len(), Language::index);
        // Why sought first: most words of a keyword are known by then, and need no box of their own.
        let known = self.symbols.get(word).map_or(0, |symbols| symbols[place]);
        if known != 0 {
            return known;
        }
        let symbol = self.next_symbol(word, language);
        self.symbols.entry(word.into()).or_default()[place] = symbol;
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
            None => self.spelt_symbol(&c.to_string(), None),
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
        for (word, (_, marks)) in known.iter_mut().filter(|(word, _)| !word.is_ascii()) {
            marks.signs |= self.marks.get(&*strip_accents(word)).map_or(0, |marks| marks.signs);
        }
        let mut han = self.han;
        for (c, signs) in self.han_signs {
            if let Some(slot) = han.get_mut((c as u32).wrapping_sub(HAN_FIRST) as usize) {
                *slot |= u32::from(signs) << SIGNS_SHIFT;
            }
        }
        let mut own_stems = Vec::new();
        let stems = self.stemmed.then(|| StemTable::new(&self.words, self.never, &mut own_stems));
        let mut spellings: Vec<Known> = known.into_iter().collect();
        spellings.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let size = (spellings.len() * 2).next_power_of_two().max(16);
        let symbols = self.words.len() as Symbol + 1;
        let mut words = Words {
            slots: vec![Entry::default(); size].into(),
            shift: 64 - size.trailing_zeros(),
            // INVARIANT: the form at the place of a symbol is that symbol, exactly.
            forms: (0..symbols).map(|symbol| Form { symbol, fit: Fit::Exact }).collect(),
            han: han.into(),
            stems,
            spelt: self.words,
        };
        for (spelling, (mut forms, marks)) in spellings {
            if let Some(stems) = &words.stems {
                // Why told: of a word of the rules the stem in its own language is known, and stemming is dear.
                let mut known = ByLanguage::<Option<&str>>::default();
                for form in forms.iter().filter(|form| form.fit == Fit::Exact) {
                    let word = form.symbol as usize - 1;
                    if let Some(language) = words.spelt[word].1 {
                        known[language.index()] = own_stems[word].as_deref();
                    }
                }
                stems.forms_of(&spelling, known, &mut forms);
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

    /// The forms of a Chinese character of the common block, none if the rules do not use it, and its signs.
    #[inline]
    pub(super) fn han(&self, c: char) -> Option<(FormsAt, u8)> {
        let slot = *self.han.get((c as u32).wrapping_sub(HAN_FIRST) as usize)?;
        Some((FormsAt::only(slot & MOST_SYMBOLS), (slot >> SIGNS_SHIFT) as u8))
    }

    /// The entry of a known spelling.
    #[inline]
    pub(super) fn entry(&self, key: WordKey) -> Option<&Entry> {
        let mask = self.slots.len() - 1;
        let mut at = key.place(self.shift);
        loop {
            let entry = &self.slots[at & mask];
            if entry.key == key {
                return Some(entry);
            }
            if entry.key == WordKey::default() {
                return None;
            }
            at += 1;
        }
    }

    /// Forms known at load, by their place.
    #[inline]
    pub(super) fn forms(&self, at: FormsAt) -> &[Form] {
        &self.forms[at.first as usize..at.first as usize + at.count as usize]
    }

    /// Adds what a spelling the rules do not contain may stand for; returns what it is a sign of.
    pub(super) fn unknown(&self, word: &str, forms: &mut Vec<Form>) -> u8 {
        if let Some(stems) = &self.stems {
            stems.forms_of(word, ByLanguage::default(), forms);
        }
        if word.is_ascii() {
            return 0;
        }
        // Why: an accented word is a sign of what the word without accents is.
        self.entry(WordKey::of(&strip_accents(word))).map_or(0, |entry| entry.marks.signs)
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

    /// The languages, as bits, that a known spelling is a word of some rule or a function word in.
    pub(super) fn languages(&self, entry: &Entry) -> u8 {
        let of_form = |form: &Form| {
            let word = (form.symbol as usize).checked_sub(1).and_then(|at| self.spelt.get(at));
            word.and_then(|word| word.1).map_or(u8::MAX, |language| 1 << language.index())
        };
        self.forms(entry.forms).iter().map(of_form).fold(entry.marks.word & (COMMON - 1), |all, one| all | one)
    }

    /// Whether a known spelling is a function word of some language.
    pub(super) fn is_function_word(&self, entry: &Entry) -> bool {
        entry.marks.word & (COMMON - 1) != 0
    }

    fn insert(&mut self, word: &str, forms: &[Form], marks: Marks) {
        let key = WordKey::of(word);
        let mut at = FormsAt { first: self.forms.len() as u32, count: forms.len().min(u16::MAX.into()) as u16 };
        match forms {
            [Form { symbol, fit: Fit::Exact }] => at = FormsAt::only(*symbol),
            forms => self.forms.extend_from_slice(forms),
        }
        let mask = self.slots.len() - 1;
        let mut place = key.place(self.shift) & mask;
        while self.slots[place].key != WordKey::default() {
            place = (place + 1) & mask;
        }
        self.slots[place] = Entry { key, forms: at, marks };
    }
}

impl StemTable {
    /// From the words of the rules, whose stems are told by their numbers.
    fn new(
        words: &[(Box<str>, Option<Language>)],
        never: ByLanguage<Set<Box<str>>>,
        stems: &mut Vec<Option<String>>,
    ) -> Self {
        let mut table =
            Self { stemmer: Stems::new(), forms: ByLanguage::default(), gate: vec![0; 1 << GATE_BITS].into(), never };
        for (symbol, (word, language)) in (1..).zip(words) {
            let stem = language.and_then(|language| Some((language, table.stem(language, word)?)));
            if let Some((language, stem)) = &stem {
                for length in gate_lengths(stem) {
                    table.gate[gate_slot(&stem.as_bytes()[..length])] |= 1 << language.index();
                }
                let form = Form { symbol, fit: Fit::Stem };
                table.forms[language.index()].entry(stem.as_str().into()).or_default().push(form);
            }
            stems.push(stem.map(|(_, stem)| stem));
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

    /// Adds what a word may stand for by its stems, of which some are known.
    fn forms_of(&self, word: &str, known: ByLanguage<Option<&str>>, forms: &mut Vec<Form>) {
        let languages = self.gate(word) | self.gate(&strip_accents(word));
        for (language, known) in Language::ALL.into_iter().zip(known) {
            if languages & 1 << language.index() == 0 {
                continue;
            }
            let of_stem = |stem: &str| self.forms[language.index()].get(stem);
            let found = match known {
                Some(stem) => of_stem(stem),
                None => self.stem(language, word).and_then(|stem| of_stem(&stem)),
            };
            forms.extend_from_slice(found.map_or(&[], Vec::as_slice));
        }
    }

    /// The stem that words are compared by; `None` for words that are only themselves.
    fn stem(&self, language: Language, word: &str) -> Option<String> {
        let is_word = word.chars().all(|c| c.is_alphabetic() || c == '\'');
        if !is_word || language.is_unspaced() || self.never[language.index()].contains(&*key(word)) {
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
