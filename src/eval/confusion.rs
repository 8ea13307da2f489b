use std::collections::BTreeMap;

use super::classes::Classes;
use super::figures::{Confusion, Misled, Mistaken};
use crate::classify::{Candidate, Classification, Evidence};

/// Messages shown per pair.
const SHOWN: usize = 3;
/// Rules shown per message.
const MISLEADING: usize = 4;
/// Pairs in the figures.
const MOST_PAIRS: usize = 200;

/// What was taken for what, with the first messages of each pair.
#[derive(Clone, Debug, Default)]
pub(super) struct Confusions(BTreeMap<(usize, usize), (usize, Vec<Mistaken>)>);

impl Confusions {
    pub(super) fn count(&mut self, gold: usize, got: usize, text: &str, said: &Classification) {
        let (count, samples) = self.0.entry((gold, got)).or_default();
        *count += 1;
        if samples.len() < SHOWN {
            samples.push(Mistaken { text: text.to_owned(), misled: misled(text, said) });
        }
    }

    /// The pairs, the most frequent first.
    pub(super) fn most(&self, classes: &Classes) -> Vec<Confusion> {
        let mut pairs: Vec<_> = self.0.iter().collect();
        pairs.sort_by_key(|(pair, (count, _))| (std::cmp::Reverse(*count), **pair));
        pairs
            .into_iter()
            .take(MOST_PAIRS)
            .map(|((gold, got), (count, samples))| Confusion {
                expected: classes.name(*gold).to_owned(),
                got: classes.name(*got).to_owned(),
                messages: *count,
                samples: samples.clone(),
            })
            .collect()
    }
}

/// What speaks for the best candidate, the heaviest first.
fn misled(text: &str, said: &Classification) -> Vec<Misled> {
    let mut evidence: Vec<&Evidence> =
        said.candidates().first().map(Candidate::evidence).unwrap_or_default().iter().collect();
    evidence.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    let shown = |evidence: &Evidence| Misled {
        rule: evidence.rule().to_owned(),
        words: text.get(evidence.span()).unwrap_or_default().to_owned(),
        points: f64::from(evidence.weight()).round(),
    };
    evidence.into_iter().take(MISLEADING).map(shown).collect()
}
