use std::collections::BTreeMap;

use crate::dialog::effect::{ActionCall, Effect};
use crate::dialog::execute::Next;
use crate::dialog::record::Happening;
use crate::dialog::run::{Run, hash};
use crate::dialog::time::millis;
use crate::rules::{Action, Call, Effects, Node, Preset, StepKind, Value};
use crate::session::{HostResult, Pending, Phase};

impl Run<'_> {
    /// Reaching a call: the request goes out, the flow rests until the result comes.
    pub(in crate::dialog) fn step_call(&mut self, node: &Node, call: &Call) -> Next {
        let rules = self.rules;
        let Some(action) = rules.pack.action(call.action.as_str()) else { return self.failed_call(node, call) };
        let has_result = call.into.as_ref().is_none_or(|into| self.slot(into).is_some());
        let done = self.doc.stack.last().is_some_and(|frame| {
            node.id.as_ref().is_some_and(|id| frame.trail.contains(id)) && !frame.dirty.is_empty()
        });
        if done && has_result && !self.must_run(node) {
            self.pass_step();
            return Next::Go(node.next);
        }
        if action.needs.as_deref().is_some_and(|needs| !self.is_proved(needs)) {
            return self.prove(node, call);
        }
        let arguments = self.arguments(action, call);
        let id = self.effect_id();
        self.request_action(action, id, arguments, None);
        Next::Rest
    }

    fn request_action(&mut self, action: &Action, id: String, arguments: Value, failed: Option<&Pending>) {
        let until = self.now() + millis(action.timeout);
        let key = match failed {
            Some(failed) if action.once_per.is_empty() => failed.key.clone(),
            _ => key(action, &arguments, &id),
        };
        let retries = failed.map_or(0, |failed| failed.retries + 1);
        let mut pending = Pending { retries, ..Pending::new(id.clone(), action.name.to_string(), until) };
        // Why: without a retry nothing asks for it again.
        if action.retry > 0 && action.once_per.is_empty() {
            pending.key.clone_from(&key);
        }
        self.doc.pending = Some(pending);
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.phase = Phase::Calling(id.clone());
        }
        self.note(Happening::ActionRequested { action: action.name.to_string() });
        self.effects.push(Effect::Action(ActionCall { id, name: action.name.clone(), arguments, key }));
    }

    /// Arguments given at the step; the others come from slots of the same name.
    fn arguments(&self, action: &Action, call: &Call) -> Value {
        let mut fields = BTreeMap::new();
        for field in &action.arguments {
            let given = call.with.iter().find(|preset| preset_slot(preset).as_str() == field.name);
            let value = match given {
                Some(preset) => self.preset_value(preset),
                None => self.doc.slots().and_then(|slots| slots.get(field.name.as_str())).cloned().unwrap_or_default(),
            };
            let value = self.rules.expressions.conforms(&value, &field.ty).unwrap_or(value);
            fields.insert(field.name.clone(), value);
        }
        Value::Record(fields)
    }

    /// The host did the work, or could not.
    pub(in crate::dialog) fn action_ended(&mut self, id: &str, result: HostResult) {
        self.rung = crate::dialog::Rung::Action;
        match (self.take_pending(id), result) {
            (None, result) => self.settle_late(id, result),
            (Some(pending), HostResult::Done(value)) => self.action_done(pending, &value),
            (Some(pending), HostResult::Failed(error)) => self.action_failed(&pending, &error),
        }
    }

    /// The work is done. A result that breaks the contract is a failure.
    pub(in crate::dialog) fn action_done(&mut self, pending: Pending, value: &Value) {
        let rules = self.rules;
        let Some(action) = rules.pack.action(&pending.action) else { return self.action_failed(&pending, "other") };
        let fields = crate::rules::Type::Record(action.results.clone());
        if let Ok(value) = rules.expressions.conforms(value, &fields) {
            self.note(Happening::ActionEnded { action: pending.action.clone(), result: "done".to_owned() });
            self.held = pending.held;
            let Some((_, _, node)) = self.resting() else { return };
            if action.effects != Effects::Read {
                if let Some(frame) = self.doc.slot_frame_mut() {
                    frame.note_done(&action.name);
                }
                self.seal(node);
            }
            if let StepKind::Call(call) = &node.kind {
                if let Some(into) = &call.into {
                    self.set_slot(into, without_gaps(value));
                }
                self.pass_step();
                self.advance(node.next);
            }
        } else {
            self.action_failed(&pending, "other");
        }
    }

    /// A failure: again if the contract says so, else the error's branch.
    pub(in crate::dialog) fn action_failed(&mut self, pending: &Pending, error: &str) {
        self.held.clone_from(&pending.held);
        let rules = self.rules;
        self.note(Happening::ActionEnded { action: pending.action.clone(), result: known_error(self, pending, error) });
        let Some((_, _, node)) = self.resting() else { return };
        let StepKind::Call(call) = &node.kind else { return };
        let branch = call.errors.iter().find(|(known, _)| **known == *error).map(|(_, branch)| *branch);
        let action = rules.pack.action(&pending.action);
        let again = action.filter(|action| branch.is_none() && pending.retries < u32::from(action.retry));
        // Why: silence says nothing about whether it was done.
        if error == "timeout" && again.is_none() {
            self.leave_unsettled(pending.clone());
        }
        if let Some(branch) = branch {
            self.advance(branch.or(node.next));
            return;
        }
        let counters = &mut self.doc.counters;
        counters.action_failures = counters.action_failures.saturating_add(1);
        if let Some(action) = again {
            let arguments = self.arguments(action, call);
            // Why: the same id would make a late first answer look like the second one's; the key stays the same.
            let id = self.effect_id();
            self.request_action(action, id, arguments, Some(pending));
            return;
        }
        self.fail_call(node, call);
    }

    /// The branch for what the contract does not name, or a person.
    pub(in crate::dialog) fn fail_call(&mut self, node: &Node, call: &Call) {
        match self.failed_call(node, call) {
            Next::Go(next) => self.advance(next),
            Next::Rest | Next::Over => {}
        }
    }

    pub(in crate::dialog) fn failed_call(&mut self, node: &Node, call: &Call) -> Next {
        if call.has_other {
            return Next::Go(call.other.or(node.next));
        }
        self.raise("backend");
        self.drop_flow(crate::rules::Outcome::Unresolved);
        Next::Over
    }

    /// The request the result belongs to; a late one, or one given twice, belongs to none any more.
    fn take_pending(&mut self, id: &str) -> Option<Pending> {
        self.doc.pending.take_if(|pending| pending.id == id)
    }
}

