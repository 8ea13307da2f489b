//! Repairs: cancel, correction, repeat, skip, undo, "I don't know", "why do you ask?".

use super::message::Heard;
use super::run::{Prompt, Run};
use crate::classify::{Decision, Request};
use crate::rules::{Effects, Outcome, SlotName, StepKind};
use crate::session::Question;

/// How much of a clause a command must cover, in percent of its letters: "cancel please" is one, "cancel my order" is not.
const COMMAND_COVER: usize = 55;

/// The same for words that cancel inside an open flow, where nothing else was understood: 算了不退了.
const CANCEL_COVER: usize = 30;

/// Lexicons whose words alone are commands to the bot.
const COMMANDS: [&str; 6] = ["cancel", "repeat", "skip", "undo", "dont_know", "why_ask"];

impl Run<'_> {
    /// The first repair that the clause asks for.
    pub(super) fn repair(&mut self, heard: Heard<'_>, request: &Request, text: &str) -> bool {
        if self.correction(heard, request) {
            return true;
        }
        let undecided = !matches!(request.decision(), Decision::Act(_));
        let is_open = !self.doc.stack.is_empty() || self.doc.question.is_some();
        if is_open && undecided && !request.is_question() && share(heard, request, text, "cancel") >= CANCEL_COVER {
            self.cancel();
            return true;
        }
        let Some(command) = COMMANDS.into_iter().find(|lexicon| covers(heard, request, text, lexicon)) else {
            return false;
        };
        match command {
            "cancel" if is_open => self.cancel(),
            "cancel" if undecided => self.say_own("nothing_to_cancel"),
            "repeat" if undecided => self.repeat(),
            "skip" if undecided => return self.skip(),
            "undo" if undecided => return self.undo(),
            "dont_know" if undecided => return self.unknown_answer(),
            "why_ask" => return self.why(),
            _ => return false,
        }
        true
    }

    /// Whether the whole message is a command of this lexicon.
    pub(super) fn is_command(&self, heard: Heard<'_>, lexicon: &str) -> bool {
        heard
            .said
            .requests()
            .iter()
            .any(|request| covers(heard, request, heard.text.get(request.span()).unwrap_or(heard.text), lexicon))
    }

    pub(super) fn is_any_command(&self, heard: Heard<'_>) -> bool {
        COMMANDS.iter().any(|lexicon| self.is_command(heard, lexicon))
    }

    /// Ends the open question of the bot's own, else the open flow.
    pub(super) fn cancel(&mut self) {
        if let Some(pending) = self.doc.pending.take() {
            self.forget_request(&pending.id);
            let action = self.rules.pack.action(&pending.action);
            if action.is_some_and(|action| action.effects != Effects::Read) {
                self.doc.cancelled.retain(|id| self.doc.dropped.contains(id));
                self.doc.cancelled.push(pending.id);
            }
        }
        let alone = self.doc.stack.is_empty();
        self.doc.question = None;
        self.doc.chips.clear();
        let is_done = self.doc.slot_frame().is_some_and(|frame| !frame.done.is_empty());
        self.say_own(if is_done { "cancelled_done" } else { "cancelled" });
        if is_done {
            self.offer_person();
        }
        if !alone {
            self.end_flow(Outcome::Cancelled);
        }
        self.doc.kept.clear();
    }

    fn repeat(&mut self) {
        let last = std::mem::take(&mut self.doc.last_replies);
        if last.is_empty() {
            self.say_own("nothing_to_repeat");
            return;
        }
        for text in last {
            self.say_text(text);
        }
        self.repeats = true;
        let open = self.resting().is_some() || self.doc.question.is_some();
        // Why: the repeated words hold the question already; only its chips must come again.
        self.prompt = if open { Prompt::ChipsOnly } else { Prompt::Quiet };
    }

    fn skip(&mut self) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        match &node.kind {
            StepKind::Ask(ask) if ask.optional => self.skip_ask(node),
            _ => {
                self.say_own("cannot_skip");
                self.come_back();
            }
        }
        true
    }

    /// Goes back to the last question answered in the open flow.
    fn undo(&mut self) -> bool {
        let Some(last) = self.last_answered() else {
            self.say_own("nothing_to_undo");
            self.come_back();
            return true;
        };
        if self.is_sealed(&last) {
            self.too_late();
        } else {
            self.say_own("undone");
            self.change_slot(&last);
        }
        true
    }

    /// "I don't know": an optional question is left out, any other counts as a failed answer.
    fn unknown_answer(&mut self) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        match &node.kind {
            StepKind::Ask(ask) if ask.optional => {
                self.skip_ask(node);
                true
            }
            _ => false,
        }
    }

    fn why(&mut self) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        match &node.kind {
            StepKind::Ask(ask) => match &ask.why {
                Some(words) => self.say(words, &[]),
                None => self.say_own("why_ask"),
            },
            StepKind::Confirm(_) | StepKind::Choose(_) => self.say_own("why_ask"),
            _ => return false,
        }
        self.come_back();
        true
    }

    /// A slot answered before is named anew: "no, it's AB99…".
    fn correction(&mut self, heard: Heard<'_>, request: &Request) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        let span = request.span();
        let lead = heard.said.lexicons().iter().any(|hit| *hit.lexicon() == *"correction");
        let open = match &node.kind {
            StepKind::Ask(ask) => ask.entity.clone(),
            _ => None,
        };
        for found in heard.said.entities() {
            let inside = span.start <= found.span().start && found.span().end <= span.end;
            if !inside || (open.as_ref() == Some(found.entity()) && !lead) {
                continue;
            }
            let slot = self
                .slots_of(found.entity())
                .into_iter()
                .find(|slot| self.slot(slot).is_some_and(|value| value != found.value()));
            let Some(slot) = slot else { continue };
            // Why: without a word of correction a value in a sentence of its own business is no correction.
            if !lead && (request.is_question() || matches!(request.decision(), Decision::Act(_))) {
                continue;
            }
            self.correct(&slot, found.value());
            return true;
        }
        if lead && covers(heard, request, heard.text.get(span).unwrap_or(heard.text), "correction") {
            return self.ask_what_to_change();
        }
        false
    }

    /// At a confirm another value of a slot is a correction however it is put.
    pub(super) fn names_another(&mut self, heard: Heard<'_>) -> bool {
        let at_confirm = matches!(self.resting().map(|(_, _, node)| &node.kind), Some(StepKind::Confirm(_)));
        let other = heard.said.entities().iter().filter(|_| at_confirm).find_map(|found| {
            let mut slots = self.slots_of(found.entity()).into_iter();
            let slot = slots.find(|slot| self.slot(slot).is_some_and(|value| value != found.value()))?;
            Some((slot, found.value().clone()))
        });
        let Some((slot, value)) = other else { return false };
        self.correct(&slot, &value);
        true
    }

    fn ask_what_to_change(&mut self) -> bool {
        let slots: Vec<SlotName> = self.filled().into_iter().map(|ask| ask.slot.clone()).collect();
        if slots.is_empty() {
            return false;
        }
        self.doc.question = Some(Question::Change(slots));
        self.prompt = Prompt::First;
        true
    }

    pub(super) fn too_late(&mut self) {
        self.say_own("too_late_to_correct");
        self.offer_person();
        self.come_back();
    }
}

/// Whether words of a lexicon are (nearly) all a clause says.
fn covers(heard: Heard<'_>, request: &Request, text: &str, lexicon: &str) -> bool {
    share(heard, request, text, lexicon) >= COMMAND_COVER
}

/// How much of a clause is words of a lexicon, in percent of its letters.
fn share(heard: Heard<'_>, request: &Request, text: &str, lexicon: &str) -> usize {
    let span = request.span();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let mut covered = 0;
    let mut end = span.start;
    for hit in heard.said.lexicons() {
        let at = hit.span();
        if *hit.lexicon() != *lexicon || hit.negated() || at.start < end || at.end > span.end {
            continue;
        }
        covered += heard.text.get(at.clone()).map_or(0, letters);
        end = at.end;
    }
    covered * 100 / letters(text).max(1)
}
