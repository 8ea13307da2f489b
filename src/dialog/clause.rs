use super::Rung;
use super::answer::{LITTLE, weight};
use super::message::Heard;
use super::repair::covers;
use super::run::{Prompt, Proposed, Run};
use super::speak::is_blank;
use super::steps::Answer;
use crate::classify::{Candidate, Decision, LexiconHit, Request};
use crate::entities::Found;
use crate::rules::{Does, EntityName, IntentId, Value};
use crate::session::Question;

/// How often in a row the bot may say it did not understand before the policy must have acted.
const MISSES_SHOWN: u32 = 1;

/// How likely what was only learnt must be to be taken for a request while a question is open.
///
/// Source: with 0.8 the tuned shop pack left a yes or no for a new wish at "changed my mind", which is 0.95 likely.
const CERTAIN: f32 = 0.97;

/// Answers offered where nothing was understood, and how well they must fit, as a share of a title that has every word.
const CLOSEST: usize = 3;
const CLOSE: f32 = 0.4;

/// Words of a message that goes on with what was just said; a longer one says for itself what it is about.
const FOLLOWING: usize = 6;

impl Run<'_> {
    /// The rungs that look at each clause, in the order of [`Rung::ORDER`].
    ///
    /// Answers to the open question are looked for in the whole message first: an address has commas in it.
    pub(super) fn clauses(&mut self, heard: Heard<'_>) {
        let attached = !heard.attachments.is_empty() && self.take_attachment(heard.attachments);
        if attached {
            self.understood(Rung::Answer);
        }
        if is_blank(heard.text) {
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
        if !taken && self.says_fine(heard) {
            self.understood(Rung::Request);
            return;
        }
        if !taken && self.greets_with_value(heard) {
            self.understood(Rung::Clarify);
            return;
        }
        if !taken {
            taken = self.each_clause(heard, Courtesy::Take);
        }
        if !taken && self.names_another(heard) {
            self.understood(Rung::Repair);
            return;
        }
        let is_heard = taken || self.has_handed_over() || self.declined(heard) || self.beside_all(heard);
        if !is_heard && self.follows_up(heard) {
            self.understood(Rung::Request);
        } else if !is_heard {
            self.missed(heard);
        }
    }

    /// A greeting that is a yes as well ("tudo certo") closes what was said before, once something was.
    fn says_fine(&mut self, heard: Heard<'_>) -> bool {
        let is_free = self.doc.stack.is_empty() && self.doc.question.is_none();
        let greets = heard.said.requests().iter().any(Request::is_courtesy) && !heard.is_question();
        is_free && greets && self.agreement(heard) == Some(Answer::Yes) && self.acknowledged(heard)
    }

    /// "Hello, AB12345678": the value is what it is about, not the greeting.
    fn greets_with_value(&mut self, heard: Heard<'_>) -> bool {
        let is_free = self.doc.stack.is_empty() && self.doc.question.is_none();
        let greets = |request: &Request| matches!(request.decision(), Decision::Act(id) if *id == *"greet");
        let nothing = |request: &Request| matches!(request.decision(), Decision::Nothing);
        let requests = heard.said.requests();
        let is_greeting =
            requests.iter().any(greets) && requests.iter().all(|request| greets(request) || nothing(request));
        is_free && is_greeting && !heard.is_question() && self.told_alone(heard)
    }

    /// "And to Tijuana?" right after an answer about shipping, and nothing else is understood: the answer once more, and a person.
    fn follows_up(&mut self, heard: Heard<'_>) -> bool {
        let rules = self.rules;
        let is_free = self.doc.stack.is_empty() && self.doc.question.is_none();
        let Some(before) = self.before.take().filter(|_| is_free && goes_on(heard)) else { return false };
        let Some((_, intent)) = rules.pack.intent(before.as_str()) else { return false };
        let Does::Say(words) = &intent.does else { return false };
        self.intent = Some(before.clone());
        self.answer(&before, words);
        self.offer_person();
        // Why: a second one in a row is better not understood than answered alike again.
        self.doc.answered = None;
        true
    }

    /// With nothing open: a word that only closes what was said before, or a value that came without a wish.
    fn beside_all(&mut self, heard: Heard<'_>) -> bool {
        if !self.doc.stack.is_empty() || self.doc.question.is_some() {
            return false;
        }
        if self.acknowledged(heard) {
            self.understood(Rung::Request);
            return true;
        }
        if self.corrects_contact(heard) {
            self.understood(Rung::Repair);
            return true;
        }
        if self.told_alone(heard) {
            self.understood(Rung::Clarify);
            return true;
        }
        false
    }

    /// "ok", "太好了", "no" after an answer: nothing is asked, so nothing was missed. A yes takes the person that was proposed.
    pub(super) fn acknowledged(&mut self, heard: Heard<'_>) -> bool {
        if self.doc.last_replies.is_empty() {
            return false;
        }
        let praises = || {
            heard.said.requests().iter().all(|request| {
                let text = heard.text.get(request.span()).unwrap_or(heard.text);
                covers(heard, request, text, "praise")
            })
        };
        match self.agreement(heard) {
            Some(Answer::Yes) if self.proposed == Proposed::Person => self.raise("asked"),
            Some(Answer::No) => self.say_own("nothing_more"),
            Some(Answer::Yes) => self.say_own("acknowledged"),
            None if !heard.said.requests().is_empty() && praises() => self.say_own("acknowledged"),
            None => return false,
        }
        true
    }

    /// A value that the pack knows uses for, told without a wish: the customer is asked which, or is served if there is one.
    pub(super) fn told_alone(&mut self, heard: Heard<'_>) -> bool {
        let rules = self.rules;
        let uses = |found: &Found| {
            let (_, entity) = rules.pack.entity(found.entity().as_str())?;
            (!entity.alone.is_empty()).then_some((&entity.name, &entity.alone))
        };
        let Some((entity, intents)) = heard.values().find_map(uses) else { return false };
        self.found = heard.told();
        if let [only] = intents.as_slice() {
            self.request(only, Some(heard));
        } else {
            self.ask_about_request(Question::About(entity.clone(), intents.clone()));
        }
        true
    }

    fn each_clause(&mut self, heard: Heard<'_>, courtesy: Courtesy) -> bool {
        let mut taken = false;
        let requests = heard.said.requests();
        let is_of = |request: &Request, intent: &IntentId| matches!(request.decision(), Decision::Act(known) if known == intent);
        for (place, request) in requests.iter().enumerate() {
            if let Decision::Act(intent) = request.decision() {
                if self.is_small_talk(intent) != (courtesy == Courtesy::Take) {
                    continue;
                }
                if requests.iter().take(place).any(|earlier| is_of(earlier, intent)) {
                    continue;
                }
            } else if let Some(wish) = request.candidates().first().map(Candidate::intent)
                && requests.iter().take(place).any(|earlier| is_of(earlier, wish))
                && self.ask_once_more(heard, request, wish)
            {
                continue;
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

    /// "Return AB1, and return CD2 as well": the same flow again for another value comes after the first.
    /// `false` if this is no such clause.
    fn ask_once_more(&mut self, heard: Heard<'_>, request: &Request, intent: &IntentId) -> bool {
        let rules = self.rules;
        let span = request.span();
        let corrects = |hit: &LexiconHit| *hit.lexicon() == *"correction" && span.contains(&hit.span().start);
        if heard.said.lexicons().iter().any(corrects) {
            return false;
        }
        let inside = |found: &&Found| span.start <= found.span().start && found.span().end <= span.end;
        let own = heard.values().filter(inside).filter(|found| rules.asks_for(found.entity()));
        let own: Vec<_> = own.map(|found| (found.entity().clone(), found.value().clone())).collect();
        let Some(frame) = self.doc.slot_frame().filter(|_| self.is_about_open_flow(intent)) else { return false };
        let is_new = |(entity, value): &(EntityName, Value)| {
            !frame.found.contains(&(entity.clone(), value.clone())) && !frame.slots.values().any(|known| known == value)
        };
        let is_another = own.iter().any(is_new);
        if is_another {
            self.found = own;
            self.keep_for_later(intent);
        }
        is_another
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
        // Why: a rule of the author's may ask for something else than is open; what was only learnt may be an answer in many words.
        if request.is_learned() && !self.calls_someone(request) && self.loose_answer(heard, request, text) {
            return Some(Rung::LooseAnswer);
        }
        if self.tells_of_started(heard, request) {
            return Some(Rung::LooseAnswer);
        }
        // Why: "it came broken, I want a refund" asks for one thing; what was told first may still answer what is open.
        let told = request.is_situation() && !self.calls_someone(request);
        let decision = self.decision(request);
        if let Decision::Act(intent) = decision
            && !told
            && !self.is_about_open_flow(intent)
        {
            let intent = intent.clone();
            if request.is_guess() && self.calls_person(&intent) {
                // Why: "agnet" may be a name or a brand; one tap, and the person is called.
                self.ask_about_request(Question::Clarify(vec![intent]));
                return Some(Rung::Clarify);
            }
            // Why: "which of the two?" is answered by asking for a third.
            if self.doc.question.as_ref().is_some_and(|question| question.between().is_some()) {
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
        match decision {
            Decision::Act(_) if told => None,
            Decision::Act(intent) => {
                // Why: "better the money back" is the flow's own wish, and another choice than the one made before.
                if !request.is_question()
                    && let Some((slot, value)) = self.other_choice(heard, text)
                {
                    self.correct(&slot, &value);
                    return Some(Rung::Repair);
                }
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
                self.found = values_for(heard, request);
                self.ask_about_request(Question::Clarify(ids));
                Some(Rung::Clarify)
            }
            Decision::Nothing => {
                self.pass(Rung::Clarify, "no two intents are close");
                None
            }
        }
    }

    /// "I want to return it, changed my mind": beside the wish that opened a flow, a clause that is a value this flow asks for is
    /// no wish of its own.
    fn tells_of_started(&mut self, heard: Heard<'_>, request: &Request) -> bool {
        if !self.started_now() || request.is_question() || self.calls_someone(request) {
            return false;
        }
        let span = request.span();
        let is_asked = |found: &&Found| {
            let within = span.start <= found.span().start && found.span().end <= span.end;
            within && self.is_listed(found.entity()) && !self.slots_of(found.entity()).is_empty()
        };
        let Some(found) = heard.values().find(is_asked) else { return false };
        let beside = [heard.text.get(span.start..found.span().start), heard.text.get(found.span().end..span.end)];
        if beside.into_iter().flatten().map(weight).sum::<usize>() > LITTLE {
            return false;
        }
        let (entity, value) = (found.entity().clone(), found.value().clone());
        if let Some(frame) = self.doc.slot_frame_mut() {
            frame.note_found(entity, value);
        }
        true
    }

    /// What to do about a clause: while a question is open, what was only learnt must be nearly certain, for most of what is said
    /// then is meant as an answer.
    fn decision<'r>(&self, request: &'r Request) -> Decision<'r> {
        let is_certain = || {
            let best = request.candidates().first();
            matches!(request.decision(), Decision::Act(_)) && best.is_some_and(|best| best.confidence() >= CERTAIN)
        };
        let is_open = self.doc.question.is_some() || self.resting().is_some();
        if is_open && request.is_learned() && !self.calls_someone(request) && !is_certain() {
            return Decision::Nothing;
        }
        request.decision()
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
        // Why: a question that cannot be answered is no bad answer to the open one.
        let asks = heard.is_question() && self.doc.question.is_none();
        if !asks && self.failed_answer(heard) {
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
        if in_a_row > MISSES_SHOWN {
            self.say_own("miss_again");
            self.offer_closest(heard);
            self.propose_person();
        } else {
            self.say_own("miss");
            self.offer_closest(heard);
            self.offer_person();
        }
        self.come_back();
    }

    /// Chips for the answers of the pack that a few words of the message stand in, so that the next message can be a tap.
    fn offer_closest(&mut self, heard: Heard<'_>) {
        let close = self.rules.search(heard.text, heard.said.language());
        let titled = |answer: &super::Answer| {
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
    if heard.said.entities().is_empty() {
        return Vec::new();
    }
    let span = request.span();
    let all: Vec<&Found> = heard.values().collect();
    let inside = |found: &Found| span.start <= found.span().start && found.span().end <= span.end;
    let own = |entity: &EntityName| all.iter().any(|found| found.entity() == entity && inside(found));
    let kept = all.iter().filter(|found| inside(found) || !own(found.entity()));
    kept.map(|found| (found.entity().clone(), found.value().clone())).collect()
}

/// Whether a message goes on with what was just said: it is short, asks, and begins with such a word.
fn goes_on(heard: Heard<'_>) -> bool {
    let begins = |hit: &LexiconHit| {
        let before = heard.text.get(..hit.span().start).unwrap_or_default();
        *hit.lexicon() == *"follow_up" && !before.contains(char::is_alphanumeric)
    };
    weight(heard.text) <= FOLLOWING && heard.said.lexicons().iter().any(begins)
}

/// Whether a pass over the clauses takes greetings, thanks and goodbyes, or everything else.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Courtesy {
    Leave,
    Take,
}
