use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::{IntentId, Priority, Queue, ReasonId, Value};
use crate::session::TranscriptLine;
use crate::text::Language;

/// The signal that a person must take over, with all an agent needs to go on without asking again.
///
/// As JSON every field is present, empty or null. Private values are masked, save `contact` and `contacts`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Handoff {
    /// The format of this document, 1.
    pub format: u32,
    /// The same in every later effect about this handoff.
    pub id: String,
    /// Which update of it this is, counted from 1; 0 as it was opened. A higher one says all that a lower one says.
    #[serde(default)]
    pub update: u32,
    /// The host's id of the session.
    pub session: String,
    /// The most urgent reason.
    pub reason: ReasonId,
    /// Every reason that holds, the most urgent first.
    pub reasons: Vec<ReasonId>,
    /// What the customer wrote that caused it.
    pub evidence: Vec<Quote>,
    /// How soon a person should look.
    pub priority: Priority,
    /// The queue it goes to.
    pub queue: Queue,
    /// When it should have been accepted, RFC 3339.
    pub due_at: Option<String>,
    /// The language to answer in.
    pub language: Language,
    /// How the customer will be answered.
    pub mode: Mode,
    /// The flow that was open.
    pub flow: Option<String>,
    /// The step it rested at.
    pub step: Option<String>,
    /// Writing actions the flow has already done.
    pub done: Vec<String>,
    /// What the customer told, masked where private.
    pub slots: BTreeMap<String, Value>,
    /// Answers and flows the customer was already given.
    pub tried: Vec<String>,
    /// Messages not understood since the bot took over.
    pub misses: u32,
    /// The running frustration score, 0 is calm.
    pub frustration: f32,
    /// What happened in a sentence or two, per language of the pack.
    pub summary: BTreeMap<Language, String>,
    /// The last lines, private values masked.
    pub transcript: Vec<TranscriptLine>,
    /// Where to call back, raw: a phone number if one was told.
    pub contact: Option<String>,
    /// Every way to reach the customer, raw, `contact` first.
    #[serde(default)]
    pub contacts: Vec<String>,
    /// Intents an agent may want to start with.
    pub next_actions: Vec<IntentId>,
    /// The revision of the rules that decided.
    pub revision: String,
}

impl Handoff {
    /// The JSON Schema (draft 2020-12) of the document, to check it at the help desk's door.
    pub const SCHEMA: &str = include_str!("handoff.schema.json");
}

/// How the customer will be answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Mode {
    /// Here, by a person, now.
    #[default]
    Live,
    /// By a call to the contact.
    Callback,
    /// In writing, later.
    Ticket,
}

/// Words of the customer that caused a handoff.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quote {
    /// The words, masked.
    pub text: String,
    /// Where they stand in the message, in bytes.
    pub span: (usize, usize),
    /// The customer's message they stand in, counted from 1.
    pub turn: u32,
}

// Why: both repeat what the customer wrote.
impl std::fmt::Debug for Handoff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handoff")
            .field("id", &self.id)
            .field("reason", &self.reason)
            .field("queue", &self.queue)
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Quote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Quote({:?} of message {})", self.span, self.turn)
    }
}
