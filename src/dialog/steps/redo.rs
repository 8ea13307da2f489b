use crate::dialog::execute::Next;
use crate::dialog::run::Run;
use crate::rules::{Flow, Pc, SlotName, StepKind};

impl Run<'_> {
    /// Asks for a slot again: its value and all that followed from it are forgotten. Counts against the ask's tries.
    pub(in crate::dialog) fn step_redo(&mut self, flow: &Flow, slot: &SlotName, step: Pc) -> Next {
        let Some(node) = flow.node(step) else { return Next::Go(None) };
        let StepKind::Ask(ask) = &node.kind else { return Next::Go(Some(step)) };
        let entity = ask.entity.clone();
        self.rewind(flow, slot);
        if let Some(frame) = self.doc.slot_frame_mut() {
            frame.slots.remove(slot);
            frame.found.retain(|(known, _)| Some(known) != entity.as_ref());
        }
        self.doc.kept.remove(slot);
        let Some(id) = node.id.as_ref() else { return Next::Go(Some(step)) };
        if self.failed_try(id, ask.tries) {
            self.doc.question = None;
            self.doc.chips.clear();
            if let Some(otherwise) = ask.otherwise {
                return Next::Go(Some(otherwise));
            }
            self.raise("slot_failed");
            self.drop_flow(crate::rules::Outcome::Unresolved);
            return Next::Over;
        }
        Next::Go(Some(step))
    }

    /// Forgets what followed from a slot: the steps behind its ask that read it, and what those wrote, and so on.
    ///
    /// What it changed is noted as dirty, so that running on repeats those steps alone.
    pub(in crate::dialog) fn rewind(&mut self, flow: &Flow, slot: &SlotName) {
        let Some(frame) = self.doc.slot_frame_mut() else { return };
        let mut dirty = vec![slot.clone()];
        for step in &frame.trail {
            let Some(node) = flow.step(step.as_str()).and_then(|pc| flow.node(pc)) else { continue };
            if node.reads.iter().any(|read| dirty.contains(read)) {
                dirty.extend(node.writes.iter().filter(|write| *write != slot).cloned());
            }
        }
        for name in dirty.iter().skip(1) {
            frame.slots.remove(name);
        }
        // Why: a step whose result is gone is no longer done; an ask among them is asked again.
        let gone = |step: &crate::rules::StepId| {
            flow.step(step.as_str())
                .and_then(|pc| flow.node(pc))
                .is_some_and(|node| node.writes.iter().any(|write| dirty.contains(write)))
        };
        frame.trail.retain(|step| !gone(step));
        frame.dirty = dirty;
        frame.until.clone_from(&frame.step);
    }
}
