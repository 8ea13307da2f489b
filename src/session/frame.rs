use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::{ActionName, EntityName, FlowId, Pc, SlotName, StepId, Value};

/// Values kept for asks to come; a customer who names values on and on must not fill the session.
const FOUND: usize = 16;

/// An open flow: where it rests and what it knows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub(crate) flow: FlowId,
    /// The resting step; `None` only within a turn, before the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<StepId>,
    #[serde(default, skip_serializing_if = "Phase::is_asked")]
    pub(crate) phase: Phase,
    /// Started by a `run` step: it uses the slots of the frame below.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) shares: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) slots: BTreeMap<SlotName, Value>,
    /// Failed answers per step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tries: BTreeMap<StepId, u32>,
    /// Resting steps passed, in order: what a correction may have to run again, and where a changed flow goes on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) trail: Vec<StepId>,
    /// Write actions that were done; no correction goes back behind them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) done: Vec<ActionName>,
    /// The message that started it, until it has put its first question: it may name one of the rows to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) started_by: Option<String>,
    /// Values found in messages, not yet asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) found: Vec<(EntityName, Value)>,
    /// Values told in answer to an earlier question than the one that asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) early: Vec<(EntityName, Value)>,
    /// `say` steps that were said, by their place in the program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) said: Vec<Pc>,
    /// What a correction changed: steps that read none of it are not run again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) dirty: Vec<SlotName>,
    /// When a `wait` step goes on without its event, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wakes: Option<i64>,
    /// Slots that a finished write was given, directly or by what followed from them: they can no longer be corrected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sealed: Vec<SlotName>,
    /// The flows its `run` steps ran, as they stood: after a correction they run again only as far as they must.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) runs: BTreeMap<StepId, Frame>,
    /// The step whose question was brought to mind; that is done once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reminded: Option<StepId>,
    /// Where the flow rested when it was corrected; from there on all is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<StepId>,
}

/// What a resting step waits for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// An answer to its question.
    #[default]
    Asked,
    /// A yes to a proposed value.
    Offered,
    /// The same, once more, as the first answer was neither yes nor no.
    OfferedAgain,
    /// The host's result for the request with this id.
    Calling(String),
    /// The flow it started, or an event.
    Waiting,
    /// The event has come while another flow was open above.
    Woken,
}

impl Phase {
    fn is_asked(&self) -> bool {
        *self == Phase::Asked
    }
}

impl Frame {
    /// Keeps a value found in a message for the asks to come; of too many the latest.
    pub(crate) fn note_found(&mut self, entity: EntityName, value: Value) {
        let pair = (entity, value);
        if !self.found.contains(&pair) {
            self.found.push(pair);
            let surplus = self.found.len().saturating_sub(FOUND);
            self.found.drain(..surplus);
        }
    }

    /// Keeps a value for the question that will ask for it: the last that was told of its kind.
    pub(crate) fn note_early(&mut self, entity: EntityName, value: Value) {
        self.early.retain(|(known, _)| *known != entity);
        self.early.push((entity, value));
    }

    /// Notes a write that was done, once.
    pub(crate) fn note_done(&mut self, action: &ActionName) {
        if !self.done.contains(action) {
            self.done.push(action.clone());
        }
    }

    /// An open flow that has not taken a step yet.
    pub(crate) fn new(flow: FlowId) -> Self {
        Self {
            flow,
            step: None,
            phase: Phase::Asked,
            shares: false,
            slots: BTreeMap::new(),
            tries: BTreeMap::new(),
            trail: Vec::new(),
            done: Vec::new(),
            started_by: None,
            found: Vec::new(),
            early: Vec::new(),
            said: Vec::new(),
            dirty: Vec::new(),
            wakes: None,
            sealed: Vec::new(),
            runs: BTreeMap::new(),
            reminded: None,
            until: None,
        }
    }
}
