use crate::dialog::execute::Next;
use crate::dialog::run::Run;
use crate::rules::{Flow, Pc, SlotName, StepKind};

impl Run<'_> {
    /// Asks for a slot again: its value and all that followed from it are forgotten. Counts against the ask's tries.
    pub(in crate::dialog) fn step_redo(&mut self, flow: &Flow, slot: &SlotName, step: Pc) -> Next {
        let Some(node) = flow.node(step) else { return Next::Go(None) };
        let StepKind::Ask(ask) = &node.kind else { return Next::Go(Some(step)) };
        let entity = ask.entity.clone();
        self.rewind(slot);
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
}