/// A result without the fields that have no value: reading one that is not there gives the same, and a session is small.
fn without_gaps(value: Value) -> Value {
    match value {
        Value::Record(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_none());
            Value::Record(fields.map(|(name, value)| (name, without_gaps(value))).collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(without_gaps).collect()),
        other => other,
    }
}

fn known_error(run: &Run<'_>, pending: &Pending, error: &str) -> String {
    let declared = run
        .rules
        .pack
        .action(&pending.action)
        .is_some_and(|action| action.errors.iter().any(|known| *known.0 == *error));
    // Why: what a host calls its failures may hold anything; the ledger knows declared names only.
    if declared || error == "timeout" { error.to_owned() } else { "other".to_owned() }
}

/// Two requests with the same key must act once: with `once_per` the same arguments, else the same request.
fn key(action: &Action, arguments: &Value, id: &str) -> String {
    if action.once_per.is_empty() {
        return id.to_owned();
    }
    let mut parts = action.name.to_string();
    for name in &action.once_per {
        let value = arguments.field(name).unwrap_or(&Value::None);
        parts.push('\n');
        parts.push_str(&serde_json::to_string(value).unwrap_or_default());
    }
    format!("{}-{:016x}", action.name, hash(&parts))
}

pub(in crate::dialog) fn preset_slot(preset: &Preset) -> &crate::rules::SlotName {
    match preset {
        Preset::Value(slot, _) | Preset::Template(slot, _) | Preset::From(slot, _) => slot,
    }
}
