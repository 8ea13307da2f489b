//! Events of the host: facts, named events, ratings, the desk. Checked before anything changes.

use super::Rung;
use super::error::EventError;
use super::event::{Event, EventKind};
use super::record::{Happening, Responder};
use super::rulebook::Rulebook;
use super::run::Run;
use super::time::millis;
use crate::rules::{Busy, Field, Flow, StepKind, Type, Value};
use crate::session::{Document, Owner, Scheduled, Speaker};

/// Flows that may wait for their time; a host that tells the same thing for ever must not fill the session.
const SCHEDULED: usize = 16;

/// Whether the event fits the session. Nothing has changed yet.
pub(super) fn check(rules: &Rulebook, doc: &Document, event: &Event) -> Result<(), EventError> {
    match &event.kind {
        EventKind::ActionDone { id, .. } | EventKind::ActionFailed { id, .. } => check_call(doc, id),
        EventKind::Customer(facts) => check_fields(rules, facts, &rules.pack.customer),
        EventKind::Named { name, with } => check_named(rules, doc, name, with),
        EventKind::Escalate(reason) => {
            let known = rules.pack.escalation.reasons.iter().any(|known| known.id == *reason);
            if known { Ok(()) } else { Err(EventError::UnknownReason { name: reason.to_string() }) }
        }
        EventKind::Rating(stars) if !(1..=5).contains(stars) => Err(EventError::BadRating),
        EventKind::Accepted | EventKind::Queued(_) if doc.owner == Owner::Human => Err(EventError::AlreadyAccepted),
        EventKind::Accepted => need_handoff(doc, "accept"),
        EventKind::AgentMessage(_) => need_handoff(doc, "answer"),
        EventKind::Released => need_handoff(doc, "release"),
        EventKind::Failed => need_handoff(doc, "fail"),
        EventKind::Queued(_) => need_handoff(doc, "queue"),
        _ => Ok(()),
    }
}

fn need_handoff(doc: &Document, what: &'static str) -> Result<(), EventError> {
    if doc.handoff.is_some() { Ok(()) } else { Err(EventError::NoHandoff { what }) }
}

/// A result that comes late or twice is no error; one nobody asked for is.
fn check_call(doc: &Document, id: &str) -> Result<(), EventError> {
    let is_handoff = doc.handoff.as_ref().is_some_and(|handoff| handoff.id == id);
    if doc.has_issued(id) && !is_handoff {
        return Ok(());
    }
    Err(EventError::UnknownCall { id: id.to_owned() })
}

fn check_fields(rules: &Rulebook, facts: &Value, declared: &[Field]) -> Result<(), EventError> {
    let Value::Record(fields) = facts else {
        return Err(EventError::BadField { field: "customer".to_owned(), expected: "a record".to_owned() });
    };
    for (name, value) in fields {
        let Some(field) = declared.iter().find(|field| field.name == *name) else {
            return Err(EventError::UnknownFact { name: name.clone() });
        };
        conform(rules, name, value, &field.ty)?;
    }
    Ok(())
}

fn conform(rules: &Rulebook, name: &str, value: &Value, ty: &Type) -> Result<Value, EventError> {
    rules.expressions.conforms(value, ty).map_err(|mismatch| EventError::BadField {
        field: if mismatch.path.is_empty() { name.to_owned() } else { format!("{name}.{}", mismatch.path) },
        expected: mismatch.expected,
    })
}

fn check_named(rules: &Rulebook, doc: &Document, name: &str, with: &Value) -> Result<(), EventError> {
    let Some(flow) = listener(rules, name) else {
        let awaited = rules
            .pack
            .flows
            .iter()
            .flat_map(|flow| &flow.program)
            .any(|node| matches!(&node.kind, StepKind::Wait { event: Some(event), .. } if **event == *name));
        return if awaited { Ok(()) } else { Err(EventError::UnknownEvent { name: name.to_owned() }) };
    };
    for argument in &flow.arguments {
        let value = with.field(argument.name.as_str()).unwrap_or(&Value::None);
        conform(rules, argument.name.as_str(), value, &argument.ty)?;
    }
    if doc.scheduled.len() >= SCHEDULED && must_wait(doc, flow) && !is_awaited(rules, doc, name) {
        return Err(EventError::TooMany { name: name.to_owned(), limit: SCHEDULED });
    }
    Ok(())
}

/// Whether the flow cannot start now, and is kept until it can.
fn must_wait(doc: &Document, flow: &Flow) -> bool {
    let later = flow.trigger.as_ref().is_some_and(|trigger| trigger.after.is_some());
    let is_taken = doc.pending.is_some() || doc.owner != Owner::Bot;
    match flow.busy {
        Busy::Drop => later && !is_taken && doc.stack.is_empty(),
        Busy::Interrupt => later || is_taken,
        Busy::Wait => later || is_taken || !doc.stack.is_empty(),
    }
}

/// Whether an open flow rests at a `wait` for this event.
fn is_awaited(rules: &Rulebook, doc: &Document, name: &str) -> bool {
    doc.stack.iter().any(|frame| {
        let node = frame.step.as_ref().and_then(|step| {
            let flow = rules.pack.flow(frame.flow.as_str())?;
            flow.node(flow.step(step.as_str())?)
        });
        node.is_some_and(|node| matches!(&node.kind, StepKind::Wait { event: Some(event), .. } if **event == *name))
    })
}

fn listener<'r>(rules: &'r Rulebook, name: &str) -> Option<&'r Flow> {
    rules.pack.flows.iter().find(|flow| flow.trigger.as_ref().is_some_and(|trigger| *trigger.event == *name))
}

