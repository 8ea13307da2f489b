use super::Classification;
use crate::text::{Folded, Language};

/// Working memory of classifying, kept from message to message so that none of them allocates.
///
/// It holds no knowledge: a message is understood the same with a fresh one.
#[derive(Clone)]
pub struct Scratch {
    pub(super) folded: Folded,
    pub(super) classification: Classification,
}

impl Scratch {
    /// An empty one.
    pub fn new() -> Self {
        Self { folded: Folded::default(), classification: Classification::new(Language::En) }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Scratch {
    /// Shows nothing of the last message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}
