use std::fmt;

use serde::{Deserialize, Serialize};

/// A rung of the turn order: what may take an event, the first that fits takes it.
///
/// [`Rung::ORDER`] is the order, once for the whole message, then once per clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rung {
    /// The message id was seen before.
    Duplicate,
    /// Words that need a person whatever else is asked: law, danger, fraud, press, despair.
    Alarm,
    /// A person was asked for.
    Person,
    /// A person has the conversation, or it waits for one.
    Owner,
    /// Host work is under way: the message waits.
    Pending,
    /// The session had been left for too long, or its rules have changed: what follows starts anew.
    Expired,
    /// A chip, or yes or no to the open question.
    Choice,
    /// Exactly the value that was asked for.
    Answer,
    /// A correction, cancel, repeat, skip or undo.
    Repair,
    /// Something the pack understands: an answer, a flow or a person.
    Request,
    /// A value among other words.
    LooseAnswer,
    /// Two intents are close: "A or B?"
    Clarify,
    /// Not understood.
    Miss,
    /// Not a customer's message: the result of host work.
    Action,
    /// Not a customer's message: the desk, the host or the clock.
    Host,
}

impl Rung {
    /// The turn order for a customer's message: the whole message first, then each clause.
    pub const ORDER: [Rung; 13] = [
        Rung::Duplicate,
        Rung::Alarm,
        Rung::Person,
        Rung::Owner,
        Rung::Pending,
        Rung::Expired,
        Rung::Choice,
        Rung::Answer,
        Rung::Repair,
        Rung::Request,
        Rung::LooseAnswer,
        Rung::Clarify,
        Rung::Miss,
    ];

    /// Its place in [`Rung::ORDER`]; rungs of other events come last.
    pub(crate) fn rank(self) -> usize {
        Self::ORDER.iter().position(|known| *known == self).unwrap_or(usize::MAX)
    }

    /// The rung of that name, as stored with a session.
    pub(crate) fn from_name(name: &str) -> Self {
        let known = Self::ORDER.into_iter().chain([Rung::Action, Rung::Host]).find(|rung| rung.as_str() == name);
        known.unwrap_or(Rung::Duplicate)
    }

    /// The name used in records, traces and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Rung::Duplicate => "duplicate",
            Rung::Alarm => "alarm",
            Rung::Person => "person",
            Rung::Owner => "owner",
            Rung::Pending => "pending",
            Rung::Expired => "expired",
            Rung::Choice => "choice",
            Rung::Answer => "answer",
            Rung::Repair => "repair",
            Rung::Request => "request",
            Rung::LooseAnswer => "loose_answer",
            Rung::Clarify => "clarify",
            Rung::Miss => "miss",
            Rung::Action => "action",
            Rung::Host => "host",
        }
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rung that did not take the event, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Passed {
    /// The rung.
    pub rung: Rung,
    /// Why it passed, a short sentence.
    pub why: String,
}
