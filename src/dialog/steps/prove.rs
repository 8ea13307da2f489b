use crate::dialog::execute::Next;
use crate::dialog::run::{Prompt, Run};
use crate::dialog::time::millis;
use crate::rules::{Call, Flow, NOT_VERIFIED, Node, Outcome, SlotName, StepKind, Type, VERIFY, Value};
use crate::session::Phase;

impl Run<'_> {
    /// Whether what an action needs holds: proved in this session not long ago, or told by the host.
    pub(in crate::dialog) fn is_proved(&self, needs: &str) -> bool {
        self.doc.proved.get(needs).is_some_and(|until| *until > self.now())
            || self.doc.customer.field(needs).and_then(Value::as_bool) == Some(true)
    }

    /// Opens the pack's flow that proves it; the call is made when that has succeeded.
    pub(in crate::dialog) fn prove(&mut self, node: &Node, call: &Call) -> Next {
        let rules = self.rules;
        let is_open = self.doc.stack.iter().any(|frame| frame.flow.as_str() == VERIFY);
        let Some(flow) = rules.pack.flow(VERIFY).filter(|_| !is_open) else { return self.unproved(node, call) };
        let known = self.known_already(flow);
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.phase = Phase::Waiting;
        }
        self.start_flow(&flow.id, &[], known);
        Next::Rest
    }

    /// What the proving flow asks for and the open flow knows by the same name: nobody is asked twice.
    fn known_already(&self, proving: &Flow) -> Vec<(SlotName, Value)> {
        let open = self.doc.slot_frame().and_then(|frame| self.rules.pack.flow(frame.flow.as_str()));
        let asks = proving.program.iter().filter_map(|node| match &node.kind {
            StepKind::Ask(ask) if ask.prefill => Some(&ask.slot),
            _ => None,
        });
        let is_same = |slot: &&SlotName| {
            let ty = |flow: &Flow| flow.slot(slot.as_str()).map(|known| known.ty.required().clone());
            open.and_then(ty).is_some_and(|known| Some(known) == ty(proving))
        };
        asks.filter(is_same).filter_map(|slot| Some((slot.clone(), self.slot(slot)?.clone()))).collect()
    }

    /// The flow that proves it has ended: the call is made, or fails. `false` if no call waits for it.
    pub(in crate::dialog) fn go_on_proved(&mut self, outcome: Outcome) -> bool {
        let rules = self.rules;
        let Some((_, pc, node)) = self.resting() else { return false };
        let (StepKind::Call(call), true) =
            (&node.kind, self.doc.stack.last().is_some_and(|frame| frame.phase == Phase::Waiting))
        else {
            return false;
        };
        self.prompt = Prompt::Quiet;
        let needs = rules.pack.action(call.action.as_str()).and_then(|action| action.needs.clone());
        match (outcome, needs) {
            (Outcome::Resolved, Some(needs)) => {
                let until = self.now() + millis(rules.pack.session.verified);
                self.doc.proved.insert(needs.into(), until);
                self.hand_down_kept();
                self.advance(Some(pc));
            }
            (Outcome::Cancelled, _) => self.end_flow(Outcome::Cancelled),
            _ => {
                if let Next::Go(next) = self.unproved(node, call) {
                    self.advance(next);
                }
            }
        }
        true
    }

    /// What was told to prove it is known to the flow that needed the proof: nobody is asked twice for one order number.
    fn hand_down_kept(&mut self) {
        let rules = self.rules;
        let proof = self.doc.last_flow.as_ref().and_then(|flow| rules.pack.flow(flow.as_str()));
        let kept = std::mem::take(&mut self.doc.kept);
        let (Some(proof), Some(frame)) = (proof, self.doc.slot_frame_mut()) else { return };
        for (name, value) in kept {
            if let Some(Type::Entity(entity)) = proof.slot(name.as_str()).map(|slot| slot.ty.required()) {
                frame.note_early(entity.clone(), value);
            }
        }
    }

    fn unproved(&mut self, node: &Node, call: &Call) -> Next {
        match call.errors.iter().find(|(name, _)| **name == *NOT_VERIFIED) {
            Some((_, branch)) => Next::Go(branch.or(node.next)),
            None => self.failed_call(node, call),
        }
    }
}
