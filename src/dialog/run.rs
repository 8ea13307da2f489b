use std::sync::Arc;
use std::time::SystemTime;

use super::known::Opening;
use super::replay::{self, Origin};
use super::stamp::stamp;
use super::{Effect, Event, EventError, EventKind, Happening, Passed, Record, Rulebook, Rung, Turn, Waiting, Walked};
use crate::entities::Clock;
use crate::reply::Reply;
use crate::rules::{EntityName, FlowId, IntentId, ReasonId, Value};
use crate::session::{Document, Held, HostResult, Owner, Question, Session};
use crate::text::Fnv;

/// Steps a turn may take before the flow counts as running in circles.
pub(crate) const STEP_LIMIT: u32 = 200;

/// A turn in progress: the session being changed, and what will leave it.
///
/// INVARIANT: what an event may be wrong about is checked before anything is changed (`host::check`; gathering joined
/// messages changes something before, but messages are never refused), so an error leaves the session as it was without a
/// copy of it.
pub(super) struct Run<'a> {
    pub(super) rules: &'a Rulebook,
    pub(super) doc: &'a mut Document,
    pub(super) clock: Clock,
    pub(super) replies: Vec<Reply>,
    pub(super) effects: Vec<Effect>,
    pub(super) happened: Vec<Happening>,
    pub(super) rung: Rung,
    pub(super) passed: Vec<Passed>,
    pub(super) walked: Vec<Walked>,
    pub(super) intent: Option<IntentId>,
    pub(super) requests: Vec<IntentId>,
    pub(super) confidence: f32,
    /// Reasons raised in this turn.
    pub(super) raised: Vec<ReasonId>,
    /// Words that caused a reason: masked text and span in the message.
    pub(super) evidence: Vec<(String, (usize, usize))>,
    pub(super) opening: Opening<'a>,
    /// The open question must be put at the end of the turn.
    pub(super) prompt: Prompt,
    pub(super) steps: u32,
    pub(super) public: bool,
    /// The words that ask for a flow which is about to open.
    pub(super) started_by: Option<String>,
    /// Typed values of the message in hand.
    pub(super) found: Vec<(EntityName, Value)>,
    /// A flow to open at the end of the turn: it collects what a handoff needs.
    pub(super) collect: Option<FlowId>,
    /// What was said before is said again on purpose: no loop.
    pub(super) repeats: bool,
    /// The rules changed under the open question: the message was no answer to the one that stands now.
    pub(super) moved: bool,
    /// What the message before this one was answered with.
    pub(super) before: Option<IntentId>,
    /// The bot had proposed a person when this came.
    pub(super) proposed: Proposed,
    /// Messages that were held while host work was under way and now have their turn.
    pub(super) held: Vec<Held>,
}

/// What a yes with nothing open takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proposed {
    Nothing,
    Person,
}

/// How the open question is put at the end of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// Not at all: it was put before and nothing came between.
    Quiet,
    /// For the first time.
    First,
    /// Again, as the customer insists on the matter without answering.
    Again,
    /// Again, because the answer could not be used.
    Failed,
    /// Again, after a value for a later question was noted.
    Noted,
    /// Again, after something else was dealt with.
    Back,
    /// Which of several values is meant.
    Which,
    /// Its words were just repeated; only the chips come again.
    ChipsOnly,
}

