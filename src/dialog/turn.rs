use serde::{Deserialize, Serialize};

use super::{ActionCall, Effect, Passed, Record, Rung, Walked};
use crate::reply::Reply;
use crate::rules::IntentId;
use crate::text::Language;

/// What one event led to. Send the replies, do the effects, keep the session, append the records to a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[must_use = "a turn holds what to say and what to do"]
#[non_exhaustive]
pub struct Turn {
    pub(crate) format: u32,
    pub(crate) replies: Vec<Reply>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) waiting: Waiting,
    pub(crate) records: Vec<Record>,
    #[serde(default)]
    pub(crate) replay: bool,
    pub(crate) rung: Rung,
    #[serde(default)]
    pub(crate) passed: Vec<Passed>,
    pub(crate) intent: Option<IntentId>,
    #[serde(default)]
    pub(crate) requests: Vec<IntentId>,
    #[serde(default)]
    pub(crate) confidence: f32,
    #[serde(default)]
    pub(crate) language: Option<Language>,
    #[serde(default)]
    pub(crate) asks: Option<String>,
    #[serde(default)]
    pub(crate) flow: Option<String>,
    /// Empty unless the engine was built with tracing on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) walked: Vec<Walked>,
}

/// Whom the conversation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Waiting {
    /// The customer may write.
    Customer,
    /// Host work is under way.
    Action,
    /// A person has it or will have it.
    Agent,
    /// It is over; a new message opens it again.
    Closed,
}

impl Turn {
    /// Adds what host work led to: one turn for the customer.
    pub(crate) fn absorb(&mut self, next: Turn) {
        self.replies.extend(next.replies);
        self.effects.extend(next.effects);
        self.records.extend(next.records);
        self.walked.extend(next.walked);
        self.waiting = next.waiting;
        self.language = next.language;
        self.asks = next.asks;
        self.flow = next.flow;
    }

    /// Leaves out the host work: in a replay it is done, or under way, for a host that does it at once.
    pub(crate) fn drop_actions(&mut self) {
        self.effects.retain(|effect| !matches!(effect, Effect::Action(_)));
    }

    /// Takes the host work out that is to be done next.
    pub(crate) fn take_action(&mut self) -> Option<ActionCall> {
        let place = self.effects.iter().position(|effect| matches!(effect, Effect::Action(_)))?;
        match self.effects.remove(place) {
            Effect::Action(call) => Some(call),
            _ => None,
        }
    }

    /// What to say, in order.
    pub fn replies(&self) -> &[Reply] {
        &self.replies
    }

    /// What to do, in order.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// Whom the conversation waits for now.
    pub fn waiting(&self) -> Waiting {
        self.waiting
    }

    /// Lines for the ledger; they hold no customer words. A replay has none: they stand in the ledger already.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Whether this message was handled before and these are the same outputs again.
    pub fn is_replay(&self) -> bool {
        self.replay
    }

    /// Which rung of the turn order took the event.
    pub fn rung(&self) -> Rung {
        self.rung
    }

    /// Why the rungs above did not take it; empty unless the engine was built with tracing on.
    pub fn passed(&self) -> &[Passed] {
        &self.passed
    }

    /// What the message was understood as, also when a flow or the escalation took the turn.
    pub fn intent(&self) -> Option<&IntentId> {
        self.intent.as_ref()
    }

    /// Everything the message asked for, in order.
    pub fn requests(&self) -> &[IntentId] {
        &self.requests
    }

    /// How sure the understanding is, 0 to 1; 0 for events without words.
    pub fn confidence(&self) -> f32 {
        self.confidence
    }

    /// The language of the conversation, once known.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// The resting step whose question is open now.
    pub fn asks(&self) -> Option<&str> {
        self.asks.as_deref()
    }

    /// The flow that is open now.
    pub fn flow(&self) -> Option<&str> {
        self.flow.as_deref()
    }
}
