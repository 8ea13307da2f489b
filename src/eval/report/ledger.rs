use std::collections::BTreeMap;

use super::groups::{Group, Groups};
use super::outline::{OfFlow, OfQueue, Outline, Rise};
use crate::dialog::{Happening, Record, Responder};
use crate::text::{Fnv, Language};

/// A day's count of an intent is a sudden rise from so many messages on …
const RISE_LEAST: usize = 10;
/// … at so many times the mean of the days before …
const RISE_TIMES: f64 = 3.0;
/// … of which there must be so many.
const RISE_DAYS: usize = 3;
/// What stands for what a record does not say.
const UNKNOWN: &str = "unknown";

/// Counts records, one after another; it keeps counts, not records, and of a conversation a few bytes until it has ended.
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
    /// Conversations that have not ended, by a hash of the session.
    open: BTreeMap<u64, Conversation>,
    /// Who waits for a person, and where.
    waiting: BTreeMap<u64, String>,
    counts: Counts,
}

/// What was counted.
#[derive(Clone, Debug, Default)]
struct Counts {
    /// What came of conversations that have ended.
    closed: Group,
    messages: usize,
    misses: usize,
    reasons: BTreeMap<String, usize>,
    queues: BTreeMap<String, Queue>,
    flows: BTreeMap<String, OfFlow>,
    slots: BTreeMap<String, BTreeMap<String, usize>>,
    actions: BTreeMap<String, BTreeMap<String, usize>>,
    waited_ms: Vec<i64>,
    bot_ms: Vec<i64>,
    agent_ms: Vec<i64>,
    overdue: usize,
    unanswered: usize,
    reopened: usize,
    stars: [usize; 6],
    intents: Groups,
    /// In the order of [`Began`].
    groups: [Groups; 5],
    /// Messages of each intent, then day.
    days: BTreeMap<(u32, u32), usize>,
}

/// The day, hour, language, channel and revision with which something began, by their numbers.
type Began = [u32; 5];

/// What is remembered of one conversation.
#[derive(Clone, Copy, Debug, Default)]
struct Conversation {
    messages: u32,
    is_handed_over: bool,
    is_resolved: bool,
    began: Began,
    intent: Option<u32>,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    handed_over: usize,
    accepted: usize,
    overdue: usize,
    unanswered: usize,
    waited_ms: Vec<i64>,
}

impl Ledger {
    /// Counts a record.
    pub fn count(&mut self, record: &Record) {
        let id = hash(&record.session);
        let counts = &mut self.counts;
        let place = counts.place(record);
        let mut conversation = self.open.get(&id).copied().unwrap_or_default();
        match &record.what {
            Happening::Message { intent, .. } => {
                counts.messages += 1;
                if conversation.messages == 0 {
                    conversation.began = place;
                }
                conversation.messages += 1;
                counts.each_group(place, |group| group.messages += 1);
                if let Some(intent) = intent {
                    let number = counts.intents.number(intent.as_str());
                    counts.intents.change(number, |group| group.messages += 1);
                    *counts.days.entry((number, place[0])).or_default() += 1;
                    conversation.intent = Some(number);
                }
            }
            Happening::Miss { .. } => {
                counts.misses += 1;
                counts.each_group(place, |group| group.misses += 1);
            }
            Happening::HandedOver { reason, queue, .. } => {
                conversation.is_handed_over = true;
                *counts.reasons.entry(reason.clone()).or_default() += 1;
                counts.queues.entry(queue.clone()).or_default().handed_over += 1;
                self.waiting.insert(id, queue.clone());
            }
            Happening::FlowStarted { flow } => counts.flows.entry(flow.clone()).or_default().started += 1,
            Happening::FlowEnded { flow, outcome, step, values } => {
                conversation.is_resolved |= outcome == "resolved";
                for (slot, value) in values {
                    let of_slot = counts.slots.entry(format!("{flow}.{slot}")).or_default();
                    *of_slot.entry(value.clone()).or_default() += 1;
                }
                counts.ended(flow, outcome, step.as_ref().filter(|_| outcome != "resolved"));
            }
            Happening::Abandoned { flow: Some(flow), step } => counts.ended(flow, "abandoned", step.as_ref()),
            Happening::Answered { .. } => conversation.is_resolved = true,
            Happening::ActionEnded { action, result } => {
                *counts.actions.entry(action.clone()).or_default().entry(result.clone()).or_default() += 1;
            }
            Happening::Accepted { waited_ms } => {
                counts.waited_ms.push(*waited_ms);
                if let Some(queue) = self.waiting.remove(&id).and_then(|queue| counts.queues.get_mut(&queue)) {
                    queue.accepted += 1;
                    queue.waited_ms.push(*waited_ms);
                }
            }
            Happening::Responded { by, waited_ms } => match by {
                Responder::Bot => counts.bot_ms.push(*waited_ms),
                Responder::Agent => counts.agent_ms.push(*waited_ms),
            },
            Happening::Overdue => {
                counts.overdue += 1;
                if let Some(queue) = self.waiting.get(&id).and_then(|queue| counts.queues.get_mut(queue)) {
                    queue.overdue += 1;
                }
            }
            Happening::Unanswered { .. } => {
                counts.unanswered += 1;
                if let Some(queue) = self.waiting.remove(&id).and_then(|queue| counts.queues.get_mut(&queue)) {
                    queue.unanswered += 1;
                }
            }
            Happening::Withdrawn => drop(self.waiting.remove(&id)),
            Happening::Reopened { .. } => counts.reopened += 1,
            Happening::Rated { stars } => {
                if let Some(count) = counts.stars.get_mut(*stars as usize) {
                    *count += 1;
                }
            }
            _ => {}
        }
        // Why: what comes after these is another conversation, and this one needs no memory any more.
        if matches!(record.what, Happening::Contained | Happening::Forgotten) {
            self.open.remove(&id);
            counts.close(conversation);
        } else if conversation.messages > 0 || conversation.is_handed_over || conversation.is_resolved {
            self.open.insert(id, conversation);
        }
    }

