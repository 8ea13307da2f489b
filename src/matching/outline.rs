//! The kinds of characters in a text: what a pattern may begin or go on with, told by one bit.

use std::ops::Range;

use super::hash::SPREAD;

/// Kinds of characters, as bits.
pub(super) type Kinds = u64;

/// The kind of what stands at each byte of a text, read once for all patterns that are looked for in it.
#[derive(Clone, Default)]
pub(super) struct Outline(Vec<u8>);

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
        self.0.clear();
        for c in text.chars() {
            self.0.push(kind(c));
            (1..c.len_utf8()).for_each(|_| self.0.push(INSIDE));
        }
    }

    /// The kinds of a part of the text.
    pub(super) fn part(&self, range: Range<usize>) -> &[u8] {
        self.0.get(range).unwrap_or_default()
    }
}
