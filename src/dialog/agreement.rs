//! Yes and no: what was asked by name, a refusal of it, and what a yes holds back.

use super::Rung;
use super::answer::{LITTLE, alone, weight};
use super::message::Heard;
use super::run::Run;
use super::steps::Answer;
use crate::classify::{Decision, Request};
use crate::entities;
use crate::rules::{Confirm, IntentId, Node, Words};
use crate::text::is_han;

/// Letters two words begin with alike that make them forms of one: cancela, cancelo.
const SAME: usize = 5;

/// Words more than a little that a message may have which denies what is asked: "please do not cancel it yet".
const DENIED: usize = 4;

/// Lexicons whose words after a yes take something of it back.
const RESERVED: [&str; 6] = ["negation", "correction", "cancel", "undo", "dont_know", "hold"];

impl Run<'_> {
    /// The whole message as the answer to a confirm.
    pub(super) fn whole_confirm(&mut self, heard: Heard<'_>, node: &Node, confirm: &Confirm) -> Option<Rung> {
        if self.agrees_to_effect(heard, confirm) {
            self.confirmed(node, confirm, Answer::Yes);
            return Some(Rung::Choice);
        }
        let stops = self.is_command(heard, "cancel") && self.chip_labelled(heard.text).is_none();
        // Why: "no acepto" is a no here, though it is a complaint elsewhere.
        if !stops && self.says_only_no(heard.text) && self.corrected_choice(heard).is_none() {
            self.confirmed(node, confirm, Answer::No);
            return Some(Rung::Choice);
        }
        if self.asks_something_else(heard) || self.corrects(heard) {
            self.pass(Rung::Choice, "the message asks for something else or names another value");
            return None;
        }
        if self.insists(heard) || self.names_effect(heard, confirm) {
            self.confirmed(node, confirm, Answer::Yes);
            return Some(Rung::Choice);
        }
        if let Some((slot, value)) = self.corrected_choice(heard) {
            self.correct(&slot, &value);
            return Some(Rung::Repair);
        }
        if self.refuses(heard) || self.denies_effect(heard, confirm) {
            if confirm.has_else {
                self.confirmed(node, confirm, Answer::No);
                return Some(Rung::Choice);
            }
            // Why at once: what was told is given up with what it was told for.
            self.stop();
            return Some(Rung::Repair);
        }
        if let Some((slot, value)) = self.corrected_words(heard, node) {
            self.correct(&slot, &value);
            return Some(Rung::Repair);
        }
        // Why: 算了 is a no as well, but it wants the whole thing to end, not to be asked what to change; where a no has its own
        // branch, that is the end of it.
        if stops && confirm.has_else {
            // Why not a no: "cancel" is also a wish, and of another flow it gives up this one, not only what is asked here.
            let is_wish = |request: &Request| match request.decision() {
                Decision::Act(intent) => !self.is_about_open_flow(intent),
                _ => false,
            };
            if heard.said.requests().iter().any(is_wish) {
                self.pass(Rung::Choice, "the message gives up the whole thing");
                return None;
            }
            self.confirmed(node, confirm, Answer::No);
            return Some(Rung::Choice);
        }
        if let Some(answer) = self.agreement(heard).filter(|_| !stops) {
            self.confirmed(node, confirm, answer);
            return Some(Rung::Choice);
        }
        self.pass(Rung::Choice, "no clear yes or no");
        None
    }

    /// Yes or no; also a yes that only tells to go ahead: "sí, búsquenlo", "yes do it", 好的查吧.
    pub(super) fn agreement(&self, heard: Heard<'_>) -> Option<Answer> {
        if let Some(answer) = self.yes_or_no(heard.text) {
            // Why: 嗯？ and "yes?" wonder; what they wonder at is put again.
            let wonders = heard.text.trim_end().ends_with(['?', '？']);
            return Some(answer).filter(|answer| *answer == Answer::No || !wonders);
        }
        let rest = self.rules.entities().answer(heard.text).filter(|answer| answer.is_yes)?.rest?;
        let words = heard.text.get(rest.clone())?;
        let tells = heard.said.entities().iter().any(|found| found.span().end > rest.start)
            || heard.said.lexicons().iter().any(|hit| RESERVED.iter().any(|name| *hit.lexicon() == **name));
        let is_plain = !tells
            && weight(words) <= LITTLE
            && !entities::turns_away(words)
            && !heard.said.requests().iter().any(Request::is_question)
            && !self.asks_something_else(heard)
            && self.other_choice(heard, words).is_none();
        is_plain.then_some(Answer::Yes)
    }

    /// Yes or no, alone or with words that add nothing; also the words on the chips.
    pub(super) fn yes_or_no(&self, text: &str) -> Option<Answer> {
        if let Some(truth) = self.chip_labelled(text).and_then(|chip| chip.value.as_bool()) {
            return Some(if truth { Answer::Yes } else { Answer::No });
        }
        match self.rules.entities().answer(text)? {
            entities::Answer { is_yes: true, rest: None } => Some(Answer::Yes),
            entities::Answer { is_yes: false, .. } => Some(Answer::No),
            entities::Answer { is_yes: true, rest: Some(_) } => None,
        }
    }

    /// Whether the text is a no, with nothing behind it.
    pub(super) fn says_only_no(&self, text: &str) -> bool {
        self.rules.entities().answer(text) == Some(entities::Answer { is_yes: false, rest: None })
    }

    /// A yes with more behind it counts when that more is the open flow's own wish: "yes, send it back".
    fn insists(&self, heard: Heard<'_>) -> bool {
        let Some(answer) = self.rules.entities().answer(heard.text).filter(|answer| answer.is_yes) else {
            return false;
        };
        let rest = answer.rest.and_then(|rest| heard.text.get(rest)).unwrap_or_default();
        // Why: "yes, but when …?" wants something first.
        if entities::turns_away(rest) {
            return false;
        }
        let own = |request: &Request| {
            !request.is_question() && matches!(request.decision(), Decision::Act(id) if self.is_about_open_flow(id))
        };
        heard.said.requests().iter().any(own)
            && !heard.said.lexicons().iter().any(|hit| *hit.lexicon() == *"correction")
    }

    /// "Sim, cancela" or "pode cancelar sim" to "shall I cancel it?": a yes, and the words of what is asked.
    fn agrees_to_effect(&self, heard: Heard<'_>, confirm: &Confirm) -> bool {
        let is_plain = !heard.is_question()
            && !heard.said.requests().iter().any(Request::is_question)
            && ["negation", "correction", "hold"].iter().all(|name| heard.hits(name).next().is_none());
        if !is_plain {
            return false;
        }
        let answer = self.rules.entities().answer(heard.text).filter(|answer| answer.is_yes);
        let behind = answer.and_then(|answer| heard.text.get(answer.rest?));
        let before = heard.text.trim_end().rsplit_once(char::is_whitespace);
        let before = before.filter(|(_, last)| self.yes_or_no(last) == Some(Answer::Yes)).map(|(before, _)| before);
        behind.or(before).is_some_and(|words| {
            weight(words) <= LITTLE && !entities::turns_away(words) && self.speaks_of(&confirm.say, words)
        })
    }

    /// Whether a short message names just what the open yes or no is about: "cancel it", 删除. A bare word that also stops the
    /// bot ("cancel") does not.
    fn names_effect(&self, heard: Heard<'_>, confirm: &Confirm) -> bool {
        let reserved = RESERVED.iter().filter(|name| **name != "cancel");
        let is_plain = heard.said.requests().len() <= 1
            && !heard.is_question()
            && !heard.said.requests().iter().any(Request::is_question)
            && reserved.into_iter().all(|name| heard.weight(name) <= 0.0);
        let words = weight(heard.text);
        if !is_plain || words > LITTLE + 1 {
            return false;
        }
        let is_effect = |request: &Request| {
            let flow = self.doc.slot_frame().map(|frame| frame.flow.as_str());
            matches!(request.decision(), Decision::Act(id) if Some(id.as_str()) == flow)
        };
        if words > 1 && heard.said.requests().iter().any(is_effect) && self.speaks_of(&confirm.say, heard.text) {
            return true;
        }
        // Why only where nothing else was asked: "damaged" is no yes to "return it, as it came damaged?".
        let [ask] = self.filled()[..] else { return false };
        let named =
            ask.entity.as_ref().filter(|entity| self.is_listed(entity)).and_then(|entity| alone(heard, entity, LITTLE));
        named.is_some() && named == self.slot(&ask.slot) && !self.is_any_command(heard)
    }

    /// Whether a short message denies just what the open yes or no is about: 先别取消, "don't send it".
    fn denies_effect(&self, heard: Heard<'_>, confirm: &Confirm) -> bool {
        let is_plain = !heard.is_question() && !heard.said.requests().iter().any(Request::is_question);
        if !is_plain || weight(heard.text) > LITTLE + DENIED {
            return false;
        }
        let denied = heard.hits("negation").map(|hit| hit.span().end).max();
        denied.and_then(|end| heard.text.get(end..)).is_some_and(|rest| self.speaks_of(&confirm.say, rest))
    }

    /// Whether a question has words of the text, other than those it shows of slots: "doesn't fit" is no "return it".
    fn speaks_of(&self, question: &Words, text: &str) -> bool {
        let Some((mut asked, _)) = self.words(question, &[]) else { return false };
        for value in self.filled().into_iter().filter_map(|ask| Some((ask, self.slot(&ask.slot)?))) {
            let shown = self.rules.show(value.0.entity.as_ref(), value.1, self.language());
            asked = asked.replace(&shown, " ");
        }
        let (asked, said) = (entities::words(&asked), entities::words(text));
        let is_same = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count() >= SAME;
        if said.iter().flat_map(|word| word.chars()).any(is_han) {
            // Why pairs: a Chinese character alone says little.
            return said.windows(2).any(|pair| asked.windows(2).any(|other| other == pair));
        }
        said.iter().any(|word| asked.iter().any(|other| is_same(word, other)))
    }

    /// Whether the message says no to a yes or no and wants nothing else instead: 不退了, "no, leave it", "mejor no".
    fn refuses(&self, heard: Heard<'_>) -> bool {
        let hits = || heard.said.lexicons().iter();
        let inside = |place: std::ops::Range<usize>| {
            let mut denials = hits().filter(|hit| matches!(hit.lexicon().as_str(), "negation" | "no"));
            denials.any(|hit| place.start <= hit.span().start && hit.span().end <= place.end)
        };
        let says_no = self.rules.entities().answer(heard.text).is_some_and(|answer| !answer.is_yes)
            || hits().any(|hit| *hit.lexicon() == *"cancel" && inside(hit.span()));
        let stops = self.is_command(heard, "cancel") && self.chip_labelled(heard.text).is_none();
        let own = |id: &IntentId| self.is_about_open_flow(id);
        (says_no && stops) || heard.said.declined().iter().any(own)
    }
}