    /// Everything counted so far.
    pub fn outline(&self) -> Outline {
        let mut counts = self.counts.clone();
        self.open.values().for_each(|conversation| counts.close(*conversation));
        counts.outline()
    }
}

impl Counts {
    /// The numbers of a record's day, hour, language, channel and revision.
    fn place(&mut self, record: &Record) -> Began {
        let names = [
            record.at.get(..10).unwrap_or(UNKNOWN),
            record.at.get(11..13).unwrap_or(UNKNOWN),
            record.language.map_or(UNKNOWN, Language::code),
            record.channel.as_deref().unwrap_or(UNKNOWN),
            &record.revision,
        ];
        let mut place = Began::default();
        for ((number, groups), name) in place.iter_mut().zip(&mut self.groups).zip(names) {
            *number = groups.number(name);
        }
        place
    }

    fn each_group(&mut self, place: Began, with: impl Fn(&mut Group)) {
        for (groups, number) in self.groups.iter_mut().zip(place) {
            groups.change(number, &with);
        }
    }

    fn ended(&mut self, flow: &str, outcome: &str, left_at: Option<&String>) {
        let of = self.flows.entry(flow.to_owned()).or_default();
        *of.ended.entry(outcome.to_owned()).or_default() += 1;
        if let Some(step) = left_at {
            *of.left_at.entry(step.clone()).or_default() += 1;
        }
    }

    /// Counts a conversation that is over, or is taken to be at the end of the log.
    fn close(&mut self, conversation: Conversation) {
        // Why: a record of host work alone is no conversation.
        if conversation.messages == 0 {
            return;
        }
        let close = |group: &mut Group| {
            group.conversations += 1;
            group.handed_over += usize::from(conversation.is_handed_over);
            group.resolved += usize::from(conversation.is_resolved && !conversation.is_handed_over);
        };
        close(&mut self.closed);
        self.each_group(conversation.began, close);
        if let Some(intent) = conversation.intent {
            self.intents.change(intent, close);
        }
    }

    /// What they come to.
    fn outline(self) -> Outline {
        let Group { conversations, handed_over, resolved, .. } = self.closed;
        let share = |count: usize, of: usize| (of > 0).then(|| count as f64 / of as f64);
        let rises = self.rises();
        let [by_day, by_hour, by_language, by_channel, by_revision] = self.groups.map(|groups| groups.named());
        let ratings: usize = self.stars.iter().sum();
        let stars: usize = self.stars.iter().enumerate().map(|(stars, count)| stars * count).sum();
        let of_queue = |(name, queue): (String, Queue)| {
            let Queue { handed_over, accepted, overdue, unanswered, waited_ms } = queue;
            let median_wait_seconds = median(waited_ms);
            (name, OfQueue { handed_over, accepted, overdue, unanswered, median_wait_seconds })
        };
        Outline {
            conversations,
            messages: self.messages,
            messages_per_conversation: share(self.messages, conversations),
            containment: share(conversations - handed_over, conversations),
            resolution: share(resolved, conversations),
            escalation: share(handed_over, conversations),
            miss_rate: share(self.misses, self.messages),
            misses: self.misses,
            reasons: self.reasons,
            accepted: self.waited_ms.len(),
            median_wait_seconds: median(self.waited_ms),
            median_bot_response_seconds: median(self.bot_ms),
            median_agent_response_seconds: median(self.agent_ms),
            queues: self.queues.into_iter().map(of_queue).collect(),
            overdue: self.overdue,
            unanswered: self.unanswered,
            reopened: self.reopened,
            reopen_rate: share(self.reopened, conversations),
            ratings,
            satisfaction: share(stars, ratings),
            flows: self.flows,
            slots: self.slots,
            actions: self.actions,
            by_intent: self.intents.named(),
            by_day,
            by_hour,
            by_language,
            by_channel,
            by_revision,
            rises,
            ..Outline::default()
        }
    }

    /// Intents that came much more often on the last day than on the days before it.
    fn rises(&self) -> Vec<Rise> {
        let Some(days) = self.groups.first().map(Groups::numbered) else { return Vec::new() };
        let Some((last, last_number)) = days.last_key_value() else { return Vec::new() };
        let before = days.len() - 1;
        if before < RISE_DAYS {
            return Vec::new();
        }
        let mut rises = Vec::new();
        for (intent, number) in self.intents.numbered() {
            let counts = || self.days.range((*number, 0)..=(*number, u32::MAX));
            let messages = self.days.get(&(*number, *last_number)).copied().unwrap_or(0);
            let earlier = counts().map(|(_, count)| count).sum::<usize>() - messages;
            let usual = earlier as f64 / before as f64;
            if messages >= RISE_LEAST && messages as f64 >= RISE_TIMES * usual {
                rises.push(Rise { intent: intent.clone(), day: last.clone(), messages, usual });
            }
        }
        rises.sort_by(|a, b| b.messages.cmp(&a.messages).then_with(|| a.intent.cmp(&b.intent)));
        rises
    }
}

/// Half of them are at most so many seconds.
fn median(mut spans_ms: Vec<i64>) -> Option<f64> {
    spans_ms.sort_unstable();
    spans_ms.get(spans_ms.len() / 2).map(|span| *span as f64 / 1000.0)
}

fn hash(session: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.add(session.as_bytes());
    hash.value()
}
