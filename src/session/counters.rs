use serde::{Deserialize, Serialize};

/// What escalation counts. All of it starts anew when a person gives the conversation back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Counters {
    /// Turns not understood, in a row.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) misses_in_a_row: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) misses: u32,
    /// Customer messages before the bot last got the conversation; the one count that goes on.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) turns_before: u32,
    /// Customer messages since then.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) turns: u32,
    /// How often in a row the bot said the very same.
    #[serde(skip_serializing_if = "is_once")]
    pub(crate) same_reply: u32,
    /// How often in a row the customer wrote the very same.
    #[serde(skip_serializing_if = "is_once")]
    pub(crate) same_message: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) action_failures: u32,
    /// The running score; decays when things go well.
    #[serde(skip_serializing_if = "is_calm")]
    pub(crate) frustration: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rating: Option<u32>,
    /// Hashes of the last reply and the last message, to count repeats without keeping words.
    #[serde(rename = "reply", alias = "last_reply", skip_serializing_if = "is_zero")]
    pub(crate) last_reply: u32,
    #[serde(rename = "message", alias = "last_message", skip_serializing_if = "is_zero")]
    pub(crate) last_message: u32,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            misses_in_a_row: 0,
            misses: 0,
            turns_before: 0,
            turns: 0,
            same_reply: 1,
            same_message: 1,
            action_failures: 0,
            frustration: 0.0,
            rating: None,
            last_reply: 0,
            last_message: 0,
        }
    }
}

impl Counters {
    /// Customer messages in this session, by which evidence is numbered.
    pub(crate) fn messages(&self) -> u32 {
        self.turns_before.saturating_add(self.turns)
    }

    /// What is counted once the bot has the conversation again.
    pub(crate) fn anew(&self) -> Self {
        Self { turns_before: self.messages(), ..Self::default() }
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_once(number: &u32) -> bool {
    *number == 1
}

fn is_calm(score: &f32) -> bool {
    *score <= 0.0
}
