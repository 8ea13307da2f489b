use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::Does;

/// Intents that lead to nothing, and intents that nothing leads to.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut findings = Vec::new();
    for (place, intent) in pack.intents.iter().enumerate() {
        if matches!(intent.does, Does::Nothing) {
            let message = format!("`{}` is understood, and then nothing happens", intent.id);
            findings.push(
                Finding::warning(Code::DOES_NOTHING, intent.origin, message).help("give it `say`, `flow` or `handoff`"),
            );
        }
        if intent.keywords.is_empty() && intent.patterns.is_empty() && !pack.has_examples(place) {
            let message = format!("nothing a customer writes leads to `{}`", intent.id);
            findings.push(
                Finding::warning(Code::NEVER_RECOGNISED, intent.origin, message)
                    .help("give it `keywords`, `patterns` or `examples`"),
            );
        }
    }
    findings
}
