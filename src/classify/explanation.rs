use super::Classification;

/// Why a message was understood as it was.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub(super) classification: Classification,
}

impl Explanation {
    /// What was understood.
    pub fn classification(&self) -> &Classification {
        &self.classification
    }
}
