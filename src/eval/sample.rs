use std::fmt;
use std::sync::Arc;

use crate::text::Language;

/// What is written for a message that asks for nothing the rules know.
const NONE: &str = "none";

/// One labelled message of a suite.
///
/// # Examples
/// ```
/// use kefu::eval::Sample;
///
/// let sample = Sample::new("where is my parcel?", "track_order|delivery_period");
/// assert!(sample.expected().alternatives().len() == 2);
/// assert!(Sample::new("nice weather", "none").expected().is_nothing());
/// ```
#[derive(Clone)]
pub struct Sample {
    pub(super) text: String,
    pub(super) expected: Expected,
    pub(super) language: Option<Language>,
    pub(super) handoff: Option<String>,
    place: Option<(Arc<str>, usize)>,
}

// Why by hand: a row is what it says, wherever it stands.
impl PartialEq for Sample {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.expected, self.language, &self.handoff)
            == (&other.text, &other.expected, other.language, &other.handoff)
    }
}

impl Eq for Sample {}

/// What a message asks for: `none`, one intent, `a|b` where either is right, `a+b` where both are asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    label: String,
    /// Each is right by itself; an empty one is `none`.
    alternatives: Vec<Vec<String>>,
}

impl Sample {
    /// A message and its label, as they stand in a suite.
    pub fn new(text: impl Into<String>, label: &str) -> Self {
        Self { text: text.into(), expected: Expected::new(label), language: None, handoff: None, place: None }
    }

    /// The same, said to be in a language.
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// The same, with the reason for which it must be handed over, or `none`.
    pub fn handing_over(mut self, reason: impl Into<String>) -> Self {
        self.handoff = Some(reason.into());
        self
    }

    /// The same, said to stand in a line of a file.
    pub(super) fn standing_at(mut self, file: &Arc<str>, line: usize) -> Self {
        self.place = Some((Arc::clone(file), line));
        self
    }

    /// Where it stands, as `suite.tsv:12`, if it was read from a suite.
    pub fn place(&self) -> Option<String> {
        self.place.as_ref().map(|(file, line)| format!("{file}:{line}"))
    }

    /// What the customer writes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it asks for.
    pub fn expected(&self) -> &Expected {
        &self.expected
    }

    /// The language the suite says it is in.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// The reason for which it must be handed over, `none` if it must not.
    pub fn handoff(&self) -> Option<&str> {
        self.handoff.as_deref()
    }
}

impl fmt::Debug for Sample {
    /// Shows the label alone: what customers write stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sample").field("expected", &self.expected.label).finish_non_exhaustive()
    }
}

impl Expected {
    /// Reads a label.
    pub fn new(label: &str) -> Self {
        let alternatives = label
            .split('|')
            .map(|alternative| {
                let names = alternative.split('+').map(str::trim);
                names.filter(|name| !name.is_empty() && *name != NONE).map(str::to_owned).collect()
            })
            .collect();
        Self { label: label.to_owned(), alternatives }
    }

    /// As it stands in the suite.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Each is right by itself; an empty one means that nothing the rules know is asked.
    pub fn alternatives(&self) -> &[Vec<String>] {
        &self.alternatives
    }

    /// Whether the message must not be understood as anything.
    pub fn is_nothing(&self) -> bool {
        self.alternatives.iter().all(Vec::is_empty)
    }

    /// The one intent that is asked for, if there is exactly one.
    pub fn only(&self) -> Option<&str> {
        match self.alternatives.as_slice() {
            [one] => match one.as_slice() {
                [only] => Some(only),
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read() {
        for (label, alternatives, is_nothing, only) in [
            ("none", &[&[][..]][..], true, None),
            ("a", &[&["a"]], false, Some("a")),
            ("a|b", &[&["a"], &["b"]], false, None),
            ("a + b", &[&["a", "b"]], false, None),
            ("a|none", &[&["a"], &[]], false, None),
            ("None", &[&["None"]], false, Some("None")),
        ] {
            let expected = Expected::new(label);
            assert_eq!(expected.alternatives(), alternatives, "{label}");
            assert_eq!((expected.is_nothing(), expected.only()), (is_nothing, only), "{label}");
        }
    }
}
