use std::collections::VecDeque;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::digits;
use crate::text::Fnv;

/// Hashes of the ids of earlier messages, so that a late second delivery is known.
///
/// 36 bits each, mixed from the 48 that format 1 kept: a new message meets one of 32 by chance, and is taken for a second delivery, once in 2 · 10^9. Stored as one
/// text, six signs each, behind a point; format 1 had eight signs and no point, and at first numbers.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Seen(VecDeque<u64>);

/// How many message ids before the last are remembered.
const SEEN: usize = 32;

/// Signs of one hash, and how many it had in format 1.
const WIDTH: usize = 6;
const WIDTH_1: usize = 8;

/// Bits of a hash in format 1, from which those of now are made.
const BITS_1: u64 = (1 << (6 * WIDTH_1)) - 1;

/// What the stored text begins with.
const MARK: char = '.';

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
    mixed(hash.value())
}

/// The upper bits of a product: the lower ones of FNV hardly differ between ids that are counted up.
fn mixed(hash: u64) -> u64 {
    (hash & BITS_1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - 6 * WIDTH)
}

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(1 + self.0.len() * WIDTH);
        text.push(MARK);
        self.0.iter().for_each(|hash| digits::write(*hash, WIDTH, &mut text));
        text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Stored {
            Text(String),
            Numbers(VecDeque<u64>),
        }
        let hashes = match Stored::deserialize(deserializer)? {
            Stored::Numbers(hashes) => hashes.into_iter().map(mixed).collect(),
            Stored::Text(text) => {
                let (signs, width) = text.strip_prefix(MARK).map_or((&*text, WIDTH_1), |signs| (signs, WIDTH));
                let hash = |signs: &[u8]| {
                    let hash = digits::read(signs).filter(|_| signs.len() == width)?;
                    Some(if width == WIDTH { hash } else { mixed(hash) })
                };
                let hashes = signs.as_bytes().chunks(width).map(hash).collect::<Option<VecDeque<u64>>>();
                hashes.ok_or_else(|| D::Error::custom("hashes of message ids"))?
            }
        };
        let surplus = hashes.len().saturating_sub(SEEN);
        Ok(Self(hashes.into_iter().skip(surplus).collect()))
    }
}
