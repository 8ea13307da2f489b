//! How a word is spelt, as two numbers that are read from the text eight letters at a time.
#![allow(clippy::indexing_slicing)] // Why: chunks are cut by their own lengths.

use super::hash::SPREAD;

/// Bytes of a spelling that the numbers hold as they are.
const EXACT: usize = 15;
/// Set in the second number of a longer spelling, which the numbers only stand for.
const LONG: u64 = 1 << 63;
/// Set in the second number of a word that is looked up as a misspelt one; no other key has it.
const MISSPELT: u64 = 1 << 62;
/// One in every byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The high bit of every byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// A spelling without its apostrophes: up to fifteen bytes the numbers are the bytes; of longer ones they are 126 bits of
/// hash, and a customer who forges one has only written the shop's word in another way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WordKey {
    low: u64,
    high: u64,
}

impl WordKey {
    /// The spelling of a word.
    pub(super) fn of(word: &str) -> Self {
        Self::of_bytes(|| word.bytes().filter(|byte| *byte != b'\'' || word.len() == 1))
    }

    /// The key of two words as if no space stood between them.
    pub(super) fn of_joined(words: &str) -> Self {
        Self::of_bytes(|| words.bytes().filter(|byte| !matches!(byte, b'\'' | b' ')))
    }

    fn of_bytes<I: Iterator<Item = u8>>(letters: impl Fn() -> I) -> Self {
        let mut bytes = [0; EXACT + 1];
        let length = letters().count();
        if length <= EXACT {
            for (place, byte) in bytes.iter_mut().zip(letters()) {
                *place = byte;
            }
            return Self { low: chunk(&bytes), high: chunk(&bytes[8..]) };
        }
        let mix = |hash: u64, byte: u8| (hash.rotate_left(5) ^ u64::from(byte)).wrapping_mul(SPREAD);
        Self { low: letters().fold(length as u64, mix), high: (letters().fold(!length as u64, mix) & !MISSPELT) | LONG }
    }

    /// The spelling of the plain letters at the start of some bytes, and how many they are; nothing if there are too many.
    #[inline]
    pub(super) fn of_letters(bytes: &[u8]) -> Option<(Self, usize)> {
        let low = chunk(bytes);
        let length = letters(low);
        if length < 8 {
            return Some((Self { low: low & ((1 << (8 * length)) - 1), high: 0 }, length));
        }
        let high = chunk(&bytes[8..]);
        let more = letters(high);
        (more < 8).then(|| (Self { low, high: high & ((1 << (8 * more)) - 1) }, 8 + more))
    }

    /// The key under which it is remembered what a misspelt word means, apart from the word itself.
    pub(super) fn misspelt(self) -> Self {
        Self { high: self.high | MISSPELT, ..self }
    }

    /// Whether it stands for one word only.
    pub(super) fn is_exact(self) -> bool {
        self.high & LONG == 0
    }

    /// A well-spread number of so many bits: 64 less the shift.
    #[inline]
    pub(super) fn place(self, shift: u32) -> usize {
        ((self.low ^ self.high.rotate_left(29)).wrapping_mul(SPREAD) >> shift) as usize
    }
}

/// The first eight bytes as a number, zeros where there are fewer.
#[inline]
fn chunk(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*eight);
    }
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// How many plain lower-case letters eight bytes begin with.
#[inline]
fn letters(chunk: u64) -> usize {
    // Why without the high bits: sums of single bytes must not run over into the next one.
    let low = chunk & !HIGH;
    let from_a = low + ONES * (0x80 - u64::from(b'a'));
    let past_z = low + ONES * (0x80 - (u64::from(b'z') + 1));
    let is_letter = from_a & !past_z & !chunk & HIGH;
    (!is_letter & HIGH).trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted_to_the_first_that_is_none() {
        for (text, length) in [
            ("order", Some(5)),
            ("order my", Some(5)),
            ("", Some(0)),
            ("don't", Some(3)),
            ("seguridad,", Some(9)),
            ("abcdefgh", Some(8)),
            ("abcdefghijklmno", Some(15)),
            ("abcdefghijklmnop", None),
            ("no\u{e9}", Some(2)),
            ("a{", Some(1)),
            ("z`", Some(1)),
            ("ab12", Some(2)),
        ] {
            let found = WordKey::of_letters(text.as_bytes());
            assert_eq!(found.map(|(_, length)| length), length, "{text}");
            if let Some((spelling, length)) = found {
                assert_eq!(spelling, WordKey::of(&text[..length]), "{text}");
            }
        }
    }

    #[test]
    fn spellings_differ_as_words_do() {
        let words =
            ["a", "b", "ab", "ba", "order", "orders", "abcdefgh", "abcdefghi", "devolu\u{e7}\u{e3}o", "devolucao"];
        let long = ["internationalisation", "internationalization", "abcdefghijklmnop", "abcdefghijklmnoq"];
        let all: Vec<&str> = words.into_iter().chain(long).collect();
        for a in &all {
            for b in &all {
                assert_eq!(WordKey::of(a) == WordKey::of(b), a == b, "{a} {b}");
            }
        }
        assert_eq!(WordKey::of("don't"), WordKey::of("dont"));
        assert!(words.iter().all(|word| WordKey::of(word).is_exact()));
        assert!(!long.iter().any(|word| WordKey::of(word).is_exact()));
    }
}
