use serde::Serialize;

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

/// Two-sided exact probability of a split at least so unequal among fair coins (the exact form of `McNemar`'s test).
fn sign_test(a: usize, b: usize) -> f64 {
    let n = a + b;
    let mut term = 0.5_f64.powf(n.min(1000) as f64);
    if n > 1000 {
        // Why: beyond this the powers underflow and the normal curve is exact enough; 1.0 is its continuity correction.
        let z = (a.abs_diff(b) as f64 - 1.0).max(0.0) / (n as f64).sqrt();
        return upper_tail(z) * 2.0;
    }
    let mut sum = 0.0;
    for k in 0..=a.min(b) {
        sum += term;
        term *= (n - k) as f64 / (k + 1) as f64;
    }
    (2.0 * sum).min(1.0)
}

/// The share of the standard normal curve above `z` (Abramowitz and Stegun 26.2.17, to 7.5e-8).
fn upper_tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530];
    let sum = series.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    sum * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_test_knows_chance_from_change() {
        for (a, b, expected) in [(0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (0, 6, 0.03125), (1, 9, 0.021_484_375)] {
            assert!((sign_test(a, b) - expected).abs() < 1e-9, "{a} {b}: {}", sign_test(a, b));
        }
        let (exact, curve) = (sign_test(460, 540), sign_test(461, 541));
        assert!((exact - curve).abs() < 2e-3 && exact < 0.02, "{exact} {curve}");
    }
}
