//! What happens when time passes: host work that never answers, a desk that does not either.

use std::time::Duration;

use super::effect::Effect;
use super::execute::Next;
use super::record::Happening;
use super::run::Run;
use crate::rules::{Pc, StepKind, Value};
use crate::session::{Owner, Phase, Scheduled};

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
        self.wake_by_time();
        self.start_due();
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
            self.doc.stack.last().and_then(|frame| frame.wakes),
            self.doc.scheduled.iter().map(|flow| flow.at).min().filter(|_| self.doc.stack.is_empty()),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Reaching a `wait`: for an event, for a time, or both.
    pub(super) fn step_wait(&mut self, at_most: Option<Duration>) -> Next {
        let wakes = at_most.map(|at_most| self.now() + at_most.as_millis() as i64);
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.phase = Phase::Waiting;
            frame.wakes = wakes;
        }
        Next::Rest
    }

    /// An event that the flow on top waits for; what it brings fills slots of the same name.
    pub(super) fn wake(&mut self, name: &str, with: &Value) -> bool {
        let Some((flow, _, node)) = self.resting() else { return false };
        let StepKind::Wait { event: Some(event), .. } = &node.kind else { return false };
        if **event != *name {
            return false;
        }
        if let Value::Record(fields) = with {
            for (field, value) in fields {
                let Some(slot) = flow.slot(field) else { continue };
                if let Ok(value) = self.rules.expressions.conforms(value, &slot.ty) {
                    self.set_slot(&slot.name, value);
                }
            }
        }
        self.go_on(node.next);
        true
    }

    fn wake_by_time(&mut self) {
        let now = self.now();
        if self.doc.stack.last().and_then(|frame| frame.wakes).is_none_or(|at| at > now) {
            return;
        }
        let Some((_, _, node)) = self.resting() else { return };
        if let StepKind::Wait { otherwise, .. } = &node.kind {
            self.go_on(otherwise.or(node.next));
        }
    }

    fn go_on(&mut self, next: Option<Pc>) {
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.wakes = None;
        }
        self.pass_step();
        self.advance(next);
    }

    /// Flows of the pack that follow something the bot itself brought about, such as `resolved`.
    pub(super) fn schedule_followers(&mut self, event: &str) {
        let rules = self.rules;
        for flow in &rules.pack.flows {
            let Some(trigger) = flow.trigger.as_ref().filter(|trigger| *trigger.event == *event) else { continue };
            if self.doc.last_flow.as_ref() == Some(&flow.id) {
                continue;
            }
            let at = self.now() + trigger.after.map_or(0, |after| after.as_millis() as i64);
            self.doc.scheduled.retain(|known| known.flow != flow.id);
            self.doc.scheduled.push(Scheduled { flow: flow.id.clone(), at, with: std::collections::BTreeMap::new() });
        }
    }

    /// Starts the next scheduled flow whose time has come, once nothing else is open.
    pub(super) fn start_due(&mut self) {
        let now = self.now();
        if !self.doc.stack.is_empty() || self.doc.pending.is_some() || self.doc.owner != Owner::Bot {
            return;
        }
        let Some(index) = self.doc.scheduled.iter().position(|flow| flow.at <= now) else { return };
        let Scheduled { flow, with, .. } = self.doc.scheduled.remove(index);
        self.start_flow(&flow, &[], with.into_iter().collect());
    }
}
