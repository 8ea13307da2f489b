use std::collections::BTreeSet;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Does, Reason, ReasonId, StepKind};

/// Reasons that the bot or the host raises without a rule.
const RAISED: [&str; 7] = ["asked", "not_understood", "looping", "slot_failed", "backend", "frustrated", "host"];

/// Reasons of the pack that nothing leads to.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut named: BTreeSet<&ReasonId> = BTreeSet::new();
    for intent in &pack.intents {
        if let Does::Handoff(reason) = &intent.does {
            named.insert(reason);
        }
    }
    for node in pack.flows.iter().flat_map(|flow| &flow.program) {
        if let StepKind::Handoff(hand_over) = &node.kind {
            named.insert(&hand_over.reason);
        }
    }
    let is_idle = |reason: &&Reason| {
        let by_rule = reason.lexicon.is_some() || !reason.at.is_empty() || reason.when.is_some();
        !by_rule && !named.contains(&reason.id) && !RAISED.contains(&reason.id.as_str())
    };
    let idle = pack.escalation.reasons.iter().filter(is_idle);
    idle.map(|reason| {
        let message = format!("nothing leads to the reason `{}`", reason.id);
        Finding::warning(Code::REASON_UNUSED, reason.origin, message)
            .help("give it `lexicon`, `at` or `when`, name it in an intent or a `handoff` step, or remove it")
    })
    .collect()
}
