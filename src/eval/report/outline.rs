use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// What came of conversations.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outline {
    /// Conversations in which a customer wrote.
    pub conversations: usize,
    /// What customers wrote.
    pub messages: usize,
    /// Messages of one conversation, in the mean.
    pub messages_per_conversation: Option<f64>,
    /// The share of conversations without a person.
    pub containment: Option<f64>,
    /// The share without a person in which an answer was given or a flow resolved.
    pub resolution: Option<f64>,
    /// The share handed over.
    pub escalation: Option<f64>,
    /// Messages not understood, as a share.
    pub miss_rate: Option<f64>,
    /// Messages not understood.
    pub misses: usize,
    /// Handoffs by their most urgent reason.
    pub reasons: BTreeMap<String, usize>,
    /// Handoffs by queue.
    pub queues: BTreeMap<String, usize>,
    /// Handoffs that a person took.
    pub accepted: usize,
    /// Half of them were taken within so many seconds.
    pub median_wait_seconds: Option<f64>,
    /// Handoffs nobody took in time.
    pub overdue: usize,
    /// Handoffs nobody took for as long as the policy waits.
    pub unanswered: usize,
    /// Matters that came up again, for each conversation.
    pub reopen_rate: Option<f64>,
    /// Ratings given.
    pub ratings: usize,
    /// Their mean, 1 to 5.
    pub satisfaction: Option<f64>,
    /// Messages by what they were understood as.
    pub intents: BTreeMap<String, usize>,
    /// Flows: how they ended, and where people left.
    pub flows: BTreeMap<String, OfFlow>,
    /// Host work by action and result.
    pub actions: BTreeMap<String, BTreeMap<String, usize>>,
    /// By day, UTC.
    pub by_day: BTreeMap<String, Group>,
    /// By hour of the day, UTC.
    pub by_hour: BTreeMap<String, Group>,
    /// By language.
    pub by_language: BTreeMap<String, Group>,
    /// By channel.
    pub by_channel: BTreeMap<String, Group>,
    /// By revision of the rules.
    pub by_revision: BTreeMap<String, Group>,
    /// Intents that suddenly come more often.
    pub rises: Vec<Rise>,
}

/// Messages of one day, language, channel …
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Group {
    /// How many.
    pub messages: usize,
    /// How many were not understood.
    pub misses: usize,
    /// How many led to a person.
    pub handed_over: usize,
}

/// One flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OfFlow {
    /// How often it began.
    pub started: usize,
    /// How often it ended how.
    pub ended: BTreeMap<String, usize>,
    /// The steps at which it ended without being resolved.
    pub left_at: BTreeMap<String, usize>,
}

/// An intent that came much more often on the last day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rise {
    /// The intent.
    pub intent: String,
    /// The day.
    pub day: String,
    /// Its messages.
    pub messages: usize,
    /// Those of an earlier day, in the mean.
    pub usual: f64,
}

/// Rows shown of each table.
const SHOWN: usize = 15;

impl fmt::Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{:.1}%", 100.0 * value));
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
        for (name, value) in [
            ("conversations", self.conversations.to_string()),
            ("messages", self.messages.to_string()),
            ("messages of a conversation", number(self.messages_per_conversation)),
            ("without a person", share(self.containment)),
            ("resolved without a person", share(self.resolution)),
            ("handed over", share(self.escalation)),
            ("not understood", share(self.miss_rate)),
            ("came up again", share(self.reopen_rate)),
            ("median wait, seconds", number(self.median_wait_seconds)),
            ("overdue", self.overdue.to_string()),
            ("satisfaction, of 5", number(self.satisfaction)),
        ] {
            writeln!(f, "{name:28}{value:>9}")?;
        }
        counts(f, "handed over because", &self.reasons)?;
        counts(f, "asked for", &self.intents)?;
        for (name, flow) in &self.flows {
            let ended: Vec<String> = flow.ended.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
            let left: Vec<String> = flow.left_at.iter().map(|(step, count)| format!("{count} at {step}")).collect();
            let left = if left.is_empty() { String::new() } else { format!("; left: {}", left.join(", ")) };
            writeln!(f, "\nflow {name}: {} begun, {}{left}", flow.started, ended.join(", "))?;
        }
        for (title, groups) in
            [("language", &self.by_language), ("channel", &self.by_channel), ("revision", &self.by_revision)]
        {
            writeln!(f, "\n{title:20}  messages  not understood  handed over")?;
            for (name, group) in groups {
                writeln!(f, "{name:20}{:>10}{:>16}{:>13}", group.messages, group.misses, group.handed_over)?;
            }
        }
        for rise in &self.rises {
            writeln!(f, "\n{}: {} on {}, {:.1} a day before", rise.intent, rise.messages, rise.day, rise.usual)?;
        }
        Ok(())
    }
}

fn counts(f: &mut fmt::Formatter<'_>, title: &str, counts: &BTreeMap<String, usize>) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    for (name, count) in rows.into_iter().take(SHOWN) {
        writeln!(f, "{count:>7}  {name}")?;
    }
    Ok(())
}
