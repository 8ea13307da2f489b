//! Answers to the open question: chips, yes and no, values, free text.

use super::Rung;
use super::choice::{choose, is_label};
use super::message::Heard;
use super::run::{Prompt, Run};
use super::steps::Answer;
use crate::classify::{Decision, Request};
use crate::entities::{self, Reading};
use crate::rules::{Ask, Confirm, EntityName, IntentId, Node, StepKind, Type, Value};
use crate::session::{Phase, Question};

impl Run<'_> {
    /// The whole message as the answer to the open question.
    pub(super) fn answer_of_whole(&mut self, heard: Heard<'_>) -> Option<Rung> {
        self.found = heard.said.entities().iter().map(|found| (found.entity().clone(), found.value().clone())).collect();
        if self.doc.question.is_some() && self.own_question(heard) {
            return Some(Rung::Choice);
        }
        let (_, _, node) = self.resting()?;
        match &node.kind {
            StepKind::Ask(ask) => self.whole_answer(heard, node, ask),
            StepKind::Confirm(confirm) => self.whole_confirm(heard, node, confirm),
            StepKind::Choose(choice) => self.whole_choice(heard, node, choice),
            _ => None,
        }
    }

    fn whole_answer(&mut self, heard: Heard<'_>, node: &Node, ask: &Ask) -> Option<Rung> {
        // Why: what stands on a chip means the chip, whatever else the words could ask for.
        let labels: Vec<&str> = self.doc.chips.iter().map(|chip| chip.label.as_str()).collect();
        if is_label(heard.text, &labels) && self.chip_by_words(heard.text, node, ask) {
            return Some(Rung::Choice);
        }
        if self.asks_something_else(heard) {
            return None;
        }
        if self.is_offered() {
            match self.yes_or_no(heard.text) {
                Some(Answer::Yes) => {
                    let value = self.offered(ask)?;
                    self.fill(ask, value, None);
                    self.answered(node);
                    return Some(Rung::Choice);
                }
                Some(Answer::No) => {
                    self.doc.kept.remove(&ask.slot);
                    if let Some(frame) = self.doc.stack.last_mut() {
                        frame.phase = Phase::Asked;
                    }
                    self.doc.chips.clear();
                    self.prompt = Prompt::First;
                    return Some(Rung::Choice);
                }
                None => {}
            }
        }
        if self.chip_by_words(heard.text, node, ask) {
            return Some(Rung::Choice);
        }
        if self.is_any_command(heard) {
            return None;
        }
        if self.is_free_text(ask) {
            return self.free_text(heard, node, ask).then_some(Rung::Answer);
        }
        let is_question = heard.said.requests().iter().any(Request::is_question);
        if is_question || heard.said.requests().len() > 1 {
            return None;
        }
        self.value_answer(heard.text, node, ask).then_some(Rung::Answer)
    }

    /// One clause as the exact answer.
    pub(super) fn answer_clause(&mut self, heard: Heard<'_>, request: &Request, text: &str) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        if request.is_question() || self.is_other_request(request) || self.is_any_command(heard) {
            return false;
        }
        match &node.kind {
            StepKind::Ask(ask) if !self.is_free_text(ask) => self.value_answer(text, node, ask),
            StepKind::Confirm(confirm) if heard.said.requests().iter().all(|other| !self.is_other_request(other)) => {
                self.plain_confirm(text, node, confirm)
            }
            _ => false,
        }
    }

    /// A value among other words. A question is none, and neither is a request for something else.
    pub(super) fn loose_answer(&mut self, heard: Heard<'_>, request: &Request, text: &str) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        let StepKind::Ask(ask) = &node.kind else { return false };
        if self.is_free_text(ask) {
            return false;
        }
        let Some(entity) = ask.entity.as_ref() else { return false };
        let span = request.span();
        let inside = |found: &&crate::entities::Found| {
            found.entity() == entity && span.start <= found.span().start && found.span().end <= span.end
        };
        let mut values: Vec<Value> = heard.said.entities().iter().filter(inside).map(|found| found.value().clone()).collect();
        values.dedup();
        let value = match (values.len(), ask.list) {
            (1, false) => values.swap_remove(0),
            (1.., true) => Value::List(values),
            _ => return self.value_answer(text, node, ask),
        };
        self.take_value(node, ask, value)
    }

    /// A value of the asked entity, checked against the ask's conditions.
    fn value_answer(&mut self, text: &str, node: &Node, ask: &Ask) -> bool {
        let rules = self.rules;
        let reading = match &ask.entity {
            Some(entity) => rules.entities().read(entity.as_str(), text, self.language(), &self.clock),
            None => read_plain(text, &ask.ty),
        };
        match reading {
            Reading::Value(value) if ask.list => self.take_value(node, ask, Value::List(vec![value])),
            Reading::Value(value) => self.take_value(node, ask, value),
            Reading::Several(values) if ask.list => self.take_value(node, ask, Value::List(values)),
            Reading::Several(values) | Reading::Ambiguous(values) => {
                self.ask_which(ask, values);
                true
            }
            Reading::None => false,
        }
    }

    fn take_value(&mut self, node: &Node, ask: &Ask, value: Value) -> bool {
        match self.accepts(ask, &value) {
            Ok(()) => {
                let row = self.chip_row(ask, &value);
                self.fill(ask, value, row);
                self.take_other_values(ask);
                self.answered(node);
            }
            Err(words) => {
                self.say(words, &[]);
                self.count_failed(node, ask);
            }
        }
        true
    }

    /// Values of other entities in the same message answer the questions to come.
    fn take_other_values(&mut self, ask: &Ask) {
        let found = std::mem::take(&mut self.found);
        if let Some(frame) = self.doc.slot_frame_mut() {
            for (entity, value) in found {
                if Some(&entity) != ask.entity.as_ref() && !frame.found.contains(&(entity.clone(), value.clone())) {
                    frame.found.push((entity, value));
                }
            }
        }
    }

    /// The values of a message are kept for the asks of the open flow.
    pub(super) fn collect_values(&mut self, heard: Heard<'_>) {
        if let Some(frame) = self.doc.slot_frame_mut() {
            for found in heard.said.entities() {
                let pair = (found.entity().clone(), found.value().clone());
                if !frame.found.contains(&pair) {
                    frame.found.push(pair);
                }
            }
        }
    }

    /// Fills the open ask from values kept, if one fits.
    pub(super) fn fill_from_found(&mut self) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        let StepKind::Ask(ask) = &node.kind else { return false };
        let Some(entity) = ask.entity.as_ref() else { return false };
        let Some(frame) = self.doc.slot_frame() else { return false };
        let mut values = frame.found.iter().filter(|(known, _)| known == entity).map(|(_, value)| value.clone());
        match (values.next(), values.next()) {
            (Some(value), None) => self.take_value(node, ask, value),
            _ => false,
        }
    }

    /// Fills the open ask from what an intent of the open flow implies ("it arrived broken").
    pub(super) fn fill_from_intent(&mut self, id: &IntentId) -> bool {
        let rules = self.rules;
        let Some((_, _, node)) = self.resting() else { return false };
        let StepKind::Ask(ask) = &node.kind else { return false };
        let Some((_, intent)) = rules.pack.intent(id.as_str()) else { return false };
        let crate::rules::Does::Flow(_, presets) = &intent.does else { return false };
        let Some(preset) = presets.iter().find(|preset| *super::steps::preset_slot(preset) == ask.slot) else { return false };
        let value = self.preset_value(preset);
        self.take_value(node, ask, value)
    }

    fn free_text(&mut self, heard: Heard<'_>, node: &Node, ask: &Ask) -> bool {
        let requests = heard.said.requests();
        let only_questions = !requests.is_empty()
            && requests.iter().all(|request| request.is_question() && matches!(request.decision(), Decision::Act(_)));
        if only_questions {
            return false;
        }
        self.take_value(node, ask, Value::Text(heard.text.trim().to_owned()))
    }

    fn whole_confirm(&mut self, heard: Heard<'_>, node: &Node, confirm: &Confirm) -> Option<Rung> {
        if self.asks_something_else(heard) || self.corrects(heard) {
            return None;
        }
        if self.insists(heard) {
            self.confirmed(node, confirm, Answer::Yes);
            return Some(Rung::Choice);
        }
        self.plain_confirm(heard.text, node, confirm).then_some(Rung::Choice)
    }

    fn plain_confirm(&mut self, text: &str, node: &Node, confirm: &Confirm) -> bool {
        let Some(answer) = self.yes_or_no(text) else { return false };
        self.confirmed(node, confirm, answer);
        true
    }

    fn whole_choice(&mut self, heard: Heard<'_>, node: &Node, choice: &crate::rules::Choice) -> Option<Rung> {
        let labels: Vec<String> = self.doc.chips.iter().map(|chip| chip.label.clone()).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let index = choose(heard.text, &labels)?;
        let (_, _, _, branch) = choice.options.get(index)?;
        self.doc.chips.clear();
        self.pass_step();
        self.advance(branch.or(node.next));
        Some(Rung::Choice)
    }

    /// Yes or no, alone or with words that add nothing; also the words on the chips.
    pub(super) fn yes_or_no(&self, text: &str) -> Option<Answer> {
        let labels: Vec<&str> = self.doc.chips.iter().map(|chip| chip.label.as_str()).collect();
        if let Some(chip) = choose(text, &labels).and_then(|index| self.doc.chips.get(index)) {
            if let Some(truth) = chip.value.as_bool() {
                return Some(if truth { Answer::Yes } else { Answer::No });
            }
        }
        match self.rules.entities().answer(text)? {
            entities::Answer { is_yes: true, rest: None } => Some(Answer::Yes),
            entities::Answer { is_yes: false, .. } => Some(Answer::No),
            entities::Answer { is_yes: true, rest: Some(_) } => None,
        }
    }

    /// A yes with more behind it counts when that more is the open flow's own wish: "yes, send it back".
    fn insists(&self, heard: Heard<'_>) -> bool {
        let yes = self.rules.entities().answer(heard.text).is_some_and(|answer| answer.is_yes);
        let own = |request: &Request| matches!(request.decision(), Decision::Act(id) if self.is_about_open_flow(id));
        yes && heard.said.requests().iter().any(own)
            && !heard.said.lexicons().iter().any(|hit| *hit.lexicon() == *"correction")
    }

    /// A chip of the open ask chosen by label, number, ordinal or words.
    fn chip_by_words(&mut self, text: &str, node: &Node, ask: &Ask) -> bool {
        let labels: Vec<&str> = self.doc.chips.iter().map(|chip| chip.label.as_str()).collect();
        let Some(chip) = choose(text, &labels).and_then(|index| self.doc.chips.get(index)).cloned() else { return false };
        if chip.value.as_bool().is_some() {
            return false;
        }
        self.take_value(node, ask, chip.value)
    }

    /// A tapped chip, by value or label.
    pub(super) fn choose(&mut self, value: &Value) -> bool {
        let known = |chip: &&crate::session::StoredChip| {
            chip.value == *value || value.as_text().is_some_and(|text| chip.label == text)
        };
        let Some(chip) = self.doc.chips.iter().find(known).cloned() else { return false };
        self.rung = Rung::Choice;
        if self.doc.question.is_some() {
            return self.answer_own(&chip.value);
        }
        let Some((_, _, node)) = self.resting() else {
            return false;
        };
        match (&node.kind, chip.value.as_bool()) {
            (StepKind::Confirm(confirm), Some(truth)) => {
                self.confirmed(node, confirm, if truth { Answer::Yes } else { Answer::No });
                true
            }
            (StepKind::Ask(ask), Some(truth)) if self.is_offered() => {
                if truth {
                    let Some(value) = self.offered(ask) else { return false };
                    self.fill(ask, value, None);
                    self.answered(node);
                } else {
                    self.doc.kept.remove(&ask.slot);
                    self.doc.chips.clear();
                    if let Some(frame) = self.doc.stack.last_mut() {
                        frame.phase = Phase::Asked;
                    }
                    self.prompt = Prompt::First;
                }
                true
            }
            (StepKind::Ask(ask), _) => self.take_value(node, ask, chip.value),
            (StepKind::Choose(choice), _) => {
                let option = choice.options.iter().find(|(name, ..)| chip.value.as_text() == Some(name));
                let Some((_, _, _, branch)) = option else { return false };
                self.doc.chips.clear();
                self.pass_step();
                self.advance(branch.or(node.next));
                true
            }
            _ => false,
        }
    }

    /// A chip of an earlier turn: a correction if its slot is filled, else said to be out of date.
    pub(super) fn old_chip(&mut self, value: &Value) -> bool {
        let is_plain = value.as_text().is_some_and(|text| text.contains(char::is_whitespace));
        if is_plain || (self.doc.stack.is_empty() && self.doc.question.is_none()) {
            return false;
        }
        self.rung = Rung::Choice;
        let slot = self.slot_that_takes(value);
        if let Some(slot) = slot {
            self.correct(&slot, value.clone());
            return true;
        }
        self.say_own("old_choice");
        self.come_back();
        true
    }

    /// A failed answer to the open ask or confirm; `false` if nothing is asked.
    pub(super) fn failed_answer(&mut self, heard: Heard<'_>) -> bool {
        if self.doc.question.take().is_some() {
            self.doc.chips.clear();
            self.come_back();
            // Why: a question of the bot's own is put once; what does not answer it is a miss like any other.
            return false;
        }
        let Some((_, _, node)) = self.resting() else { return false };
        match &node.kind {
            StepKind::Ask(ask) => {
                self.collect_values(heard);
                self.count_failed(node, ask);
                true
            }
            StepKind::Confirm(_) => {
                self.unclear_confirm(node);
                true
            }
            StepKind::Choose(choice) => {
                let Some(step) = node.id.as_ref() else { return false };
                if self.failed_try(step, choice.tries.max(1)) {
                    self.out_of_tries(choice.otherwise);
                } else {
                    self.prompt = Prompt::Again;
                }
                true
            }
            _ => false,
        }
    }

    fn count_failed(&mut self, node: &Node, ask: &Ask) {
        let Some(step) = node.id.as_ref() else { return };
        if self.failed_try(step, ask.tries) {
            self.out_of_tries(ask.otherwise);
        } else {
            self.prompt = Prompt::Again;
        }
    }

    /// Several values where one is wanted, or one that can be read in two ways: asked back, as chips.
    fn ask_which(&mut self, ask: &Ask, values: Vec<Value>) {
        let language = self.language();
        self.doc.chips = values
            .into_iter()
            .map(|value| crate::session::StoredChip { label: self.rules.show(ask.entity.as_ref(), &value, language), value })
            .collect();
        self.prompt = Prompt::Which;
    }

    pub(super) fn is_offered(&self) -> bool {
        self.doc.stack.last().is_some_and(|frame| frame.phase == Phase::Offered)
    }

    pub(super) fn is_free_text(&self, ask: &Ask) -> bool {
        ask.entity.is_none() && *ask.ty.required() == Type::Text
    }

    /// Whether some clause asks for something that is not the open flow's own.
    fn asks_something_else(&self, heard: Heard<'_>) -> bool {
        heard.said.requests().iter().any(|request| self.is_other_request(request))
    }

    fn is_other_request(&self, request: &Request) -> bool {
        match request.decision() {
            Decision::Act(intent) => !self.is_about_open_flow(intent) && !self.is_small_talk(intent),
            Decision::Clarify(candidates) => {
                candidates.iter().all(|candidate| !self.is_about_open_flow(candidate.intent()))
            }
            Decision::Nothing => false,
        }
    }

    /// Whether a filled slot of the open flow is named anew.
    fn corrects(&self, heard: Heard<'_>) -> bool {
        heard.said.entities().iter().any(|found| {
            self.slots_of(found.entity()).iter().any(|slot| self.slot(slot).is_some_and(|value| value != found.value()))
        })
    }

    /// The question of the bot's own, answered in words.
    fn own_question(&mut self, heard: Heard<'_>) -> bool {
        if let Some(Question::Change(slots)) = &self.doc.question {
            let named = heard.said.entities().iter().find_map(|found| {
                let slot = self.slots_of(found.entity()).into_iter().find(|slot| slots.contains(slot))?;
                (self.slot(&slot) != Some(found.value())).then(|| (slot, found.value().clone()))
            });
            if let Some((slot, value)) = named {
                self.correct(&slot, value);
                return true;
            }
        }
        let labels: Vec<&str> = self.doc.chips.iter().map(|chip| chip.label.as_str()).collect();
        if let Some(chip) = choose(heard.text, &labels).and_then(|index| self.doc.chips.get(index)).cloned() {
            return self.answer_own(&chip.value);
        }
        let answer = self.yes_or_no(heard.text);
        let meant: Option<IntentId> = heard.said.intent().cloned();
        match (self.doc.question.clone(), answer, meant) {
            (Some(Question::Clarify(ids)), _, Some(intent)) if ids.contains(&intent) => {
                self.answer_own(&Value::from(intent.as_str()))
            }
            (Some(Question::Clarify(ids)), Some(Answer::Yes), _) => {
                let Some(first) = ids.first() else { return false };
                self.answer_own(&Value::from(first.as_str()))
            }
            (Some(Question::Switch(intent)), Some(Answer::Yes), _) => self.answer_own(&Value::from(intent.as_str())),
            (Some(Question::Switch(intent)), _, Some(meant)) if meant == intent => {
                self.answer_own(&Value::from(intent.as_str()))
            }
            (Some(Question::Switch(_)), Some(Answer::No), _) => self.answer_own(&Value::Bool(false)),
            (Some(Question::Change(_)), Some(Answer::No), _) => {
                self.cancel();
                true
            }
            _ => false,
        }
    }

    /// What a chip of the bot's own question means.
    pub(super) fn answer_own(&mut self, value: &Value) -> bool {
        let Some(question) = self.doc.question.take() else { return false };
        self.doc.chips.clear();
        match question {
            Question::Clarify(_) => {
                let Some(text) = value.as_text() else { return false };
                let id = IntentId::from(text);
                self.intent = Some(id.clone());
                self.request(&id, None);
            }
            Question::Switch(intent) => {
                if value.as_text() == Some(intent.as_str()) {
                    self.switch_to(&intent);
                } else {
                    self.prompt = Prompt::Back;
                }
            }
            Question::Change(_) => {
                let Some(name) = value.as_text() else { return false };
                self.change_slot(name);
            }
        }
        true
    }

    /// Slots of the open flow that an entity's values answer.
    pub(super) fn slots_of(&self, entity: &EntityName) -> Vec<crate::rules::SlotName> {
        let rules = self.rules;
        let Some(frame) = self.doc.slot_frame() else { return Vec::new() };
        let Some(flow) = rules.pack.flow(frame.flow.as_str()) else { return Vec::new() };
        flow.program
            .iter()
            .filter_map(|node| match &node.kind {
                StepKind::Ask(ask) if ask.entity.as_ref() == Some(entity) => Some(ask.slot.clone()),
                _ => None,
            })
            .collect()
    }

    /// The filled slot of the open flow that a chip's value would have answered.
    fn slot_that_takes(&self, value: &Value) -> Option<crate::rules::SlotName> {
        let rules = self.rules;
        let frame = self.doc.slot_frame()?;
        let flow = rules.pack.flow(frame.flow.as_str())?;
        let text = value.as_text()?;
        flow.program.iter().find_map(|node| {
            let StepKind::Ask(ask) = &node.kind else { return None };
            let filled = self.slot(&ask.slot).is_some_and(|known| known != value);
            let entity = ask.entity.as_ref()?;
            let fits = matches!(
                rules.entities().read(entity.as_str(), text, self.language(), &self.clock), Reading::Value(ref read) if read == value
            );
            (filled && fits).then(|| ask.slot.clone())
        })
    }
}

/// A value of a plain type, where the ask names no entity.
fn read_plain(text: &str, ty: &Type) -> Reading {
    let text = text.trim();
    let value = match ty.required() {
        Type::Integer => text.parse().ok().map(Value::Integer),
        Type::Decimal => text.parse().ok().map(Value::Decimal),
        Type::Text => Some(Value::Text(text.to_owned())),
        _ => None,
    };
    value.map_or(Reading::None, Reading::Value)
}
