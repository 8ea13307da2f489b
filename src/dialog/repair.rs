//! Repairs: cancel, correction, repeat, skip, undo, "I don't know", "why do you ask?".

use super::message::Heard;
use super::run::{Prompt, Run};
use crate::classify::{Decision, Request};
use crate::rules::{Effects, Outcome, SlotName, StepKind, Value};
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
        heard.said.requests().iter().any(|request| {
            covers(heard, request, heard.text.get(request.span()).unwrap_or(heard.text), lexicon)
        })
    }

    pub(super) fn is_any_command(&self, heard: Heard<'_>) -> bool {
        COMMANDS.iter().any(|lexicon| self.is_command(heard, lexicon))
    }

    /// Ends the open question of the bot's own, else the open flow.
    pub(super) fn cancel(&mut self) {
        if let Some(pending) = self.doc.pending.take() {
            self.forget_request(&pending.id);
        }
        let alone = self.doc.stack.is_empty();
        self.doc.question = None;
        self.doc.chips.clear();
        self.say_own("cancelled");
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
        let Some((flow, ..)) = self.resting() else {
            self.say_own("nothing_to_undo");
            return true;
        };
        let trail = self.doc.stack.last().map(|frame| frame.trail.clone()).unwrap_or_default();
        let last = trail.iter().rev().find_map(|step| {
            let pc = flow.step(step.as_str())?;
            match &flow.node(pc)?.kind {
                StepKind::Ask(ask) => Some(ask.slot.clone()),
                _ => None,
            }
        });
        match last {
            Some(slot) if !self.is_written(&slot) => {
                self.say_own("undone");
                self.change_slot(slot.as_str());
            }
            Some(_) => self.too_late(),
            None => {
                self.say_own("nothing_to_undo");
                self.come_back();
            }
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
            StepKind::Ask(ask) => {
                match &ask.why {
                    Some(words) => self.say(words, &[]),
                    None => self.say_own("why_ask"),
                }
                self.come_back();
                true
            }
            _ => false,
        }
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
            self.correct(&slot, found.value().clone());
            return true;
        }
        if lead && covers(heard, request, heard.text.get(span).unwrap_or(heard.text), "correction") {
            return self.ask_what_to_change();
        }
        false
    }

    fn ask_what_to_change(&mut self) -> bool {
        let slots: Vec<SlotName> = self.filled_asks();
        if slots.is_empty() {
            return false;
        }
        self.doc.question = Some(Question::Change(slots));
        self.prompt = Prompt::First;
        true
    }

    /// Slots of the open flow that were asked for and have a value.
    fn filled_asks(&self) -> Vec<SlotName> {
        let Some((flow, ..)) = self.resting() else { return Vec::new() };
        let asked = flow.program.iter().filter_map(|node| match &node.kind {
            StepKind::Ask(ask) => Some(ask.slot.clone()),
            _ => None,
        });
        asked.filter(|slot| self.slot(slot).is_some()).collect()
    }

    /// Gives a slot another value and runs again what followed from the old one.
    pub(super) fn correct(&mut self, slot: &SlotName, value: Value) {
        if self.is_written(slot) {
            self.too_late();
            return;
        }
        let Some((flow, ..)) = self.resting() else { return };
        let ask = flow.program.iter().find_map(|node| match &node.kind {
            StepKind::Ask(ask) if ask.slot == *slot => Some((node, ask)),
            _ => None,
        });
        let Some((node, ask)) = ask else { return };
        if let Err(words) = self.accepts(ask, &value) {
            self.say(words, &[]);
            self.come_back();
            return;
        }
        self.say_own("noted_correction");
        self.rewind(flow, slot);
        self.fill(ask, value, None);
        self.doc.question = None;
        self.doc.chips.clear();
        self.prompt = Prompt::Quiet;
        if let (Some(frame), Some(step)) = (self.doc.slot_frame_mut(), &node.id) {
            if !frame.trail.contains(step) {
                frame.trail.push(step.clone());
            }
        }
        self.advance(node.next);
    }

    /// Asks for a slot again.
    pub(super) fn change_slot(&mut self, name: &str) {
        let Some((flow, ..)) = self.resting() else { return };
        let slot = SlotName::from(name);
        if self.is_written(&slot) {
            self.too_late();
            return;
        }
        let ask = flow.program.iter().position(|node| matches!(&node.kind, StepKind::Ask(ask) if ask.slot == slot));
        let Some(index) = ask else { return };
        self.rewind(flow, &slot);
        if let Some(frame) = self.doc.slot_frame_mut() {
            frame.slots.remove(&slot);
        }
        self.advance(Some(crate::rules::Pc(index as u32)));
    }

    /// Whether an action that is done has used the slot, or something that followed from it.
    fn is_written(&self, slot: &SlotName) -> bool {
        let rules = self.rules;
        let Some(frame) = self.doc.slot_frame() else { return false };
        let Some(flow) = rules.pack.flow(frame.flow.as_str()) else { return false };
        let mut touched = vec![slot];
        frame.trail.iter().filter_map(|step| flow.node(flow.step(step.as_str())?)).any(|node| {
            if !node.reads.iter().any(|read| touched.contains(&read)) {
                return false;
            }
            touched.extend(&node.writes);
            let StepKind::Call(call) = &node.kind else { return false };
            let writes = rules.pack.action(call.action.as_str()).is_some_and(|action| action.effects == Effects::Write);
            writes && frame.done.contains(&call.action)
        })
    }

    fn too_late(&mut self) {
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
