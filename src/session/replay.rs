use std::collections::VecDeque;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::StoredChip;
use crate::rules::IntentId;
use crate::text::Fnv;

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
        t: String,
        /// `None` are the chips of the open question.
        c: Option<Vec<StoredChip>>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        r: Vec<serde_json::Value>,
    },
}

impl Said {
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

/// Hashes of the ids of earlier messages, so that a late second delivery is known.
///
/// Stored as one text, eight signs each: 48 bits, so that two of 33 ids meet by chance once in 10^13 messages.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Seen(VecDeque<u64>);

/// How many message ids before the last are remembered.
const SEEN: usize = 32;

/// Bits kept of a hash.
const BITS: u64 = (1 << 48) - 1;

impl Seen {
    /// Remembers an id, and forgets the oldest beyond the bound.
    pub(crate) fn add(&mut self, id: &str) {
        if self.0.len() == SEEN {
            self.0.pop_front();
        }
        self.0.push_back(short(id));
    }

    /// Whether the id is among those remembered.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.contains(&short(id))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn short(id: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.add(id.as_bytes());
    hash.value() & BITS
}

/// The digits of the stored form, six bits each.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Digits of one hash.
const WIDTH: usize = 8;

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(self.0.len() * WIDTH);
        for hash in &self.0 {
            let digits = (0..WIDTH).rev().filter_map(|place| DIGITS.get((hash >> (6 * place)) as usize & 63));
            text.extend(digits.map(|digit| char::from(*digit)));
        }
        text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Stored {
            Text(String),
            /// As whole hashes, one number each: the first sessions were written so.
            Numbers(VecDeque<u64>),
        }
        let hashes = match Stored::deserialize(deserializer)? {
            Stored::Numbers(hashes) => hashes.into_iter().map(|hash| hash & BITS).collect(),
            Stored::Text(text) => text
                .as_bytes()
                .chunks(WIDTH)
                .map(read)
                .collect::<Option<_>>()
                .ok_or_else(|| D::Error::custom("hashes of message ids"))?,
        };
        Ok(Self(hashes))
    }
}

fn read(digits: &[u8]) -> Option<u64> {
    if digits.len() != WIDTH {
        return None;
    }
    digits.iter().try_fold(0, |hash, digit| {
        let value = DIGITS.iter().position(|known| known == digit)? as u64;
        Some(hash << 6 | value)
    })
}
