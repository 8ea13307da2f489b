use std::fmt;

use crate::load::Source;

/// What tuning proposes, and what it is worth.
#[derive(Clone, Debug)]
pub struct Tuned {
    pub(super) files: Vec<Source>,
    pub(super) changes: Vec<Change>,
    pub(super) messages: usize,
    pub(super) left_aside: usize,
    pub(super) contradictory: Vec<(String, Vec<String>)>,
    pub(super) doubtful: Vec<(String, String, String)>,
    pub(super) alike: Vec<(String, String, usize)>,
    pub(super) hurting: Vec<(String, String, usize, usize)>,
    pub(super) held_out: HeldOut,
    pub(super) temperature: f64,
    pub(super) none: f64,
}

/// How messages that were left out fared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct HeldOut {
    pub(super) messages: usize,
    /// Right with the rules as they were, and as they would be.
    pub(super) before: usize,
    pub(super) after: usize,
    /// Right if the best intent were always taken.
    pub(super) forced: usize,
}

/// What would change for one intent.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The intent.
    pub intent: String,
    /// The phrases with their points, the heaviest first.
    pub phrases: Vec<(String, u32)>,
    /// Messages left out that ask for it.
    pub messages: usize,
    /// How many of them are wrong now and would be right.
    pub gained: usize,
    /// How many of them are right now and would be wrong.
    pub lost: usize,
}

impl Tuned {
    /// The files to write: `tuned.yaml`, and for a new pack `bot.yaml`.
    pub fn files(&self) -> &[Source] {
        &self.files
    }

    /// What would change, by intent.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Of messages left out of learning, the share understood rightly with the rules as they were.
    pub fn accuracy_before(&self) -> f64 {
        self.held_out.before as f64 / self.held_out.messages.max(1) as f64
    }

    /// The same with the proposal, learnt without them.
    pub fn accuracy_after(&self) -> f64 {
        self.held_out.after as f64 / self.held_out.messages.max(1) as f64
    }

    /// Intents that are taken for one another, and how often: perhaps they are one.
    pub fn alike(&self) -> &[(String, String, usize)] {
        &self.alike
    }

    /// Rules of the author's that decide more messages wrongly than rightly: rule, intent, wrong, right.
    pub fn hurting(&self) -> &[(String, String, usize, usize)] {
        &self.hurting
    }

    /// Messages whose label is probably wrong: text, label, and what the others say it is.
    pub fn doubtful(&self) -> &[(String, String, String)] {
        &self.doubtful
    }

    /// Messages that stand in the suite with several labels.
    pub fn contradictory(&self) -> &[(String, Vec<String>)] {
        &self.contradictory
    }
}

/// Rows shown of each list.
const SHOWN: usize = 12;
/// Phrases shown of each intent.
const PHRASES: usize = 12;

impl fmt::Display for Tuned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HeldOut { messages, forced, .. } = self.held_out;
        writeln!(f, "learnt from {} messages; {} rows say nothing to learn", self.messages, self.left_aside)?;
        if messages > 0 {
            writeln!(
                f,
                "of {messages} messages left out: {:.1}% right before, {:.1}% after ({:.1}% if it always answered)",
                100.0 * self.accuracy_before(),
                100.0 * self.accuracy_after(),
                100.0 * forced as f64 / messages as f64
            )?;
        }
        writeln!(f, "temperature {}, none {}", self.temperature, self.none)?;
        for change in self.changes.iter().filter(|change| !change.phrases.is_empty() || change.messages > 0) {
            writeln!(
                f,
                "\n{}: {} messages left out, {} gained, {} lost",
                change.intent, change.messages, change.gained, change.lost
            )?;
            let phrases: Vec<String> =
                change.phrases.iter().take(PHRASES).map(|(text, points)| format!("{text} {points}")).collect();
            let more = change.phrases.len().saturating_sub(PHRASES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            writeln!(f, "  {}{more}", phrases.join(", "))?;
        }
        section(f, "rules of yours that mislead", &self.hurting, |(rule, intent, wrong, right)| {
            format!("`{rule}` of {intent}: tips {wrong} messages the wrong way, {right} the right way")
        })?;
        section(
            f,
            "intents that look alike; join them, or tell them apart in the labels",
            &self.alike,
            |(a, b, n)| format!("{a} and {b}: {n} messages left out were taken for the other"),
        )?;
        section(f, "messages with several labels", &self.contradictory, |(text, labels)| {
            format!("“{text}”: {}", labels.join(", "))
        })?;
        section(f, "labels that may be wrong", &self.doubtful, |(text, label, other)| {
            format!("“{text}”: {label}, and all else says {other}")
        })
    }
}

fn section<T>(f: &mut fmt::Formatter<'_>, title: &str, rows: &[T], line: impl Fn(&T) -> String) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    for row in rows.iter().take(SHOWN) {
        writeln!(f, "  {}", line(row))?;
    }
    if rows.len() > SHOWN {
        writeln!(f, "  and {} more", rows.len() - SHOWN)?;
    }
    Ok(())
}
