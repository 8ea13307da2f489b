use std::fmt;
use std::time::SystemTime;

use super::StoreError;

/// The most a single document may have, in bytes, in every store of this library: a session with a full transcript has
/// about 20 KiB, so this leaves room and still bounds what one customer can fill.
const LARGEST: usize = 256 * 1024;

/// How often a document has been saved; [`Version::NEW`] for one that is not kept yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version(u64);

impl Version {
    /// Nothing is kept under the key.
    pub const NEW: Version = Version(0);

    /// A version by its number, as a store reads it back.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// What is saved: text, and the two moments a store has to know of.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// The text; a store does not look into it.
    pub text: String,
    /// When [`due`](crate::SessionStore::due) lists it.
    pub deadline: Option<SystemTime>,
    /// From when on it is no longer kept.
    pub expires: SystemTime,
}

impl Document {
    /// Whether a store of this library keeps a document so large.
    pub(super) fn check_size(&self) -> Result<(), StoreError> {
        let bytes = self.text.len();
        if bytes > LARGEST { Err(StoreError::TooLarge { bytes, limit: LARGEST }) } else { Ok(()) }
    }
}

/// What was kept: the text and its version, which the next save must name.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// The text as it was saved.
    pub text: String,
    /// Its version.
    pub version: Version,
}

// Why: both texts are what customers said.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.text.len())
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored({} bytes, version {})", self.text.len(), self.version.0)
    }
}
