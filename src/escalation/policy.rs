use crate::expression::{Expressions, Values};
use crate::rules::{At, Escalation, Priority, Queue, Reason, ReasonId, Words};
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

/// Why a reason holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Raised,
    Lexicon,
    Counter,
    Condition,
}

/// A handoff to make: the most urgent reason decides where it goes, all are listed.
pub(crate) struct Decision<'a> {
    pub(crate) reasons: Vec<(ReasonId, Cause)>,
    pub(crate) queue: Queue,
    pub(crate) priority: Priority,
    pub(crate) say: Option<&'a Words>,
}

/// The handoff that the policy asks for, if any.
pub(crate) fn decide<'a>(policy: &'a Escalation, signals: &Signals<'_>) -> Option<Decision<'a>> {
    let mut held: Vec<(&Reason, Cause)> =
        policy.reasons.iter().filter_map(|reason| cause(reason, signals).map(|cause| (reason, cause))).collect();
    // Why: a stable sort keeps the order of names among equals, so the same input gives the same reason; what was
    // raised by name comes before what merely also holds.
    held.sort_by_key(|(reason, cause)| {
        (std::cmp::Reverse(reason.priority.unwrap_or(policy.priority)), *cause != Cause::Raised)
    });
    let (first, _) = held.first()?;
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
        reasons: held.iter().map(|(reason, cause)| (reason.id.clone(), *cause)).collect(),
        queue: queue.clone(),
        priority,
        say: first.say.as_ref().or(policy.say.as_ref()),
    })
}

fn cause(reason: &Reason, signals: &Signals<'_>) -> Option<Cause> {
    if signals.raised.contains(&reason.id) {
        return Some(Cause::Raised);
    }
    if reason.lexicon.as_ref().is_some_and(|name| (signals.lexicons)(name.as_str()) >= LEXICON_WEIGHT) {
        return Some(Cause::Lexicon);
    }
    if reason.at.iter().any(|at| is_reached(*at, signals.counters)) {
        return Some(Cause::Counter);
    }
    if signals.settled.contains(&reason.id) {
        return None;
    }
    reason.when.filter(|when| signals.expressions.holds(*when, signals.values)).map(|_| Cause::Condition)
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
