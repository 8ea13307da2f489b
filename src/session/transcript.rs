use serde::{Deserialize, Serialize};

/// Who said a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The bot.
    Bot,
    /// A person at the desk.
    Agent,
}

/// One line of the conversation, private values masked before it is kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct TranscriptLine {
    /// Milliseconds since 1970, UTC.
    pub(crate) at: i64,
    pub(crate) who: Speaker,
    pub(crate) text: String,
}

impl TranscriptLine {
    /// How many lines a session keeps: enough for an agent to see what happened.
    pub(crate) const KEPT: usize = 40;

    /// The longest line kept, in characters; of longer ones the beginning.
    pub(crate) const LONGEST: usize = 2_000;

    /// When it was said, in milliseconds since 1970, UTC.
    pub fn at(&self) -> i64 {
        self.at
    }

    /// Who said it.
    pub fn who(&self) -> Speaker {
        self.who
    }

    /// What was said, private values masked.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for TranscriptLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {} characters", self.who, self.text.chars().count())
    }
}
