use serde::{Deserialize, Serialize};

use crate::rules::Value;

/// A choice offered under a reply. Send it back as [`Event::choice`](crate::Event::choice) with its value or label.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Chip {
    label: String,
    value: Value,
}

impl Chip {
    pub(crate) fn new(label: String, value: Value) -> Self {
        Self { label, value }
    }

    /// What the button says.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What choosing it means; the same in every language.
    pub fn value(&self) -> &Value {
        &self.value
    }
}

impl std::fmt::Debug for Chip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Chip").field(&self.value).finish()
    }
}
