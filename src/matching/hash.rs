use std::hash::{BuildHasherDefault, Hasher};

/// A set by the hash of [`Map`].
pub(super) type Set<K> = std::collections::HashSet<K, BuildHasherDefault<Multiply>>;

/// A map whose iteration nobody relies on and whose hashing is the same in every run.
pub(super) type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Multiply>>;

/// Odd number with well-spread bits: 2^64 divided by the golden ratio.
pub(super) const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Multiply-and-rotate hashing. Keys come from rule packs, so no customer can choose them to collide.
#[derive(Clone, Copy, Default)]
pub(super) struct Multiply(u64);

impl Hasher for Multiply {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let number = chunk.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            self.write_u64(number);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(SPREAD);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}
