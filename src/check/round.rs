use std::collections::BTreeSet;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Flow, Node, Pc, StepKind};

/// `redo` steps that come back to themselves without the customer being asked.
///
/// A `redo` asks again, until the tries of its question are used up, or at once where it has no rows to show; then the
/// question's own `else` or `empty` is taken, and a `redo` of the same question in there leads to it again.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for flow in &subject.pack.flows {
        for (pc, node) in (0..).map(Pc).zip(&flow.program) {
            let StepKind::Redo { slot, .. } = &node.kind else { continue };
            if comes_back(flow, pc) {
                let message = format!("once `{slot}` has been asked for too often, this `redo` only leads to itself");
                findings.push(
                    Finding::warning(Code::ENDLESS_REDO, node.origin, message)
                        .help("end the branch with `handoff`, `end`, or another way to go on"),
                );
            }
        }
    }
    findings
}

fn comes_back(flow: &Flow, start: Pc) -> bool {
    let mut seen: BTreeSet<Pc> = BTreeSet::new();
    let mut open: Vec<Pc> = flow.node(start).map(|node| onward(flow, node)).unwrap_or_default();
    while let Some(pc) = open.pop() {
        if pc == start {
            return true;
        }
        if seen.insert(pc) {
            open.extend(flow.node(pc).map(|node| onward(flow, node)).unwrap_or_default());
        }
    }
    false
}

/// Where a step leads without a word of the customer.
fn onward(flow: &Flow, node: &Node) -> Vec<Pc> {
    match &node.kind {
        StepKind::Redo { step, .. } => match flow.node(*step).map(|node| &node.kind) {
            Some(StepKind::Ask(ask)) => ask.otherwise.into_iter().chain(ask.empty).collect(),
            _ => Vec::new(),
        },
        StepKind::When { .. } | StepKind::Switch { .. } => {
            node.branches().into_iter().filter_map(|branch| branch.target.or(node.next)).collect()
        }
        StepKind::Say(_) | StepKind::Set(_) | StepKind::Join => node.next.into_iter().collect(),
        StepKind::Call(_) => node.branches().into_iter().filter_map(|branch| branch.target).chain(node.next).collect(),
        _ => Vec::new(),
    }
}
