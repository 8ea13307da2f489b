use std::ops::Range;

use super::expectation::Expectation;
use super::script::Outcome;
use crate::diagnostic::Place;
use crate::rules::Value;

/// One line of a talk: what happens, and what the bot must do then.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) place: Place,
    /// The bytes of its file that it takes, and those of the value of `bot`.
    pub(super) bytes: Range<usize>,
    pub(super) bot: Option<Range<usize>>,
    /// The bytes of each expectation, if `bot` is a map of them.
    pub(super) parts: Vec<Range<usize>>,
    pub(super) session: String,
    pub(super) what: What,
    pub(super) delivery: Delivery,
    pub(super) expected: Vec<Expectation>,
}

/// What happens in a line.
#[derive(Clone, Debug)]
pub(super) enum What {
    User(String),
    Choice(Value),
    Rating(u32),
    Customer(Value),
    Event {
        name: String,
        with: Value,
    },
    Accepted,
    Released,
    Failed,
    AgentMessage(String),
    Escalate(String),
    /// The customer's place in the queue.
    Queued(u32),
    Forget,
    /// So many milliseconds pass.
    Wait(i64),
    /// The host's answer to the last request of an action comes now: late, or once more.
    Result {
        action: String,
        outcome: Outcome,
    },
    /// The session is written out and read again.
    Reload,
    /// The rules are others when the conversation goes on: of another revision, or those of a folder.
    NewRules(Option<String>),
}

/// How a message came.
#[derive(Clone, Debug, Default)]
pub(super) struct Delivery {
    pub(super) id: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) attachments: Vec<String>,
    pub(super) place: Publicity,
}

/// Whether others can read along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Publicity {
    #[default]
    Private,
    Public,
}

impl What {
    /// The line in a few words, for reports.
    pub(super) fn describe(&self) -> String {
        match self {
            What::User(text) => format!("user: {text}"),
            What::Choice(value) => format!("choice: {}", super::subset::show(value)),
            What::Rating(stars) => format!("rating: {stars}"),
            What::Customer(_) => "customer".to_owned(),
            What::Event { name, .. } => format!("event: {name}"),
            What::Accepted => "host: accepted".to_owned(),
            What::Released => "host: released".to_owned(),
            What::Failed => "host: failed".to_owned(),
            What::AgentMessage(_) => "host: message".to_owned(),
            What::Queued(position) => format!("host: queued ({position})"),
            What::Forget => "host: forget".to_owned(),
            What::Escalate(reason) => format!("host: escalate ({reason})"),
            What::Wait(span) => format!("wait: {}", span_text(*span)),
            What::Result { action, .. } => format!("result: {action}"),
            What::Reload => "reload".to_owned(),
            What::NewRules(None) => "reload: rules".to_owned(),
            What::NewRules(Some(folder)) => format!("reload: {folder}"),
        }
    }
}

/// A span as it is written: the largest unit that divides it.
fn span_text(millis: i64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let fits = units.into_iter().find(|(_, unit)| millis % unit == 0);
    fits.map_or_else(|| format!("{millis}ms"), |(name, unit)| format!("{}{name}", millis / unit))
}
