//! Questions of the bot's own, above the open flow's: which is meant, finish or switch, what to change.

use super::answer::{LITTLE, alone};
use super::choice::{SPARE_WORDS, choose, choose_by_words};
use super::message::Heard;
use super::question::{FINISH, STOP};
use super::run::{Prompt, Run};
use super::steps::Answer;
use crate::classify::{Decision, Request};
use crate::rules::{IntentId, StepKind, Value};
use crate::session::Question;

impl Run<'_> {
    /// Whether the message passes over the bot's own question and goes on with the flow below it.
    pub(super) fn answers_the_flow(&self, heard: Heard<'_>) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        let own = |intent: &IntentId| self.is_about_open_flow(intent);
        let insists = heard
            .said
            .requests()
            .iter()
            .any(|request| matches!(request.decision(), Decision::Act(intent) if own(intent)));
        if !matches!(node.kind, StepKind::Ask(_)) {
            return insists;
        }
        let chips = self.step_chips();
        let labels: Vec<&str> = chips.iter().map(|chip| chip.label.as_str()).collect();
        let names_chip = || choose_by_words(heard.text, &labels, SPARE_WORDS).is_some();
        insists || names_chip() || self.tells_what_is_asked(heard)
    }

    /// Whether the message holds a value of the kind that the open flow asks for.
    fn tells_what_is_asked(&self, heard: Heard<'_>) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        let StepKind::Ask(ask) = &node.kind else { return false };
        heard.said.entities().iter().any(|found| Some(found.entity()) == ask.entity.as_ref())
    }

    /// The question of the bot's own, answered in words.
    pub(super) fn own_question(&mut self, heard: Heard<'_>) -> bool {
        if let Some(Question::Change(slots)) = &self.doc.question {
            let named = heard.values().find_map(|found| {
                let slot = self.slots_of(found.entity()).into_iter().find(|slot| slots.contains(slot))?;
                (self.slot(&slot) != Some(found.value())).then(|| (slot, found.value().clone()))
            });
            if let Some((slot, value)) = named {
                self.correct(&slot, &value);
                return true;
            }
        }
        if self.doc.question == Some(Question::Cancel) && self.is_command(heard, "cancel") {
            self.cancel();
            return true;
        }
        if matches!(self.doc.question, Some(Question::Change(_)))
            && let Some((slot, value)) = self.other_choice(heard, heard.text)
        {
            self.correct(&slot, &value);
            return true;
        }
        if self.tells_more(heard) {
            return true;
        }
        if let Some(intent) = self.asked_instead(heard) {
            return self.answer_own(&Value::from(intent.as_str()));
        }
        let labels: Vec<&str> = self.doc.chips.iter().map(|chip| chip.label.as_str()).collect();
        if let Some(chip) = choose(heard.text, &labels).and_then(|index| self.doc.chips.get(index)).cloned() {
            return self.answer_own(&chip.value);
        }
        let answer = self.agreement(heard);
        // Why: "no, I want my money back" answers, and then asks for something else; "no, it came broken" tells what was asked.
        if answer == Some(Answer::No)
            && matches!(self.doc.question, Some(Question::Switch(_) | Question::Cancel))
            && (self.asks_something_else(heard) || self.tells_what_is_asked(heard))
        {
            return false;
        }
        // Why only what is sure: the words that were unclear are no clearer said twice.
        let sure = |request: &Request| matches!(request.decision(), Decision::Act(_));
        let meant: Option<IntentId> = heard.said.intent().filter(|_| heard.said.requests().iter().any(sure)).cloned();
        match (self.doc.question.clone(), answer, meant) {
            (Some(Question::Clarify(ids) | Question::About(_, ids)), _, Some(intent)) if ids.contains(&intent) => {
                self.answer_own(&Value::from(intent.as_str()))
            }
            (Some(Question::Clarify(ids)), Some(Answer::Yes), _) => {
                let Some(first) = ids.first() else { return false };
                self.answer_own(&Value::from(first.as_str()))
            }
            (Some(Question::Switch(intent)), None, Some(meant)) if meant == intent => {
                self.answer_own(&Value::from(intent.as_str()))
            }
            // Why: a yes to "finish first, or switch?" answers neither; what is open is kept, and the other comes after it.
            (Some(Question::Switch(_)), Some(Answer::Yes), _) => self.answer_own(&Value::from(FINISH)),
            (Some(Question::Switch(_) | Question::Cancel), Some(Answer::No), _) => self.answer_own(&Value::None),
            (Some(Question::Change(_)), Some(Answer::No), _) => {
                self.cancel();
                true
            }
            (Some(Question::Cancel), Some(Answer::Yes), _) => self.answer_own(&Value::from(STOP)),
            _ => false,
        }
    }

    /// "What about it?" or "which of the two?" answered by a clear wish for anything: what was told before is about that.
    fn asked_instead(&self, heard: Heard<'_>) -> Option<IntentId> {
        let is_open = matches!(self.doc.question, Some(Question::Clarify(_) | Question::About(..)));
        let [request] = heard.said.requests() else { return None };
        let Decision::Act(intent) = request.decision() else { return None };
        let is_wish = is_open && !request.is_guess() && !self.is_small_talk(intent) && !self.calls_person(intent);
        is_wish.then(|| intent.clone())
    }

    /// "Which of the two?" answered by a value alone: it is kept for whichever it is, and that is asked again.
    fn tells_more(&mut self, heard: Heard<'_>) -> bool {
        let rules = self.rules;
        if !matches!(self.doc.question, Some(Question::Clarify(_))) || heard.said.intent().is_some() {
            return false;
        }
        let told: Vec<_> = heard.values().filter(|found| rules.asks_for(found.entity())).collect();
        let is_alone = told.iter().any(|found| alone(heard, found.entity(), LITTLE).is_some());
        let named = self.doc.chips.iter().any(|chip| chip.label == heard.text.trim());
        if !is_alone || named {
            return false;
        }
        let told: Vec<_> = told.into_iter().map(|found| (found.entity().clone(), found.value().clone())).collect();
        self.doc.told.retain(|(known, _)| !told.iter().any(|(entity, _)| entity == known));
        self.doc.told.extend(told);
        self.say_own("noted_early");
        self.prompt = Prompt::First;
        true
    }

    /// Values told with the request come back, save where the answer names others of their kind.
    fn take_told(&mut self) {
        for (entity, value) in std::mem::take(&mut self.doc.told) {
            if !self.found.iter().any(|(known, _)| *known == entity) {
                self.found.push((entity, value));
            }
        }
    }

    /// What a chip of the bot's own question means.
    pub(super) fn answer_own(&mut self, value: &Value) -> bool {
        let Some(question) = self.doc.question.take() else { return false };
        self.doc.chips.clear();
        self.take_told();
        match question {
            Question::Clarify(_) | Question::About(..) => {
                let Some(text) = value.as_text() else { return false };
                let id = IntentId::from(text);
                self.intent = Some(id.clone());
                self.request(&id, None);
            }
            Question::Switch(intent) => {
                if value.as_text() == Some(intent.as_str()) {
                    self.switch_to(&intent);
                } else {
                    if value.as_text() == Some(FINISH) {
                        self.keep_for_later(&intent);
                    }
                    self.prompt = Prompt::Back;
                }
            }
            Question::Cancel if *value == Value::from(STOP) => self.stop(),
            Question::Cancel => self.prompt = Prompt::Back,
            Question::Change(_) => {
                let Some(name) = value.as_text() else { return false };
                self.change_slot(&crate::rules::SlotName::from(name));
            }
        }
        true
    }
}
