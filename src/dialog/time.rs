//! What happens when time passes: host work that never answers, a desk that does not either.

use std::sync::Arc;
use std::time::Duration;

use super::effect::Effect;
use super::execute::Next;
use super::record::Happening;
use super::run::{Prompt, Run};
use crate::rules::{Pc, StepKind, Value};
use crate::session::{Document, Frame, Owner, Phase, Scheduled};

/// A span as the session counts time.
pub(super) fn millis(span: Duration) -> i64 {
    (span.as_secs() * 1000).cast_signed() + i64::from(span.subsec_millis())
}

impl Run<'_> {
    /// Everything whose moment has come.
    pub(super) fn tick(&mut self) {
        let now = self.now();
        if let Some(pending) = self.doc.pending.take_if(|pending| pending.until <= now) {
            self.action_failed(&pending, "timeout");
        }
        if let Some(open) = self.doc.handoff.as_mut()
            && !open.overdue
            && open.due_at.is_some_and(|due| due <= now)
        {
            open.overdue = true;
            self.note(Happening::Overdue);
            if let Some(handoff) = self.handoff() {
                self.effects.push(Effect::HandoffUpdated(Box::new(handoff)));
            }
        }
        if self.doc.handoff.as_ref().and_then(|open| open.unanswered_at).is_some_and(|at| at <= now) {
            self.unanswered();
        }
        self.wake_by_time();
        self.start_due();
        if self.flow_ends().is_some_and(|end| end <= now) {
            self.note_abandoned();
            self.abandon_flows();
        }
        self.expire_session();
        self.remind();
    }

    /// Forgets a conversation that was left for very long; what the host told about the customer stays.
    pub(super) fn expire_session(&mut self) {
        let is_over = self.session_ends().is_some_and(|end| end <= self.now());
        if !is_over {
            return;
        }
        self.note_end();
        self.retire();
        let new = Document::new(Arc::clone(&self.doc.id));
        let old = std::mem::replace(self.doc, new.clone());
        *self.doc = Document {
            revision: old.revision,
            version: old.version,
            language: old.language,
            script: old.script,
            channel: old.channel,
            customer: old.customer,
            scheduled: old.scheduled,
            effects: old.effects,
            customer_id: old.customer_id,
            outgoing: old.outgoing,
            seen: old.seen,
            ended: old.ended,
            more: old.more,
            ..new
        };
    }

    /// When the open flow is given up. One that waits for the host, for its time or for a person does not wait for the
    /// customer.
    pub(super) fn flow_ends(&self) -> Option<i64> {
        let (_, _, node) = self.resting()?;
        let is_theirs = self.doc.owner == Owner::Bot && !matches!(node.kind, StepKind::Wait { .. });
        let last = self.doc.last_at.filter(|_| is_theirs)?;
        Some(last + millis(self.rules.pack.session.flow_expires))
    }

    /// When the conversation is over for good. One that a person has or will have is not.
    fn session_ends(&self) -> Option<i64> {
        let last = self.doc.last_at.filter(|_| self.doc.handoff.is_none() && self.doc.pending.is_none())?;
        Some(last + millis(self.rules.pack.session.expires))
    }

    /// Brings an open question to mind, once, if the pack wants that.
    fn remind(&mut self) {
        if self.reminder_at().is_none_or(|at| at > self.now()) {
            return;
        }
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.reminded.clone_from(&frame.step);
        }
        self.say_own("reminder");
        self.prompt = Prompt::ChipsOnly;
    }

    fn reminder_at(&self) -> Option<i64> {
        let remind = self.rules.pack.session.remind?;
        let frame = self.doc.stack.last().filter(|frame| frame.reminded != frame.step)?;
        let (_, _, node) = self.resting()?;
        let asks = matches!(node.kind, StepKind::Ask(_) | StepKind::Confirm(_) | StepKind::Choose(_));
        let quiet = asks && frame.wakes.is_none() && self.doc.owner == Owner::Bot && self.doc.pending.is_none();
        let last = self.doc.last_at.filter(|_| quiet)?;
        Some(last + millis(remind))
    }

    /// The next moment something waits for.
    pub(super) fn deadline(&self) -> Option<i64> {
        let sooner = |one: Option<i64>, other: Option<i64>| {
            one.map_or(other, |one| Some(other.map_or(one, |other| one.min(other))))
        };
        let mut next = self.session_ends();
        if let Some(pending) = &self.doc.pending {
            next = sooner(next, Some(pending.until));
        }
        if let Some(open) = &self.doc.handoff {
            next = sooner(sooner(next, open.due_at.filter(|_| !open.overdue)), open.unanswered_at);
        }
        let Some(top) = self.doc.stack.last() else {
            // Why: what cannot start now must not wake the host again and again; the event that gives way looks at it.
            let may_start = self.doc.owner == Owner::Bot && self.doc.pending.is_none();
            return sooner(next, self.doc.scheduled.iter().map(|flow| flow.at).filter(|_| may_start).min());
        };
        let wakes = top.wakes.filter(|_| self.doc.owner == Owner::Bot);
        sooner(sooner(sooner(next, wakes), self.flow_ends()), self.reminder_at())
    }

    /// Reaching a `wait`: for an event, for a time, or both.
    pub(super) fn step_wait(&mut self, at_most: Option<Duration>) -> Next {
        let wakes = at_most.map(|at_most| self.now() + millis(at_most));
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.phase = Phase::Waiting;
            frame.wakes = wakes;
        }
        Next::Rest
    }

    /// An event that an open flow waits for; what it brings fills slots of the same name. A flow below another goes on
    /// when that one has ended.
    pub(super) fn wake(&mut self, name: &str, with: &Value) -> bool {
        let rules = self.rules;
        let top = self.doc.stack.len().saturating_sub(1);
        let waits = |frame: &Frame| {
            let flow = rules.pack.flow(frame.flow.as_str())?;
            let node = flow.node(flow.step(frame.step.as_ref()?.as_str())?)?;
            matches!(&node.kind, StepKind::Wait { event: Some(event), .. } if **event == *name)
                .then_some((flow, node.next))
        };
        let found = self.doc.stack.iter().enumerate().rev().find_map(|(depth, frame)| Some((depth, waits(frame)?)));
        let Some((depth, (flow, next))) = found else { return false };
        if let Value::Record(fields) = with {
            for (field, value) in fields {
                let Some(slot) = flow.slot(field) else { continue };
                if let Ok(value) = rules.expressions.conforms(value, &slot.ty) {
                    let owner = self.doc.stack.iter_mut().take(depth + 1).rev().find(|frame| !frame.shares);
                    if let Some(owner) = owner {
                        owner.slots.insert(slot.name.clone(), value);
                    }
                }
            }
        }
        // Why: what comes while a person has the conversation waits until the bot has it again.
        if depth == top && self.doc.owner == Owner::Bot {
            self.go_on(next);
        } else if let Some(frame) = self.doc.stack.get_mut(depth) {
            frame.phase = Phase::Woken;
        }
        true
    }

    /// The flow that is on top again was waiting: it goes on if what it waited for has come meanwhile. `false` if it
    /// has a question open.
    pub(super) fn go_on_waiting(&mut self) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        if !matches!(node.kind, StepKind::Wait { .. }) {
            return false;
        }
        if self.doc.stack.last().is_some_and(|frame| frame.phase == Phase::Woken) {
            self.go_on(node.next);
        } else {
            self.prompt = Prompt::Quiet;
            self.wake_by_time();
        }
        true
    }

    pub(super) fn wake_by_time(&mut self) {
        let now = self.now();
        if self.doc.owner != Owner::Bot {
            return;
        }
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
            let at = self.now() + trigger.after.map_or(0, millis);
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
        self.drop_own_question();
        self.start_flow(&flow, &[], with.into_iter().collect());
    }
}
