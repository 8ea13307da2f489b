use std::collections::BTreeMap;

use serde::Serialize;

use super::{Comparison, Cost, Group};
use crate::eval::Unmatched;

/// What came of conversations.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outline {
    /// Conversations in which a customer wrote.
    pub conversations: usize,
    /// What customers wrote.
    pub messages: usize,
    /// Messages of one conversation, in the mean.
    pub messages_per_conversation: Option<f64>,
    /// The share of conversations without a person.
    pub containment: Option<f64>,
    /// The share without a person in which an answer was given or a flow resolved.
    pub resolution: Option<f64>,
    /// The share handed over.
    pub escalation: Option<f64>,
    /// Messages not understood, as a share.
    pub miss_rate: Option<f64>,
    /// Messages not understood.
    pub misses: usize,
    /// Handoffs by their most urgent reason.
    pub reasons: BTreeMap<String, usize>,
    /// Handoffs by queue.
    pub queues: BTreeMap<String, OfQueue>,
    /// Handoffs that a person took.
    pub accepted: usize,
    /// Half of them were taken within so many seconds.
    pub median_wait_seconds: Option<f64>,
    /// Of the replies that did not come in the turn of the message, half of the bot's came within so many seconds …
    pub median_bot_response_seconds: Option<f64>,
    /// … and half of the agents'.
    pub median_agent_response_seconds: Option<f64>,
    /// Handoffs nobody took in time.
    pub overdue: usize,
    /// Handoffs nobody took for as long as the policy waits.
    pub unanswered: usize,
    /// Matters that came up again.
    pub reopened: usize,
    /// Matters that came up again, for each conversation.
    pub reopen_rate: Option<f64>,
    /// Ratings given.
    pub ratings: usize,
    /// Their mean, 1 to 5.
    pub satisfaction: Option<f64>,
    /// Flows: how they ended, and where people left.
    pub flows: BTreeMap<String, OfFlow>,
    /// What was told of closed lists, such as reasons of returns: by `flow.slot` and value.
    pub slots: BTreeMap<String, BTreeMap<String, usize>>,
    /// Host work by action and result.
    pub actions: BTreeMap<String, BTreeMap<String, usize>>,
    /// By intent; a conversation counts for the last it came to.
    pub by_intent: BTreeMap<String, Group>,
    /// By day, UTC.
    pub by_day: BTreeMap<String, Group>,
    /// By hour of the day, UTC.
    pub by_hour: BTreeMap<String, Group>,
    /// By language.
    pub by_language: BTreeMap<String, Group>,
    /// By channel.
    pub by_channel: BTreeMap<String, Group>,
    /// By revision of the rules.
    pub by_revision: BTreeMap<String, Group>,
    /// Intents that suddenly come more often.
    pub rises: Vec<Rise>,
    /// What it cost, if prices were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// Against another part of the log, if one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Comparison>,
    /// What was not understood, if what customers wrote was given too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmatched: Option<Unmatched>,
}

/// One queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OfQueue {
    /// Handoffs that went to it.
    pub handed_over: usize,
    /// How many of them a person took.
    pub accepted: usize,
    /// How many nobody took in time.
    pub overdue: usize,
    /// How many nobody took for as long as the policy waits.
    pub unanswered: usize,
    /// Half of those taken were taken within so many seconds.
    pub median_wait_seconds: Option<f64>,
}

/// One flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OfFlow {
    /// How often it began.
    pub started: usize,
    /// How often it ended how.
    pub ended: BTreeMap<String, usize>,
    /// The steps at which it ended without being resolved.
    pub left_at: BTreeMap<String, usize>,
}

/// An intent that came much more often on the last day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rise {
    /// The intent.
    pub intent: String,
    /// The day.
    pub day: String,
    /// Its messages.
    pub messages: usize,
    /// Those of an earlier day, in the mean.
    pub usual: f64,
}
