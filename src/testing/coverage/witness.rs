use std::fmt;

use crate::text::Language;

/// What reaches a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Witness {
    /// A dialog test.
    Dialogs,
    /// An example of the rule's own pack, which `check` holds to.
    Examples,
    /// A labelled message that is understood as labelled.
    Suites,
    /// The rule's own words, read as a message: they lead to its intent. That shows that the rule works, not that anybody
    /// says so, and counts by itself.
    Alone,
}

impl Witness {
    /// Every witness, in the order of reports.
    pub const ALL: [Witness; 4] = [Witness::Dialogs, Witness::Examples, Witness::Suites, Witness::Alone];

    /// The name used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Witness::Dialogs => "dialogs",
            Witness::Examples => "examples",
            Witness::Suites => "suites",
            Witness::Alone => "alone",
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A message of a suite and the intents that it may be understood as.
///
/// # Examples
/// ```
/// use kefu::testing::Labelled;
/// let row = Labelled::new("where is my parcel", ["track_order"]);
/// assert!(format!("{row:?}").contains("track_order"));
/// ```
#[derive(Clone)]
pub struct Labelled {
    pub(super) text: String,
    pub(super) intents: Vec<String>,
    pub(super) language: Option<Language>,
}

impl Labelled {
    /// A message and its labels.
    pub fn new<T: Into<String>>(text: impl Into<String>, intents: impl IntoIterator<Item = T>) -> Self {
        Self { text: text.into(), intents: intents.into_iter().map(Into::into).collect(), language: None }
    }

    /// The same, said to be in a language.
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }
}

impl fmt::Debug for Labelled {
    /// Shows the labels alone: what customers write stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Labelled").field("intents", &self.intents).finish_non_exhaustive()
    }
}
