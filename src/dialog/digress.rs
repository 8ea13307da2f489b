//! Requests: answers beside an open flow, other flows, people.

use super::message::Heard;
use super::record::Happening;
use super::run::{Prompt, Run};
use crate::rules::{Digress, Does, FlowId, Intent, IntentId, Outcome, StepKind, Value, Words};
use crate::session::{Later, Question};

/// Intents of pure courtesy: beside anything else they ask for nothing.
const SMALL_TALK: [&str; 3] = ["greet", "goodbye", "thank"];

/// Flows that may be open at once.
const STACK_LIMIT: usize = 4;

/// Bytes of a message that are kept for the first question of the flow it starts: a sentence.
const OPENING: usize = 160;

/// Answers and flows remembered as given: what is told in a summary, and a session is small.
const TRIED: usize = 12;

/// Requests kept for later.
const LATER_LIMIT: usize = 3;

impl<'a> Run<'a> {
    /// Does what an intent is for.
    pub(super) fn request(&mut self, id: &IntentId, heard: Option<Heard<'_>>) {
        let rules = self.rules;
        let Some((_, intent)) = rules.pack.intent(id.as_str()) else { return };
        self.say_notices(id);
        match &intent.does {
            Does::Say(words) => {
                self.answer(id, words);
                self.after_answer(intent);
            }
            Does::Flow(flow, _) => {
                let words = heard.map(|heard| heard.text).filter(|words| words.len() <= OPENING);
                self.started_by = words.map(str::to_owned);
                self.request_flow(intent, flow);
                self.started_by = None;
            }
            Does::Handoff(reason) => {
                if let Some(heard) = heard {
                    self.keep_evidence(heard, id);
                }
                self.raise(reason.as_str());
            }
            Does::Nothing => {
                self.say_own("miss");
                self.offer_person();
                self.come_back();
            }
        }
    }

    /// Gives an answer.
    pub(super) fn answer(&mut self, id: &IntentId, words: &'a Words) {
        self.say(words, &[]);
        self.note(Happening::Answered { intent: id.clone() });
        self.doc.answered = Some(id.clone()).filter(|_| !self.is_small_talk(id));
        self.remember_tried(id.as_str());
    }

    /// The open question comes back after an answer; with none open the answer's own chips are shown.
    fn after_answer(&mut self, intent: &Intent) {
        if !intent.chips.is_empty() && self.doc.stack.is_empty() && self.doc.question.is_none() {
            self.offer_intents(&intent.chips);
        }
        self.come_back();
    }

    fn request_flow(&mut self, intent: &'a Intent, flow: &FlowId) {
        let Some(open) = self.doc.slot_frame().map(|frame| frame.flow.clone()) else {
            self.open(intent);
            return;
        };
        let waits = self.resting().is_some_and(|(_, _, node)| matches!(node.kind, StepKind::Wait { .. }));
        if waits && open != *flow && self.doc.stack.len() < STACK_LIMIT {
            // Why: a flow that waits for the host has nothing to finish first.
            self.open(intent);
            return;
        }
        if self.started_now() {
            self.keep_for_later(&intent.id);
            return;
        }
        let digress = self.rules.pack.flow(open.as_str()).map_or(Digress::Ask, |flow| flow.digress);
        match digress {
            _ if open == *flow => self.prompt = Prompt::Again,
            Digress::Ask if self.doc.stack.len() < STACK_LIMIT => {
                self.ask_about_request(Question::Switch(intent.id.clone()));
            }
            Digress::Ask | Digress::Stay => {
                self.keep_for_later(&intent.id);
                self.come_back();
            }
            Digress::Leave => {
                self.drop_flow(Outcome::Unresolved);
                self.open(intent);
            }
        }
    }

    /// "Switch": the other flow opens on top, the first one stays open below.
    pub(super) fn switch_to(&mut self, id: &IntentId) {
        // Why: what is done now does not come again after it.
        self.doc.later.retain(|later| later.intent != *id);
        if let Some((_, intent)) = self.rules.pack.intent(id.as_str()) {
            self.open(intent);
        }
    }

