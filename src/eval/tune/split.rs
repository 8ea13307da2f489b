use super::super::{Repeats, Sample};
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
    /// Five parts in turn, of many messages one, of few none; so many different ones teach something.
    pub(super) fn in_turn(samples: &[&Sample], different: usize) -> Self {
        let count = match different {
            ..FEW => 0,
            FEW..=LARGE => FOLDS,
            _ => 1,
        };
        Self { part_of: folds(samples), count }
    }

    /// One part: these messages, and what nearly repeats them.
    pub(super) fn once(samples: &[&Sample], left_out: &[Sample]) -> Self {
        let mut unseen = Repeats::default();
        left_out.iter().for_each(|sample| unseen.note(sample.text(), String::new()));
        let part_of = samples.iter().map(|sample| usize::from(unseen.first(sample.text()).is_none())).collect();
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

/// The part each message belongs to: of every label equally many, messages that nearly repeat one another together.
///
/// The order of rows means nothing: messages are dealt out in the order of their hashes.
fn folds(samples: &[&Sample]) -> Vec<usize> {
    let mut sorted: Vec<(u64, String, usize)> = Vec::with_capacity(samples.len());
    for (number, sample) in samples.iter().enumerate() {
        let letters = letters(sample.text());
        let mut hash = Fnv::new();
        hash.add(letters.as_bytes());
        sorted.push((hash.value(), letters, number));
    }
    let label = |number: usize| samples.get(number).map_or("", |sample| sample.expected().label());
    sorted.sort_by(|a, b| (a.0, &a.1, label(a.2)).cmp(&(b.0, &b.1, label(b.2))));
    let mut repeats = Repeats::default();
    let mut alike: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut group_of: Vec<usize> = Vec::new();
    for (_, _, number) in sorted {
        let Some(sample) = samples.get(number) else { continue };
        let group = repeats.first(sample.text()).and_then(|first| group_of.get(first as usize)).copied();
        let group = group.unwrap_or(alike.len());
        let before = repeats.len();
        repeats.note(sample.text(), String::new());
        if repeats.len() > before {
            group_of.push(group);
        }
        match alike.get_mut(group) {
            Some((_, numbers)) => numbers.push(number),
            None => alike.push((label(number), vec![number])),
        }
    }
    alike.sort_by_key(|(label, _)| *label);
    let mut folds = vec![0; samples.len()];
    // Why on and on: labels of one message each would all fall into the first part.
    for (next, (_, numbers)) in alike.into_iter().enumerate() {
        for number in numbers {
            if let Some(fold) = folds.get_mut(number) {
                *fold = next % FOLDS;
            }
        }
    }
    folds
}

/// The folded letters of a text.
pub(in crate::eval) fn letters(text: &str) -> String {
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
