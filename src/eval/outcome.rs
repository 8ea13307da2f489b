use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Sample;
use crate::text::Fnv;

/// Which messages of a run were understood as the suite says, by a short hash of message and label.
///
/// # Examples
/// ```
/// use kefu::eval::{Outcomes, Sample};
///
/// let mut before = Outcomes::default();
/// before.note(&Sample::new("hello", "greet"), false);
/// assert_eq!(before.of(&Sample::new("hello", "greet")), Some(false));
/// assert_eq!(before.of(&Sample::new("hello", "goodbye")), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Outcomes(BTreeMap<u64, bool>);

/// As in a saved run: two lists, so that a line of the file is a list and not a map of a million.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Written {
    right: Vec<String>,
    wrong: Vec<String>,
}

impl Outcomes {
    /// Remembers how a message went. The same message with the same label twice counts once.
    pub fn note(&mut self, sample: &Sample, is_right: bool) {
        self.0.insert(id(sample), is_right);
    }

    /// How a message went, if it was there.
    pub fn of(&self, sample: &Sample) -> Option<bool> {
        self.0.get(&id(sample)).copied()
    }

    /// How many different messages there were.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn id(sample: &Sample) -> u64 {
    let mut hash = Fnv::new();
    hash.add(sample.text.as_bytes());
    hash.add(b"\t");
    hash.add(sample.expected.label().as_bytes());
    hash.value()
}

impl From<Written> for Outcomes {
    /// What is no hash is passed over.
    fn from(written: Written) -> Self {
        let ids = |names: Vec<String>, is_right: bool| {
            names.into_iter().filter_map(move |name| Some((u64::from_str_radix(&name, 16).ok()?, is_right)))
        };
        Self(ids(written.right, true).chain(ids(written.wrong, false)).collect())
    }
}

impl From<Outcomes> for Written {
    fn from(outcomes: Outcomes) -> Self {
        let mut written = Written::default();
        for (id, is_right) in outcomes.0 {
            let list = if is_right { &mut written.right } else { &mut written.wrong };
            list.push(format!("{id:016x}"));
        }
        written
    }
}
