//! The kinds of characters in a text: what a pattern may begin or go on with, told by one bit.
#![allow(clippy::indexing_slicing)] // Why: places are kept for every byte of the text, by kinds below 64.

use std::ops::Range;

use super::hash::SPREAD;

/// Kinds of characters, as bits.
pub(super) type Kinds = u64;

/// The kind of what stands at each byte of a text, read once for all patterns that are looked for in it.
#[derive(Clone, Default)]
pub(super) struct Outline {
    kinds: Vec<u8>,
    /// For each 64 bytes the places of each kind, as bits: where a pattern may begin is then told without a look at each byte.
    places: Vec<[u64; 64]>,
}

/// The outline of a part of a text.
#[derive(Clone, Copy)]
pub(super) struct PartOutline<'o> {
    kinds: &'o [u8],
    places: &'o [[u64; 64]],
    /// Where the part begins in the text.
    start: usize,
}

/// Stands at a byte inside a character.
const INSIDE: u8 = 62;
/// Stands behind the last character.
pub(super) const END: u8 = 63;
/// The kinds of characters beyond ASCII, and how many they are.
const FIRST_OTHER: u8 = 32;
const OTHERS: u32 = 30;
pub(super) const ANY_OTHER: Kinds = ((1 << OTHERS) - 1) << FIRST_OTHER;

/// The kind of a character: letters of their own, most others shared.
pub(super) fn kind(c: char) -> u8 {
    match c {
        'a'..='z' => c as u8 - b'a',
        '0'..='9' => 26,
        ' ' => 27,
        '\0'..='\x7F' => 28 + (c as u8 & 3),
        _ => FIRST_OTHER + ((c as u32).wrapping_mul(SPREAD as u32) >> 16) as u8 % OTHERS as u8,
    }
}

impl Outline {
    /// Takes the outline of a text.
    pub(super) fn take(&mut self, text: &str) {
        self.kinds.clear();
        self.places.clear();
        self.places.resize(text.len().div_ceil(64), [0; 64]);
        for c in text.chars() {
            let (kind, at) = (kind(c), self.kinds.len());
            self.kinds.push(kind);
            self.places[at / 64][usize::from(kind)] |= 1 << (at % 64);
            (1..c.len_utf8()).for_each(|_| self.kinds.push(INSIDE));
        }
    }

    /// The outline of a part of the text.
    pub(super) fn part(&self, range: Range<usize>) -> PartOutline<'_> {
        PartOutline { start: range.start, kinds: self.kinds.get(range).unwrap_or_default(), places: &self.places }
    }
}

impl<'o> PartOutline<'o> {
    /// The kind of what stands at a byte of the part, or behind its last one.
    #[inline]
    pub(super) fn at(&self, at: usize) -> u8 {
        self.kinds.get(at).copied().unwrap_or(END)
    }

    /// Where in the part characters of some kinds stand, in order.
    #[inline]
    pub(super) fn places(self, kinds: Kinds) -> impl Iterator<Item = usize> + 'o {
        let (start, end) = (self.start, self.start + self.kinds.len());
        (start / 64..end.div_ceil(64)).flat_map(move |word| {
            let mut bits = bits(kinds).fold(0, |all, kind| all | self.places[word][kind]);
            if word == start / 64 {
                bits &= u64::MAX << (start % 64);
            }
            if word == end / 64 {
                bits &= !(u64::MAX << (end % 64));
            }
            self::bits(bits).map(move |bit| word * 64 + bit - start)
        })
    }
}

/// The places of the bits of a number.
#[inline]
fn bits(mut number: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (number != 0).then(|| number.trailing_zeros() as usize)?;
        number &= number - 1;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_found_where_they_stand() {
        let text = format!("{}退b{}b", "a".repeat(62), "c".repeat(70));
        let mut outline = Outline::default();
        outline.take(&text);
        let of = |c: char| 1 << kind(c);
        let found = |range: Range<usize>, kinds: Kinds| outline.part(range).places(kinds).collect::<Vec<_>>();
        let length = text.len();
        assert_eq!(found(0..length, of('b')), [65, 136]);
        assert_eq!(found(0..length, of('b') | of('退')), [62, 65, 136]);
        assert_eq!(found(62..136, of('b') | of('退')), [0, 3]);
        assert_eq!(found(0..64, of('a')).len(), 62);
        assert_eq!(found(128..length, of('b')), [8]);
        assert!(found(0..0, u64::MAX).is_empty() && found(length..length, u64::MAX).is_empty());
        assert_eq!((outline.part(60..70).at(2), outline.part(60..70).at(10)), (kind('退'), END));
    }
}
