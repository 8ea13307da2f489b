use std::collections::BTreeMap;

use super::Unmatched;
use crate::eval::tune::letters;

/// What stands in a row for a message that is to stay unmatched.
const IGNORED: &str = "none";

/// The suite in which a person labels what was not understood: `text<TAB>intent<TAB>language` a line, the intent empty where
/// none is proposed.
///
/// It is written on, never over: rows that are there stay as they are. What a person labelled is not proposed again, and
/// what they labelled `none` stays ignored, with whatever is nearly the same.
///
/// # Examples
/// ```
/// use kefu::eval::Worksheet;
///
/// let sheet = Worksheet::read("what is the weather\tnone\ten\ndo you gift wrap\t\ten\n");
/// assert_eq!((sheet.ignored().count(), sheet.is_labelled("Do you gift wrap?")), (1, false));
/// ```
#[derive(Clone, Default)]
pub struct Worksheet {
    text: String,
    /// By the letters of the message.
    rows: BTreeMap<String, Row>,
}

#[derive(Clone)]
struct Row {
    text: String,
    label: String,
}

impl std::fmt::Debug for Worksheet {
    /// Shows no words: what customers write stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Worksheet of {} rows", self.rows.len())
    }
}

impl Worksheet {
    /// Reads a sheet as it stands in a file.
    pub fn read(text: &str) -> Self {
        let mut rows = BTreeMap::new();
        for line in text.lines() {
            let mut fields = line.trim_start_matches('\u{FEFF}').split('\t');
            let message = fields.next().unwrap_or_default().trim();
            let label = fields.next().unwrap_or_default().trim();
            let letters = letters(message);
            if !letters.is_empty() {
                rows.insert(letters, Row { text: message.to_owned(), label: label.to_owned() });
            }
        }
        Self { text: text.to_owned(), rows }
    }

    /// Messages that are to stay unmatched.
    pub fn ignored(&self) -> impl Iterator<Item = &str> {
        self.rows.values().filter(|row| row.label == IGNORED).map(|row| row.text.as_str())
    }

    /// Whether a message was given an intent.
    pub fn is_labelled(&self, message: &str) -> bool {
        self.rows.get(&letters(message)).is_some_and(|row| !row.label.is_empty() && row.label != IGNORED)
    }

    /// The sheet with the messages of all clusters that are not there yet, cluster by cluster.
    #[must_use]
    pub fn with(&self, unmatched: &Unmatched) -> String {
        let mut text = self.text.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        for cluster in &unmatched.clusters {
            let label = cluster.intent.as_deref().unwrap_or_default();
            for message in &cluster.all {
                if !self.rows.contains_key(&letters(message)) {
                    let message = message.replace(['\t', '\n', '\r'], " ");
                    text.push_str(&format!("{message}\t{label}\t{}\n", cluster.language));
                }
            }
        }
        text
    }
}
