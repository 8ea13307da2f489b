use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::escalation::Handoff;
use crate::rules::{ActionName, IntentId, Value, ValueError};

/// Work for the host. Each comes once, with an id that is the same when the turn is replayed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// Do this, then send [`Event::action_done`](crate::Event::action_done) or
    /// [`Event::action_failed`](crate::Event::action_failed).
    Action(ActionCall),
    /// Give the conversation to a person.
    HandoffOpened(Box<Handoff>),
    /// What is known about an open handoff has changed.
    HandoffUpdated(Box<Handoff>),
    /// The customer no longer wants the person: close it.
    HandoffWithdrawn(Withdrawal),
    /// Show this to the person who has, or will have, the conversation.
    ToAgent(AgentMessage),
}

/// A request for host work, typed by the action's contract.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionCall {
    pub(crate) id: String,
    pub(crate) name: ActionName,
    pub(crate) arguments: Value,
    /// The same for two requests that must act once.
    pub(crate) key: String,
}

impl ActionCall {
    /// The id to answer with.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The action's name.
    pub fn name(&self) -> &ActionName {
        &self.name
    }

    /// The arguments, a record.
    pub fn arguments(&self) -> &Value {
        &self.arguments
    }

    /// The idempotency key: requests with the same key must act once.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// One argument, as any type serde can read.
    ///
    /// # Errors
    /// If there is no such argument or it does not have the shape of `T`.
    pub fn argument<T: DeserializeOwned>(&self, name: &str) -> Result<T, ValueError> {
        self.arguments.field(name).unwrap_or(&Value::None).to()
    }
}

// Why: arguments hold what the customer told.
impl std::fmt::Debug for ActionCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActionCall")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("arguments", &self.arguments)
            .finish_non_exhaustive()
    }
}

/// What the person at the desk should see.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentMessage {
    /// Stable id.
    pub id: String,
    /// The handoff it belongs to.
    pub handoff: String,
    /// What the customer wrote, or the words on the chip they tapped.
    pub text: String,
    /// Names of what came with it, as the host gave them.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// What the bot understood it as, when the pack says `assist`.
    #[serde(default)]
    pub intent: Option<IntentId>,
    /// What the bot would answer, when the pack says `assist`.
    pub suggestion: Option<String>,
}

impl std::fmt::Debug for AgentMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentMessage").field("id", &self.id).field("handoff", &self.handoff).finish_non_exhaustive()
    }
}

/// A handoff that is no longer wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Withdrawal {
    /// The handoff's id.
    pub id: String,
}