    fn open(&mut self, intent: &'a Intent) {
        if let Does::Flow(flow, presets) = &intent.does {
            self.start_flow(flow, presets, Vec::new());
        }
    }

    /// Whether a flow was opened by this very message.
    pub(super) fn started_now(&self) -> bool {
        self.happened.iter().any(|what| matches!(what, Happening::FlowStarted { .. }))
    }

    /// Keeps a request, with the values it named, until the open flow has ended. The customer is told.
    pub(super) fn keep_for_later(&mut self, id: &IntentId) {
        let rules = self.rules;
        let next = Later { intent: id.clone(), found: self.found.clone() };
        if self.doc.later.contains(&next) {
            return;
        }
        if self.doc.later.len() == LATER_LIMIT {
            self.say_own("later_full");
            return;
        }
        self.doc.later.push(next);
        if let Some(words) = rules.pack.text("kept_for_later") {
            let title = self.titled(id);
            self.say(words, &[("next", Value::Text(title))]);
        }
    }

    /// Takes up the next request that was kept for later; `false` if there is none.
    pub(super) fn take_up_later(&mut self) -> bool {
        if self.doc.later.is_empty() {
            return false;
        }
        let rules = self.rules;
        let Later { intent, found } = self.doc.later.remove(0);
        if let Some(words) = rules.pack.text("now_later") {
            let title = self.titled(&intent);
            self.say(words, &[("flow", Value::Text(title))]);
        }
        self.found = found;
        self.request(&intent, None);
        true
    }

    /// Asks what a request was for, and keeps the values that were told with it.
    pub(super) fn ask_about_request(&mut self, question: Question) {
        let rules = self.rules;
        self.doc.told = self.found.iter().filter(|(entity, _)| rules.asks_for(entity)).cloned().collect();
        self.doc.question = Some(question);
        self.doc.chips.clear();
        self.prompt = Prompt::First;
    }

    /// Whether it was asked right before which of these is meant; then asking once more tells nobody anything.
    pub(super) fn was_asked(&self, ids: &[IntentId]) -> bool {
        matches!(&self.doc.question, Some(Question::Clarify(asked)) if ids.iter().all(|id| asked.contains(id)))
    }

    /// Whether an intent is what the open flow is about.
    pub(super) fn is_about_open_flow(&self, id: &IntentId) -> bool {
        let Some(frame) = self.doc.slot_frame() else { return false };
        match self.rules.pack.intent(id.as_str()).map(|(_, intent)| &intent.does) {
            Some(Does::Flow(flow, _)) => *flow == frame.flow,
            _ => false,
        }
    }

    /// Whether an intent hands over to a person at once.
    pub(super) fn calls_person(&self, id: &IntentId) -> bool {
        self.rules.pack.intent(id.as_str()).is_some_and(|(_, intent)| matches!(intent.does, Does::Handoff(_)))
    }

    pub(super) fn is_small_talk(&self, id: &IntentId) -> bool {
        SMALL_TALK.iter().any(|known| *id == *known)
    }

    fn remember_tried(&mut self, name: &str) {
        if !SMALL_TALK.contains(&name) {
            self.note_tried(name);
        }
    }

    /// Notes what the customer was given, for whoever takes over; the latest are kept.
    pub(super) fn note_tried(&mut self, name: &str) {
        let tried = &mut self.doc.tried;
        // Why the last letter first: names made by one hand begin alike more often than they end alike.
        let end = name.as_bytes().last();
        if tried.iter().any(|known| known.as_bytes().last() == end && known == name) {
            return;
        }
        // Why: the oldest makes room with its memory as well.
        let mut latest = if tried.len() == TRIED { tried.remove(0) } else { String::new() };
        latest.clear();
        latest.push_str(name);
        tried.push(latest);
    }

    /// Notices that hold today and belong to the intent.
    pub(super) fn say_notices(&mut self, id: &IntentId) {
        let rules = self.rules;
        for notice in &rules.pack.notices {
            if (notice.on.is_empty() || notice.on.contains(id)) && self.is_of_today(&notice.say) {
                self.say(&notice.say, &[]);
            }
        }
    }
}
