use serde::{Deserialize, Serialize};

use crate::rules::{IntentId, SlotName, Value};

/// A question of the bot's own that stands above the open flow's until it is answered once.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// "Do you mean A or B?"
    Clarify(Vec<IntentId>),
    /// "Finish this first, or switch?"
    Switch(IntentId),
    /// "What should I change?" after a no to a confirm.
    Change(Vec<SlotName>),
    /// "Shall I stop?", as what the customer has told would be lost.
    Cancel,
}

/// A chip the customer has seen under the open question.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredChip {
    #[serde(rename = "l")]
    pub(crate) label: String,
    #[serde(rename = "v")]
    pub(crate) value: Value,
}
