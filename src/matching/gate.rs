//! Which patterns could match a text at all, told by the literals they require.
//!
//! Every pattern names a small set of literals one of which must occur in whatever it matches: of all it requires the
//! rarest, judged by the words of the pack itself. Texts are scanned once for four bytes of each literal.
#![allow(clippy::indexing_slicing)] // Why: windows are taken within bounds checked by the loops; masks keep slots inside.

use std::sync::Arc;

use regex_syntax::hir::{Hir, HirKind};

use super::hash::{Map, SPREAD};

/// Shortest literal, in bytes, that can be looked for: one Chinese character, or three letters.
const SHORTEST: usize = 3;
/// Bytes of a literal that the scan looks for.
const WINDOW: usize = 4;
/// Most bytes between two windows that are read.
const WIDEST_STRIDE: usize = 4;
/// Most literals that stand for one pattern.
const MOST_CHOICES: usize = 64;
/// Bits of the scan's first test: 8 KiB.
const TABLE_BITS: u32 = 16;
/// Marks a window of three bytes.
const THREE: u64 = 1 << 32;

/// How often four bytes occur in the words of the pack.
#[derive(Default)]
pub(super) struct Frequencies {
    windows: Map<u32, u32>,
}

impl Frequencies {
    /// Counts a folded text.
    pub(super) fn count(&mut self, text: &str) {
        for window in text.as_bytes().windows(WINDOW) {
            *self.windows.entry(word(window)).or_default() += 1;
        }
    }

    /// How common a literal is at most.
    fn of(&self, literal: &[u8]) -> u32 {
        if literal.len() < SHORTEST {
            return u32::MAX / 256;
        }
        if literal.len() < WINDOW {
            // Why: too short to have been counted; likely to be everywhere.
            return 1 << 12;
        }
        literal.windows(WINDOW).map(|window| self.windows.get(&word(window)).copied().unwrap_or(0)).min().unwrap_or(0)
    }

    /// Where in a literal so many windows in a row stand that are rarest together.
    fn rarest(&self, literal: &[u8], run: usize) -> usize {
        let count = |at: usize| u64::from(self.windows.get(&word(&literal[at..at + WINDOW])).copied().unwrap_or(0));
        (0..=literal.len() - WINDOW + 1 - run).min_by_key(|at| (*at..*at + run).map(count).sum::<u64>()).unwrap_or(0)
    }
}

/// The literals of all patterns, collected.
#[derive(Default)]
pub(super) struct GateBuilder {
    literals: Map<Vec<u8>, Vec<u32>>,
    always: Vec<u32>,
}

/// The literals of all patterns, ready to scan for.
#[derive(Default)]
pub(super) struct Gate {
    table: Box<[u32]>,
    /// Windows are read at every so many bytes; as many of each literal are known, so one is always met.
    stride: usize,
    /// The literals of each window, by open addressing.
    slots: Box<[WindowSlot]>,
    literals: Box<[Literal]>,
    has_three: bool,
    always: Box<[u32]>,
}

#[derive(Clone, Copy, Default)]
struct WindowSlot {
    window: u64,
    /// Literals from the first to before the last; none in a free slot.
    first: u32,
    last: u32,
}

struct Literal {
    /// Bytes at its end, which seldom fit by chance where the window does.
    tail: u32,
    bytes: Arc<[u8]>,
    /// Where the window stands in it.
    offset: u32,
    patterns: Arc<[u32]>,
}

impl GateBuilder {
    /// Adds a pattern by its syntax tree; returns what else a text must hold for it to match.
    pub(super) fn insert(&mut self, pattern: u32, tree: &Hir, frequencies: &Frequencies) -> Vec<Choices> {
        let mut all = Vec::new();
        required(tree, frequencies, &mut all);
        // Why the last of equals: patterns share their beginnings more often than their ends.
        let rarest = (0..all.len()).rev().min_by_key(|at| all[*at].common).map(|at| all.swap_remove(at));
        all.sort_by_key(|choices| choices.common);
        match rarest {
            Some(choices) if choices.literals.iter().all(|literal| literal.len() >= SHORTEST) => {
                for literal in choices.literals {
                    let patterns = self.literals.entry(literal).or_default();
                    if patterns.last() != Some(&pattern) {
                        patterns.push(pattern);
                    }
                }
            }
            _ => self.always.push(pattern),
        }
        all
    }

