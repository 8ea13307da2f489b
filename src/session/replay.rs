use serde::{Deserialize, Serialize, Serializer};

use super::StoredChip;
use crate::rules::IntentId;

/// What the last message that had an id led to, and the host work it asked for, to be given again when the message is
/// delivered twice. Only what the session does not know anyway is kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Replay {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) rung: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) intent: Option<IntentId>,
    /// Everything it asked for, if that is not its intent alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) requests: Option<Vec<IntentId>>,
    #[serde(default)]
    pub(crate) confidence: f32,
    /// Its replies, if they are not what the session said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replies: Option<Vec<Said>>,
    /// What it asked the host to do, as JSON.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) effects: Vec<serde_json::Value>,
    /// The host work it still waits for: what comes of that belongs to it as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<String>,
}

/// A reply as it is kept, to be said again on request and given again when its message is delivered twice. A plain one
/// is stored as its text alone.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(from = "StoredSaid")]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) chips: SaidChips,
    /// Cards, as JSON.
    pub(crate) cards: Vec<serde_json::Value>,
}

/// The chips under a reply.
#[derive(Clone, PartialEq)]
pub(crate) enum SaidChips {
    /// Those of the open question, which the session has anyway.
    Open,
    Own(Vec<StoredChip>),
}

/// The stored form of [`Said`].
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredSaid {
    Plain(String),
    Rich {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        t: String,
        /// `None` are the chips of the open question.
        c: Option<Vec<StoredChip>>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        r: Vec<serde_json::Value>,
    },
}

impl Said {
    /// Whether it is its text alone.
    pub(crate) fn is_plain(&self) -> bool {
        self.cards.is_empty() && matches!(&self.chips, SaidChips::Own(chips) if chips.is_empty())
    }

    /// Keeps the chips of the open question by themselves, as that question is about to change.
    pub(crate) fn pin(&mut self, open: &[StoredChip]) {
        if self.chips == SaidChips::Open {
            self.chips = SaidChips::Own(open.to_vec());
        }
    }
}

impl From<StoredSaid> for Said {
    fn from(stored: StoredSaid) -> Self {
        match stored {
            StoredSaid::Plain(text) => Self { text, chips: SaidChips::Own(Vec::new()), cards: Vec::new() },
            StoredSaid::Rich { t, c, r } => {
                Self { text: t, chips: c.map_or(SaidChips::Open, SaidChips::Own), cards: r }
            }
        }
    }
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (t, r) = (self.text.clone(), self.cards.clone());
        let stored = match &self.chips {
            SaidChips::Own(chips) if chips.is_empty() && r.is_empty() => StoredSaid::Plain(t),
            SaidChips::Own(chips) => StoredSaid::Rich { t, c: Some(chips.clone()), r },
            SaidChips::Open => StoredSaid::Rich { t, c: None, r },
        };
        stored.serialize(serializer)
    }
}
