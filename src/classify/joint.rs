//! Two requests joined by "and", without a mark between them.

use std::ops::Range;

use super::clause::{Clause, MOST_CLAUSES};
use super::finding::Finding;
use super::reading::Reading;

impl Reading {
    /// Parts a clause at a joining word where each side asks for something of its own.
    ///
    /// `meant` tells the intent that the findings it is given are enough for. Nothing is parted where a phrase stands across
    /// the word: "returns and refunds" may be one thing. Done before exceptions are, which then act on one side alone.
    pub(super) fn part_at_joints(
        &mut self,
        ties: impl Fn(u32) -> bool,
        mut meant: impl FnMut(&mut dyn Iterator<Item = &Finding>) -> Option<u32>,
    ) {
        for number in 0..self.joints.len() {
            let Some(joint) = self.joints.get(number).cloned() else { return };
            let inside = |clause: &Clause| clause.tokens.start < joint.start && joint.end < clause.tokens.end;
            let Some(clause) = self.clauses.iter().position(inside) else { continue };
            if self.clauses.len() >= MOST_CLAUSES {
                return;
            }
            let of_clause = || self.findings.iter().filter(|finding| usize::from(finding.clause) == clause);
            let across = |finding: &Finding| {
                let crosses = finding.tokens.start < joint.end && finding.tokens.end > joint.start;
                let speaks_for = |intent: u32| !of_clause().any(|exception| exception.excepts(intent));
                crosses && finding.stands() && ties(finding.item) && finding.intent.is_some_and(speaks_for)
            };
            if of_clause().any(across) {
                continue;
            }
            let before = || of_clause().filter(|finding| finding.tokens.end <= joint.start);
            let after = || of_clause().filter(|finding| finding.tokens.start >= joint.end);
            let first = meant(&mut before()).filter(|&intent| !before().any(|finding| finding.excepts(intent)));
            let second = meant(&mut after()).filter(|&intent| !after().any(|finding| finding.excepts(intent)));
            if first.is_some() && second.is_some() && first != second {
                self.part(clause, &joint);
            }
        }
    }

    fn part(&mut self, clause: usize, joint: &Range<u32>) {
        let Some(parted) = self.clauses.get_mut(clause) else { return };
        let second = Clause { tokens: joint.start..parted.tokens.end, ends_asking: parted.ends_asking };
        parted.tokens.end = joint.start;
        self.clauses.insert(clause + 1, second);
        for finding in &mut self.findings {
            let of_clause = usize::from(finding.clause);
            if of_clause > clause || (of_clause == clause && finding.tokens.start >= joint.start) {
                finding.clause += 1;
            }
        }
    }
}
