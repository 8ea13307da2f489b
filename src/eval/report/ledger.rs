use std::collections::{BTreeMap, BTreeSet};

use super::outline::{Group, OfFlow, Outline, Rise};
use crate::dialog::{Happening, Record};

/// A day's count of an intent is a sudden rise from so many messages on …
const RISE_LEAST: usize = 10;
/// … at so many times the mean of the days before …
const RISE_TIMES: f64 = 3.0;
/// … of which there must be so many.
const RISE_DAYS: usize = 3;

/// Counts records, one after another; it keeps counts, not records.
///
/// # Examples
/// ```
/// use kefu::eval::Ledger;
///
/// let line = r#"{"format":1,"at":"2026-03-02T10:00:00Z","session":"a","revision":"r","language":"en","channel":null,
///     "event":"message","intent":"track_order","confidence":0.9,"rung":"answer"}"#;
/// let mut ledger = Ledger::default();
/// ledger.count(&serde_json::from_str(line)?);
/// let outline = ledger.outline();
/// assert_eq!((outline.conversations, outline.messages), (1, 1));
/// assert_eq!(outline.containment, Some(1.0));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    sessions: BTreeMap<String, Conversation>,
    messages: usize,
    misses: usize,
    reasons: BTreeMap<String, usize>,
    queues: BTreeMap<String, usize>,
    flows: BTreeMap<String, OfFlow>,
    actions: BTreeMap<String, BTreeMap<String, usize>>,
    waited_ms: Vec<i64>,
    overdue: usize,
    unanswered: usize,
    reopened: usize,
    stars: Vec<u32>,
    intents: BTreeMap<String, usize>,
    by_day: Groups,
    by_hour: Groups,
    by_language: Groups,
    by_channel: Groups,
    by_revision: Groups,
    /// By intent, then day.
    days: BTreeMap<String, BTreeMap<String, usize>>,
}

type Groups = BTreeMap<String, Group>;

/// What is remembered of one conversation.
#[derive(Clone, Debug, Default)]
struct Conversation {
    messages: usize,
    is_handed_over: bool,
    is_resolved: bool,
}

impl Ledger {
    /// Counts a record.
    pub fn count(&mut self, record: &Record) {
        let conversation = self.sessions.entry(record.session.to_string()).or_default();
        let day = record.at.get(..10).unwrap_or("unknown").to_owned();
        let hour = record.at.get(11..13).unwrap_or("unknown").to_owned();
        let language = record.language.map_or("unknown", crate::text::Language::code).to_owned();
        let channel = record.channel.as_deref().unwrap_or("unknown").to_owned();
        let mut groups = [
            self.by_day.entry(day.clone()).or_default(),
            self.by_hour.entry(hour).or_default(),
            self.by_language.entry(language).or_default(),
            self.by_channel.entry(channel).or_default(),
            self.by_revision.entry(record.revision.to_string()).or_default(),
        ];
        match &record.what {
            Happening::Message { intent, .. } => {
                self.messages += 1;
                conversation.messages += 1;
                groups.iter_mut().for_each(|group| group.messages += 1);
                if let Some(intent) = intent {
                    *self.intents.entry(intent.to_string()).or_default() += 1;
                    *self.days.entry(intent.to_string()).or_default().entry(day).or_default() += 1;
                }
            }
            Happening::Miss { .. } => {
                self.misses += 1;
                groups.iter_mut().for_each(|group| group.misses += 1);
            }
            Happening::HandedOver { reason, queue, .. } => {
                conversation.is_handed_over = true;
                groups.iter_mut().for_each(|group| group.handed_over += 1);
                *self.reasons.entry(reason.clone()).or_default() += 1;
                *self.queues.entry(queue.clone()).or_default() += 1;
            }
            Happening::FlowStarted { flow } => self.flows.entry(flow.clone()).or_default().started += 1,
            Happening::FlowEnded { flow, outcome, step } => {
                conversation.is_resolved |= outcome == "resolved";
                let of = self.flows.entry(flow.clone()).or_default();
                *of.ended.entry(outcome.clone()).or_default() += 1;
                if let Some(step) = step.as_ref().filter(|_| outcome != "resolved") {
                    *of.left_at.entry(step.clone()).or_default() += 1;
                }
            }
            Happening::Abandoned { flow: Some(flow), step } => {
                let of = self.flows.entry(flow.clone()).or_default();
                *of.ended.entry("abandoned".to_owned()).or_default() += 1;
                if let Some(step) = step {
                    *of.left_at.entry(step.clone()).or_default() += 1;
                }
            }
            Happening::Answered { .. } => conversation.is_resolved = true,
            Happening::ActionEnded { action, result } => {
                *self.actions.entry(action.clone()).or_default().entry(result.clone()).or_default() += 1;
            }
            Happening::Accepted { waited_ms } => self.waited_ms.push(*waited_ms),
            Happening::Overdue => self.overdue += 1,
            Happening::Unanswered { .. } => self.unanswered += 1,
            Happening::Reopened { .. } => self.reopened += 1,
            Happening::Rated { stars } => self.stars.push(*stars),
            _ => {}
        }
    }

