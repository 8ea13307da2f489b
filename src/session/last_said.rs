use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::digits;

/// Which variant of a text was said last, of the texts said latest, so that the next time it is another.
///
/// Stored as one text, four signs each: three for the text's number, one for the variant; format 1 had a list of pairs.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct LastSaid(Vec<(u32, u8)>);

/// Texts whose last variant is remembered.
const KEPT: usize = 16;

/// Signs of a text's number, and of its variant.
const NUMBER: usize = 3;
const WIDTH: usize = NUMBER + 1;

impl LastSaid {
    /// The variant of a text that was said last.
    pub(crate) fn variant(&self, number: u32) -> Option<u8> {
        self.0.iter().find(|(known, _)| *known == number).map(|(_, variant)| *variant)
    }

    /// Whether the text is the one said last of all.
    pub(crate) fn ends_with(&self, number: u32) -> bool {
        self.0.last().is_some_and(|(last, _)| *last == number)
    }

    /// Remembers what was said, and forgets the oldest beyond the bound.
    pub(crate) fn note(&mut self, number: u32, variant: u8) {
        if let Some(place) = self.0.iter().position(|(known, _)| *known == number) {
            self.0.remove(place);
        } else if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push((number, variant));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for LastSaid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(self.0.len() * WIDTH);
        for (number, variant) in &self.0 {
            digits::write(u64::from(*number), NUMBER, &mut text);
            digits::write(u64::from(*variant), 1, &mut text);
        }
        text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LastSaid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Stored {
            Text(String),
            Pairs(Vec<(u32, u8)>),
        }
        let pair = |signs: &[u8]| {
            let (number, variant) = signs.split_at_checked(NUMBER).filter(|(_, variant)| variant.len() == 1)?;
            Some((digits::read(number)? as u32, digits::read(variant)? as u8))
        };
        let mut pairs: Vec<(u32, u8)> = match Stored::deserialize(deserializer)? {
            Stored::Pairs(pairs) => pairs,
            Stored::Text(text) => {
                let pairs = text.as_bytes().chunks(WIDTH).map(pair).collect::<Option<_>>();
                pairs.ok_or_else(|| D::Error::custom("texts said last"))?
            }
        };
        pairs.drain(..pairs.len().saturating_sub(KEPT));
        Ok(Self(pairs))
    }
}