/// Takes facts about the customer into the session. What the pack does not declare, or as something else, is left out.
pub(crate) fn acquaint(rules: &Rulebook, doc: &mut Document, facts: &Value) {
    let Value::Record(facts) = facts else { return };
    let known = facts.iter().filter_map(|(name, value)| {
        let declared = rules.pack.customer.iter().find(|field| field.name == *name)?;
        Some((name.clone(), rules.expressions.conforms(value, &declared.ty).ok()?))
    });
    let mut customer = match std::mem::take(&mut doc.customer) {
        Value::Record(customer) => customer,
        _ => std::collections::BTreeMap::new(),
    };
    customer.extend(known);
    doc.customer = Value::Record(customer);
}

impl Run<'_> {
    pub(super) fn host(&mut self, kind: EventKind) {
        self.rung = Rung::Host;
        match kind {
            EventKind::Tick => self.tick(),
            EventKind::Customer(facts) => self.customer(&facts),
            EventKind::Named { name, with } => self.named(&name, &with),
            EventKind::Escalate(reason) => self.raise(reason.as_str()),
            EventKind::Accepted => self.accepted(),
            EventKind::AgentMessage(text) => {
                self.transcribe(Speaker::Agent, &text);
                self.note_response(Responder::Agent);
            }
            EventKind::Released => self.released(),
            EventKind::Failed => self.desk_failed(),
            EventKind::Queued(position) => self.queued_at(position),
            EventKind::Forget => self.forget(),
            EventKind::Rating(stars) => self.rated(stars),
            EventKind::Message(_)
            | EventKind::Choice(_)
            | EventKind::ActionDone { .. }
            | EventKind::ActionFailed { .. } => {}
        }
    }

    fn customer(&mut self, facts: &Value) {
        acquaint(self.rules, self.doc, facts);
        // Why: what the host tells may be a reason by itself, such as the third contact in a week.
        self.policy_says(&|_| 0.0, None);
    }

    /// A named event wakes the flow that waits for it, else starts the flow that listens to it.
    fn named(&mut self, name: &str, with: &Value) {
        let rules = self.rules;
        if self.wake(name, with) {
            return;
        }
        let Some(flow) = listener(rules, name) else { return };
        let values = flow.arguments.iter().map(|argument| {
            let value = with.field(argument.name.as_str()).cloned().unwrap_or_default();
            let value = rules.expressions.conforms(&value, &argument.ty).unwrap_or(value);
            (argument.name.clone(), value)
        });
        let with: std::collections::BTreeMap<_, _> = values.collect();
        let after = flow.trigger.as_ref().and_then(|trigger| trigger.after).map_or(0, millis);
        let busy = !self.doc.stack.is_empty() || self.doc.pending.is_some() || self.doc.owner != Owner::Bot;
        match flow.busy {
            Busy::Drop if busy => {}
            Busy::Interrupt if self.doc.pending.is_none() && self.doc.owner == Owner::Bot && after == 0 => {
                self.drop_own_question();
                self.start_flow(&flow.id, &[], with.into_iter().collect());
                self.come_back();
            }
            _ if self.doc.scheduled.len() >= SCHEDULED => {}
            _ => {
                self.doc.scheduled.push(Scheduled { flow: flow.id.clone(), at: self.now() + after, with });
                self.start_due();
            }
        }
    }

    fn accepted(&mut self) {
        let now = self.now();
        let Some(open) = self.doc.handoff.as_mut() else { return };
        open.due_at = None;
        open.unanswered_at = None;
        let opened_at = open.opened_at;
        let waited_ms = now - opened_at;
        self.doc.waits_since.get_or_insert(opened_at);
        if self.is_collecting() {
            // Why: the person asks for what is still missing; the bot must not go on asking when it is back.
            self.leave_pending();
            self.drop_flow(crate::rules::Outcome::Unresolved);
        }
        self.doc.owner = Owner::Human;
        self.note(Happening::Accepted { waited_ms });
    }

    fn released(&mut self) {
        let Some(open) = self.doc.handoff.take() else { return };
        self.note(Happening::Released);
        self.note_settled(None);
        self.settle(&open);
        self.resume();
        self.wake_by_time();
        if self.resting().is_some() {
            self.prompt = super::run::Prompt::Back;
        } else {
            self.say_own("released");
        }
    }

    /// The desk could not take it: the customer is told, and a contact is collected if the pack can.
    fn desk_failed(&mut self) {
        self.note(Happening::DeskFailed);
        self.unanswered();
    }

    /// Nobody answered: the policy's way out.
    pub(super) fn unanswered(&mut self) {
        let rules = self.rules;
        let Some(open) = self.doc.handoff.as_mut() else { return };
        open.unanswered_at = None;
        let waited_ms = self.clock.now.as_millisecond() - open.opened_at;
        // Why: from now on the answer comes later, so the bot must not stay silent meanwhile.
        open.closed = true;
        open.unanswered = true;
        self.doc.owner = Owner::Bot;
        self.doc.waits_since = None;
        self.note(Happening::Unanswered { waited_ms });
        self.say_own("unanswered");
        if let Some(flow) = rules.pack.escalation.while_human.unanswered.as_ref().and_then(|rule| rule.run.clone()) {
            self.collect = Some(flow);
        }
    }

    fn rated(&mut self, stars: u32) {
        self.doc.counters.rating = Some(stars);
        self.note(Happening::Rated { stars });
        if self.policy_says(&|_| 0.0, None) {
            return;
        }
        self.say_own("survey_thanks");
    }
}
