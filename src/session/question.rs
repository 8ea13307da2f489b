use serde::{Deserialize, Serialize};

use crate::rules::{EntityName, IntentId, SlotName, Value};

/// A question of the bot's own that stands above the open flow's until it is answered once.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// "Do you mean A or B?"
    Clarify(Vec<IntentId>),
    /// "What shall I do with this order number?", of a value of that entity which came alone.
    About(EntityName, Vec<IntentId>),
    /// "Finish this first, or switch?"
    Switch(IntentId),
    /// "What should I change?" after a no to a confirm.
    Change(Vec<SlotName>),
    /// "Shall I stop?", as what the customer has told would be lost.
    Cancel,
}

impl Question {
    /// What tests and reports call it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Question::Clarify(_) => "clarify",
            Question::About(..) => "about",
            Question::Switch(_) => "switch",
            Question::Change(_) => "change",
            Question::Cancel => "cancel",
        }
    }

    /// The intents it asks between.
    pub(crate) fn between(&self) -> Option<&[IntentId]> {
        match self {
            Question::Clarify(ids) | Question::About(_, ids) => Some(ids),
            _ => None,
        }
    }

    /// Whether it asks what a request was for, so that the values told with the request still count.
    pub(crate) fn is_about_request(&self) -> bool {
        matches!(self, Question::Clarify(_) | Question::About(..) | Question::Switch(_))
    }
}

/// A chip the customer has seen under the open question.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredChip {
    #[serde(rename = "l")]
    pub(crate) label: String,
    #[serde(rename = "v")]
    pub(crate) value: Value,
}
