//! What the desk is told: the handoff with all it carries, and the words that caused it.

use std::collections::BTreeMap;

use super::Effect;
use super::masked::{entity_of, masked_slots};
use super::message::Heard;
use super::run::Run;
use crate::escalation::{Decision, Handoff, Mode, Quote, Situation, summary};
use crate::rules::{At, Does, IntentId, LexiconName, StepKind};
use crate::session::{Document, OpenHandoff, Speaker, TranscriptLine};
use crate::text::{Language, Script};

/// Lines of the conversation that a handoff carries.
const TRANSCRIPT: usize = 20;

/// Quotations a handoff keeps, the latest.
const EVIDENCE: usize = 12;

/// Intents proposed to the agent.
const NEXT_ACTIONS: usize = 3;

/// The customer's last lines among which the telling one is looked for, and the least letters it has.
const TELLING: usize = 4;
const LEAST_SPACED: usize = 8;
const LEAST_UNSPACED: usize = 4;

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
        let mode = match (open.closed, open.contacts.first()) {
            (false, _) => Mode::Live,
            (true, Some(_)) => Mode::Callback,
            (true, None) => Mode::Ticket,
        };
        let proposed = open.topic.iter().map(|id| IntentId::from(id.as_str()));
        let next_actions = proposed.filter(|id| rules.pack.intent(id.as_str()).is_some()).collect();
        Some(Handoff {
            format: 1,
            id: open.id.clone(),
            update: open.updates,
            session: self.doc.id.to_string(),
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
            slots: masked_slots(self.rules, self.doc),
            tried: self.doc.tried.clone(),
            misses: self.doc.counters.misses,
            frustration: self.doc.counters.frustration,
            summary: rules
                .pack
                .languages
                .all
                .iter()
                .map(|language| (*language, self.summarise(open, mode, *language)))
                .collect(),
            transcript: transcript(self.doc),
            contact: open.contacts.first().map(|(_, value)| value.clone()),
            contacts: open.contacts.iter().map(|(_, value)| value.clone()).collect(),
            next_actions,
            revision: self.doc.revision.clone(),
        })
    }

    /// Gives handoffs that leave with this turn the lines that the bot said in it. Of several updates the last leaves, as it
    /// says all that those before it say, and gets its number.
    pub(super) fn complete_handoffs(&mut self) {
        let is_update = |effect: &Effect| matches!(effect, Effect::HandoffUpdated(_));
        let mut surplus = self.effects.iter().filter(|effect| is_update(effect)).count().saturating_sub(1);
        self.effects.retain(|effect| {
            let goes = surplus > 0 && is_update(effect);
            surplus -= usize::from(goes);
            !goes
        });
        for effect in &mut self.effects {
            if let (Effect::HandoffUpdated(handoff), Some(open)) = (effect, &mut self.doc.handoff) {
                open.updates = open.updates.saturating_add(1);
                handoff.update = open.updates;
            }
        }
        for effect in &mut self.effects {
            if let Effect::HandoffOpened(handoff) | Effect::HandoffUpdated(handoff) = effect {
                handoff.transcript = transcript(self.doc);
            }
        }
    }

    /// Words of this turn that caused it join those the handoff has already.
    pub(super) fn file_evidence(&mut self) {
        let turn = self.doc.counters.messages();
        let Some(open) = self.doc.handoff.as_mut() else { return };
        open.evidence.extend(self.evidence.drain(..).map(|(text, span)| (text, span, turn)));
        let surplus = open.evidence.len().saturating_sub(EVIDENCE);
        open.evidence.drain(..surplus);
    }

    /// The entity a slot of the open flow is of.
    pub(super) fn entity_of(&self, slot: &str) -> Option<crate::rules::EntityName> {
        entity_of(self.rules, self.doc, slot)
    }

    fn summarise(&self, open: &OpenHandoff, mode: Mode, language: Language) -> String {
        let title = |id: &String| self.title(&IntentId::from(id.as_str()), language, script_of(language));
        // Why: how to reach the customer stands in the contact, and a summary is read before anything else.
        let slots = if self.is_collecting() { BTreeMap::new() } else { masked_slots(self.rules, self.doc) };
        let shown = slots.iter().map(|(name, value)| {
            let entity = self.entity_of(name);
            (self.called("slot_", name, language), self.rules.show(entity.as_ref(), value, language))
        });
        let asked = self.resting().filter(|_| !self.is_collecting());
        let missing = asked.and_then(|(_, _, node)| match &node.kind {
            StepKind::Ask(ask) => Some(self.called("slot_", ask.slot.as_str(), language)),
            _ => None,
        });
        let done = self.doc.slot_frame().map(|frame| frame.done.as_slice()).unwrap_or_default();
        let is_news = |id: &&String| !open.topic.contains(id) && !self.is_collector(&id.as_str().into());
        summary(
            &Situation {
                reasons: open.reasons.iter().map(|id| self.called("reason_", id.as_str(), language)).collect(),
                // Why: who reads "complaint" needs not be told "wants: complain".
                topic: open.topic.iter().filter(|id| !self.is_reason(id, open)).map(title).collect(),
                is_unclear: open.topic.is_empty(),
                slots: shown.collect(),
                missing,
                done: done.iter().map(|action| self.called("action_", action.as_str(), language)).collect(),
                tried: self.doc.tried.iter().filter(is_news).map(title).collect(),
                is_upset: self.doc.counters.frustration >= UPSET && !open.reasons.iter().any(|id| *id == "frustrated"),
                mode,
                is_unanswered: open.unanswered,
                words: open.words.as_deref(),
            },
            &|name| self.called("", name, language),
            language,
        )
    }

    /// Whether an intent is nothing but one of the handoff's reasons.
    fn is_reason(&self, id: &str, open: &OpenHandoff) -> bool {
        let does = self.rules.pack.intent(id).map(|(_, intent)| &intent.does);
        matches!(does, Some(Does::Handoff(reason)) if open.reasons.contains(reason))
    }

    /// What the desk calls something of the rules: the pack's text of that name, else the name itself in plain letters.
    pub(super) fn called(&self, kind: &str, name: &str, language: Language) -> String {
        let known = self.rules.pack.text(&format!("{kind}{}", name.replace('.', "_")));
        let label = known.and_then(|words| self.rules.plain(words, language, script_of(language)));
        label.unwrap_or_else(|| name.replace(['_', '.'], " "))
    }

    /// What the conversation is about: the open flow, what this message asks for, or what the bot was asking about.
    pub(super) fn topic(&self) -> Vec<String> {
        let flows = self.doc.stack.iter().rev().map(|frame| &frame.flow).filter(|flow| !self.is_collector(flow));
        let mut topic: Vec<String> = flows.take(1).map(ToString::to_string).collect();
        let meant = match &self.doc.question {
            Some(question) if self.requests.iter().all(|id| self.is_aside(id)) => {
                question.between().unwrap_or(&self.requests)
            }
            _ => &self.requests,
        };
        topic.extend(meant.iter().filter(|id| !self.is_aside(id)).map(ToString::to_string));
        let mut seen = Vec::new();
        topic.retain(|id| {
            !seen.contains(id) && {
                seen.push(id.clone());
                true
            }
        });
        topic.truncate(NEXT_ACTIONS);
        topic
    }

    /// Asking for a person, and courtesy: no matter of their own.
    fn is_aside(&self, id: &IntentId) -> bool {
        self.rules.asking_for_person.contains(id) || self.is_small_talk(id)
    }

    /// The last words of the customer that tell something: "agent!" and a bare number do not.
    pub(super) fn telling_words(&self) -> Option<String> {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
        let asks_only = !self.requests.is_empty() && self.requests.iter().all(|id| self.is_aside(id));
        let asking: usize = self.evidence.iter().filter(|_| asks_only).map(|(words, _)| letters(words)).sum();
        let lines = self.doc.transcript.iter().rev().filter(|line| line.who() == Speaker::Customer);
        let told = lines.take(TELLING).enumerate().find(|(back, line)| {
            let spent = if *back == 0 { asking * 2 } else { 0 };
            let least = if line.text().chars().any(is_unspaced) { LEAST_UNSPACED } else { LEAST_SPACED };
            letters(line.text()).saturating_sub(spent.min(letters(line.text()))) >= least
        });
        told.map(|(_, line)| line.text().to_owned())
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
        for reason in &decision.reasons {
            let Some(policy) = rules.pack.escalation.reasons.iter().find(|known| known.id == *reason) else { continue };
            let mood = policy.at.iter().any(|at| matches!(at, At::Frustration(_))).then_some("frustration");
            for lexicon in policy.lexicon.as_ref().map(LexiconName::as_str).into_iter().chain(mood) {
                for hit in heard.hits(lexicon) {
                    self.push_evidence(heard.text, hit.span());
                }
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
        let words = self.hide(words);
        self.evidence.push((words, new));
    }
}

/// Letters of scripts without spaces, where few say much.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// The last lines of the conversation.
pub(super) fn transcript(doc: &Document) -> Vec<TranscriptLine> {
    let skip = doc.transcript.len().saturating_sub(TRANSCRIPT);
    doc.transcript.iter().skip(skip).cloned().collect()
}

const fn script_of(language: Language) -> Script {
    if language.is_unspaced() { Script::Hans } else { Script::Latin }
}
