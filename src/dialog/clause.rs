use super::message::Heard;
use super::run::{Prompt, Run};
use super::{Answer, Rung};
use crate::classify::{Decision, Request};
use crate::entities::Found;
use crate::rules::{Does, EntityName, IntentId, Value};
use crate::session::Question;

/// How often in a row the bot may say it did not understand before the policy must have acted.
const MISSES_SHOWN: u32 = 1;

/// Answers offered where nothing was understood, and how well they must fit, as a share of a title that has every word.
const CLOSEST: usize = 3;
const CLOSE: f32 = 0.4;

impl Run<'_> {
    /// The rungs that look at each clause, in the order of [`Rung::ORDER`].
    ///
    /// Answers to the open question are looked for in the whole message first: an address has commas in it.
    pub(super) fn clauses(&mut self, heard: Heard<'_>) {
        let attached = !heard.attachments.is_empty() && self.take_attachment(heard.attachments);
        if attached {
            self.understood(Rung::Answer);
        }
        if heard.text.trim().is_empty() {
            if !attached {
                self.nothing_written(heard);
            }
            return;
        }
        if attached {
            // Why: words beside a picture may still ask for something; they are no answer to the next question.
            self.each_clause(heard, Courtesy::Leave);
            return;
        }
        if self.moved && !self.asks_something_else(heard) {
            // Why: what answers a question that is gone must not fill the one that stands there now.
            self.prompt = if self.prompt == Prompt::Quiet { Prompt::First } else { self.prompt };
            self.rung = Rung::Expired;
            return;
        }
        if let Some(rung) = self.answer_of_whole(heard) {
            self.understood(rung);
            return;
        }
        // Why: courtesy beside anything else asks for nothing; it is only answered alone.
        let mut taken = self.each_clause(heard, Courtesy::Leave);
        if !taken {
            taken = self.each_clause(heard, Courtesy::Take);
        }
        if !taken && self.names_another(heard) {
            self.understood(Rung::Repair);
            return;
        }
        if !taken && !self.has_handed_over() && !self.declined(heard) {
            self.missed(heard);
        }
    }

    fn each_clause(&mut self, heard: Heard<'_>, courtesy: Courtesy) -> bool {
        let mut taken = false;
        let mut done: Vec<IntentId> = Vec::new();
        for request in heard.said.requests() {
            if let Decision::Act(intent) = request.decision() {
                if self.is_small_talk(intent) != (courtesy == Courtesy::Take) || done.contains(intent) {
                    continue;
                }
                done.push(intent.clone());
            } else if courtesy == Courtesy::Take {
                continue;
            }
            if let Some(rung) = self.clause(heard, request) {
                taken = true;
                self.understood(rung);
            }
            if self.has_handed_over() {
                return true;
            }
        }
        taken
    }

    /// No text and nothing that answers: an attachment nobody asked for, or nothing at all.
    fn nothing_written(&mut self, heard: Heard<'_>) {
        self.rung = Rung::Miss;
        self.say_own(if heard.attachments.is_empty() { "empty_message" } else { "voice_or_image" });
        self.come_back();
    }

    fn clause(&mut self, heard: Heard<'_>, request: &Request) -> Option<Rung> {
        let text = heard.text.get(request.span()).unwrap_or(heard.text);
        if self.answer_clause(heard, request, text) {
            return Some(Rung::Answer);
        }
        self.pass(Rung::Answer, "the clause is not just the value asked for");
        if self.repair(heard, request, text) {
            return Some(Rung::Repair);
        }
        self.pass(Rung::Repair, "no correction, cancel, repeat, skip or undo");
        // Why: "it came broken, I want a refund" asks for one thing; what was told first may still answer what is open.
        let told = request.is_situation() && !self.calls_someone(request);
        if let Decision::Act(intent) = request.decision()
            && !told
            && !self.is_about_open_flow(intent)
        {
            let intent = intent.clone();
            if request.is_guess() && self.calls_person(&intent) {
                // Why: "agnet" may be a name or a brand; one tap, and the person is called.
                self.clarify(vec![intent]);
                return Some(Rung::Clarify);
            }
            // Why: "which of the two?" is answered by asking for a third.
            if matches!(self.doc.question, Some(Question::Clarify(_))) {
                self.doc.question = None;
                self.doc.chips.clear();
            }
            self.found = values_for(heard, request);
            self.request(&intent, Some(heard));
            return Some(Rung::Request);
        }
        self.pass(Rung::Request, "no intent is sure enough, or it is the open flow's own");
        if self.loose_answer(heard, request, text) {
            return Some(Rung::LooseAnswer);
        }
        self.pass(Rung::LooseAnswer, "no value for the open question among its words");
        match request.decision() {
            Decision::Act(_) if told => None,
            Decision::Act(intent) => {
                // Why: the open flow's own intent again, without a value: the customer insists, so the question comes again.
                let intent = intent.clone();
                self.again_about(&intent, heard);
                Some(Rung::Request)
            }
            Decision::Clarify(candidates) => {
                let ids: Vec<IntentId> = candidates.iter().map(|candidate| candidate.intent().clone()).collect();
                if self.prompt == Prompt::Quiet && self.was_asked(&ids) {
                    self.doc.question = None;
                    self.doc.chips.clear();
                    self.pass(Rung::Clarify, "the same was asked right before");
                    return None;
                }
                self.clarify(ids);
                Some(Rung::Clarify)
            }
            Decision::Nothing => {
                self.pass(Rung::Clarify, "no two intents are close");
                None
            }
        }
    }

    /// Whether a clause is for a person, told or asked: a complaint is heard whatever follows it.
    pub(super) fn calls_someone(&self, request: &Request) -> bool {
        let Decision::Act(intent) = request.decision() else { return false };
        let known = self.rules.pack.intent(intent.as_str());
        known.is_some_and(|(_, intent)| matches!(intent.does, Does::Handoff(_)))
    }

    /// Something was understood: the row of misses ends.
    pub(super) fn understood(&mut self, rung: Rung) {
        if self.rung == Rung::Host || rung.rank() < self.rung.rank() {
            self.rung = rung;
        }
        self.doc.counters.misses_in_a_row = 0;
    }

    /// "Don't cancel it": nothing is started, and an open flow of that intent ends.
    fn declined(&mut self, heard: Heard<'_>) -> bool {
        let declined = heard.said.declined();
        if declined.is_empty() {
            return false;
        }
        self.understood(Rung::Repair);
        if declined.iter().any(|intent| self.is_about_open_flow(intent)) {
            self.cancel();
        } else {
            self.say_own("declined");
            self.come_back();
        }
        true
    }

    /// Nothing was understood: a failed answer where a question is open, else a miss.
    fn missed(&mut self, heard: Heard<'_>) {
        self.rung = Rung::Miss;
        if self.failed_answer(heard) {
            return;
        }
        let counters = &mut self.doc.counters;
        counters.misses = counters.misses.saturating_add(1);
        counters.misses_in_a_row = counters.misses_in_a_row.saturating_add(1);
        let in_a_row = counters.misses_in_a_row;
        self.note(super::Happening::Miss { in_a_row });
        if self.policy_says(&|_| 0.0, None) {
            return;
        }
        let text = if in_a_row > MISSES_SHOWN { "miss_again" } else { "miss" };
        self.say_own(text);
        self.offer_closest(heard);
        self.offer_person();
        self.come_back();
    }

    /// Chips for the answers of the pack that a few words of the message stand in, so that the next message can be a tap.
    fn offer_closest(&mut self, heard: Heard<'_>) {
        let close = self.rules.search(heard.text, heard.said.language());
        let titled = |answer: &Answer| {
            let intent = self.rules.pack.intent(answer.intent().as_str());
            intent.is_some_and(|(_, intent)| intent.title.is_some())
                && !self.is_small_talk(answer.intent())
                && !self.calls_person(answer.intent())
        };
        let close = close.iter().take_while(|answer| answer.score() >= CLOSE);
        let ids: Vec<IntentId> =
            close.filter(|answer| titled(answer)).take(CLOSEST).map(|answer| answer.intent().clone()).collect();
        self.offer_intents(&ids);
    }

    /// The last question was for the open flow itself and brought nothing new.
    fn again_about(&mut self, intent: &IntentId, heard: Heard<'_>) {
        self.collect_values(heard);
        if self.fill_from_found() || self.fill_from_intent(intent) {
            return;
        }
        self.intent = Some(intent.clone());
        self.prompt = Prompt::Again;
    }
}

/// The values a clause is about: its own, and of entities it names none of those of the whole message.
fn values_for(heard: Heard<'_>, request: &Request) -> Vec<(EntityName, Value)> {
    let span = request.span();
    let all: Vec<&Found> = heard.values().collect();
    let inside = |found: &Found| span.start <= found.span().start && found.span().end <= span.end;
    let own = |entity: &EntityName| all.iter().any(|found| found.entity() == entity && inside(found));
    let kept = all.iter().filter(|found| inside(found) || !own(found.entity()));
    kept.map(|found| (found.entity().clone(), found.value().clone())).collect()
}

/// Whether a pass over the clauses takes greetings, thanks and goodbyes, or everything else.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Courtesy {
    Leave,
    Take,
}
