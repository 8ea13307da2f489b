//! Outlines for people, as plain text.

use std::collections::BTreeMap;
use std::fmt;

use super::{Compared, Comparison, Cost, Group, Outline};

/// Rows shown of each table.
const SHOWN: usize = 15;

impl fmt::Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.totals() {
            writeln!(f, "{name:34}{value:>9}")?;
        }
        if let Some(compared) = &self.compared {
            write!(f, "\n{compared}")?;
        }
        for rise in &self.rises {
            writeln!(f, "\n{}: {} on {}, {:.1} a day before", rise.intent, rise.messages, rise.day, rise.usual)?;
        }
        counts(f, "handed over because", &self.reasons)?;
        for (title, groups) in [
            ("asked for", &self.by_intent),
            ("language", &self.by_language),
            ("channel", &self.by_channel),
            ("revision", &self.by_revision),
            ("day", &self.by_day),
            ("hour, UTC", &self.by_hour),
        ] {
            group(f, title, groups)?;
        }
        self.tell_queues(f)?;
        for (name, flow) in &self.flows {
            let ended: Vec<String> = flow.ended.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
            let left: Vec<String> = flow.left_at.iter().map(|(step, count)| format!("{count} at {step}")).collect();
            write!(f, "\nflow {name}: {} begun", flow.started)?;
            if !ended.is_empty() {
                write!(f, ", {}", ended.join(", "))?;
            }
            if !left.is_empty() {
                write!(f, "; left: {}", left.join(", "))?;
            }
            writeln!(f)?;
        }
        for (slot, values) in &self.slots {
            counts(f, &format!("told as {slot}"), values)?;
        }
        match &self.unmatched {
            Some(unmatched) => write!(f, "\n{unmatched}"),
            None => Ok(()),
        }
    }
}

impl Outline {
    /// The first figures, named for people.
    pub(super) fn totals(&self) -> Vec<(&'static str, String)> {
        let share = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{:.1}%", 100.0 * value));
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
        let mut totals = vec![
            ("conversations", self.conversations.to_string()),
            ("messages", self.messages.to_string()),
            ("messages of a conversation", number(self.messages_per_conversation)),
            ("without a person", share(self.containment)),
            ("resolved without a person", share(self.resolution)),
            ("handed over", share(self.escalation)),
            ("not understood", share(self.miss_rate)),
            ("came up again", share(self.reopen_rate)),
            ("median wait for a person, seconds", number(self.median_wait_seconds)),
            ("median reply of an agent, seconds", number(self.median_agent_response_seconds)),
            ("median late reply of the bot", number(self.median_bot_response_seconds)),
            ("overdue", self.overdue.to_string()),
            ("satisfaction, of 5", number(self.satisfaction)),
        ];
        if let Some(Cost { total, per_conversation, per_resolved, saved }) = self.cost {
            let money = |amount: f64| format!("{amount:.2}");
            totals.extend([
                ("cost", money(total)),
                ("cost of a conversation", money(per_conversation)),
                ("cost of a resolved one", per_resolved.map_or_else(|| "-".to_owned(), money)),
                ("saved against persons alone", money(saved)),
            ]);
        }
        totals
    }

    fn tell_queues(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.queues.is_empty() {
            writeln!(f, "\n{:20}  handed over  accepted  overdue  median wait, s", "queue")?;
        }
        for (name, queue) in &self.queues {
            let wait = queue.median_wait_seconds.map_or_else(|| "-".to_owned(), |wait| format!("{wait:.1}"));
            writeln!(f, "{name:20}{:>13}{:>10}{:>9}{wait:>16}", queue.handed_over, queue.accepted, queue.overdue)?;
        }
        Ok(())
    }
}

/// A count by name, the greatest first.
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

/// Groups by name, as many as a screen holds: those with most messages.
fn group(f: &mut fmt::Formatter<'_>, title: &str, groups: &BTreeMap<String, Group>) -> fmt::Result {
    if groups.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title:20}  messages  not understood  conversations  handed over  resolved")?;
    let mut most: Vec<_> = groups.iter().collect();
    most.sort_by_key(|(name, group)| (std::cmp::Reverse(group.messages), *name));
    most.truncate(SHOWN);
    // Why: days and hours read in their order; of intents the commonest come first.
    if !title.starts_with("asked") {
        most.sort_by_key(|(name, _)| *name);
    }
    for (name, group) in most {
        let Group { messages, misses, conversations, handed_over, resolved } = group;
        writeln!(f, "{name:20}{messages:>10}{misses:>16}{conversations:>15}{handed_over:>13}{resolved:>10}")?;
    }
    if groups.len() > SHOWN {
        writeln!(f, "and {} more", groups.len() - SHOWN)?;
    }
    Ok(())
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:34}{:>9}{:>9}", format!("against {}", self.with), "then", "now")?;
        for one in &self.figures {
            let [then, now] = one.written();
            writeln!(f, "{:34}{then:>9}{now:>9}{}", one.name, one.told())?;
        }
        for one in &self.intents {
            let [then, now] = one.written();
            writeln!(f, "of all messages {:18}{then:>9}{now:>9}{}", one.name, one.told())?;
        }
        Ok(())
    }
}

impl Compared {
    /// Both values: shares as percentages, counts and means as numbers.
    pub(super) fn written(&self) -> [String; 2] {
        [self.then, self.now].map(|value| match value {
            None => "-".to_owned(),
            Some(share) if self.p.is_some() => format!("{:.1}%", 100.0 * share),
            Some(whole) if whole.fract() == 0.0 => format!("{whole}"),
            Some(number) => format!("{number:.1}"),
        })
    }

    /// Whether it is more than chance, in words.
    pub(super) fn told(&self) -> &'static str {
        if self.is_sure() { "  more than chance" } else { "" }
    }
}
