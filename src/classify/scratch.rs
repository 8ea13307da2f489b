use super::Classification;
use super::likeness::Likeness;
use super::reading::Reading;
use super::verdict::{Tally, Verdict};
use crate::entities::View;
use crate::matching::{Scan, ValueHit};
use crate::text::{Folded, Language};

/// Working memory of classifying, kept from message to message so that none of them allocates.
///
/// It holds no knowledge: a message is understood the same with a fresh one.
#[derive(Clone)]
pub struct Scratch {
    pub(super) folded: Folded,
    pub(super) scan: Scan,
    pub(super) reading: Reading,
    pub(super) tally: Tally,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) values: Vec<ValueHit>,
    pub(super) row: View,
    pub(super) covered: Vec<bool>,
    pub(super) likeness: Likeness,
    pub(super) classification: Classification,
}

impl Scratch {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            folded: Folded::default(),
            scan: Scan::default(),
            reading: Reading::default(),
            tally: Tally::default(),
            verdicts: Vec::new(),
            values: Vec::new(),
            row: View::default(),
            covered: Vec::new(),
            likeness: Likeness::default(),
            classification: Classification::new(Language::En),
        }
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
