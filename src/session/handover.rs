use serde::{Deserialize, Deserializer, Serialize};

use crate::rules::{Priority, Queue, ReasonId, SlotName};

/// Who answers the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Owner {
    #[default]
    Bot,
    /// Handed over, not yet accepted.
    Queue,
    /// A person has it: the bot is silent.
    Human,
}

/// What the customer was told before a private question, and whether the answer followed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Consent {
    /// The version of the text.
    pub(crate) version: String,
    pub(crate) given: bool,
}

/// A matter that was settled last, to know it again when it comes back.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// The flow that resolved it, or what stands for a person.
    pub(crate) matter: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// The handoff that is open now.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OpenHandoff {
    pub(crate) id: String,
    pub(crate) reason: ReasonId,
    pub(crate) reasons: Vec<ReasonId>,
    pub(crate) queue: Queue,
    pub(crate) priority: Priority,
    /// Milliseconds since 1970.
    pub(crate) opened_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<i64>,
    /// When the way out for an unanswered handoff is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unanswered_at: Option<i64>,
    /// How to reach the customer, by the slot that was told, a number to call first. Raw: it is for calling back.
    #[serde(
        default,
        rename = "contact",
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_many_contacts"
    )]
    pub(crate) contacts: Vec<(SlotName, String)>,
    /// How many updates of it have left.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) updates: u32,
    /// Words that caused it: masked text, span in the message, the message's number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) evidence: Vec<(String, (usize, usize), u32)>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) overdue: bool,
    /// Whether the desk was closed: answered later, by callback or ticket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) closed: bool,
    /// Whether the desk was open and nobody took it in time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unanswered: bool,
    /// What it is about: intents and flows, the surest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) topic: Vec<String>,
    /// The customer's own words that tell most, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) words: Option<String>,
}

/// How a customer is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Call,
    Mail,
}

impl OpenHandoff {
    /// Another way to reach the customer, or the same slot told anew.
    pub(crate) fn reached_by(&mut self, slot: &SlotName, value: String, reach: Reach) {
        self.contacts.retain(|(known, _)| known != slot);
        // Why: who is at the phone answers at once.
        let place = if reach == Reach::Call { 0 } else { self.contacts.len() };
        self.contacts.insert(place, (slot.clone(), value));
    }
}

/// The ways to reach a customer; the first sessions kept the last one alone.
fn one_or_many_contacts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(SlotName, String)>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        One(String),
        Many(Vec<(SlotName, String)>),
    }
    Ok(match Stored::deserialize(deserializer)? {
        Stored::One(value) => vec![(SlotName::from(""), value)],
        Stored::Many(contacts) => contacts,
    })
}

#[allow(clippy::trivially_copy_pass_by_ref)] // Why: serde hands a reference
fn is_zero(number: &u32) -> bool {
    *number == 0
}
