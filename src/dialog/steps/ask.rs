use crate::dialog::execute::Next;
use crate::dialog::run::{Prompt, Run};
use crate::rules::{Ask, Chips, Node, SlotName, StepId, Type, Value};
use crate::session::Phase;

impl Run<'_> {
    /// Reaching an ask: a slot that has its value is not asked for again.
    pub(in crate::dialog) fn step_ask(&mut self, node: &Node, ask: &Ask) -> Next {
        if self.slot(&ask.slot).is_some() || self.was_skipped(node, ask) {
            self.pass_step();
            return Next::Go(node.next);
        }
        // Why: a value that is to be changed must not come back by itself.
        let anew = self.doc.stack.last().is_some_and(|frame| frame.dirty.contains(&ask.slot));
        if !anew && (self.take_early(ask) || (ask.prefill && self.take_found(ask))) {
            self.pass_step();
            return Next::Go(node.next);
        }
        if !anew && self.take_words_told(ask) {
            self.pass_step();
            return Next::Go(node.next);
        }
        if let Chips::From(source) = &ask.chips {
            let rows = self.value(source.rows);
            let rows = rows.as_list().unwrap_or_default();
            if rows.is_empty() && ask.empty.is_some() {
                return Next::Go(ask.empty);
            }
            let fresh = !anew && self.tries(node.id.as_ref()) == 0;
            if fresh && ask.prefill && self.take_row_named(ask) {
                self.pass_step();
                return Next::Go(node.next);
            }
            if let ([row], true, true) = (rows, source.take_single, fresh) {
                let value = row.field(&source.value).cloned().unwrap_or_default();
                let row = row.clone();
                if self.accepts(ask, &value).is_ok() {
                    self.fill(ask, value, Some(row));
                    self.pass_step();
                    return Next::Go(node.next);
                }
            }
        }
        let offered = self.offered(ask).filter(|_| !anew);
        self.put_first_question();
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.phase = if offered.is_some() { Phase::Offered } else { Phase::Asked };
        }
        self.prompt = if self.tries(node.id.as_ref()) > 0 { Prompt::Again } else { Prompt::First };
        Next::Rest
    }

    /// The value to propose before asking: the rule's own `offer`, else what the last flow kept.
    pub(in crate::dialog) fn offered(&self, ask: &Ask) -> Option<Value> {
        let own = ask.offer.map(|offer| self.value(offer)).filter(|value| !value.is_none());
        own.or_else(|| self.doc.kept.get(&ask.slot).cloned())
    }

    /// A value that was told in answer to an earlier question.
    fn take_early(&mut self, ask: &Ask) -> bool {
        let Some(frame) = self.doc.slot_frame_mut() else { return false };
        let place = frame.early.iter().position(|(known, _)| Some(known) == ask.entity.as_ref());
        let Some((_, value)) = place.map(|place| frame.early.remove(place)) else { return false };
        self.take_checked(ask, value)
    }

    /// A value that an earlier message brought along.
    fn take_found(&mut self, ask: &Ask) -> bool {
        let Some(entity) = ask.entity.as_ref() else { return false };
        let Some(frame) = self.doc.slot_frame_mut() else { return false };
        let mut values: Vec<Value> =
            frame.found.iter().filter(|(known, _)| known == entity).map(|(_, value)| value.clone()).collect();
        values.dedup();
        // Why: two order numbers in one message are a question, not an answer.
        let value = match (values.len(), ask.list) {
            (1, false) => values.swap_remove(0),
            (1.., true) => Value::List(values),
            _ => return false,
        };
        frame.found.retain(|(known, _)| known != entity);
        self.take_checked(ask, value)
    }

    fn take_checked(&mut self, ask: &Ask, value: Value) -> bool {
        // Why: silence about a value that cannot be used would look as if it had not been read.
        if let Err(words) = self.accepts(ask, &value) {
            self.say(words, &[]);
            return false;
        }
        self.fill(ask, value, None);
        true
    }

    /// A question is put: from now on what the customer says answers it.
    pub(in crate::dialog) fn put_first_question(&mut self) {
        if let Some(frame) = self.doc.slot_frame_mut() {
            frame.started_by = None;
        }
    }

    /// Whether the value meets the ask's conditions; if not, the words to say.
    pub(in crate::dialog) fn accepts<'r>(&self, ask: &'r Ask, value: &Value) -> Result<(), &'r crate::rules::Words> {
        if ask.valid.is_empty() {
            return Ok(());
        }
        let mut slots = self.doc.slots().cloned().unwrap_or_default();
        slots.insert(ask.slot.clone(), value.clone());
        for rule in &ask.valid {
            if !self.holds_with(rule.condition, &slots) {
                return Err(&rule.say);
            }
        }
        Ok(())
    }

    /// Fills the slot and, with `into`, the chosen row.
    pub(in crate::dialog) fn fill(&mut self, ask: &Ask, value: Value, row: Option<Value>) {
        self.set_slot(&ask.slot, value);
        if let (Some(into), Some(row)) = (ask.into.as_ref(), row) {
            self.set_slot(into, row);
        }
        self.doc.kept.remove(&ask.slot);
        if self.is_private(ask) {
            self.hide_told();
        }
        self.note_contact(ask);
    }

    fn was_skipped(&self, node: &Node, ask: &Ask) -> bool {
        let Some(frame) = self.doc.stack.last() else { return false };
        ask.optional && node.id.as_ref().is_some_and(|id| frame.trail.contains(id))
    }

    /// Failed answers to a step so far.
    pub(in crate::dialog) fn tries(&self, step: Option<&StepId>) -> u32 {
        let frame = self.doc.stack.last();
        frame.zip(step).and_then(|(frame, step)| frame.tries.get(step)).copied().unwrap_or(0)
    }

    /// Counts a failed answer; `true` once the ask's tries are used up.
    pub(in crate::dialog) fn failed_try(&mut self, step: &StepId, limit: u32) -> bool {
        let Some(frame) = self.doc.stack.last_mut() else { return false };
        let tries = frame.tries.entry(step.clone()).or_insert(0);
        *tries += 1;
        limit > 0 && *tries >= limit
    }

    /// The answers are used up: the step's way out, or a person.
    pub(in crate::dialog) fn out_of_tries(&mut self, otherwise: Option<crate::rules::Pc>) {
        self.doc.question = None;
        self.doc.chips.clear();
        if let Some(pc) = otherwise {
            self.advance(Some(pc));
        } else {
            self.raise("slot_failed");
            self.drop_flow(crate::rules::Outcome::Unresolved);
        }
    }

    /// An answer was accepted: the flow goes on behind the ask.
    pub(in crate::dialog) fn answered(&mut self, node: &Node) {
        self.doc.question = None;
        self.doc.chips.clear();
        self.prompt = Prompt::Quiet;
        self.pass_step();
        self.advance(node.next);
    }

    /// Leaves an optional ask without a value.
    pub(in crate::dialog) fn skip_ask(&mut self, node: &Node) {
        self.answered(node);
    }

    /// The value of a slot of the open flow, if it has one.
    pub(in crate::dialog) fn slot(&self, name: &SlotName) -> Option<&Value> {
        self.doc.slots()?.get(name).filter(|value| !value.is_none())
    }

    pub(in crate::dialog) fn set_slot(&mut self, name: &SlotName, value: Value) {
        if let Some(frame) = self.doc.slot_frame_mut() {
            frame.slots.insert(name.clone(), value);
        }
    }

    /// A picture the customer sent, where one is asked for.
    pub(in crate::dialog) fn take_attachment(&mut self, attachments: &[String]) -> bool {
        let rules = self.rules;
        let Some((_, _, node)) = self.resting() else { return false };
        let crate::rules::StepKind::Ask(ask) = &node.kind else { return false };
        let entity =
            ask.entity.as_ref().and_then(|name| rules.pack.entity(name.as_str())).map(|(_, entity)| &entity.kind);
        let is_image = *ask.ty.required() == Type::Image
            || matches!(entity, Some(crate::rules::EntityKind::Builtin(crate::rules::Builtin::Image)));
        let Some(first) = attachments.first().filter(|_| is_image) else { return false };
        let value = Value::Text(first.clone());
        self.fill(ask, value, None);
        self.answered(node);
        true
    }
}
