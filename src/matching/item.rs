use std::sync::Arc;

use crate::text::Language;

/// Something a pack looks for: one keyword, pattern or word, with all its spellings.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) target: Target,
    /// The author's weight; `None` means by length.
    pub(crate) weight: Option<f32>,
    /// `None` for words of any language.
    pub(crate) language: Option<Language>,
    /// The rule as written.
    pub(crate) rule: Arc<str>,
}

/// What a found item speaks for. Numbers are indices into the lists of the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// A keyword of an intent.
    Keyword(u32),
    /// A pattern of an intent.
    Pattern(u32),
    /// A learnt weight for an intent, in points.
    Learned(u32),
    /// A learnt weight for "none of these", in points.
    LearnedNone,
    /// A phrase that takes an intent out of the clause.
    Unless(u32),
    /// A word for a value of an entity.
    Value { entity: u32, value: u32 },
    /// An entry of a lexicon.
    Lexicon(u32),
}

impl Target {
    /// The intent it speaks for.
    pub(crate) fn intent(self) -> Option<u32> {
        match self {
            Self::Keyword(intent) | Self::Pattern(intent) | Self::Learned(intent) => Some(intent),
            Self::LearnedNone | Self::Unless(_) | Self::Value { .. } | Self::Lexicon(_) => None,
        }
    }

    /// Whether it speaks for an intent because a person wrote so.
    pub(crate) fn is_author(self) -> bool {
        matches!(self, Self::Keyword(_) | Self::Pattern(_))
    }

    /// The intent it takes out of a clause.
    pub(crate) fn excepted(self) -> Option<u32> {
        match self {
            Self::Unless(intent) => Some(intent),
            _ => None,
        }
    }
}
