//! A message that is delivered twice: what it led to is kept, and given again.
//!
//! What comes of the host work that a message asked for belongs to it too, so that a second delivery after the work brings
//! the question that followed. The texts are those kept for "say that again", the chips those of the open question: only
//! what the session does not know anyway is stored beside them.

use super::question::shown;
use super::run::Run;
use super::{Effect, Event, EventKind, Rung, Turn, run};
use crate::reply::{Chip, Reply};
use crate::session::{Document, Replay, Said, SaidChips, StoredChip};

/// Replies kept of one message and the host work it asked for; a flow that asks for work on and on must not fill the
/// session.
const REPLIES: usize = 24;

/// What a turn has to do with the message whose outputs are kept.
pub(super) enum Origin {
    /// It is a new message with an id.
    Named(String, Written),
    /// It comes from the customer, without an id.
    Nameless,
    /// It may be what came of the host work, by this id, that the kept message asked for.
    Follows(String),
    /// It has nothing to do with it.
    Beside,
}

/// Whether a message holds the customer's own words, which come again with a second delivery.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Words,
    Not,
}

impl Origin {
    /// Of an event that is about to be handled. What is kept is made to stand by itself, if it outlives the turn.
    pub(super) fn of(event: &Event, doc: &mut Document) -> Self {
        let from_customer = matches!(event.kind, EventKind::Message(_) | EventKind::Choice(_));
        if let Some(id) = &event.id {
            let written = if matches!(event.kind, EventKind::Message(_)) { Written::Words } else { Written::Not };
            return Origin::Named(id.clone(), written);
        }
        if from_customer {
            return Origin::Nameless;
        }
        let shown = open(doc);
        let Some(replay) = doc.replay.as_mut() else { return Origin::Beside };
        let own = |chip: Chip| StoredChip { label: chip.label().to_owned(), value: chip.value().clone() };
        let chips: Vec<StoredChip> = shown.into_iter().map(own).collect();
        for said in replay.replies.iter_mut().flatten().chain(&mut doc.last_replies) {
            said.pin(&chips);
        }
        match (&replay.call, &doc.pending) {
            (Some(call), Some(pending)) if *call == pending.id => Origin::Follows(call.clone()),
            _ => Origin::Beside,
        }
    }
}

impl Run<'_> {
    /// Keeps what the turn said and did, for "say that again" and for a second delivery.
    pub(super) fn keep_outputs(&mut self, origin: Origin, replies: &[Reply]) {
        // Why apart: a plain text takes the place of the one before, and its memory.
        if let (Origin::Nameless, [reply], [last]) = (&origin, replies, self.doc.last_replies.as_mut_slice())
            && reply.chips.is_empty()
            && reply.cards.is_empty()
            && last.is_plain()
        {
            last.text.clone_from(&reply.text);
            self.retire();
            return;
        }
        let open = open(self.doc);
        let mut said: Vec<Said> = replies.iter().map(|reply| said(reply, &open)).collect();
        let pending = self.doc.pending.as_ref().map(|pending| &pending.id);
        match origin {
            Origin::Named(id, written) => {
                let effects = self.effects.iter().filter_map(|effect| stored(effect, written)).collect();
                let whole = self.intent.iter().eq(&self.requests);
                let replay = Replay {
                    id,
                    rung: self.rung.as_str().to_owned(),
                    intent: self.intent.clone(),
                    requests: (!whole).then(|| self.requests.clone()),
                    confidence: self.confidence,
                    replies: said.is_empty().then(Vec::new),
                    effects,
                    call: pending.cloned(),
                };
                self.retire();
                self.doc.replay = Some(replay);
            }
            Origin::Nameless => self.retire(),
            Origin::Follows(call) if pending != Some(&call) => {
                let next = pending.cloned();
                let effects = self.effects.iter().filter_map(|effect| stored(effect, Written::Not));
                if let Some(replay) = self.doc.replay.as_mut() {
                    replay.effects.extend(effects);
                    replay.call = next;
                    match replay.replies.as_mut() {
                        Some(kept) if kept.is_empty() => replay.replies = said.is_empty().then(Vec::new),
                        Some(kept) => kept.extend(said.iter().cloned()),
                        None => {
                            let mut whole = std::mem::take(&mut self.doc.last_replies);
                            whole.append(&mut said);
                            said = whole;
                        }
                    }
                    said.truncate(REPLIES);
                }
            }
            Origin::Follows(_) | Origin::Beside => {
                let kept = self.doc.replay.as_mut().filter(|replay| replay.replies.is_none());
                if let (Some(replay), false) = (kept, said.is_empty()) {
                    replay.replies = Some(std::mem::take(&mut self.doc.last_replies));
                }
            }
        }
        if !said.is_empty() {
            self.doc.last_replies = said;
        }
    }

    /// The message before is only known by its id from now on.
    pub(super) fn retire(&mut self) {
        if let Some(last) = self.doc.replay.take() {
            self.doc.seen.add(&last.id);
        }
    }
}

