use std::fmt;

use serde::{Deserialize, Serialize};

/// A language the bot understands and answers in.
///
/// # Examples
/// ```
/// use kefu::Language;
/// assert_eq!(Language::from_code("pt"), Some(Language::Pt));
/// assert_eq!(Language::Zh.code(), "zh");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Language {
    /// Chinese, in both scripts.
    Zh,
    /// English.
    En,
    /// Spanish.
    Es,
    /// Portuguese.
    Pt,
}

impl Language {
    /// Every language, in the order used for tables.
    pub const ALL: [Language; 4] = [Language::Zh, Language::En, Language::Es, Language::Pt];

    /// The two-letter code used in rules.
    pub const fn code(self) -> &'static str {
        match self {
            Language::Zh => "zh",
            Language::En => "en",
            Language::Es => "es",
            Language::Pt => "pt",
        }
    }

    /// The language of a two-letter code, or `None` if it is not one of ours.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// A small number to index tables with.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// Whether words are written without spaces between them.
    pub(crate) const fn is_unspaced(self) -> bool {
        matches!(self, Language::Zh)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The script a customer writes Chinese in; other languages are always `Latin`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Script {
    /// Letters with spaces between words.
    #[default]
    Latin,
    /// Simplified Chinese (or Chinese whose script cannot be told).
    Hans,
    /// Traditional Chinese.
    Hant,
}
