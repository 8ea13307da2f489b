//! What happens when time passes: host work that never answers, a desk that does not either.

use super::effect::Effect;
use super::record::Happening;
use super::run::Run;

impl Run<'_> {
    /// Everything whose moment has come.
    pub(super) fn tick(&mut self) {
        let now = self.now();
        if let Some(pending) = self.doc.pending.take_if(|pending| pending.until <= now) {
            self.forget_request(&pending.id);
            self.held.clone_from(&pending.held);
            self.action_ended(&pending, "timeout");
        }
        if let Some(open) = self.doc.handoff.as_mut() {
            if !open.overdue && open.due_at.is_some_and(|due| due <= now) {
                open.overdue = true;
                open.due_at = None;
                self.note(Happening::Overdue);
                if let Some(handoff) = self.handoff() {
                    self.effects.push(Effect::HandoffUpdated(Box::new(handoff)));
                }
            }
        }
        if self.doc.handoff.as_ref().and_then(|open| open.unanswered_at).is_some_and(|at| at <= now) {
            self.unanswered();
        }
        if self.doc.last_at.is_some_and(|last| now - last >= super::message::FLOW_LIFE) && !self.doc.stack.is_empty() {
            self.abandon_flows();
            self.note(Happening::Expired);
        }
    }

    /// The next moment something waits for.
    pub(super) fn deadline(&self) -> Option<i64> {
        let open = self.doc.handoff.as_ref();
        let expiry = self.doc.last_at.filter(|_| !self.doc.stack.is_empty()).map(|last| last + super::message::FLOW_LIFE);
        [
            self.doc.pending.as_ref().map(|pending| pending.until),
            open.and_then(|open| open.due_at),
            open.and_then(|open| open.unanswered_at),
            expiry,
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
