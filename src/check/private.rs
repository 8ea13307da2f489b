use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Builtin, EntityKind, Node, Privacy, SlotName, StepKind};

/// Private values that a flow asks for and then does nothing with.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut findings = Vec::new();
    for flow in &pack.flows {
        // Why: a flow that others run fills slots for them.
        let runs = |kind: &StepKind| matches!(kind, StepKind::Run { flow: run, .. } if *run == flow.id);
        let is_run = pack.flows.iter().flat_map(|other| &other.program).any(|node| runs(&node.kind));
        // Why: an ask counts its own slot among what it reads.
        let is_read = |slot: &SlotName| {
            let reads = |node: &Node| node.reads.contains(slot) && !node.writes.contains(slot);
            flow.program.iter().any(reads)
        };
        let passes_on = flow.program.iter().any(|node| matches!(node.kind, StepKind::Run { .. }));
        if is_run || passes_on {
            continue;
        }
        for node in &flow.program {
            let StepKind::Ask(ask) = &node.kind else { continue };
            let entity = ask.entity.as_ref().and_then(|name| pack.entity(name.as_str())).map(|(_, entity)| entity);
            let Some(entity) = entity.filter(|entity| entity.privacy != Privacy::Public) else { continue };
            // Why: a phone number or an address is the contact of a handoff, also of one that comes later.
            let is_contact = matches!(entity.kind, EntityKind::Builtin(Builtin::Phone | Builtin::Email));
            if !is_contact && !is_read(&ask.slot) && !flow.keep.contains(&ask.slot) {
                let message = format!("`{}` is private, and nothing in the flow needs it", ask.slot);
                findings.push(
                    Finding::warning(Code::PRIVATE_UNUSED, node.origin, message)
                        .help("remove the question, or give the value to an action"),
                );
            }
        }
    }
    findings
}
