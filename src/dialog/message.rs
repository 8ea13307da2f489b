use std::borrow::Cow;
use std::cell::Cell;

use super::effect::AgentMessage;
use super::run::{Prompt, Run, mark};
use super::{Effect, Happening, Rung};
use crate::classify::{Classification, Decision, Hints, LexiconHit, Scratch};
use crate::entities::Found;
use crate::rules::{Does, EntityKind, EntityName, Value};
use crate::session::{Held, Owner, Speaker};
use crate::text::{Language, Script, is_han, shows_simplified, written};

thread_local! {
    // Why: working memory only; a message is understood the same with a fresh one, but then it allocates.
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Messages that wait for host work at most, and their bytes together: a session is small, and a customer who writes more
/// meanwhile is told that it was too much.
const HELD: usize = 4;
const HELD_BYTES: usize = 1_000;

/// One customer message and what it says.
#[derive(Clone, Copy)]
pub(super) struct Heard<'c> {
    pub(super) text: &'c str,
    pub(super) said: &'c Classification,
    pub(super) attachments: &'c [String],
}

impl Heard<'_> {
    /// The typed values the message means, in its order: of two of a kind not the one it says it does not mean ("not AB1234,
    /// it is CD5678").
    pub(super) fn values(&self) -> impl Iterator<Item = &Found> {
        let all = self.said.entities();
        let is_denied = |found: &Found| {
            self.said.lexicons().iter().any(|hit| {
                let between = self.text.get(hit.span().end..found.span().start);
                *hit.lexicon() == *"not_this" && between.is_some_and(|between| between.trim().is_empty())
            })
        };
        let meant = move |found: &&Found| {
            let is_other = |other: &Found| other.entity() == found.entity() && other.value() != found.value();
            !is_denied(found) || !all.iter().any(|other| is_other(other) && !is_denied(other))
        };
        all.iter().filter(meant)
    }

    /// The same by themselves, to be kept.
    pub(super) fn told(&self) -> Vec<(EntityName, Value)> {
        // Why: most messages tell none.
        if self.said.entities().is_empty() {
            return Vec::new();
        }
        self.values().map(|found| (found.entity().clone(), found.value().clone())).collect()
    }

    /// Whether the message is put as a question: by its mark, or by the word it begins with.
    pub(super) fn is_question(&self) -> bool {
        let begins = |hit: &LexiconHit| {
            let before = self.text.get(..hit.span().start).unwrap_or_default();
            *hit.lexicon() == *"question" && !before.contains(char::is_alphanumeric)
        };
        self.text.trim_end().ends_with(['?', '？']) || self.said.lexicons().iter().any(begins)
    }

    /// The weight of a lexicon in the message.
    pub(super) fn weight(&self, lexicon: &str) -> f32 {
        apart(self.hits(lexicon)).into_iter().map(LexiconHit::weight).sum()
    }

    /// What stands in the message of a lexicon: nothing negated, and nothing inside a phrase known as harmless.
    pub(super) fn hits<'h>(&'h self, lexicon: &'h str) -> impl Iterator<Item = &'h LexiconHit> {
        let hits = self.said.lexicons();
        let is_harmless = move |hit: &LexiconHit| {
            let covers =
                |other: &LexiconHit| other.span().start <= hit.span().start && hit.span().end <= other.span().end;
            hits.iter().any(|other| *other.lexicon() == *"harmless" && covers(other))
        };
        hits.iter().filter(move |hit| *hit.lexicon() == *lexicon && !hit.negated() && !is_harmless(hit))
    }
}

/// Hits of one lexicon, each place once: of two phrases that stand on the very same words the heavier counts. One inside another
/// adds to it, as an author's longer phrase is mostly there to say more.
pub(super) fn apart<'h>(hits: impl Iterator<Item = &'h LexiconHit>) -> Vec<&'h LexiconHit> {
    let mut apart: Vec<&LexiconHit> = Vec::new();
    for hit in hits {
        match apart.iter_mut().find(|other| other.span() == hit.span()) {
            Some(other) if other.weight() < hit.weight() => *other = hit,
            Some(_) => {}
            None => apart.push(hit),
        }
    }
    apart
}

