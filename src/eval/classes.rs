use std::collections::BTreeMap;

use super::evaluation::Class;
use super::figures::OfIntent;
use crate::rules::IntentId;

/// What messages can be, numbered, and how many of each came and were found.
#[derive(Clone, Debug)]
pub(super) struct Classes {
    names: Vec<String>,
    /// Intents of the pack; the number after them is nothing, and unknown labels follow.
    intents: usize,
    unknown: BTreeMap<String, usize>,
    counts: Vec<Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    gold: usize,
    got: usize,
    right: usize,
}

impl Classes {
    pub(super) fn new(intents: &[IntentId]) -> Self {
        let mut names: Vec<String> = intents.iter().map(ToString::to_string).collect();
        names.push("none".to_owned());
        Self { intents: intents.len(), counts: vec![Counts::default(); names.len()], names, unknown: BTreeMap::new() }
    }

    /// The number of a class.
    pub(super) fn of(&mut self, class: Class) -> usize {
        match class {
            Class::Intent(intent) => intent,
            Class::Nothing => self.intents,
            Class::Unknown(name) => {
                let fresh = self.names.len();
                let number = *self.unknown.entry(name.clone()).or_insert(fresh);
                if number == fresh {
                    self.names.push(name);
                    self.counts.push(Counts::default());
                }
                number
            }
        }
    }

    pub(super) fn count(&mut self, gold: usize, got: usize) {
        if let Some(counts) = self.counts.get_mut(gold) {
            counts.gold += 1;
            counts.right += usize::from(gold == got);
        }
        if let Some(counts) = self.counts.get_mut(got) {
            counts.got += 1;
        }
    }

    pub(super) fn name(&self, class: usize) -> &str {
        self.names.get(class).map_or("", String::as_str)
    }

    /// The figures of every class that came or was found.
    pub(super) fn intents(&self) -> impl Iterator<Item = (String, OfIntent)> {
        let used = self.names.iter().zip(&self.counts).filter(|(_, counts)| counts.gold + counts.got > 0);
        used.map(|(name, counts)| {
            let share = |of: usize| if of == 0 { 0.0 } else { counts.right as f64 / of as f64 };
            let of_intent = OfIntent {
                messages: counts.gold,
                understood: counts.got,
                right: counts.right,
                precision: share(counts.got),
                recall: share(counts.gold),
                f1: f1(counts),
            };
            (name.clone(), of_intent)
        })
    }

    /// The mean of F1 over the classes that came.
    pub(super) fn macro_f1(&self) -> f64 {
        let came = || self.counts.iter().filter(|counts| counts.gold > 0);
        came().map(f1).sum::<f64>() / came().count().max(1) as f64
    }
}

fn f1(counts: &Counts) -> f64 {
    if counts.gold + counts.got == 0 { 0.0 } else { 2.0 * counts.right as f64 / (counts.gold + counts.got) as f64 }
}