    pub(super) fn build(self, frequencies: &Frequencies) -> Gate {
        let mut windows: Map<u64, Vec<Literal>> = Map::default();
        let mut literals: Vec<(Vec<u8>, Vec<u32>)> = self.literals.into_iter().collect();
        literals.sort_unstable();
        let mut gate = Gate { always: self.always.into(), ..Gate::default() };
        if !literals.is_empty() {
            gate.table = vec![0; 1 << (TABLE_BITS - 5)].into();
        }
        let shortest = literals.iter().map(|(literal, _)| literal.len()).min().unwrap_or(WINDOW);
        gate.stride = (shortest + 1).saturating_sub(WINDOW).clamp(1, WIDEST_STRIDE);
        for (bytes, patterns) in literals {
            let (bytes, patterns): (Arc<[u8]>, Arc<[u32]>) = (bytes.into(), patterns.into());
            let places = if bytes.len() >= WINDOW {
                let offset = frequencies.rarest(&bytes, gate.stride);
                offset..offset + gate.stride
            } else {
                gate.has_three = true;
                0..1
            };
            for offset in places {
                let window = if bytes.len() >= WINDOW {
                    u64::from(word(&bytes[offset..offset + WINDOW]))
                } else {
                    THREE | u64::from(bytes[0]) | u64::from(bytes[1]) << 8 | u64::from(bytes[2]) << 16
                };
                let bit = bit(window as u32);
                gate.table[bit / 32] |= 1 << (bit % 32);
                let tail = if bytes.len() >= WINDOW { word(&bytes[bytes.len() - WINDOW..]) } else { 0 };
                let literal =
                    Literal { tail, bytes: Arc::clone(&bytes), offset: offset as u32, patterns: Arc::clone(&patterns) };
                windows.entry(window).or_default().push(literal);
            }
        }
        let mut windows: Vec<(u64, Vec<Literal>)> = windows.into_iter().collect();
        windows.sort_unstable_by_key(|(window, _)| *window);
        let mut slots = vec![WindowSlot::default(); (windows.len() * 2).next_power_of_two().max(2)];
        let mut literals = Vec::new();
        for (window, mut found) in windows {
            let mut at = slot(window, slots.len());
            while slots[at].last != 0 {
                at = (at + 1) & (slots.len() - 1);
            }
            let first = literals.len() as u32;
            literals.append(&mut found);
            slots[at] = WindowSlot { window, first, last: literals.len() as u32 };
        }
        gate.slots = slots.into();
        gate.literals = literals.into();
        gate
    }
}

impl Gate {
    /// Tells every pattern that could match, with a byte that its match would be near; a pattern may be told often.
    pub(super) fn scan(&self, text: &str, mut tell: impl FnMut(u32, u32)) {
        if self.table.is_empty() {
            return;
        }
        let bytes = text.as_bytes();
        for (at, window) in bytes.windows(WINDOW).enumerate().step_by(self.stride) {
            let number = word(window);
            if self.may_hold(number) {
                self.look(bytes, at, number.into(), &mut tell);
            }
            // INVARIANT: with literals of three bytes the stride is 1.
            if self.has_three && self.may_hold(number & 0xFF_FFFF) {
                self.look(bytes, at, THREE | u64::from(number & 0xFF_FFFF), &mut tell);
            }
        }
        if self.has_three
            && let [.., a, b, c] = bytes
        {
            let number = u64::from(*a) | u64::from(*b) << 8 | u64::from(*c) << 16;
            self.look(bytes, bytes.len() - SHORTEST, THREE | number, &mut tell);
        }
    }

    /// Patterns that require no literal worth looking for.
    pub(super) fn always(&self) -> &[u32] {
        &self.always
    }

    #[inline]
    fn may_hold(&self, number: u32) -> bool {
        let bit = bit(number);
        self.table[bit / 32] & 1 << (bit % 32) != 0
    }

    fn look(&self, bytes: &[u8], at: usize, window: u64, tell: &mut impl FnMut(u32, u32)) {
        let mut place = slot(window, self.slots.len());
        let found = loop {
            let slot = self.slots[place];
            if slot.last == 0 {
                return;
            }
            if slot.window == window {
                break slot;
            }
            place = (place + 1) & (self.slots.len() - 1);
        };
        for literal in &self.literals[found.first as usize..found.last as usize] {
            let Some(start) = at.checked_sub(literal.offset as usize) else { continue };
            let end = start + literal.bytes.len();
            if end > bytes.len() || (end - start >= WINDOW && word(&bytes[end - WINDOW..end]) != literal.tail) {
                continue;
            }
            if bytes[start..end] == *literal.bytes {
                for pattern in literal.patterns.iter() {
                    tell(*pattern, start as u32);
                }
            }
        }
    }
}

#[inline]
fn slot(window: u64, slots: usize) -> usize {
    (window.wrapping_mul(SPREAD) >> 32) as usize & (slots - 1)
}

#[inline]
fn word(window: &[u8]) -> u32 {
    u32::from_le_bytes([window[0], window[1], window[2], window[3]])
}

#[inline]
fn bit(number: u32) -> usize {
    (number.wrapping_mul(SPREAD as u32) >> (32 - TABLE_BITS)) as usize
}

/// Literals one of which must occur, and how common they are together.
pub(super) struct Choices {
    literals: Vec<Vec<u8>>,
    common: u32,
}

/// What a pattern requires beside the literal that gates it, as bits of [`Grams`].
pub(super) struct Required(Box<[Box<[[u16; GRAMS_TESTED]]>]>);