impl Run<'_> {
    /// What of a message the customer wrote: on a channel of mails not the thread it answers, nor the signature.
    pub(super) fn own_words<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let channel = self.doc.channel.as_deref().and_then(|name| self.rules.pack.channel(name));
        if channel.is_some_and(|channel| channel.mail) { written(text) } else { Cow::Borrowed(text) }
    }

    /// A message of the customer: the rungs for the whole message, then those for each clause.
    pub(super) fn message(&mut self, text: &str, attachments: &[String]) {
        self.expire_session();
        self.count_message(text);
        self.transcribe(Speaker::Customer, text);
        self.with_understanding(text, attachments, |run, heard| {
            run.settle_language(heard);
            run.report_intents(heard.said);
            run.hide_found(heard);
            run.pass(Rung::Duplicate, "the message is new");
            run.feel(heard);
            run.whole_message(heard);
            run.never_silent();
        });
        let (intent, rung) = (self.intent.clone(), self.rung.as_str().into());
        self.note(Happening::Message { intent, confidence: self.confidence, rung });
        self.doc.last_at = Some(self.now());
    }

    /// Messages that waited for host work, in their order; they were counted when they came. One that asks for host work
    /// itself makes the rest wait on.
    pub(super) fn take_up_held(&mut self) {
        let mut held = std::mem::take(&mut self.held).into_iter();
        let mut unused = false;
        while self.doc.pending.is_none() && !self.has_handed_over() {
            let Some(Held { text, attachments }) = held.next() else { break };
            self.with_understanding(&text, &attachments, |run, heard| {
                let text = heard.text;
                run.report_intents(heard.said);
                // Why: what answered a flow that was cancelled meanwhile answers nothing any more.
                if run.rung != Rung::Pending || run.intent.is_some() {
                    run.clauses(heard);
                } else {
                    let is_open = !run.doc.stack.is_empty() || run.doc.question.is_some();
                    unused |= run.yes_or_no(text).is_none() && (is_open || !run.told_alone(heard));
                }
            });
        }
        if unused {
            self.say_own("held_unused");
        }
        if let Some(pending) = self.doc.pending.as_mut() {
            pending.held.extend(held);
        }
    }

    /// A tapped chip: a value of the open question, an intent, or the words on it.
    pub(super) fn choice(&mut self, value: &Value) {
        let words = match value {
            Value::Text(text) => text.clone(),
            other => self.rules.show(None, other, self.language()),
        };
        self.expire_session();
        self.doc.counters.turns = self.doc.counters.turns.saturating_add(1);
        let label = self.doc.chips.iter().find(|chip| chip.value == *value).map(|chip| chip.label.clone());
        let is_loose = label.is_none() && self.rules.pack.intent(&words).is_none();
        let line = label.unwrap_or_else(|| words.clone());
        // Why: what no chip offered may be the private value itself.
        let shown = if is_loose && self.asks_private() { super::hide::HIDDEN } else { &line };
        self.transcribe(Speaker::Customer, shown);
        let meant = self.rules.pack.intent(&words).map(|(_, intent)| intent);
        if self.doc.owner != Owner::Bot && !self.is_collecting() {
            self.rung = Rung::Owner;
            self.forward(&line, &[]);
            if self.doc.owner == Owner::Queue {
                self.answer_in_queue(meant.map(|intent| &intent.id));
            }
            return;
        }
        let calls_person = meant.is_some_and(|intent| matches!(intent.does, Does::Handoff(_)));
        if self.doc.pending.is_some() && !calls_person {
            self.rung = Rung::Pending;
            let words = meant.map_or(line, |intent| self.titled(&intent.id));
            self.hold(words, &[]);
            self.doc.last_at = Some(self.now());
            return;
        }
        self.expire();
        self.doc.last_at = Some(self.now());
        if self.choose(value) {
            self.understood(Rung::Choice);
        } else if let Some(intent) = meant {
            self.rung = Rung::Request;
            self.intent = Some(intent.id.clone());
            self.requests.push(intent.id.clone());
            self.confidence = 1.0;
            if self.doc.question.take().is_some() {
                self.doc.chips.clear();
            }
            self.request(&intent.id, None);
        } else if !self.old_chip(value) {
            // Why: a channel may send the words on a button instead of its value; they are looked at from the first rung on.
            self.passed.clear();
            self.with_understanding(&words, &[], |run, heard| {
                run.report_intents(heard.said);
                run.pass(Rung::Duplicate, "the message is new");
                run.whole_message(heard);
            });
        }
        self.never_silent();
    }

    /// Keeps a message until host work is done. One that finds no room is refused aloud.
    fn hold(&mut self, text: String, attachments: &[String]) {
        let Some(pending) = self.doc.pending.as_mut() else { return };
        let held = Held { text, attachments: attachments.to_vec() };
        let size = |held: &Held| held.text.len() + held.attachments.iter().map(String::len).sum::<usize>();
        let kept: usize = pending.held.iter().map(size).sum();
        if pending.held.len() < HELD && kept + size(&held) <= HELD_BYTES {
            pending.held.push(held);
            self.say_own_once("waiting");
        } else {
            self.say_own("held_full");
        }
    }

    fn with_understanding(
        &mut self,
        text: &str,
        attachments: &[String],
        then: impl for<'c> FnOnce(&mut Self, Heard<'c>),
    ) {
        let mut scratch = SCRATCH.take().unwrap_or_default();
        let clock = self.clock.clone();
        let hints = Hints { language: self.doc.language, clock: Some(&clock), left_out: None };
        let said = self.rules.classifier.classify(&mut scratch, text, &hints);
        then(self, Heard { text, said, attachments });
        SCRATCH.set(Some(scratch));
    }

    fn count_message(&mut self, text: &str) {
        let counters = &mut self.doc.counters;
        counters.turns = counters.turns.saturating_add(1);
        let text = text.trim();
        let short = mark(text);
        if counters.last_message == short && !text.is_empty() {
            counters.same_message = counters.same_message.saturating_add(1);
        } else {
            counters.same_message = 1;
        }
        counters.last_message = short;
    }

    /// A session keeps its language until a message clearly speaks another; the classifier weighs that, given the hint.
    fn settle_language(&mut self, heard: Heard<'_>) {
        // Why: an order number, a name or a row of marks says nothing about the language of who sends it; a value that is
        // told in words of a language does.
        let is_word = |found: &Found| {
            let entity = self.rules.pack.entity(found.entity().as_str());
            entity.is_some_and(|(_, entity)| matches!(entity.kind, EntityKind::Values(_)))
        };
        let found = heard.said.entities();
        let is_told = |at: usize| found.iter().any(|found| found.span().contains(&at) && !is_word(found));
        if !heard.text.char_indices().any(|(at, letter)| letter.is_alphabetic() && !is_told(at)) {
            return;
        }
        // Why: a size ("L") or the letter of a choice is of no language.
        if heard.text.chars().filter(|letter| letter.is_alphabetic()).nth(1).is_none() && !heard.text.contains(is_han) {
            return;
        }
        let language = heard.said.language();
        let script = heard.said.script();
        // Why: 退 or 人工 look the same in both scripts, and an order number in none; neither undoes what was shown before.
        let same_either_way =
            self.doc.script == Script::Hant && language == Language::Zh && !shows_simplified(heard.text);
        if !same_either_way {
            self.doc.script = script;
        }
        self.doc.language = Some(language);
    }

    fn report_intents(&mut self, said: &Classification) {
        self.intent = said.intent().cloned();
        self.confidence = said.confidence();
        let mut requests = Vec::with_capacity(said.requests().len());
        for request in said.requests() {
            if let Decision::Act(intent) = request.decision()
                && !requests.contains(intent)
            {
                requests.push(intent.clone());
            }
        }
        self.requests = requests;
    }

    /// The rungs that look at the whole message, in the order of [`Rung::ORDER`].
    fn whole_message(&mut self, heard: Heard<'_>) {
        if heard.said.is_cut() {
            self.note(Happening::MessageCut);
            self.say_own("message_cut");
        }
        if self.alarm(heard) {
            self.rung = Rung::Alarm;
            return;
        }
        self.pass(Rung::Alarm, "no word of law, danger, fraud or press, and no limit reached");
        if self.asked_for_person(heard) {
            self.rung = Rung::Person;
            return;
        }
        self.pass(Rung::Person, "no person was asked for");
        if self.owned(heard) {
            self.rung = Rung::Owner;
            return;
        }
        self.pass(Rung::Owner, "the conversation is the bot's");
        if self.pending(heard) {
            self.rung = Rung::Pending;
            return;
        }
        self.pass(Rung::Pending, "no host work is under way");
        self.expire();
        self.clauses(heard);
    }

    /// Whether the message must go to a person whatever else it says.
    fn alarm(&mut self, heard: Heard<'_>) -> bool {
        let waited = self.doc.owner != Owner::Bot;
        let is_alarm = self.policy_says(&|lexicon| heard.weight(lexicon), Some(heard));
        if is_alarm && waited {
            self.forward(heard.text, heard.attachments);
        }
        is_alarm
    }

    fn asked_for_person(&mut self, heard: Heard<'_>) -> bool {
        let rules = self.rules;
        let Some(intent) = rules.asking_for_person.iter().find(|intent| heard.said.asked(intent)) else { return false };
        self.intent = Some(intent.clone());
        if !self.requests.contains(intent) {
            self.requests.push(intent.clone());
        }
        // Why in the queue as well: the message may say more than that.
        if self.doc.owner != Owner::Bot {
            self.forward(heard.text, heard.attachments);
        }
        if self.doc.owner == Owner::Human {
            return true;
        }
        self.keep_evidence(heard, intent);
        self.raise("asked");
        true
    }

    /// Host work is under way: asking for a person has been dealt with, cancelling acts at once, all else waits.
    fn pending(&mut self, heard: Heard<'_>) -> bool {
        if self.doc.pending.is_none() {
            return false;
        }
        if self.is_command(heard, "cancel") {
            self.cancel();
            return true;
        }
        self.hold(heard.text.to_owned(), heard.attachments);
        true
    }

    fn expire(&mut self) {
        if self.flow_ends().is_none_or(|end| end > self.now()) {
            self.pass(Rung::Expired, "nothing has been left for too long");
            return;
        }
        self.note_abandoned();
        self.abandon_flows();
        self.say_own("expired");
    }

    /// Whatever the rules forgot to say, a customer the bot talks to gets an answer.
    fn never_silent(&mut self) {
        let answered = !self.replies.is_empty() || self.prompt != Prompt::Quiet || self.collect.is_some();
        if answered || self.doc.owner != Owner::Bot || self.doc.pending.is_some() {
            return;
        }
        let is_done = |what: &Happening| matches!(what, Happening::FlowEnded { outcome, .. } if outcome == "resolved");
        if self.resting().is_some() || self.doc.question.is_some() {
            self.prompt = Prompt::Again;
        } else if self.happened.iter().any(is_done) {
            self.say_own("acknowledged");
        } else {
            self.say_own("miss_again");
            self.offer_person();
        }
    }

    /// Hands a message on to the person at the desk.
    pub(super) fn forward(&mut self, text: &str, attachments: &[String]) {
        let Some(handoff) = self.doc.handoff.as_ref().map(|handoff| handoff.id.clone()) else { return };
        let assists = self.rules.pack.escalation.while_human.assist;
        let suggestion = if assists { self.suggestion() } else { None };
        let intent = self.intent.clone().filter(|_| assists);
        let id = self.effect_id();
        let (text, attachments) = (text.to_owned(), attachments.to_vec());
        self.effects.push(Effect::ToAgent(AgentMessage { id, handoff, text, attachments, intent, suggestion }));
    }

    /// What the bot would answer, for the agent alone.
    fn suggestion(&self) -> Option<String> {
        let (_, intent) = self.rules.pack.intent(self.intent.as_ref()?.as_str())?;
        match &intent.does {
            Does::Say(words) => self.words(words, &[]).map(|(text, _)| text),
            _ => None,
        }
    }

    /// Puts the open question again at the end of the turn, after something else was dealt with.
    pub(super) fn come_back(&mut self) {
        let open = self.doc.question.is_some() || self.doc.stack.last().is_some_and(|frame| frame.step.is_some());
        if open && self.prompt == Prompt::Quiet {
            self.prompt = Prompt::Back;
        }
    }
}
