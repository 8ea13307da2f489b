//! Which patterns could match a text at all, told by the literals they require.
//!
//! Every pattern names a small set of literals one of which must occur in whatever it matches: of all it requires the
//! rarest, judged by the words of the pack itself. Texts are sieved for a few bytes of each literal.
#![allow(clippy::indexing_slicing)] // Why: windows are taken within bounds checked by the loops; masks keep slots inside.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::hash::{Map, SPREAD};
use super::sieve::{Sieve, WIDEST_STRIDE};

/// Shortest literal, in bytes, that can be looked for: one Chinese character, or three letters.
const SHORTEST: usize = 3;
/// Bytes of a literal that are counted together.
const WINDOW: usize = 4;
/// Most literals that stand for one pattern.
const MOST_CHOICES: usize = 64;
/// Most characters of a class that are taken for literals.
const MOST_OF_CLASS: usize = 12;

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

    /// Where in a literal so many windows of a width in a row begin that are rarest together.
    pub(super) fn rarest(&self, literal: &[u8], width: usize, run: usize) -> usize {
        let count = |at: usize| u64::from(self.of(&literal[at..at + width]));
        (0..=literal.len() - width + 1 - run).min_by_key(|at| (*at..*at + run).map(count).sum::<u64>()).unwrap_or(0)
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
    long: Sieve<8>,
    middle: Sieve<4>,
    short: Sieve<3>,
    always: Box<[u32]>,
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
        let mut literals: Vec<_> = self.literals.into_iter().collect();
        literals.sort_unstable();
        let mut of_lengths = |from: usize, to: usize| {
            literals.extract_if(.., |(literal, _)| (from..to).contains(&literal.len())).collect()
        };
        Gate {
            long: Sieve::new(of_lengths(8 + WIDEST_STRIDE - 1, usize::MAX), frequencies),
            middle: Sieve::new(of_lengths(4, usize::MAX), frequencies),
            short: Sieve::new(of_lengths(SHORTEST, usize::MAX), frequencies),
            always: self.always.into(),
        }
    }
}

impl Gate {
    /// Tells every pattern that could match, with a byte that its match would be near; a pattern may be told often.
    pub(super) fn scan(&self, text: &str, mut tell: impl FnMut(u32, u32)) {
        let bytes = text.as_bytes();
        self.long.scan(bytes, &mut tell);
        self.middle.scan(bytes, &mut tell);
        self.short.scan(bytes, &mut tell);
    }

    /// Patterns that require no literal worth looking for.
    pub(super) fn always(&self) -> &[u32] {
        &self.always
    }
}

fn word(window: &[u8]) -> u32 {
    u32::from_le_bytes([window[0], window[1], window[2], window[3]])
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
        // Why: (退|换) is a class to the parser.
        HirKind::Class(Class::Unicode(class)) => {
            let chars = class.iter().flat_map(|range| range.start()..=range.end());
            let literals: Vec<Vec<u8>> =
                chars.take(MOST_OF_CLASS + 1).map(|c| c.encode_utf8(&mut [0; 4]).as_bytes().to_vec()).collect();
            if (1..=MOST_OF_CLASS).contains(&literals.len()) {
                let common = literals.iter().fold(0, |sum: u32, literal| sum.saturating_add(frequencies.of(literal)));
                all.push(Choices { literals, common });
            }
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
            "(退|换).*钱",
        ];
        let gate = gate(&patterns);
        assert_eq!(gate.always(), [3]);
        for text in [
            "when does it arrive",
            "how soon can it get here",
            "什么时候能到",
            "换点钱",
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
