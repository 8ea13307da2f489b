//! Answers to the open question: chips, yes and no, values, free text.

use super::Rung;
use super::message::Heard;
use super::run::{Prompt, Run};
use super::steps::Answer;
use crate::classify::{Decision, Request};
use crate::entities::Reading;
use crate::expression::written;
use crate::rules::{
    Ask, Builtin, Chips, Digress, Does, EntityKind, EntityName, IntentId, Node, StepKind, Type, Value, Words,
};
use crate::session::{Phase, StoredChip};
use crate::text::is_han;

/// Words beside a value that still leave it the whole answer; two Chinese characters count as one.
pub(super) const LITTLE: usize = 2;

impl Run<'_> {
    /// The whole message as the answer to the open question.
    pub(super) fn answer_of_whole(&mut self, heard: Heard<'_>) -> Option<Rung> {
        self.found = heard.told();
        if self.doc.question.is_some() {
            if self.own_question(heard) {
                return Some(Rung::Choice);
            }
            if !self.answers_the_flow(heard) {
                self.pass(Rung::Choice, "no choice of the bot's own question");
                return None;
            }
            self.doc.question = None;
            self.doc.chips = self.step_chips();
            // Why: who wants to go on after "shall I stop?" has not said yes to what was asked before that.
            if !matches!(self.resting().map(|(_, _, node)| &node.kind), Some(StepKind::Ask(_))) {
                self.prompt = Prompt::Back;
                return Some(Rung::Choice);
            }
        }
        let Some((_, _, node)) = self.resting() else {
            self.pass(Rung::Choice, "no question is open");
            return None;
        };
        let rung = match &node.kind {
            StepKind::Ask(ask) => self.whole_answer(heard, node, ask),
            StepKind::Confirm(confirm) => self.whole_confirm(heard, node, confirm),
            StepKind::Choose(choice) => self.whole_choice(heard, node, choice),
            _ => None,
        };
        rung.or_else(|| self.takes_early(heard).then_some(Rung::Answer))
    }

    fn whole_answer(&mut self, heard: Heard<'_>, node: &Node, ask: &Ask) -> Option<Rung> {
        if self.chip_plainly(heard.text, node, ask) {
            return Some(Rung::Choice);
        }
        if self.kind_of(ask) == Some(Builtin::Address)
            && !self.is_offered()
            && self.is_told_plainly(heard)
            && self.value_answer(heard.text, node, ask)
        {
            return Some(Rung::Answer);
        }
        if self.names_only_chip(heard, node, ask) || self.chip_of_day(heard, node, ask) {
            return Some(Rung::Choice);
        }
        if let Some(value) = self.little_but(heard, ask) {
            return self.take_value(node, ask, value).then_some(Rung::Answer);
        }
        // Why: what is told in words of the customer's own may sound like any intent ("it is dead", "the handle came off").
        let calls = heard.said.requests().iter().any(|request| self.calls_someone(request));
        let holds = self.resting().is_some_and(|(flow, _, _)| flow.digress != Digress::Leave);
        let is_open = self.is_free_text(ask) && !is_closed(ask) && holds && !calls;
        if !is_open && self.asks_something_else(heard) {
            self.pass(Rung::Choice, "the message asks for something else");
            return None;
        }
        if self.is_offered() {
            match self.agreement(heard) {
                Some(Answer::Yes) => {
                    let value = self.offered(ask)?;
                    self.fill(ask, value, None);
                    self.answered(node);
                    return Some(Rung::Choice);
                }
                Some(Answer::No) => {
                    self.refuse_offer(ask);
                    // Why: "no, the small one" says what instead.
                    let rest = self.rules.entities().answer(heard.text).and_then(|answer| answer.rest);
                    if let Some(rest) = rest.and_then(|rest| heard.text.get(rest)) {
                        self.doc.chips = self.step_chips();
                        let _ = self.chip_plainly(rest, node, ask) || self.value_answer(rest, node, ask);
                    }
                    return Some(Rung::Choice);
                }
                None => {}
            }
        }
        self.pass(Rung::Choice, "no chip, number or place of one, and no yes or no that was asked for");
        let renames = self.corrects(heard) && heard.weight("correction") > 0.0;
        if self.is_any_command(heard) || renames {
            return None;
        }
        // Why: "no" to "can you send a photo?" says that there is none.
        let declines = ask.optional && !self.is_free_text(ask) && self.kind_of(ask) != Some(Builtin::YesNo);
        if declines && self.says_only_no(heard.text) && heard.weight("hold") <= 0.0 {
            self.skip_ask(node);
            return Some(Rung::Choice);
        }
        // Why: "my mail is ana@example.com" answers the question after this one.
        if self.is_free_text(ask) && !is_closed(ask) && self.tells_contact(heard) && self.takes_early(heard) {
            return Some(Rung::Answer);
        }
        if self.is_free_text(ask) {
            let taken = if is_closed(ask) {
                self.chip_by_words(heard, heard.text, node, ask)
            } else {
                self.free_text(heard, node, ask)
            };
            return taken.then_some(Rung::Answer);
        }
        // Why the whole, though it may have several clauses: addresses have commas in them, and e-mails dots.
        if heard.said.requests().iter().any(Request::is_question) && !is_bare(heard, ask) {
            return None;
        }
        self.value_answer(heard.text, node, ask).then_some(Rung::Answer)
    }

    /// Whether the message holds a phone number or an e-mail: those are no words of the customer's own.
    fn tells_contact(&self, heard: Heard<'_>) -> bool {
        heard.values().any(|found| {
            let entity = self.rules.pack.entity(found.entity().as_str());
            entity
                .is_some_and(|(_, entity)| matches!(entity.kind, EntityKind::Builtin(Builtin::Phone | Builtin::Email)))
        })
    }

    /// Whether the message asks nothing and wants nothing done: a street may be called like a matter of the shop's.
    pub(super) fn is_told_plainly(&self, heard: Heard<'_>) -> bool {
        let wants = |request: &Request| match request.decision() {
            Decision::Act(id) => {
                let intent = self.rules.pack.intent(id.as_str());
                !intent.is_some_and(|(_, intent)| matches!(intent.does, Does::Say(_)))
            }
            _ => false,
        };
        !self.is_any_command(heard)
            && !heard.said.requests().iter().any(|request| request.is_question() || wants(request))
    }

    /// The asked value when the message holds it and little else ("replacement please"): then it is the answer, whatever
    /// intent its words are known by as well.
    fn little_but(&self, heard: Heard<'_>, ask: &Ask) -> Option<Value> {
        let entity = ask.entity.as_ref().filter(|_| !ask.list)?;
        if !self.is_listed(entity) {
            return None;
        }
        let requests = heard.said.requests();
        let is_said = requests.len() <= 1 && !requests.iter().any(Request::is_question);
        if !is_said || self.is_any_command(heard) || self.rules.entities().answer(heard.text).is_some() {
            return None;
        }
        alone(heard, entity, LITTLE).cloned()
    }

    /// One clause as the exact answer.
    pub(super) fn answer_clause(&mut self, heard: Heard<'_>, request: &Request, text: &str) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        if request.is_question() || self.is_other_request(request) || self.is_any_command(heard) {
            return false;
        }
        match &node.kind {
            // Why not a confirm: "yes, but change the address" is no yes to what was asked.
            StepKind::Ask(ask) if !self.is_free_text(ask) && self.may_fill(ask) => self.value_answer(text, node, ask),
            _ => false,
        }
    }

    /// A value among other words. A question is none, and neither is a request for something else.
    pub(super) fn loose_answer(&mut self, heard: Heard<'_>, request: &Request, text: &str) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        let StepKind::Ask(ask) = &node.kind else { return false };
        if self.is_free_text(ask) || !self.may_fill(ask) {
            return false;
        }
        if self.chip_by_words(heard, text, node, ask) {
            return true;
        }
        let Some(entity) = ask.entity.as_ref().filter(|_| !request.is_question()) else { return false };
        let span = request.span();
        let inside = |found: &&crate::entities::Found| {
            found.entity() == entity && span.start <= found.span().start && found.span().end <= span.end
        };
        let mut values: Vec<Value> = heard.values().filter(inside).map(|found| found.value().clone()).collect();
        values.dedup();
        let value = match (values.len(), ask.list) {
            (1, false) => values.swap_remove(0),
            (1.., true) => Value::List(values),
            _ => return self.value_answer(text, node, ask),
        };
        self.take_value(node, ask, value)
    }

    /// Whether this message may answer the ask: not if it started the flow and the ask takes nothing from such a message.
    fn may_fill(&self, ask: &Ask) -> bool {
        ask.prefill || !self.started_now()
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
            Reading::Several(values) => {
                // Why: "not AB1234, it is CD5678" names two, and means one.
                let is_meant = |value: &&Value| {
                    self.found.iter().any(|(entity, found)| Some(entity) == ask.entity.as_ref() && found == *value)
                };
                if let [only] = values.iter().filter(is_meant).collect::<Vec<_>>()[..] {
                    return self.take_value(node, ask, only.clone());
                }
                self.ask_which(ask, values);
                true
            }
            Reading::Ambiguous(values) => {
                self.ask_which(ask, values);
                true
            }
            Reading::None => false,
        }
    }

    pub(super) fn take_value(&mut self, node: &Node, ask: &Ask, value: Value) -> bool {
        if needs_row(ask) && self.chip_row(ask, &value).is_none() {
            self.refuse_answer("not_that_choice", node, ask);
            return true;
        }
        match self.accepts(ask, &value) {
            Ok(()) => {
                let row = self.chip_row(ask, &value);
                self.fill(ask, value, row);
                self.take_other_values(ask);
                self.answered(node);
            }
            Err(words) => {
                self.refuse(words, node, ask);
            }
        }
        true
    }

    /// Values of other entities in the same message answer the questions to come.
    fn take_other_values(&mut self, ask: &Ask) {
        let rules = self.rules;
        let found = std::mem::take(&mut self.found);
        if let Some(frame) = self.doc.slot_frame_mut() {
            for (entity, value) in found {
                if Some(&entity) != ask.entity.as_ref() && rules.asks_for(&entity) {
                    frame.note_found(entity, value);
                }
            }
        }
    }

    /// The values of a message are kept for the asks of the open flow.
    pub(super) fn collect_values(&mut self, heard: Heard<'_>) {
        let rules = self.rules;
        if let Some(frame) = self.doc.slot_frame_mut() {
            for found in heard.values().filter(|found| rules.asks_for(found.entity())) {
                frame.note_found(found.entity().clone(), found.value().clone());
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
        let Does::Flow(_, presets) = &intent.does else { return false };
        let Some(preset) = presets.iter().find(|preset| *super::steps::preset_slot(preset) == ask.slot) else {
            return false;
        };
        let value = self.preset_value(preset);
        self.take_value(node, ask, value)
    }

    fn free_text(&mut self, heard: Heard<'_>, node: &Node, ask: &Ask) -> bool {
        let requests = heard.said.requests();
        let only_questions = !requests.is_empty()
            && requests.iter().all(|request| request.is_question() && matches!(request.decision(), Decision::Act(_)));
        let is_courtesy = |request: &Request| matches!(request.decision(), Decision::Act(id) if self.is_small_talk(id));
        if only_questions || (!requests.is_empty() && requests.iter().all(is_courtesy)) {
            return false;
        }
        let is_huh = heard.is_question() && weight(heard.text) <= 1;
        if is_huh {
            return false;
        }
        // Why: "anything else we should know?" – "no" is nothing to write down.
        match self.yes_or_no(heard.text) {
            Some(Answer::No) if ask.optional => {
                self.skip_ask(node);
                return true;
            }
            // Why: a bare yes or no is no name of a company and no idea; said again it is meant.
            Some(_) if self.tries(node.id.as_ref()) == 0 => return false,
            _ => {}
        }
        self.take_value(node, ask, Value::Text(heard.text.trim().to_owned()))
    }

    /// Whether the values of an entity are listed in the rules.
    pub(super) fn is_listed(&self, entity: &EntityName) -> bool {
        let entity = self.rules.pack.entity(entity.as_str());
        entity.is_some_and(|(_, entity)| matches!(entity.kind, EntityKind::Values(_)))
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
                let known = self.doc.slot_frame().map_or(0, |frame| frame.found.len());
                self.collect_values(heard);
                let answers_later = self.doc.slot_frame().is_some_and(|frame| {
                    let asked = |(entity, _): &(EntityName, Value)| {
                        Some(entity) != ask.entity.as_ref() && !self.slots_of(entity).is_empty()
                    };
                    frame.found.iter().skip(known).any(asked)
                });
                if answers_later {
                    // Why: it is no failure to answer the question after this one; it is kept for that.
                    self.prompt = Prompt::Again;
                    return true;
                }
                if let Some(frame) = self.doc.stack.last_mut().filter(|frame| frame.phase == Phase::Offered) {
                    frame.phase = Phase::OfferedAgain;
                    self.prompt = Prompt::Failed;
                    return true;
                }
                if self.is_offered() {
                    // Why: what was proposed is not what the customer speaks of, so the question itself is put.
                    self.refuse_offer(ask);
                }
                if is_closed(ask) {
                    self.refuse_answer("not_that_choice", node, ask);
                } else {
                    self.count_failed(node, ask);
                }
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
                    self.prompt = Prompt::Failed;
                }
                true
            }
            _ => false,
        }
    }

    fn refuse_answer(&mut self, text: &str, node: &Node, ask: &Ask) {
        let rules = self.rules;
        match rules.pack.text(text) {
            Some(words) => self.refuse(words, node, ask),
            None => self.count_failed(node, ask),
        }
    }

    /// Says what is wrong with an answer, and asks again.
    fn refuse(&mut self, words: &Words, node: &Node, ask: &Ask) {
        self.say(words, &[]);
        self.count_failed(node, ask);
        // Why: the question needs no word of its own about why it comes again.
        if self.prompt == Prompt::Failed {
            self.prompt = Prompt::Again;
        }
    }

    pub(super) fn count_failed(&mut self, node: &Node, ask: &Ask) {
        let Some(step) = node.id.as_ref() else { return };
        if self.failed_try(step, ask.tries) {
            self.out_of_tries(ask.otherwise);
        } else {
            self.prompt = Prompt::Failed;
        }
    }

    /// Several values where one is wanted, or one that can be read in two ways: asked back, as chips.
    fn ask_which(&mut self, ask: &Ask, values: Vec<Value>) {
        let language = self.language();
        let label = |value: &Value| {
            let written = written(value, &self.locale(), self.kind_of(ask));
            written.unwrap_or_else(|| self.rules.show(ask.entity.as_ref(), value, language))
        };
        let chips = values.into_iter().map(|value| StoredChip { label: label(&value), value });
        self.doc.chips = chips.collect();
        self.prompt = Prompt::Which;
    }

    /// The built-in kind of the values an ask takes.
    pub(super) fn kind_of(&self, ask: &Ask) -> Option<Builtin> {
        let (_, entity) = self.rules.pack.entity(ask.entity.as_ref()?.as_str())?;
        match &entity.kind {
            EntityKind::Builtin(builtin) => Some(*builtin),
            _ => None,
        }
    }

    pub(super) fn is_offered(&self) -> bool {
        self.doc.stack.last().is_some_and(|frame| matches!(frame.phase, Phase::Offered | Phase::OfferedAgain))
    }

    pub(super) fn is_free_text(&self, ask: &Ask) -> bool {
        ask.entity.is_none() && *ask.ty.required() == Type::Text
    }

    /// Whether some clause asks for something that is not the open flow's own.
    pub(super) fn asks_something_else(&self, heard: Heard<'_>) -> bool {
        heard.said.requests().iter().any(|request| self.is_other_request(request))
    }

    fn is_other_request(&self, request: &Request) -> bool {
        match request.decision() {
            // Why not for a person: who asks for one is heard, however it was understood.
            _ if request.is_learned() && !self.calls_someone(request) => false,
            Decision::Act(intent) => !self.is_about_open_flow(intent) && !self.is_small_talk(intent),
            Decision::Clarify(candidates) => {
                candidates.iter().all(|candidate| !self.is_about_open_flow(candidate.intent()))
            }
            Decision::Nothing => false,
        }
    }

    /// Whether a filled slot of the open flow is named anew.
    pub(super) fn corrects(&self, heard: Heard<'_>) -> bool {
        heard.values().any(|found| {
            self.slots_of(found.entity()).iter().any(|slot| self.slot(slot).is_some_and(|value| value != found.value()))
        })
    }
}

