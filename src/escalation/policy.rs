use crate::expression::{Expressions, Values};
use crate::rules::{At, Escalation, FlowId, LexiconName, Priority, Queue, Reason, ReasonId, Words};
use crate::session::Counters;

/// The weight of a lexicon in one message from which its reason holds: one clear phrase, or several that add up.
pub(crate) const LEXICON_WEIGHT: f32 = 3.0;

/// What may cause an escalation now.
pub(crate) struct Signals<'a> {
    pub(crate) counters: &'a Counters,
    /// Weight of each lexicon in this message, by name.
    pub(crate) lexicons: &'a dyn Fn(&str) -> f32,
    pub(crate) values: &'a dyn Values,
    pub(crate) expressions: &'a Expressions,
    /// Reasons raised by a rule, a step, an action or the host.
    pub(crate) raised: &'a [ReasonId],
    /// Reasons a person has already dealt with: their condition alone causes no second handoff.
    pub(crate) settled: &'a [ReasonId],
}

/// What of a policy may cause something in a turn in which no reason is raised; listed once, since hardly any turn has one.
pub(crate) struct Watch {
    lexicons: Vec<LexiconName>,
    counters: Vec<At>,
    has_conditions: bool,
}

impl Watch {
    pub(crate) fn new(policy: &Escalation) -> Self {
        Self {
            lexicons: policy.reasons.iter().filter_map(|reason| reason.lexicon.clone()).collect(),
            counters: policy.reasons.iter().flat_map(|reason| reason.at.iter().copied()).collect(),
            has_conditions: policy.reasons.iter().any(|reason| reason.when.is_some()),
        }
    }

    /// Whether no reason can hold unless one is raised: no condition is to be asked, no counter has come far enough, and none
    /// of the lexicons stands in the message.
    pub(crate) fn is_calm<'l>(&self, counters: &Counters, said: impl IntoIterator<Item = &'l LexiconName>) -> bool {
        !self.has_conditions
            && !self.counters.iter().any(|at| is_reached(*at, counters))
            && !said.into_iter().any(|lexicon| self.lexicons.contains(lexicon))
    }
}

/// A handoff to make: the most urgent reason decides where it goes, all are listed.
pub(crate) struct Decision<'a> {
    pub(crate) reasons: Vec<ReasonId>,
    pub(crate) queue: Queue,
    pub(crate) priority: Priority,
    pub(crate) say: Option<&'a Words>,
    pub(crate) say_closed: Option<&'a Words>,
    pub(crate) collect: Option<&'a FlowId>,
}

/// The handoff that the policy asks for, if any.
pub(crate) fn decide<'a>(policy: &'a Escalation, signals: &Signals<'_>) -> Option<Decision<'a>> {
    let mut held: Vec<&Reason> = policy.reasons.iter().filter(|reason| holds(reason, signals)).collect();
    // Why: a stable sort keeps the rules' own order among equals, so the same input gives the same reason.
    held.sort_by_key(|reason| std::cmp::Reverse(reason.priority.unwrap_or(policy.priority)));
    let first = held.first()?;
    let mut queue = first.queue.as_ref().unwrap_or(&policy.queue);
    let mut priority = first.priority.unwrap_or(policy.priority);
    for adjust in &policy.adjust {
        if signals.expressions.holds(adjust.when, signals.values) {
            queue = adjust.queue.as_ref().unwrap_or(queue);
            // Why: an adjustment may hasten, it never slows down what is urgent.
            priority = adjust.priority.map_or(priority, |other| other.max(priority));
        }
    }
    Some(Decision {
        reasons: held.iter().map(|reason| reason.id.clone()).collect(),
        queue: queue.clone(),
        priority,
        say: first.say.as_ref().or(policy.say.as_ref()),
        say_closed: first.say_closed.as_ref(),
        collect: first.collect.as_ref(),
    })
}

/// Reasons a person has dealt with and whose condition still holds: the same cause is no second handoff.
pub(crate) fn still_settled(policy: &Escalation, signals: &Signals<'_>) -> Vec<ReasonId> {
    let settled = policy.reasons.iter().filter(|reason| signals.settled.contains(&reason.id));
    settled.filter(|reason| is_met(reason, signals)).map(|reason| reason.id.clone()).collect()
}

fn holds(reason: &Reason, signals: &Signals<'_>) -> bool {
    signals.raised.contains(&reason.id)
        || reason.lexicon.as_ref().is_some_and(|name| (signals.lexicons)(name.as_str()) >= LEXICON_WEIGHT)
        || reason.at.iter().any(|at| is_reached(*at, signals.counters))
        || (!signals.settled.contains(&reason.id) && is_met(reason, signals))
}

fn is_met(reason: &Reason, signals: &Signals<'_>) -> bool {
    reason.when.is_some_and(|when| signals.expressions.holds(when, signals.values))
}

fn is_reached(at: At, counters: &Counters) -> bool {
    match at {
        At::MissesInARow(limit) => counters.misses_in_a_row >= limit,
        At::Frustration(limit) => counters.frustration >= limit,
        At::SameReply(limit) => counters.same_reply >= limit,
        At::SameMessage(limit) => counters.same_message >= limit,
        At::Turns(limit) => counters.turns >= limit,
        At::Rating(limit) => counters.rating.is_some_and(|rating| rating <= limit),
        At::ActionFailures(limit) => counters.action_failures >= limit,
    }
}
