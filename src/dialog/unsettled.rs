//! Host work that may have changed something and is not waited for: a handoff, a cancel or its timeout came first.
//!
//! It is never asked for a second time: where its flow goes on, the same request is waited for again.

use super::effect::Effect;
use super::record::Happening;
use super::run::Run;
use crate::rules::{Call, Effects};
use crate::session::{Held, HostResult, Owner, Pending, Phase};

/// Requests kept; a host that never answers must not fill the session.
const UNSETTLED: usize = 8;

impl Run<'_> {
    /// Waits no longer for the host work under way. What was held for its result is handed out.
    pub(super) fn leave_pending(&mut self) -> Vec<Held> {
        let Some(mut pending) = self.doc.pending.take() else { return Vec::new() };
        let held = std::mem::take(&mut pending.held);
        self.leave_unsettled(pending);
        held
    }

    /// Keeps in mind a request whose result is not waited for, if it may change something.
    pub(super) fn leave_unsettled(&mut self, pending: Pending) {
        if !self.changes(&pending.action) {
            return;
        }
        self.doc.unsettled.push(Pending { held: Vec::new(), ..pending });
        let surplus = self.doc.unsettled.len().saturating_sub(UNSETTLED);
        self.doc.unsettled.drain(..surplus);
    }

    /// The flow on top rests at work that was let go: it is waited for again, or what came of it meanwhile is taken.
    pub(super) fn wait_again(&mut self) -> bool {
        if self.doc.owner != Owner::Bot || self.doc.pending.is_some() {
            return false;
        }
        let Some(Phase::Calling(id)) = self.doc.stack.last().map(|frame| &frame.phase) else { return false };
        let Some(place) = self.doc.unsettled.iter().position(|known| known.id == *id) else { return false };
        let mut pending = self.doc.unsettled.remove(place);
        match pending.result.take() {
            None => self.doc.pending = Some(pending),
            Some(HostResult::Done(value)) => self.action_done(pending, &value),
            Some(HostResult::Failed(error)) => self.action_failed(&pending, &error),
        }
        true
    }

    /// Whether the flow on top rests at a write of which nobody knows any more what came.
    pub(super) fn is_lost(&self, call: &Call) -> bool {
        let is_calling = self.doc.stack.last().is_some_and(|frame| matches!(frame.phase, Phase::Calling(_)));
        is_calling && self.changes(call.action.as_str())
    }

    /// The result of a request that is not waited for. A flow that still rests there goes on with it when it is its turn;
    /// what was done though its flow is gone must be told.
    pub(super) fn settle_late(&mut self, id: &str, result: HostResult) {
        let Some(place) = self.doc.unsettled.iter().position(|known| known.id == id) else { return };
        let depth =
            self.doc.stack.iter().position(|frame| matches!(&frame.phase, Phase::Calling(known) if known == id));
        let is_done = matches!(result, HostResult::Done(_));
        let Some(depth) = depth else {
            let pending = self.doc.unsettled.remove(place);
            let result = if is_done { "done" } else { "other" }.to_owned();
            self.note(Happening::ActionEnded { action: pending.action, result });
            if is_done && self.doc.owner != Owner::Human {
                self.too_late();
            }
            return;
        };
        let Some(pending) = self.doc.unsettled.get_mut(place) else { return };
        pending.result = Some(result);
        let action = self.rules.pack.action(&pending.action);
        let owner = self.doc.stack.iter_mut().take(depth + 1).rev().find(|frame| !frame.shares);
        if let (true, Some(action), Some(frame)) = (is_done, action, owner) {
            frame.note_done(&action.name);
            if let Some(handoff) = self.handoff() {
                self.effects.push(Effect::HandoffUpdated(Box::new(handoff)));
            }
        }
    }

    fn changes(&self, action: &str) -> bool {
        self.rules.pack.action(action).is_some_and(|action| action.effects != Effects::Read)
    }
}
