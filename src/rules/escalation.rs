use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Origin;

use super::{ConditionId, FlowId, LexiconName, Queue, ReasonId, Words};

/// How soon a person should look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Priority {
    /// When there is time.
    Low,
    /// In turn.
    #[default]
    Normal,
    /// Before the others.
    High,
    /// Now.
    Urgent,
}

/// When a conversation goes to a person, where to, and what happens until then.
#[derive(Clone, Debug)]
pub(crate) struct Escalation {
    pub(crate) queue: Queue,
    pub(crate) priority: Priority,
    pub(crate) say: Option<Words>,
    /// As the rules list them, the gravest first: of two that are equally urgent the earlier decides. A flow may name any.
    pub(crate) reasons: Vec<Reason>,
    pub(crate) adjust: Vec<Adjust>,
    pub(crate) targets: Vec<Target>,
    pub(crate) hours: Option<Hours>,
    pub(crate) while_human: WhileHuman,
}

/// One reason to hand over. `None` means the default's.
#[derive(Clone, Debug)]
pub(crate) struct Reason {
    /// Where the pack says something about it; the base pack's place otherwise.
    pub(crate) origin: Origin,
    pub(crate) id: ReasonId,
    pub(crate) queue: Option<Queue>,
    pub(crate) priority: Option<Priority>,
    pub(crate) say: Option<Words>,
    /// Said instead when nobody is at the desk: nothing may promise a person who is not there.
    pub(crate) say_closed: Option<Words>,
    /// A flow that collects what the desk needs, once the signal is out.
    pub(crate) collect: Option<FlowId>,
    /// A lexicon whose weight in one message reaches 3 causes it.
    pub(crate) lexicon: Option<LexiconName>,
    /// Counters that cause it.
    pub(crate) at: Vec<At>,
    /// A condition over slots and facts that causes it; reading something unset is false.
    pub(crate) when: Option<ConditionId>,
}

/// A counter of the session and the value at which a reason is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum At {
    MissesInARow(u32),
    Frustration(f32),
    SameReply(u32),
    SameMessage(u32),
    Turns(u32),
    Rating(u32),
    ActionFailures(u32),
}

/// A rule that changes where a handoff goes; it causes none.
#[derive(Clone, Debug)]
pub(crate) struct Adjust {
    pub(crate) when: ConditionId,
    pub(crate) queue: Option<Queue>,
    pub(crate) priority: Option<Priority>,
}

/// How long a handoff of a priority may wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) priority: Priority,
    pub(crate) accept_within: Duration,
}

/// When people are at the desk.
#[derive(Clone, Debug)]
pub(crate) struct Hours {
    pub(crate) zone: Box<str>,
    /// Per weekday, Monday first.
    pub(crate) week: [Vec<OpenSpan>; 7],
    /// Exceptions, in order; the first that covers a day wins.
    pub(crate) dates: Vec<DateRule>,
    pub(crate) closed: Closed,
}

/// Minutes of the day, `from` inclusive to `to` exclusive; 1440 is midnight, more is the morning after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenSpan {
    pub(crate) from: u16,
    pub(crate) to: u16,
}

/// Other hours on some days; no spans means closed.
#[derive(Clone, Debug)]
pub(crate) struct DateRule {
    pub(crate) origin: Origin,
    pub(crate) first: jiff::civil::Date,
    pub(crate) last: jiff::civil::Date,
    pub(crate) spans: Vec<OpenSpan>,
}

/// What happens when nobody is at the desk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Closed {
    pub(crate) run: Option<FlowId>,
    pub(crate) say: Option<Words>,
}

/// What the bot does while a person owns the conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct WhileHuman {
    /// Suggestions to the agent's desk instead of silence; never a word to the customer.
    pub(crate) assist: bool,
    pub(crate) unanswered: Option<Unanswered>,
}

/// The way out when nobody accepts.
#[derive(Clone, Debug)]
pub(crate) struct Unanswered {
    pub(crate) after: Duration,
    pub(crate) run: Option<FlowId>,
}
