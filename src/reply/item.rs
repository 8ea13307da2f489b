use serde::{Deserialize, Serialize};

use super::Chip;

/// One thing the bot says: a text, maybe with chips and cards.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reply {
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) chips: Vec<Chip>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) cards: Vec<Card>,
}

impl Reply {
    pub(crate) fn text_only(text: String) -> Self {
        Self { text, chips: Vec::new(), cards: Vec::new() }
    }

    /// What the bot says, plain text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The choices offered.
    pub fn chips(&self) -> &[Chip] {
        &self.chips
    }

    /// Pictures with titles and links, for channels that show them.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }
}

// Why: a reply may repeat what the customer told.
impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reply({} characters, {} chips)", self.text.chars().count(), self.chips.len())
    }
}

/// A picture with a title and a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Card {
    /// Address of the picture.
    pub image: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Where it leads.
    pub link: Option<String>,
}