/// Three bytes in a row that occur in a text, as bits: if one of a literal is missing, so is the literal.
#[derive(Clone)]
pub(super) struct Grams([u64; GRAM_WORDS]);

/// How many grams of a literal are tested.
const GRAMS_TESTED: usize = 4;
/// 2,048 bits: a message of a hundred bytes sets one in twenty.
const GRAM_WORDS: usize = 32;

impl Required {
    pub(super) fn new(all: Vec<Choices>) -> Self {
        let long = |choices: &Choices| choices.literals.iter().all(|literal| literal.len() >= SHORTEST);
        Self(
            all.into_iter()
                .filter(long)
                .map(|choices| choices.literals.iter().map(|literal| grams(literal)).collect())
                .collect(),
        )
    }

    /// Whether a text with these grams may hold all that is required.
    pub(super) fn may_hold(&self, text: &Grams) -> bool {
        self.0.iter().all(|choices| choices.iter().any(|literal| literal.iter().all(|gram| text.holds(*gram))))
    }
}

impl Default for Grams {
    fn default() -> Self {
        Self([0; GRAM_WORDS])
    }
}

impl Grams {
    /// Takes the grams of a text.
    pub(super) fn take(&mut self, text: &str) {
        self.0 = [0; GRAM_WORDS];
        for window in text.as_bytes().windows(SHORTEST) {
            let gram = gram(window) as usize;
            self.0[gram / 64] |= 1 << (gram % 64);
        }
    }

    fn holds(&self, gram: u16) -> bool {
        self.0[gram as usize / 64] & 1 << (gram % 64) != 0
    }
}

/// Grams of a literal, spread over its length; a short one's are repeated.
fn grams(literal: &[u8]) -> [u16; GRAMS_TESTED] {
    let last = literal.len() - SHORTEST;
    std::array::from_fn(|number| {
        let at = last * number / (GRAMS_TESTED - 1);
        gram(&literal[at..at + SHORTEST])
    })
}

#[inline]
fn gram(window: &[u8]) -> u16 {
    let number = u32::from(window[0]) | u32::from(window[1]) << 8 | u32::from(window[2]) << 16;
    (number.wrapping_mul(SPREAD as u32) >> 21) as u16
}

/// All sets of literals of which a match must contain one each.
fn required(tree: &Hir, frequencies: &Frequencies, all: &mut Vec<Choices>) {
    match tree.kind() {
        HirKind::Literal(literal) => {
            all.push(Choices { common: frequencies.of(&literal.0), literals: vec![literal.0.to_vec()] });
        }
        HirKind::Capture(capture) => required(&capture.sub, frequencies, all),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub, frequencies, all),
        HirKind::Concat(parts) => parts.iter().for_each(|part| required(part, frequencies, all)),
        HirKind::Alternation(branches) => {
            let mut union = Choices { literals: Vec::new(), common: 0 };
            for branch in branches {
                let mut of_branch = Vec::new();
                required(branch, frequencies, &mut of_branch);
                let Some(mut rarest) = of_branch.into_iter().rev().min_by_key(|choices| choices.common) else { return };
                union.literals.append(&mut rarest.literals);
                union.common = union.common.saturating_add(rarest.common);
            }
            if union.literals.len() <= MOST_CHOICES {
                all.push(union);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(patterns: &[&str]) -> Gate {
        let mut frequencies = Frequencies::default();
        frequencies.count("when will it arrive when how soon when 什么时候发货 什么时候到");
        let mut builder = GateBuilder::default();
        for (number, pattern) in patterns.iter().enumerate() {
            builder.insert(number as u32, &regex_syntax::parse(pattern).unwrap(), &frequencies);
        }
        builder.build(&frequencies)
    }

    #[test]
    fn no_match_is_missed() {
        let patterns = [
            "(when|how soon) .*(arrive|get here)",
            "什么时候.*(发|到)",
            "eta",
            "[0-9]+",
            "(ab|c).*xyzzy",
            "(?:no )?refund",
        ];
        let gate = gate(&patterns);
        assert_eq!(gate.always(), [3]);
        for text in [
            "when does it arrive",
            "how soon can it get here",
            "什么时候能到",
            "the eta",
            "eta",
            "ab 1 xyzzy",
            "no refunds",
            "when",
            "到",
            "",
        ] {
            let mut told = gate.always().to_vec();
            gate.scan(text, |pattern, _| told.push(pattern));
            for (number, pattern) in patterns.iter().enumerate() {
                let matches = regex::Regex::new(pattern).unwrap().is_match(text);
                assert!(!matches || told.contains(&(number as u32)), "{pattern} in {text}");
            }
        }
    }

    #[test]
    fn the_rarest_literal_decides() {
        let gate = gate(&["when .*(parcel|package)", "when .*(order)"]);
        let mut told = Vec::new();
        gate.scan("when will it arrive", |pattern, _| told.push(pattern));
        assert!(told.is_empty());
        gate.scan("where is my package", |pattern, at| told.extend([pattern, at]));
        assert_eq!(told, [0, 12]);
    }
}