/// The one value of an entity that a message names, with at most so many words beside it. It may be named twice, or by a phrase
/// and by a word of that phrase.
pub(super) fn alone<'h>(heard: Heard<'h>, entity: &EntityName, beside: usize) -> Option<&'h Value> {
    let found = || heard.said.entities().iter().filter(|found| found.entity() == entity);
    let only = found().next()?.value();
    let start = found().map(|found| found.span().start).min()?;
    let end = found().map(|found| found.span().end).max()?;
    let outside = [heard.text.get(..start)?, heard.text.get(end..)?];
    (found().all(|found| found.value() == only) && outside.into_iter().map(weight).sum::<usize>() <= beside)
        .then_some(only)
}

/// Whether the message is a value of the asked entity and not a word beside it: "AB12345678?" asks nothing.
fn is_bare(heard: Heard<'_>, ask: &Ask) -> bool {
    let entity = ask.entity.as_ref();
    let mut found = heard.said.entities().iter().filter(|found| Some(found.entity()) == entity);
    let (Some(only), None) = (found.next(), found.next()) else { return false };
    let outside = [heard.text.get(..only.span().start), heard.text.get(only.span().end..)];
    outside.into_iter().flatten().all(|part| weight(part) == 0)
}

/// Words of a text, two Chinese characters counted as one.
pub(super) fn weight(text: &str) -> usize {
    let han = text.chars().filter(|letter| is_han(*letter)).count();
    let words = text.split(|letter: char| !letter.is_alphanumeric() || is_han(letter));
    han.div_ceil(2) + words.filter(|word| !word.is_empty()).count()
}

/// Whether only the listed values count.
pub(super) fn is_closed(ask: &Ask) -> bool {
    matches!(&ask.chips, Chips::Values(names) if !names.is_empty())
}

/// Whether what follows counts on the whole row that was chosen: then only the rows shown can be chosen.
fn needs_row(ask: &Ask) -> bool {
    matches!(ask.chips, Chips::From(_)) && ask.into.is_some() && ask.empty.is_some()
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
