use std::collections::{BTreeMap, BTreeSet};

use super::Lowering;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Action, Does, Effects, Flow, FlowId, Intent, Pc, StepKind};

impl Lowering<'_> {
    /// Reports effects that a customer has not said yes to.
    ///
    /// Only flows that an intent can start, directly or by others, are looked at: what a customer wants is a guess there.
    /// A flow that the host or the escalation starts is started by no guess, and its questions say what they are for.
    pub(super) fn check_confirms(&mut self, flows: &[Flow], intents: &[Intent], actions: &[Action]) {
        let mut walk = Walk { flows, actions, seen: BTreeSet::new(), faulty: BTreeSet::new() };
        for intent in intents {
            if let Does::Flow(flow, _) = &intent.does {
                walk.flow(flow, false, 0);
            }
        }
        let faulty = walk.faulty;
        for (flow, pc) in faulty {
            let Some(step) = flows.iter().find(|known| known.id == flow).and_then(|flow| flow.node(pc)) else {
                continue;
            };
            let StepKind::Call(call) = &step.kind else { continue };
            let message =
                format!("`{}` changes something, and on some way here the customer has not said yes", call.action);
            let finding = Finding::error(Code::NO_CONFIRM, step.origin, message);
            self.report(
                finding.help("put a `confirm:` before it, or declare the action with `effect: read` or `effect: note`"),
            );
        }
    }
}

struct Walk<'p> {
    flows: &'p [Flow],
    actions: &'p [Action],
    /// Flows looked at, by whether the customer had said yes before.
    seen: BTreeSet<(FlowId, bool)>,
    faulty: BTreeSet<(FlowId, Pc)>,
}

/// Flows inside flows, at most.
const DEEPEST: usize = 32;

impl Walk<'_> {
    fn flow(&mut self, id: &FlowId, confirmed: bool, depth: usize) {
        if depth > DEEPEST || !self.seen.insert((id.clone(), confirmed)) {
            return;
        }
        let Some(flow) = self.flows.iter().find(|flow| flow.id == *id) else { return };
        let Some(start) = flow.start else { return };
        // The worst case at each step: false as soon as one way comes without a yes.
        let mut states: BTreeMap<Pc, bool> = BTreeMap::new();
        let mut queue = vec![(start, confirmed)];
        while let Some((pc, confirmed)) = queue.pop() {
            match states.get(&pc) {
                Some(false) => continue,
                Some(true) if confirmed => continue,
                _ => {}
            }
            states.insert(pc, confirmed);
            let Some(step) = flow.node(pc) else { continue };
            match &step.kind {
                StepKind::Call(call) => {
                    let writes = self
                        .actions
                        .iter()
                        .any(|action| action.name == call.action && action.effects == Effects::Write);
                    if writes && !confirmed {
                        self.faulty.insert((flow.id.clone(), pc));
                    }
                }
                StepKind::Run { flow, .. } => self.flow(flow, confirmed, depth + 1),
                _ => {}
            }
            let asks_yes = matches!(step.kind, StepKind::Confirm(_));
            queue.extend(step.next.map(|next| (next, confirmed || asks_yes)));
            queue.extend(branches(&step.kind).into_iter().map(|next| (next, confirmed)));
        }
    }
}

/// Where a step leads besides `next`.
fn branches(kind: &StepKind) -> Vec<Pc> {
    let mut targets: Vec<Option<Pc>> = Vec::new();
    match kind {
        StepKind::When { then, otherwise, .. } => targets.extend([*then, *otherwise]),
        StepKind::Switch { arms, otherwise, .. } => {
            targets.extend(arms.iter().map(|(_, target)| *target));
            targets.push(*otherwise);
        }
        StepKind::Ask(ask) => targets.extend([ask.otherwise, ask.empty]),
        StepKind::Confirm(confirm) => targets.push(confirm.otherwise),
        StepKind::Choose(choice) => {
            targets.extend(choice.options.iter().map(|option| option.3));
            targets.push(choice.otherwise);
        }
        StepKind::Call(call) => {
            targets.extend(call.errors.iter().map(|(_, target)| *target));
            targets.push(call.other);
        }
        StepKind::Wait { otherwise, .. } => targets.push(*otherwise),
        StepKind::Redo { step, .. } => targets.push(Some(*step)),
        _ => {}
    }
    targets.into_iter().flatten().collect()
}
