use serde::Serialize;

use super::chance::sign_test;
use super::{Outcomes, Sample};

/// Messages listed of each kind.
const LISTED: usize = 50;

/// Compares a run with an earlier one, message by message.
///
/// # Examples
/// ```
/// use kefu::eval::{Baseline, Outcomes, Sample};
///
/// let (kept, lost) = (Sample::new("hello", "greet"), Sample::new("bye", "goodbye"));
/// let mut before = Outcomes::default();
/// before.note(&kept, true);
/// before.note(&lost, true);
/// let mut baseline = Baseline::new(before);
/// baseline.compare(&kept, true);
/// baseline.compare(&lost, false);
/// let changed = baseline.changed();
/// assert_eq!((changed.broken, changed.mended, changed.same), (1, 0, 1));
/// assert_eq!(changed.p, 1.0);
/// ```
#[derive(Clone, Debug)]
pub struct Baseline {
    before: Outcomes,
    changed: Changed,
}

/// What became of the messages of an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Changed {
    /// How many were right and are wrong now.
    pub broken: usize,
    /// How many were wrong and are right now.
    pub mended: usize,
    /// How many went as before.
    pub same: usize,
    /// How many the earlier run did not have.
    pub unknown: usize,
    /// How likely so unequal a change would be if nothing had become better or worse (exact sign test, two-sided); below
    /// 0.05 it is usually taken for real.
    pub p: f64,
    /// The first messages newly wrong, with their labels.
    pub newly_broken: Vec<(String, String)>,
    /// The first messages newly right, with their labels.
    pub newly_mended: Vec<(String, String)>,
}

impl Baseline {
    /// Compares with these outcomes.
    pub fn new(before: Outcomes) -> Self {
        Self { before, changed: Changed { p: 1.0, ..Changed::default() } }
    }

    /// Counts a message of the present run.
    pub fn compare(&mut self, sample: &Sample, is_right: bool) {
        let changed = &mut self.changed;
        let (count, list) = match (self.before.of(sample), is_right) {
            (None, _) => (&mut changed.unknown, None),
            (Some(true), false) => (&mut changed.broken, Some(&mut changed.newly_broken)),
            (Some(false), true) => (&mut changed.mended, Some(&mut changed.newly_mended)),
            _ => (&mut changed.same, None),
        };
        *count += 1;
        if let Some(list) = list.filter(|list| list.len() < LISTED) {
            list.push((sample.text.clone(), sample.expected.label().to_owned()));
        }
    }

    /// What has changed so far.
    pub fn changed(&self) -> Changed {
        Changed { p: sign_test(self.changed.broken, self.changed.mended), ..self.changed.clone() }
    }
}