    /// Everything counted so far.
    pub fn outline(&self) -> Outline {
        // Why: a record of host work alone is no conversation.
        let talked: Vec<&Conversation> = self.sessions.values().filter(|one| one.messages > 0).collect();
        let share = |count: usize| (!talked.is_empty()).then(|| count as f64 / talked.len() as f64);
        let handed_over = talked.iter().filter(|one| one.is_handed_over).count();
        let resolved = talked.iter().filter(|one| one.is_resolved && !one.is_handed_over).count();
        let mut waits = self.waited_ms.clone();
        waits.sort_unstable();
        let mean = |sum: f64, of: usize| (of > 0).then(|| sum / of as f64);
        Outline {
            conversations: talked.len(),
            messages: self.messages,
            messages_per_conversation: mean(self.messages as f64, talked.len()),
            containment: share(talked.len() - handed_over),
            resolution: share(resolved),
            escalation: share(handed_over),
            miss_rate: mean(self.misses as f64, self.messages),
            misses: self.misses,
            reasons: self.reasons.clone(),
            queues: self.queues.clone(),
            accepted: waits.len(),
            median_wait_seconds: waits.get(waits.len() / 2).map(|wait| *wait as f64 / 1000.0),
            overdue: self.overdue,
            unanswered: self.unanswered,
            reopen_rate: share(self.reopened),
            ratings: self.stars.len(),
            satisfaction: mean(self.stars.iter().map(|stars| f64::from(*stars)).sum(), self.stars.len()),
            intents: self.intents.clone(),
            flows: self.flows.clone(),
            actions: self.actions.clone(),
            by_day: self.by_day.clone(),
            by_hour: self.by_hour.clone(),
            by_language: self.by_language.clone(),
            by_channel: self.by_channel.clone(),
            by_revision: self.by_revision.clone(),
            rises: self.rises(),
        }
    }

    /// Intents that came much more often on the last day than on the days before it.
    fn rises(&self) -> Vec<Rise> {
        let days: BTreeSet<&String> = self.by_day.keys().collect();
        let Some(last) = days.last() else { return Vec::new() };
        let before = days.len() - 1;
        if before < RISE_DAYS {
            return Vec::new();
        }
        let mut rises = Vec::new();
        for (intent, counts) in &self.days {
            let messages = counts.get(*last).copied().unwrap_or(0);
            let earlier = counts.iter().filter(|(day, _)| day != last).map(|(_, count)| count).sum::<usize>();
            let usual = earlier as f64 / before as f64;
            if messages >= RISE_LEAST && messages as f64 >= RISE_TIMES * usual {
                rises.push(Rise { intent: intent.clone(), day: (*last).clone(), messages, usual });
            }
        }
        rises.sort_by(|a, b| b.messages.cmp(&a.messages).then_with(|| a.intent.cmp(&b.intent)));
        rises
    }
}
