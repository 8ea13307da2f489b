//! What the desk is told: the handoff with all it carries, and the words that caused it.

use std::collections::BTreeMap;

use super::message::Heard;
use super::run::Run;
use crate::entities::{mask, mask_value};
use crate::escalation::{Decision, Handoff, Mode, Quote, Situation, reason_words, slot_words, summary};
use crate::rules::{IntentId, Privacy, Value};
use crate::session::{OpenHandoff, Speaker};
use crate::text::{Language, Script};

/// Lines of the conversation that a handoff carries.
const TRANSCRIPT: usize = 20;

/// Quotations a handoff keeps, the latest.
const EVIDENCE: usize = 12;

/// Intents proposed to the agent.
const NEXT_ACTIONS: usize = 3;

/// Frustration from which a summary says the customer is upset.
const UPSET: f32 = 2.0;

impl Run<'_> {
    /// The handoff that is open, with all it carries now.
    pub(super) fn handoff(&self) -> Option<Handoff> {
        let open = self.doc.handoff.as_ref()?;
        let rules = self.rules;
        let language = self.language();
        let frame = self.doc.slot_frame();
        let quote =
            |(text, span, turn): &(String, (usize, usize), u32)| Quote { text: text.clone(), span: *span, turn: *turn };
        let evidence = open.evidence.iter().map(quote).collect();
        let lines = self.doc.transcript.iter();
        let skip = self.doc.transcript.len().saturating_sub(TRANSCRIPT);
        let mode = match (open.closed, &open.contact) {
            (false, _) => Mode::Live,
            (true, Some(_)) => Mode::Callback,
            (true, None) => Mode::Ticket,
        };
        let mut next_actions: Vec<IntentId> = self.requests.clone();
        next_actions.retain(|id| !rules.asking_for_person.contains(id));
        next_actions.truncate(NEXT_ACTIONS);
        Some(Handoff {
            format: 1,
            id: open.id.clone(),
            session: self.doc.id.clone(),
            reason: open.reason.clone(),
            reasons: open.reasons.clone(),
            evidence,
            priority: open.priority,
            queue: open.queue.clone(),
            due_at: open.due_at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok()).map(|at| at.to_string()),
            language,
            mode,
            flow: frame.map(|frame| frame.flow.to_string()),
            step: self.doc.stack.last().and_then(|frame| frame.step.as_ref()).map(ToString::to_string),
            done: frame.map(|frame| frame.done.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            slots: self.masked_slots(),
            tried: self.doc.tried.clone(),
            misses: self.doc.counters.misses,
            frustration: self.doc.counters.frustration,
            summary: rules
                .pack
                .languages
                .all
                .iter()
                .map(|language| (*language, self.summarise(open, *language)))
                .collect(),
            transcript: lines.skip(skip).cloned().collect(),
            contact: open.contact.clone(),
            next_actions,
            revision: self.doc.revision.clone(),
        })
    }

    /// What the customer told in the open flow; host results stay out, private values are masked.
    fn masked_slots(&self) -> BTreeMap<String, Value> {
        let Some(frame) = self.doc.slot_frame() else { return BTreeMap::new() };
        frame
            .slots
            .iter()
            .filter(|(_, value)| !matches!(value, Value::Record(_) | Value::List(_) | Value::None))
            .map(|(name, value)| (name.to_string(), self.masked(name.as_str(), value)))
            .collect()
    }

    fn masked(&self, slot: &str, value: &Value) -> Value {
        let entity = self.entity_of(slot);
        let privacy = entity.map_or(Privacy::Public, |name| self.rules.entities().privacy(name.as_str()));
        match (privacy, value) {
            (Privacy::Public, Value::Text(text)) => Value::Text(mask(text).into_owned()),
            (Privacy::Public, other) => other.clone(),
            (privacy, other) => mask_value(other, privacy),
        }
    }

    /// Words of this turn that caused it join those the handoff has already.
    pub(super) fn file_evidence(&mut self) {
        let turn = self.doc.counters.turns;
        let Some(open) = self.doc.handoff.as_mut() else { return };
        open.evidence.extend(self.evidence.drain(..).map(|(text, span)| (text, span, turn)));
        let surplus = open.evidence.len().saturating_sub(EVIDENCE);
        open.evidence.drain(..surplus);
    }

    /// The entity a slot of the open flow is of.
    pub(super) fn entity_of(&self, slot: &str) -> Option<crate::rules::EntityName> {
        let frame = self.doc.slot_frame()?;
        match self.rules.pack.flow(frame.flow.as_str())?.slot(slot)?.ty.required() {
            crate::rules::Type::Entity(name) => Some(name.clone()),
            _ => None,
        }
    }

    fn summarise(&self, open: &OpenHandoff, language: Language) -> String {
        let title = |id: &str| self.title(&IntentId::from(id), language, script_of(language));
        let flow = self.doc.slot_frame().map(|frame| title(frame.flow.as_str()));
        let meant = self.intent.as_ref().filter(|id| !self.rules.asking_for_person.contains(id));
        let topic =
            flow.or_else(|| meant.map(|id| title(id.as_str()))).or_else(|| self.doc.tried.last().map(|id| title(id)));
        let slots = self.masked_slots();
        let shown = slots.iter().map(|(name, value)| {
            let entity = self.entity_of(name);
            (slot_words(name, language), self.rules.show(entity.as_ref(), value, language))
        });
        let last = self.doc.transcript.iter().rev().find(|line| line.who() == Speaker::Customer);
        summary(
            &Situation {
                reason: &reason_words(open.reason.as_str(), language),
                slots: shown.collect(),
                // Why not the topic again: an agent reads each thing once.
                tried: self
                    .doc
                    .tried
                    .iter()
                    .map(|id| title(id))
                    .filter(|tried| topic.as_ref() != Some(tried))
                    .collect(),
                last_words: last.map(crate::session::TranscriptLine::text),
                frustrated: self.doc.counters.frustration >= UPSET && open.reason != "frustrated",
                topic,
            },
            language,
        )
    }

    /// Words that asked for the intent, masked, for the handoff.
    pub(super) fn keep_evidence(&mut self, heard: Heard<'_>, id: &IntentId) {
        for request in heard.said.requests() {
            for candidate in request.candidates().iter().filter(|candidate| candidate.intent() == id) {
                for hit in candidate.evidence() {
                    self.push_evidence(heard.text, hit.span());
                }
            }
        }
    }

    pub(super) fn keep_lexicon_evidence(&mut self, heard: Heard<'_>, decision: &Decision<'_>) {
        let rules = self.rules;
        for (reason, _) in &decision.reasons {
            let policy = rules.pack.escalation.reasons.iter().find(|known| known.id == *reason);
            let Some(lexicon) = policy.and_then(|reason| reason.lexicon.as_ref()) else { continue };
            for hit in heard.hits(lexicon.as_str()) {
                self.push_evidence(heard.text, hit.span());
            }
        }
    }

    fn push_evidence(&mut self, text: &str, span: std::ops::Range<usize>) {
        let Some(words) = text.get(span.clone()) else { return };
        // Why the longest alone: "my lawyer" says all that "lawyer" inside it says.
        let covers = |outer: (usize, usize), inner: (usize, usize)| outer.0 <= inner.0 && inner.1 <= outer.1;
        let new = (span.start, span.end);
        if self.evidence.iter().any(|(_, known)| covers(*known, new)) {
            return;
        }
        self.evidence.retain(|(_, known)| !covers(new, *known));
        self.evidence.push((mask(words).into_owned(), new));
    }
}

const fn script_of(language: Language) -> Script {
    if language.is_unspaced() { Script::Hans } else { Script::Latin }
}