/// The outputs of an event that was handled before: those of the last one again, those of older ones empty.
pub(super) fn replayed(doc: &Document, event: &Event) -> Option<Turn> {
    let id = event.id.as_deref()?;
    let mut turn = Turn {
        format: 1,
        replies: Vec::new(),
        effects: Vec::new(),
        waiting: run::waiting(doc),
        records: Vec::new(),
        replay: true,
        rung: Rung::Duplicate,
        passed: Vec::new(),
        intent: None,
        requests: Vec::new(),
        confidence: 0.0,
        language: doc.language,
        asks: run::asks(doc),
        flow: doc.slot_frame().map(|frame| frame.flow.to_string()),
        walked: Vec::new(),
    };
    let Some(replay) = doc.replay.as_ref().filter(|replay| replay.id == id) else {
        return doc.seen.has(id).then_some(turn);
    };
    let last = || {
        // Why a copy: a second delivery leaves the session as it is.
        let mut doc = Document {
            last_replies: doc.last_replies.clone(),
            transcript: doc.transcript.clone(),
            ..Document::new("".into())
        };
        doc.unfold_replies();
        doc.last_replies
    };
    let replies = replay.replies.clone().unwrap_or_else(last);
    let open = open(doc);
    turn.replies = replies.iter().map(|said| reply(said, &open)).collect();
    turn.effects = replay.effects.iter().filter_map(|effect| effect_of(effect, doc, event)).collect();
    turn.rung = Rung::from_name(&replay.rung);
    turn.intent.clone_from(&replay.intent);
    turn.requests = replay.requests.clone().unwrap_or_else(|| replay.intent.iter().cloned().collect());
    turn.confidence = replay.confidence;
    Some(turn)
}

/// The chips under the open question, as the customer has them.
fn open(doc: &Document) -> Vec<Chip> {
    doc.chips.iter().map(|chip| shown(chip, doc)).collect()
}

fn said(reply: &Reply, open: &[Chip]) -> Said {
    let is_open = !open.is_empty() && reply.chips == open;
    let own = |chip: &Chip| StoredChip { label: chip.label().to_owned(), value: chip.value().clone() };
    Said {
        text: reply.text.clone(),
        chips: if is_open { SaidChips::Open } else { SaidChips::Own(reply.chips.iter().map(own).collect()) },
        cards: reply.cards.iter().filter_map(|card| serde_json::to_value(card).ok()).collect(),
    }
}

fn reply(said: &Said, open: &[Chip]) -> Reply {
    let own = |chip: &StoredChip| Chip::new(chip.label.clone(), chip.value.clone());
    Reply {
        text: said.text.clone(),
        chips: match &said.chips {
            SaidChips::Open => open.to_vec(),
            SaidChips::Own(chips) => chips.iter().map(own).collect(),
        },
        cards: said.cards.iter().filter_map(|card| serde_json::from_value(card.clone()).ok()).collect(),
    }
}

/// An effect without what the session or the second delivery holds anyway: the transcript and the customer's words.
pub(super) fn stored(effect: &Effect, written: Written) -> Option<serde_json::Value> {
    match effect {
        Effect::HandoffOpened(handoff) | Effect::HandoffUpdated(handoff) => {
            let bare = Box::new(crate::escalation::Handoff { transcript: Vec::new(), ..(**handoff).clone() });
            let is_new = matches!(effect, Effect::HandoffOpened(_));
            serde_json::to_value(if is_new { Effect::HandoffOpened(bare) } else { Effect::HandoffUpdated(bare) })
        }
        Effect::ToAgent(message) if written == Written::Words => {
            serde_json::to_value(Effect::ToAgent(super::AgentMessage { text: String::new(), ..message.clone() }))
        }
        other => serde_json::to_value(other),
    }
    // Why: effects are maps, lists, text and finite numbers, which always have a JSON form.
    .ok()
}

pub(super) fn effect_of(stored: &serde_json::Value, doc: &Document, event: &Event) -> Option<Effect> {
    let mut effect: Effect = serde_json::from_value(stored.clone()).ok()?;
    match (&mut effect, &event.kind) {
        (Effect::HandoffOpened(handoff) | Effect::HandoffUpdated(handoff), _) => {
            handoff.transcript = super::signal::transcript(doc);
        }
        (Effect::ToAgent(message), EventKind::Message(text)) => message.text.clone_from(text),
        _ => {}
    }
    Some(effect)
}
