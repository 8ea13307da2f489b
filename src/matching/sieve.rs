//! Looks for many literals at once, a few bytes of each.
#![allow(clippy::indexing_slicing)] // Why: windows are taken within bounds checked by the loops; masks keep slots inside.

use std::sync::Arc;

use super::gate::Frequencies;
use super::hash::SPREAD;

/// Most bytes between two windows that are read.
pub(super) const WIDEST_STRIDE: usize = 4;
/// Bits of the first test: 8 KiB. Fixed, so that no place in it need be checked.
const TABLE_BITS: u32 = 16;
const TABLE: usize = 1 << (TABLE_BITS - 5);

/// Literals of at least `WIDTH` bytes. Windows of that width are read at every few bytes of a text; as many of each literal
/// are known, so one of them is always met.
#[derive(Default)]
pub(super) struct Sieve<const WIDTH: usize> {
    stride: usize,
    /// The first test of a window: a bit by its hash. Nothing without literals.
    bits: Option<Box<[u32; TABLE]>>,
    /// The literals of each window, by open addressing.
    slots: Box<[Slot]>,
    slot_shift: u32,
    literals: Box<[Literal]>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    window: u64,
    /// Literals from the first to before the last; none in a free slot.
    first: u32,
    last: u32,
}

struct Literal {
    bytes: Arc<[u8]>,
    /// Where the window stands in it.
    offset: u32,
    patterns: Arc<[u32]>,
}

impl<const WIDTH: usize> Sieve<WIDTH> {
    /// A sieve of literals and the patterns each stands for.
    pub(super) fn new(literals: Vec<(Vec<u8>, Vec<u32>)>, frequencies: &Frequencies) -> Self {
        let Some(shortest) = literals.iter().map(|(literal, _)| literal.len()).min() else { return Self::default() };
        let stride = (shortest + 1 - WIDTH).min(WIDEST_STRIDE);
        let mut windows: Vec<(u64, Literal)> = Vec::with_capacity(literals.len() * stride);
        for (bytes, patterns) in literals {
            let (bytes, patterns): (Arc<[u8]>, Arc<[u32]>) = (bytes.into(), patterns.into());
            let offset = frequencies.rarest(&bytes, WIDTH, stride);
            for offset in offset..offset + stride {
                let literal =
                    Literal { bytes: Arc::clone(&bytes), offset: offset as u32, patterns: Arc::clone(&patterns) };
                let Some(first) = bytes[offset..].first_chunk::<WIDTH>() else { continue };
                windows.push((window(first), literal));
            }
        }
        windows.sort_by_key(|(window, _)| *window);
        let slots = (windows.chunk_by(|(a, _), (b, _)| a == b).count() * 2).next_power_of_two().max(2);
        let mut sieve = Self {
            stride,
            bits: None,
            slots: vec![Slot::default(); slots].into(),
            slot_shift: 64 - slots.trailing_zeros(),
            literals: Box::default(),
        };
        let mut bits = Box::new([0; TABLE]);
        let mut first = 0;
        for same in windows.chunk_by(|(a, _), (b, _)| a == b) {
            let window = same[0].0;
            let bit = place(window, 64 - TABLE_BITS);
            bits[bit / 32] |= 1 << (bit % 32);
            let mut at = place(window, sieve.slot_shift);
            while sieve.slots[at].last != 0 {
                at = (at + 1) & (slots - 1);
            }
            let last = first + same.len() as u32;
            sieve.slots[at] = Slot { window, first, last };
            first = last;
        }
        sieve.literals = windows.into_iter().map(|(_, literal)| literal).collect();
        sieve.bits = Some(bits);
        sieve
    }

    /// Tells the patterns of every literal that a text holds, and where the literal begins.
    #[inline]
    pub(super) fn scan(&self, text: &[u8], tell: &mut impl FnMut(u32, u32)) {
        let Some(bits) = &self.bits else { return };
        let mut at = 0;
        while let Some(first) = text.get(at..).and_then(|rest| rest.first_chunk::<WIDTH>()) {
            let window = window(first);
            let bit = place(window, 64 - TABLE_BITS);
            if bits[bit / 32] & 1 << (bit % 32) != 0 {
                self.look(text, at, window, tell);
            }
            at += self.stride;
        }
    }

    fn look(&self, text: &[u8], at: usize, window: u64, tell: &mut impl FnMut(u32, u32)) {
        let mut place = place(window, self.slot_shift);
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
            if text[start..].starts_with(&literal.bytes) {
                for pattern in literal.patterns.iter() {
                    tell(*pattern, start as u32);
                }
            }
        }
    }
}

#[inline]
fn place(window: u64, shift: u32) -> usize {
    (window.wrapping_mul(SPREAD) >> shift) as usize
}

/// Bytes as a number.
#[inline]
fn window<const WIDTH: usize>(bytes: &[u8; WIDTH]) -> u64 {
    let mut number = [0; 8];
    number[..WIDTH].copy_from_slice(bytes);
    u64::from_le_bytes(number)
}
