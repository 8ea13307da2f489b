use std::collections::BTreeMap;
use std::fmt;

use crate::engine::Engine;
use crate::rules::{Ask, Flow, Node, StepKind, Value};
use crate::session::{Owner, Question, Session};
use crate::testing::subset::show;
use crate::text::to_simplified;

/// Where a conversation stands: what is open, and what is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    /// Open flows and the steps they rest at, the last on top.
    pub(super) flows: Vec<(String, String)>,
    pub(super) slots: BTreeMap<String, Value>,
    /// The bot's own question above them.
    pub(super) question: Option<&'static str>,
    pub(super) is_with_bot: bool,
}

impl Standing {
    pub(super) fn of(session: &Session) -> Self {
        let document = &session.document;
        let step = |frame: &crate::session::Frame| frame.step.as_ref().map(ToString::to_string).unwrap_or_default();
        let slots = document.slots().into_iter().flatten();
        Self {
            flows: document.stack.iter().map(|frame| (frame.flow.to_string(), step(frame))).collect(),
            slots: slots
                .filter(|(_, value)| !value.is_none())
                .map(|(name, value)| (name.to_string(), plain(value)))
                .collect(),
            question: document.question.as_ref().map(Question::name),
            is_with_bot: document.owner == Owner::Bot,
        }
    }

    /// The flow on top and its step.
    pub(super) fn top(&self) -> Option<&(String, String)> {
        self.flows.last()
    }
}

/// A value whatever script it was written in.
fn plain(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(to_simplified(text)),
        other => other.clone(),
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_with_bot {
            f.write_str("with a person, ")?;
        }
        match self.top() {
            Some((flow, step)) => write!(f, "flow {flow} at {step}")?,
            None => f.write_str("no open flow")?,
        }
        if let Some(question) = self.question {
            write!(f, ", question {question}")?;
        }
        for (name, value) in &self.slots {
            // Why: what the host returned is long and follows from the rest.
            if !matches!(value, Value::Record(_) | Value::List(_)) {
                write!(f, ", {name} = {}", show(value))?;
            }
        }
        Ok(())
    }
}

/// Whether the bot has the conversation and waits for the customer.
pub(super) fn is_with_bot(session: &Session) -> bool {
    session.document.owner == Owner::Bot && session.document.pending.is_none()
}

/// The flow on top and the node it rests at, if a question of the flow itself is open.
pub(super) fn open_question<'e>(engine: &'e Engine, session: &Session) -> Option<(&'e Flow, &'e Node)> {
    let document = &session.document;
    if document.question.is_some() || !is_with_bot(session) {
        return None;
    }
    let frame = document.stack.last()?;
    let flow = engine.rulebook().pack.flow(frame.flow.as_str())?;
    let node = flow.step(frame.step.as_ref()?.as_str()).and_then(|pc| flow.node(pc))?;
    matches!(node.kind, StepKind::Ask(_) | StepKind::Confirm(_) | StepKind::Choose(_)).then_some((flow, node))
}

/// The questions of a flow.
pub(super) fn asks(flow: &Flow) -> impl Iterator<Item = &Ask> {
    flow.program.iter().filter_map(|node| match &node.kind {
        StepKind::Ask(ask) => Some(&**ask),
        _ => None,
    })
}
