use std::collections::{BTreeMap, BTreeSet};

use super::super::Sample;
use crate::text::{Fnv, Folded};

/// Parts of a suite that are left out in turn.
const FOLDS: usize = 5;
/// From how many messages on one part is left out instead of each in turn.
const LARGE: usize = 5000;
/// Fewest messages that are worth leaving some out.
const FEW: usize = 20;

/// Parts of a suite that are left out of learning, to see there what the learnt is worth.
pub(super) struct Parts {
    /// The part each message belongs to.
    part_of: Vec<usize>,
    /// How many are left out: some messages may belong to none of these.
    count: usize,
}

impl Parts {
    /// Five parts in turn, of many messages one, of few none; `telling` messages teach something.
    pub(super) fn in_turn(samples: &[&Sample], telling: usize) -> Self {
        let count = match telling {
            ..FEW => 0,
            FEW..=LARGE => FOLDS,
            _ => 1,
        };
        Self { part_of: folds(samples), count }
    }

    /// One part: these messages.
    pub(super) fn once(samples: &[&Sample], left_out: &[Sample]) -> Self {
        let left_out: BTreeSet<&str> = left_out.iter().map(Sample::text).collect();
        let part_of = samples.iter().map(|sample| usize::from(!left_out.contains(sample.text()))).collect();
        Self { part_of, count: 1 }
    }

    /// How many parts there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether a message belongs to a part.
    pub(super) fn contain(&self, part: usize, number: usize) -> bool {
        self.part_of.get(number) == Some(&part)
    }
}

/// The part each message belongs to: of every label equally many, messages that differ only in marks and digits together.
///
/// The order of rows means nothing: messages are dealt out in the order of their hashes.
fn folds(samples: &[&Sample]) -> Vec<usize> {
    let mut by_label: BTreeMap<&str, BTreeMap<(u64, String), Vec<usize>>> = BTreeMap::new();
    for (number, sample) in samples.iter().enumerate() {
        let letters = letters(sample.text());
        let mut hash = Fnv::new();
        hash.add(letters.as_bytes());
        let alike = by_label.entry(sample.expected().label()).or_default();
        alike.entry((hash.value(), letters)).or_default().push(number);
    }
    let mut folds = vec![0; samples.len()];
    // Why on and on: labels of one message each would all fall into the first part.
    for (next, numbers) in by_label.into_values().flat_map(BTreeMap::into_values).enumerate() {
        for number in numbers {
            if let Some(fold) = folds.get_mut(number) {
                *fold = next % FOLDS;
            }
        }
    }
    folds
}

/// The folded letters of a text.
pub(super) fn letters(text: &str) -> String {
    Folded::new(text).as_str().chars().filter(|c| c.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_duplicates_share_a_part_and_order_means_nothing() {
        let texts = ["where is it", "Where is it?", "when", "why", "who", "whose", "what now", "how 1", "how 2"];
        let samples: Vec<Sample> = texts.iter().map(|text| Sample::new(*text, "a")).collect();
        let parts = folds(&samples.iter().collect::<Vec<_>>());
        assert_eq!(parts[0], parts[1]);
        assert_eq!(parts[7], parts[8]);
        let mut used = parts.clone();
        used.sort_unstable();
        used.dedup();
        assert_eq!(used.len(), FOLDS);
        let turned: Vec<&Sample> = samples.iter().rev().collect();
        assert!(folds(&turned).into_iter().rev().eq(parts));
    }
}
