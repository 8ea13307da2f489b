use std::collections::BTreeSet;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Does, FlowId, StepKind, VERIFY};

/// Actions that no flow calls, and flows that nothing starts.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut called = BTreeSet::new();
    let mut started: BTreeSet<&FlowId> = BTreeSet::new();
    for flow in &pack.flows {
        if flow.trigger.is_some() {
            started.insert(&flow.id);
        }
        for step in &flow.program {
            match &step.kind {
                StepKind::Call(call) => {
                    called.insert(&call.action);
                }
                StepKind::Run { flow: other, .. } if *other != flow.id => {
                    started.insert(other);
                }
                _ => {}
            }
        }
    }
    for intent in &pack.intents {
        if let Does::Flow(flow, _) = &intent.does {
            started.insert(flow);
        }
    }
    // Why: what an action `needs` is found out by the flow of this name.
    let needs_proof = pack.actions.iter().any(|action| action.needs.is_some());
    started.extend(pack.flow(VERIFY).filter(|_| needs_proof).map(|flow| &flow.id));
    let escalation = &pack.escalation;
    started.extend(escalation.hours.iter().filter_map(|hours| hours.closed.run.as_ref()));
    started.extend(escalation.while_human.unanswered.iter().filter_map(|unanswered| unanswered.run.as_ref()));

    let actions = pack.actions.iter().filter(|action| !called.contains(&action.name)).map(|action| {
        let message = format!("no flow calls the action `{}`", action.name);
        Finding::warning(Code::ACTION_UNUSED, action.origin, message)
    });
    let flows = pack.flows.iter().filter(|flow| !started.contains(&flow.id)).map(|flow| {
        let message = format!("nothing starts the flow `{}`", flow.id);
        Finding::warning(Code::FLOW_UNUSED, flow.origin, message)
            .help("name it in an intent (`flow:`), another flow (`run:`) or the escalation, or give it an `event:`")
    });
    actions.chain(flows).collect()
}
