/// FNV-1a with 64 bits: the same on every machine and version, which std's hasher does not promise by contract.
///
/// Why not a crate: the algorithm is fixed for good and a few lines long, and what it tells apart needs no cryptography.
pub(crate) struct Fnv(u64);

impl Fnv {
    /// The hash of nothing.
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash of all that was added.
    pub(crate) const fn value(&self) -> u64 {
        self.0
    }
}