/// One turn. The time is the event's.
///
/// # Errors
/// If the event does not fit the session, which then is unchanged.
pub(crate) fn handle(
    rules: &Rulebook,
    session: &mut Session,
    event: Event,
    now: SystemTime,
) -> Result<Turn, EventError> {
    let doc = &mut session.document;
    let (event, joined) = super::joined::gather(doc, event);
    if let Some(turn) = replay::replayed(doc, &event) {
        return Ok(turn);
    }
    // Why after that: what an event did the first time may be why it would not fit again.
    super::host::check(rules, doc, &event)?;
    doc.unfold_replies();
    let origin = Origin::of(&event, doc);
    // Why: a time that jiff cannot hold is a broken host clock; nothing is due then.
    let now = jiff::Timestamp::try_from(now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let mut run = Run {
        rules,
        doc,
        clock: Clock { now, zone: rules.zone.clone() },
        // Why with room: nearly every turn says one thing and notes two.
        replies: Vec::with_capacity(1),
        effects: Vec::new(),
        happened: Vec::with_capacity(2),
        rung: Rung::Host,
        passed: Vec::new(),
        walked: Vec::new(),
        intent: None,
        requests: Vec::new(),
        confidence: 0.0,
        raised: Vec::new(),
        evidence: Vec::new(),
        opening: Opening::new(rules, now),
        prompt: Prompt::Quiet,
        steps: 0,
        public: event.public,
        started_by: None,
        found: Vec::new(),
        collect: None,
        repeats: false,
        moved: false,
        before: None,
        proposed: Proposed::Nothing,
        held: Vec::new(),
    };
    run.note_joined(joined);
    run.take(event);
    Ok(run.finish(origin))
}

impl Run<'_> {
    fn take(&mut self, event: Event) {
        if event.channel.is_some() && event.channel.as_deref() != self.doc.channel.as_deref() {
            self.doc.channel = event.channel.map(Arc::from);
        }
        self.fit_to_rules();
        self.doc.revision.clear();
        self.doc.revision.push_str(self.rules.pack.revision.as_str());
        self.doc.version = self.doc.version.max(self.rules.pack.version);
        let is_customer = matches!(event.kind, EventKind::Message(_) | EventKind::Choice(_));
        if is_customer {
            let is_proposed = std::mem::take(&mut self.doc.proposed);
            self.before = self.doc.answered.take();
            self.proposed = if is_proposed { Proposed::Person } else { Proposed::Nothing };
        }
        match event.kind {
            EventKind::Message(text) => self.message(&self.own_words(&text), &event.attachments),
            EventKind::Choice(value) => self.choice(&value),
            EventKind::ActionDone { id, value } => self.action_ended(&id, HostResult::Done(value)),
            EventKind::ActionFailed { id, error } => self.action_ended(&id, HostResult::Failed(error)),
            other => self.host(other),
        }
        if is_customer {
            self.note_asked();
        }
        if self.rung == Rung::Action && self.doc.question.is_some() && self.prompt == Prompt::Quiet {
            self.prompt = Prompt::First;
        }
        self.take_up_held();
    }

    /// Milliseconds since 1970 of this event.
    pub(super) fn now(&self) -> i64 {
        self.clock.now.as_millisecond()
    }

    /// A new id for an effect.
    pub(super) fn effect_id(&mut self) -> String {
        let now = self.now();
        self.doc.effect_id(now)
    }

    /// Notes a line of the ledger.
    pub(super) fn note(&mut self, what: Happening) {
        self.happened.push(what);
    }

    /// Notes what the turn goes through, if anyone wants to know.
    pub(super) fn walk(&mut self, what: impl FnOnce() -> Walked) {
        if self.rules.tracing {
            self.walked.push(what());
        }
    }

    /// Notes why a rung passed, if anyone wants to know.
    pub(super) fn pass(&mut self, rung: Rung, why: &str) {
        if !self.rules.tracing {
            return;
        }
        // INVARIANT: the rungs for the whole message are tried once, in their order; those of a clause begin again with each.
        debug_assert!(
            self.passed.last().is_none_or(|last| last.rung.rank() <= rung.rank() || rung.rank() >= Rung::Choice.rank()),
            "{rung} is tried too late"
        );
        if !self.passed.iter().any(|known| known.rung == rung) {
            self.passed.push(Passed { rung, why: why.to_owned() });
        }
    }

    /// The lines of the ledger; what is the same in all of them is shared.
    fn records(&mut self) -> Vec<Record> {
        let happened = std::mem::take(&mut self.happened);
        if happened.is_empty() {
            return Vec::new();
        }
        let at = stamp(self.clock.now);
        let record = |what| Record {
            format: 1,
            at: Arc::clone(&at),
            session: Arc::clone(&self.doc.id),
            revision: Arc::clone(&self.rules.pack.revision.0),
            language: self.doc.language,
            channel: self.doc.channel.clone(),
            what,
        };
        happened.into_iter().map(record).collect()
    }

    fn finish(mut self, origin: Origin) -> Turn {
        if let Some(flow) = self.collect.take() {
            self.run_beside(&flow);
        }
        if self.rung == Rung::Action && self.doc.question.is_some() {
            // Why: the bot's own question was put in the turn that asked for the work; its answer is still to come.
            self.prompt = Prompt::Quiet;
        }
        if !self.doc.question.as_ref().is_some_and(Question::is_about_request) {
            self.doc.told.clear();
        }
        self.put_question();
        self.check_loop();
        // Why again: words said once too often hand over as well, and what that needs is asked for at once.
        if let Some(flow) = self.collect.take() {
            // Why: the question that was open has been put already.
            self.prompt = Prompt::Quiet;
            self.run_beside(&flow);
            self.put_question();
        }
        self.note_replies();
        let replies = self.fitted();
        self.transcribe_replies(&replies);
        self.complete_handoffs();
        self.keep_outputs(origin, &replies);
        self.doc.fold_replies();
        self.doc.deadline = self.deadline();
        let records = self.records();
        let rank = self.rung.rank();
        self.passed.retain(|passed| passed.rung.rank() < rank);
        Turn {
            format: 1,
            replies,
            effects: self.effects,
            waiting: waiting(self.doc),
            records,
            replay: false,
            rung: self.rung,
            passed: self.passed,
            intent: self.intent,
            requests: self.requests,
            confidence: self.confidence,
            language: self.doc.language,
            asks: asks(self.doc),
            flow: self.doc.slot_frame().map(|frame| frame.flow.to_string()),
            walked: self.walked,
        }
    }
}

pub(super) fn waiting(doc: &Document) -> Waiting {
    match doc.owner {
        Owner::Human | Owner::Queue => Waiting::Agent,
        _ if doc.pending.is_some() => Waiting::Action,
        Owner::Bot => Waiting::Customer,
    }
}

pub(super) fn asks(doc: &Document) -> Option<String> {
    if doc.pending.is_some() {
        return None;
    }
    let frame = doc.stack.last()?;
    frame.step.as_ref().map(ToString::to_string)
}

/// A short mark of a text, the same on every machine, to see whether the same is said again. Read eight bytes at a time: it
/// is made of each message and each reply.
pub(super) fn mark(text: &str) -> u32 {
    const PRIME: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    let whole = words
        .iter()
        .chain([&last])
        .fold(text.len() as u64, |mark, word| (mark ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME).rotate_left(29));
    (whole ^ whole >> 32) as u32
}

/// A short hash that is the same on every machine and version.
pub(super) fn hash(text: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.add(text.as_bytes());
    hash.value()
}
