//! Handing over: the signal, and the conversation while it belongs to a person.

use super::answer::weight;
use super::effect::{Effect, Withdrawal};
use super::message::Heard;
use super::record::Happening;
use super::run::Run;
use super::time::millis;
use crate::classify::{Candidate, Decision as Choice, LexiconHit};
use crate::entities::Reading;
use crate::escalation::{Decision, Signals, decide, is_open, next_open, still_settled};
use crate::rules::{
    Ask, Builtin, Does, Entity, EntityKind, FlowId, IntentId, Priority, Privacy, ReasonId, SlotName, Value,
};
use crate::session::{Consent, OpenHandoff, Owner, Reach};

/// How sure an intent must be, beside its rivals, for the bot to answer while a person is awaited.
const SURE: f32 = 0.9;

/// Words of a message that tells another contact: "sorry, I meant 07911 123 457".
const CONTACT_WORDS: usize = 8;

impl Run<'_> {
    /// Raises a reason by name; the policy says where it goes.
    pub(super) fn raise(&mut self, reason: &str) {
        let reason = ReasonId::from(reason);
        if !self.raised.contains(&reason) {
            self.raised.push(reason);
        }
        if self.policy_says(&|_| 0.0, None) {
            return;
        }
        // Why: whatever the policy makes of it, the customer is never left without a word.
        if self.doc.handoff.is_none() {
            self.say_own("loop_stop");
            self.propose_person();
        } else if self.doc.owner != Owner::Human {
            self.say_own_once(self.already());
            self.come_back();
        }
    }

    /// Asks the policy; hands over if it says so.
    pub(super) fn policy_says(&mut self, lexicons: &dyn Fn(&str) -> f32, heard: Option<Heard<'_>>) -> bool {
        let rules = self.rules;
        let said = heard.iter().flat_map(|heard| heard.said.lexicons()).map(LexiconHit::lexicon);
        if self.raised.is_empty() && self.doc.settled.is_empty() && rules.watch.is_calm(&self.doc.counters, said) {
            return false;
        }
        let raised = std::mem::take(&mut self.raised);
        let (decision, settled) = {
            let values = self.known(&[]);
            let policy = &rules.pack.escalation;
            let mut signals = Signals {
                counters: &self.doc.counters,
                lexicons,
                values: &values,
                expressions: &rules.expressions,
                raised: &raised,
                settled: &self.doc.settled,
            };
            let mut decision = decide(policy, &signals);
            let asked = heard.filter(|_| decision.is_some()).map_or_else(Vec::new, |heard| self.asked_as_well(heard));
            if !asked.is_empty() {
                signals.raised = &asked;
                decision = decide(policy, &signals);
            }
            (decision, (!signals.settled.is_empty()).then(|| still_settled(policy, &signals)))
        };
        if let Some(settled) = settled {
            self.doc.settled = settled;
        }
        let Some(decision) = decision else { return false };
        if let Some(heard) = heard {
            self.keep_lexicon_evidence(heard, &decision);
        }
        self.hand_over(&decision)
    }

    /// Reasons a message that goes to a person anyway asks for in so many words: all that hold are told to the desk.
    fn asked_as_well(&self, heard: Heard<'_>) -> Vec<ReasonId> {
        let requests = heard.said.requests().iter().filter_map(|request| match request.decision() {
            Choice::Act(intent) => Some(intent),
            _ => None,
        });
        let persons = self.rules.asking_for_person.iter().filter(|intent| heard.said.asked(intent));
        let reasons = persons.chain(requests).filter_map(|id| match &self.rules.pack.intent(id.as_str())?.1.does {
            Does::Handoff(reason) => Some(reason.clone()),
            _ => None,
        });
        reasons.collect()
    }

    /// Whether this turn or an earlier one gave the conversation to a person.
    pub(super) fn has_handed_over(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::HandoffOpened(_))) || self.doc.owner != Owner::Bot
    }

    fn hand_over(&mut self, decision: &Decision<'_>) -> bool {
        let reasons = decision.reasons.clone();
        if self.doc.handoff.is_some() {
            return self.hand_over_again(decision, &reasons);
        }
        let rules = self.rules;
        let policy = &rules.pack.escalation;
        let now = self.now();
        let closed = self.is_closed();
        let due_at = self.due(decision.priority);
        let unanswered = policy.while_human.unanswered.as_ref().filter(|_| !closed);
        let Some(first) = reasons.first() else { return false };
        let open = OpenHandoff {
            id: self.effect_id(),
            reason: first.clone(),
            reasons: reasons.clone(),
            queue: decision.queue.clone(),
            priority: decision.priority,
            opened_at: now,
            due_at,
            unanswered_at: unanswered.map(|rule| now + millis(rule.after)),
            contacts: Vec::new(),
            updates: 0,
            evidence: Vec::new(),
            overdue: false,
            closed,
            unanswered: false,
            topic: self.topic(),
            words: self.telling_words(),
        };
        // Why the messages held are let go: the transcript has them.
        self.leave_pending();
        self.doc.question = None;
        self.doc.chips.clear();
        self.note_handed_over(&open);
        self.note_waiting();
        self.doc.handoff = Some(open);
        self.file_evidence();
        self.doc.owner = if closed { Owner::Bot } else { Owner::Queue };
        if let Some(handoff) = self.handoff() {
            self.effects.push(Effect::HandoffOpened(Box::new(handoff)));
        }
        // Why: where nobody is, no word may say that somebody is coming.
        if let Some(words) = if closed { decision.say_closed } else { decision.say } {
            self.say(words, &[]);
        }
        self.prompt = super::run::Prompt::Quiet;
        if closed {
            self.say_closed();
        } else {
            self.collect = decision.collect.cloned();
        }
        true
    }

    /// A further reason while a handoff is open: told to the desk if it changes anything, never a second handoff.
    fn hand_over_again(&mut self, decision: &Decision<'_>, reasons: &[ReasonId]) -> bool {
        let due = self.due(decision.priority);
        let Some(open) = self.doc.handoff.as_mut() else { return false };
        let news: Vec<ReasonId> = reasons.iter().filter(|reason| !open.reasons.contains(reason)).cloned().collect();
        let asked_again = reasons.iter().any(|reason| *reason == *"asked");
        let hastened = decision.priority > open.priority;
        if hastened {
            open.priority = decision.priority;
            open.queue = decision.queue.clone();
            if let Some(first) = reasons.first() {
                open.reason = first.clone();
            }
            if let (Some(due), Owner::Queue | Owner::Bot) = (due, self.doc.owner) {
                open.due_at = Some(open.due_at.map_or(due, |known| known.min(due)));
                open.overdue = false;
            }
            // Why before the others: the most urgent comes first.
            open.reasons.splice(0..0, news.iter().cloned());
        } else {
            open.reasons.extend(news.iter().cloned());
        }
        if !news.is_empty() {
            let (topic, words) = (self.topic(), self.telling_words());
            if let Some(open) = self.doc.handoff.as_mut() {
                open.topic = if topic.is_empty() { std::mem::take(&mut open.topic) } else { topic };
                open.words = words.or_else(|| open.words.take());
            }
            self.file_evidence();
            if let Some(handoff) = self.handoff() {
                self.effects.push(Effect::HandoffUpdated(Box::new(handoff)));
            }
        }
        if self.doc.owner != Owner::Human && (asked_again || !news.is_empty()) {
            self.say_own(self.already());
            if !self.is_collecting() && self.lacks_contact() {
                self.collect = self.collector();
            }
            self.come_back();
            return true;
        }
        false
    }

    /// What is said of a handoff that is open: where nobody is, no word may say that somebody is coming.
    fn already(&self) -> &'static str {
        let waits = self.doc.handoff.as_ref().is_some_and(|open| open.closed);
        if waits { "already_noted" } else { "already_handed_over" }
    }

    /// Whether the handoff will be answered later and nobody knows where.
    fn lacks_contact(&self) -> bool {
        self.doc.handoff.as_ref().is_some_and(|open| open.closed && open.contacts.is_empty())
    }

    /// The flow that asks where a handoff can be answered later.
    fn collector(&self) -> Option<FlowId> {
        let escalation = &self.rules.pack.escalation;
        let is_late = self.doc.handoff.as_ref().is_some_and(|open| open.unanswered);
        if is_late {
            return escalation.while_human.unanswered.as_ref().and_then(|rule| rule.run.clone());
        }
        escalation.hours.as_ref().and_then(|hours| hours.closed.run.clone())
    }

    fn note_handed_over(&mut self, open: &OpenHandoff) {
        self.note(Happening::HandedOver {
            handoff: open.id.clone(),
            reason: open.reason.to_string(),
            reasons: open.reasons.iter().map(ToString::to_string).collect(),
            queue: open.queue.to_string(),
            priority: format!("{:?}", open.priority).to_lowercase(),
        });
    }

    /// Nobody is at the desk: says so, and collects a contact if the pack has a flow for it.
    fn say_closed(&mut self) {
        let rules = self.rules;
        let Some(hours) = rules.pack.escalation.hours.as_ref() else { return };
        let opens = self.next_open().is_some();
        match (&hours.closed.say, rules.pack.text(if opens { "closed_now" } else { "closed_long" })) {
            (Some(words), _) if opens => self.say(words, &[]),
            (_, Some(words)) | (Some(words), None) => self.say(words, &[]),
            (None, None) => {}
        }
        self.collect.clone_from(&hours.closed.run);
    }

    /// Whether nobody is at the desk now.
    fn is_closed(&self) -> bool {
        let hours = self.rules.pack.escalation.hours.as_ref();
        hours.is_some_and(|hours| !is_open(hours, &self.rules.zone, self.clock.now))
    }

    /// Until when a handoff of this priority that is opened now must be accepted.
    fn due(&self, priority: Priority) -> Option<i64> {
        let target = self.rules.pack.escalation.targets.iter().find(|target| target.priority == priority)?;
        // Why: nobody can be late before the desk is open.
        let opens = self.is_closed().then(|| self.next_open()).flatten();
        let from = opens.map_or_else(|| self.now(), jiff::Timestamp::as_millisecond);
        Some(from + millis(target.accept_within))
    }

    /// When people are at the desk again, if that is known.
    fn next_open(&self) -> Option<jiff::Timestamp> {
        let hours = self.rules.pack.escalation.hours.as_ref()?;
        next_open(hours, &self.rules.zone, self.clock.now)
    }

    /// Runs a flow of the policy on top of what is open.
    pub(super) fn run_beside(&mut self, flow: &FlowId) {
        if self.doc.stack.iter().any(|frame| frame.flow == *flow) {
            return;
        }
        self.start_flow(flow, &[], Vec::new());
    }

    /// Whether the flow on top collects something for the handoff.
    pub(super) fn is_collecting(&self) -> bool {
        self.doc.handoff.is_some() && self.doc.slot_frame().is_some_and(|frame| self.is_collector(&frame.flow))
    }

    /// Whether the policy runs this flow to collect what a handoff needs.
    pub(super) fn is_collector(&self, flow: &FlowId) -> bool {
        let escalation = &self.rules.pack.escalation;
        let closed = escalation.hours.as_ref().and_then(|hours| hours.closed.run.as_ref());
        let unanswered = escalation.while_human.unanswered.as_ref().and_then(|rule| rule.run.as_ref());
        let reasons = escalation.reasons.iter().filter_map(|reason| reason.collect.as_ref());
        reasons.chain(closed).chain(unanswered).any(|known| known == flow)
    }

    /// The rung of the conversation's owner: a person has it, or it waits for one.
    pub(super) fn owned(&mut self, heard: Heard<'_>) -> bool {
        match self.doc.owner {
            Owner::Bot => self.thinks_better(heard),
            Owner::Human => {
                self.forward(heard.text, heard.attachments);
                true
            }
            Owner::Queue if self.is_collecting() => false,
            Owner::Queue => {
                self.queued(heard);
                true
            }
        }
    }

    /// In the queue: a change of mind gives the conversation back, answers are still given, all else is passed on.
    fn queued(&mut self, heard: Heard<'_>) {
        let rules = self.rules;
        // Why: "found it, AB12345678" goes on with what the person was called for.
        let tells = heard.values().any(|found| rules.asks_for(found.entity()) && !self.is_listed(found.entity()));
        if !tells && (self.is_command(heard, "never_mind") || self.is_command(heard, "cancel")) {
            self.withdraw();
            return;
        }
        self.forward(heard.text, heard.attachments);
        self.answer_in_queue(sure_intent(heard));
    }

    /// Answers are still given to who waits for a person; all else is the person's.
    pub(super) fn answer_in_queue(&mut self, meant: Option<&IntentId>) {
        let rules = self.rules;
        let answer = meant.filter(|id| !self.is_small_talk(id));
        let words = answer.and_then(|id| match &rules.pack.intent(id.as_str())?.1.does {
            Does::Say(words) => Some((id, words)),
            _ => None,
        });
        match words {
            Some((id, words)) => {
                self.say_notices(id);
                self.answer(id, words);
            }
            None => self.say_own_once(self.already()),
        }
    }

    /// A handoff that will be answered later is no longer wanted.
    fn thinks_better(&mut self, heard: Heard<'_>) -> bool {
        let is_free = self.doc.stack.is_empty() || self.is_collecting();
        if self.doc.handoff.is_none() || !is_free || !self.is_command(heard, "never_mind") {
            return false;
        }
        if self.is_collecting() {
            self.leave_pending();
            self.drop_flow(crate::rules::Outcome::Cancelled);
        }
        self.withdraw();
        true
    }

    fn withdraw(&mut self) {
        let Some(open) = self.doc.handoff.take() else { return };
        self.effects.push(Effect::HandoffWithdrawn(Withdrawal { id: open.id.clone() }));
        self.note(Happening::Withdrawn);
        self.settle(&open);
        self.say_own("withdrawn");
        self.resume();
        self.come_back();
    }

    /// The bot has the conversation again; what was counted starts anew.
    pub(super) fn settle(&mut self, open: &OpenHandoff) {
        self.doc.owner = Owner::Bot;
        self.doc.counters = self.doc.counters.anew();
        self.doc.settled.clone_from(&open.reasons);
        self.doc.tried.clear();
        self.doc.waits_since = None;
    }

    /// A slot that is a way to reach the customer goes to the open handoff.
    pub(super) fn note_contact(&mut self, ask: &Ask) {
        self.note_consent(ask);
        let entity = ask.entity.as_ref().and_then(|name| self.rules.pack.entity(name.as_str()));
        let is_contact = match entity.map(|(_, entity)| &entity.kind) {
            Some(EntityKind::Builtin(Builtin::Phone)) => Some(Reach::Call),
            Some(EntityKind::Builtin(Builtin::Email)) => Some(Reach::Mail),
            _ => None,
        };
        let value = self.slot(&ask.slot).and_then(Value::as_text).map(str::to_owned);
        if let (Some(reach), Some(value), Some(open)) = (is_contact, value, self.doc.handoff.as_mut()) {
            open.reached_by(&ask.slot, value, reach);
        } else if !self.is_collecting() {
            return;
        }
        if let Some(handoff) = self.handoff() {
            self.effects.push(Effect::HandoffUpdated(Box::new(handoff)));
        }
    }

    /// A flow has ended: one that collected for a handoff whose desk did not answer leaves the bot in charge.
    pub(super) fn settle_contact(&mut self) {
        let collected = self.doc.handoff.as_ref().is_some_and(|open| open.closed);
        if collected && self.doc.owner == Owner::Queue && self.doc.stack.is_empty() {
            self.doc.owner = Owner::Bot;
        }
    }

    /// "Sorry, it is 07911 123457", after a number was left: whoever calls back has the right one.
    pub(super) fn corrects_contact(&mut self, heard: Heard<'_>) -> bool {
        let rules = self.rules;
        let is_left = self.doc.handoff.as_ref().is_some_and(|open| open.closed && !open.contacts.is_empty());
        // Why words: a number in a longer message is about something else.
        if !is_left || heard.is_question() || weight(heard.text) > CONTACT_WORDS {
            return false;
        }
        let read = |entity: &Entity| {
            let reach = match entity.kind {
                EntityKind::Builtin(Builtin::Phone) => Reach::Call,
                EntityKind::Builtin(Builtin::Email) => Reach::Mail,
                _ => return None,
            };
            match rules.entities().read(entity.name.as_str(), heard.text, self.language(), &self.clock) {
                Reading::Value(value) => Some((value.as_text()?.to_owned(), reach)),
                _ => None,
            }
        };
        let Some((value, reach)) = rules.pack.entities.iter().find_map(read) else { return false };
        let Some(open) = self.doc.handoff.as_mut() else { return false };
        // Why by the sign: a phone number replaces a phone number, and not an address for mails.
        let same_kind = |(_, known): &&(SlotName, String)| known.contains('@') == value.contains('@');
        let Some(slot) = open.contacts.iter().find(same_kind).map(|(slot, _)| slot.clone()) else { return false };
        open.reached_by(&slot, value, reach);
        if let Some(handoff) = self.handoff() {
            self.effects.push(Effect::HandoffUpdated(Box::new(handoff)));
        }
        self.say_own("contact_changed");
        true
    }

    pub(super) fn is_private(&self, ask: &Ask) -> bool {
        let entity = ask.entity.as_ref().and_then(|name| self.rules.pack.entity(name.as_str()));
        entity.is_some_and(|(_, entity)| entity.privacy != Privacy::Public)
    }

    /// Before a private question: not where others read along, and not before the customer was told what it is for.
    /// Whether the question may be put.
    pub(super) fn may_ask(&mut self, ask: &Ask) -> bool {
        if !self.is_private(ask) {
            return true;
        }
        let rules = self.rules;
        let channel =
            self.doc.channel.as_ref().and_then(|name| rules.pack.channels.iter().find(|known| *known.name == **name));
        if self.public || channel.is_some_and(|channel| channel.public) {
            self.say_own("private_in_public");
            return false;
        }
        let Some(consent) = rules.pack.consent.as_ref() else { return true };
        if self.doc.consent.as_ref().is_none_or(|asked| *asked.version != *consent.version) {
            self.doc.consent = Some(Consent { version: consent.version.to_string(), given: false });
            self.note(Happening::ConsentAsked { version: consent.version.to_string() });
            self.say(&consent.say, &[]);
        }
        true
    }

    /// A private answer after the consent text was shown is the consent.
    fn note_consent(&mut self, ask: &Ask) {
        if !self.is_private(ask) {
            return;
        }
        let Some(asked) = self.doc.consent.as_mut().filter(|asked| !asked.given) else { return };
        asked.given = true;
        let version = asked.version.clone();
        self.note(Happening::ConsentGiven { version });
    }

    /// The host says where in the queue the customer is.
    pub(super) fn queued_at(&mut self, position: u32) {
        let rules = self.rules;
        if let Some(words) = rules.pack.text("queue_position") {
            self.say(words, &[("position", Value::Text(position.to_string()))]);
        }
    }

    /// Everything the customer said or told is gone; a handoff that is open goes with it.
    pub(super) fn forget(&mut self) {
        if let Some(open) = self.doc.handoff.take() {
            self.effects.push(Effect::HandoffWithdrawn(Withdrawal { id: open.id }));
        }
        self.doc.forget();
        self.note(Happening::Forgotten);
    }
}

/// What a message asks for, where that is beyond doubt: whoever waits for a person has said that the bot is not enough.
fn sure_intent(heard: Heard<'_>) -> Option<&IntentId> {
    let request = heard.said.requests().iter().find(|request| matches!(request.decision(), Choice::Act(_)))?;
    request.candidates().first().filter(|best| best.confidence() >= SURE).map(Candidate::intent)
}
