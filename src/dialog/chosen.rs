//! Choosing: chips tapped or named, those of earlier turns, the options of a `choose`.

use super::Rung;
use super::choice::{SPARE_WORDS, choose_by_words, choose_plainly, only};
use super::message::Heard;
use super::question::yes_or_no_chip;
use super::run::{Prompt, Run};
use super::steps::Answer;
use crate::entities::{Reading, names_with_slips, wordings, words};
use crate::rules::{Ask, Builtin, Chips, Choice, EntityKind, EntityName, Keyword, Node, SlotName, StepKind, Value};
use crate::session::{Phase, StoredChip};

/// Words beside those of an option that still make it a choice.
const OPTION_BESIDE: usize = 5;

/// Words beside those of an option that leave it the whole answer, whatever else its words are known by.
const PLAIN_BESIDE: usize = 1;

impl Run<'_> {
    /// The answer to a `choose` in words: a chip, or what the option may be called.
    pub(super) fn whole_choice(&mut self, heard: Heard<'_>, node: &Node, choice: &Choice) -> Option<Rung> {
        let (language, script) = (self.language(), self.script());
        let labels: Vec<String> = choice
            .options
            .iter()
            .map(|(name, words, ..)| self.rules.plain(words, language, script).unwrap_or_else(|| name.to_string()))
            .collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let said = words(heard.text);
        let named = |is_named: &dyn Fn(&[Box<str>]) -> bool| {
            let calls = |phrase: &Keyword| wordings(phrase, &self.rules.pack).iter().any(|known| is_named(known));
            only(choice.options.iter().map(|(_, _, phrases, _)| phrases.iter().any(calls)))
        };
        let called = |beside: usize| {
            named(&|known| said.len() <= known.len() + beside && said.windows(known.len()).any(|part| part == known))
        };
        // Why: "退钱吧" to "wait, or your money back?" chooses, though it is a wish of its own elsewhere.
        let plain = choose_plainly(heard.text, &labels).or_else(|| called(PLAIN_BESIDE));
        if plain.is_none() && (self.asks_something_else(heard) || self.is_any_command(heard)) {
            self.pass(Rung::Choice, "the message asks for something else");
            return None;
        }
        // Why before words of the chips: "no me funcionó" has words of both.
        let polar = || self.chosen_by_yes_or_no(heard.text, choice, &labels);
        // Why last: a word as it is written on one chip counts before what looks like another's.
        let misspelt = || named(&|known| names_with_slips(&said, known, SPARE_WORDS));
        let index = plain
            .or_else(|| called(OPTION_BESIDE))
            .or_else(polar)
            .or_else(|| choose_by_words(heard.text, &labels, SPARE_WORDS))
            .or_else(misspelt);
        let Some((_, _, _, branch)) = index.and_then(|index| choice.options.get(index)) else {
            self.pass(Rung::Choice, "no option was named");
            return None;
        };
        self.doc.chips.clear();
        self.prompt = Prompt::Quiet;
        self.pass_step();
        self.advance(branch.or(node.next));
        Some(Rung::Choice)
    }

    /// Of two options one of which is called yes and the other no, the one that any yes or no of the lexicons means.
    fn chosen_by_yes_or_no(&self, text: &str, choice: &Choice, labels: &[&str]) -> Option<usize> {
        let plain = |text: &str| {
            let answer = self.rules.entities().answer(text).filter(|answer| answer.rest.is_none());
            answer.map(|answer| answer.is_yes)
        };
        let truth = plain(text)?;
        let means = |place: usize, truth: bool| {
            let phrases = choice.options.get(place).map_or(&[][..], |(_, _, phrases, _)| phrases);
            let called = phrases.iter().flat_map(|phrase| wordings(phrase, &self.rules.pack));
            let mut names =
                called.map(|words| words.join(" ")).chain(labels.get(place).map(|label| (*label).to_owned()));
            names.any(|name| plain(&name) == Some(truth))
        };
        match choice.options.len() {
            2 if means(0, truth) && means(1, !truth) && !means(1, truth) => Some(0),
            2 if means(1, truth) && means(0, !truth) && !means(0, truth) => Some(1),
            _ => None,
        }
    }

    /// The shown chip whose label, number or place the text is.
    pub(super) fn chip_labelled(&self, text: &str) -> Option<&StoredChip> {
        let labels: Vec<&str> = self.doc.chips.iter().map(|chip| chip.label.as_str()).collect();
        choose_plainly(text, &labels).and_then(|index| self.doc.chips.get(index))
    }

    /// A chip of the open ask, chosen by label, number or place.
    pub(super) fn chip_plainly(&mut self, text: &str, node: &Node, ask: &Ask) -> bool {
        let chip = self.chip_labelled(text).filter(|chip| chip.value.as_bool().is_none()).cloned();
        chip.is_some_and(|chip| self.take_value(node, ask, chip.value))
    }

    /// A chip of rows of the host's whose label has every word of the message, whatever else those words are known by: "the
    /// broken cup".
    pub(super) fn names_only_chip(&mut self, heard: Heard<'_>, node: &Node, ask: &Ask) -> bool {
        if self.is_offered() || heard.is_question() || !matches!(ask.chips, Chips::From(_)) {
            return false;
        }
        let labels: Vec<&str> = self.doc.chips.iter().map(|chip| chip.label.as_str()).collect();
        let chip = choose_by_words(heard.text, &labels, 0).and_then(|index| self.doc.chips.get(index)).cloned();
        chip.is_some_and(|chip| self.take_value(node, ask, chip.value))
    }

    /// The chip of the host's row that is of the one day the message names: "3 de dezembro", 昨天买的那个.
    pub(super) fn chip_of_day(&mut self, heard: Heard<'_>, node: &Node, ask: &Ask) -> bool {
        let Chips::From(source) = &ask.chips else { return false };
        let is_day = |entity: &EntityName| {
            let known = self.rules.pack.entity(entity.as_str());
            known.is_some_and(|(_, known)| matches!(known.kind, EntityKind::Builtin(Builtin::Date)))
        };
        let mut days =
            heard.values().filter(|found| is_day(found.entity())).filter_map(|found| found.value().as_text());
        let (Some(day), None) = (days.next(), days.next()) else { return false };
        if self.is_offered() || heard.is_question() || self.is_any_command(heard) {
            return false;
        }
        let rows = self.value(source.rows);
        let of_day = |row: &Value| {
            let Value::Record(fields) = row else { return false };
            fields.values().filter_map(Value::as_text).any(|text| text.starts_with(day))
        };
        let row = only(rows.as_list().unwrap_or_default().iter().map(of_day));
        let chip = row.and_then(|index| self.ask_chips(ask).into_iter().nth(index));
        chip.is_some_and(|chip| self.take_value(node, ask, chip.value))
    }

    /// A chip of the open ask, chosen by words of its label; one that is refused is not chosen.
    pub(super) fn chip_by_words(&mut self, heard: Heard<'_>, text: &str, node: &Node, ask: &Ask) -> bool {
        if self.rules.entities().answer(text).is_some_and(|answer| !answer.is_yes) {
            return false;
        }
        let asks = heard.said.requests().iter().any(crate::classify::Request::is_question);
        // Why: beside a proposed value there are only yes and no to tap, but all the rows can be named.
        let chips = if self.is_offered() { self.step_chips() } else { self.doc.chips.clone() };
        let labels: Vec<&str> = chips.iter().map(|chip| chip.label.as_str()).collect();
        let index = choose_by_words(text, &labels, if asks { 0 } else { SPARE_WORDS });
        let chip = index.and_then(|index| chips.get(index)).filter(|chip| chip.value.as_bool().is_none()).cloned();
        chip.is_some_and(|chip| self.take_value(node, ask, chip.value))
    }

    /// A no to a proposed value: the question is put instead.
    pub(super) fn refuse_offer(&mut self, ask: &Ask) {
        self.doc.kept.remove(&ask.slot);
        self.doc.chips.clear();
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.phase = Phase::Asked;
        }
        self.prompt = Prompt::First;
    }

    /// A tapped chip, by value or label.
    pub(super) fn choose(&mut self, value: &Value) -> bool {
        let value = match yes_or_no_chip(value, self.doc) {
            None => value.clone(),
            Some(Some(truth)) => Value::Bool(truth),
            Some(None) => return false,
        };
        let known = |chip: &&StoredChip| chip.value == value || value.as_text().is_some_and(|text| chip.label == text);
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
                    self.refuse_offer(ask);
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
        let is_free = self.doc.stack.is_empty() && self.doc.question.is_none();
        if is_plain || (is_free && yes_or_no_chip(value, self.doc).is_none()) {
            return false;
        }
        self.rung = Rung::Choice;
        match self.slot_that_takes(value) {
            Some(slot) if self.slot(&slot) == Some(value) => {}
            Some(slot) => {
                self.correct(&slot, value);
                return true;
            }
            None => self.say_own("old_choice"),
        }
        self.come_back();
        true
    }

    /// The filled slot of the open flow that a chip's value would have answered.
    fn slot_that_takes(&self, value: &Value) -> Option<SlotName> {
        let text = value.as_text()?;
        let takes = |ask: &&Ask| {
            let Some(entity) = ask.entity.as_ref() else { return false };
            let reading = self.rules.entities().read(entity.as_str(), text, self.language(), &self.clock);
            matches!(reading, Reading::Value(ref read) if read == value)
        };
        self.filled().into_iter().find(takes).map(|ask| ask.slot.clone())
    }
}
