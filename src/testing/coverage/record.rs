use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Coverage, CoverageItem, Reach, RuleKind, Witness};

/// What a run reached, as it is written out and compared with later.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CoverageRecord {
    counts: Vec<Count>,
    items: Vec<Recorded>,
}

/// How much of one kind is reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Count {
    kind: RuleKind,
    dialogs: usize,
    examples: usize,
    suites: usize,
    alone: usize,
    reached: usize,
    all: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Recorded {
    kind: RuleKind,
    name: String,
    file: String,
    line: usize,
    column: usize,
    reach: Reach,
    by: Vec<String>,
}

/// A rule that an earlier run reached and this one does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    kind: RuleKind,
    name: String,
    file: String,
    line: usize,
    stands: bool,
}

impl CoverageRecord {
    pub(super) fn of(coverage: &Coverage) -> Self {
        let counts = RuleKind::ALL.into_iter().map(|kind| {
            let (reached, all) = coverage.count(kind);
            let by = |witness: Witness| coverage.count_by(kind, witness);
            let (dialogs, examples, suites) = (by(Witness::Dialogs), by(Witness::Examples), by(Witness::Suites));
            Count { kind, dialogs, examples, suites, alone: by(Witness::Alone), reached, all }
        });
        Self { counts: counts.collect(), items: coverage.items.iter().map(Recorded::of).collect() }
    }

    /// What this record reached and the other run does not.
    pub(super) fn lost(&self, now: &Coverage) -> Vec<Lost> {
        let mut here: BTreeMap<Key<'_>, (usize, usize)> = BTreeMap::new();
        for item in &now.items {
            let (all, reached) = here.entry((item.kind, &item.name, item.place.file())).or_default();
            *all += 1;
            *reached += usize::from(item.is_witnessed());
        }
        let mut lost = Vec::new();
        for item in &self.items {
            let (all, reached) = here.entry((item.kind, &item.name, &item.file)).or_default();
            let stands = *all > 0;
            *all = all.saturating_sub(1);
            if item.by.is_empty() {
                continue;
            }
            if *reached == 0 {
                lost.push(Lost {
                    kind: item.kind,
                    name: item.name.clone(),
                    file: item.file.clone(),
                    line: item.line,
                    stands,
                });
            } else {
                *reached -= 1;
            }
        }
        lost
    }
}

/// What tells a rule from another one in two states of a pack; lines move.
type Key<'c> = (RuleKind, &'c str, &'c str);

impl Recorded {
    fn of(item: &CoverageItem) -> Self {
        let by = Witness::ALL.into_iter().filter(|witness| item.by(*witness) != Reach::Missed);
        Self {
            kind: item.kind,
            name: item.name.clone(),
            file: item.place.file().to_owned(),
            line: item.place.line(),
            column: item.place.column(),
            reach: item.reach(),
            by: by.map(|witness| witness.as_str().to_owned()).collect(),
        }
    }
}

impl Lost {
    /// Whether the rule still stands in the pack; it may have been renamed, moved to another file, or removed.
    pub fn stands(&self) -> bool {
        self.stands
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.stands { "nothing reaches it now" } else { "gone" };
        write!(f, "{}:{}: {} {}: {what}", self.file, self.line, self.kind, self.name)
    }
}
