use std::fmt::{self, Write};

use super::{Changed, Figures, Share};

/// Intents, confusions and messages that the table shows; JSON has all.
const INTENTS: usize = 20;
const CONFUSIONS: usize = 15;
const CHANGES: usize = 20;

impl fmt::Display for Figures {
    /// For people: the totals, then what to look at first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:28}{:>8}", "messages", self.messages)?;
        share(f, "accuracy", Some(self.accuracy))?;
        share(f, "macro-F1", Some(self.macro_f1))?;
        share(f, "in scope", self.in_scope_accuracy)?;
        share(f, "in scope, always answering", self.in_scope_accuracy_forced)?;
        share(f, "out of scope refused", self.out_of_scope_recall)?;
        share(f, "calibration error", Some(self.calibration_error))?;
        share(f, "handoffs", self.handoff.as_ref().map(|handoff| handoff.accuracy))?;
        writeln!(f, "{:28}{:>8}", "asked which is meant", self.clarified)?;
        if self.repeated.messages > 0 {
            let Share { messages, right } = self.repeated;
            writeln!(f, "{:28}{messages:>8}, {right} of them right", "nearly examples of the pack")?;
            let others = Share { messages: self.messages - messages, right: self.right() - right };
            share(f, "accuracy without them", others.share())?;
        }
        if let Some(speed) = self.messages_per_second {
            writeln!(f, "{:28}{speed:>8.0}", "messages a second")?;
        }
        if self.languages.len() > 1 {
            writeln!(f, "\nlanguage  messages  right")?;
            for (language, of) in &self.languages {
                let right = 100.0 * of.share().unwrap_or(0.0);
                writeln!(f, "{language:8}{:>10}{right:>6.1}%", of.messages)?;
            }
        }
        self.handoffs(f)?;
        self.worst_intents(f)?;
        self.thresholds(f)?;
        for (number, confusion) in self.confusions.iter().take(CONFUSIONS).enumerate() {
            if number == 0 {
                writeln!(f, "\ntaken for another")?;
            }
            writeln!(f, "{:>5}  {} → {}", confusion.messages, confusion.expected, confusion.got)?;
            for sample in &confusion.samples {
                let mut rules = String::new();
                for misled in &sample.misled {
                    write!(rules, "  {} {:+}", misled.rule, misled.points)?;
                }
                writeln!(f, "         “{}”{rules}", sample.text)?;
            }
        }
        if !self.unknown_labels.is_empty() {
            writeln!(f, "\nlabels that no intent of the pack has")?;
            for (label, count) in &self.unknown_labels {
                writeln!(f, "{count:>5}  {label}")?;
            }
        }
        Ok(())
    }
}

impl Figures {
    fn handoffs(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(handoff) = &self.handoff else { return Ok(()) };
        writeln!(f, "\nhandoff reason        messages  right  false alarms")?;
        for (reason, of) in &handoff.reasons {
            writeln!(f, "{reason:20}{:>10}{:>7}{:>14}", of.messages, of.right, of.false_alarms)?;
        }
        Ok(())
    }

    fn worst_intents(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut intents: Vec<_> = self.intents.iter().filter(|(_, of)| of.messages > 0 && of.f1 < 1.0).collect();
        intents.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1).then(a.0.cmp(b.0)));
        let width = intents.iter().take(INTENTS).map(|(name, _)| columns(name)).max().unwrap_or(0).max(12);
        if !intents.is_empty() {
            writeln!(f, "\n{:width$}  messages  precision  recall     F1", "worst intents")?;
        }
        for (name, of) in intents.into_iter().take(INTENTS) {
            let pad = width - columns(name);
            writeln!(
                f,
                "{name}{:pad$}{:>10}{:>10.1}%{:>7.1}%{:>6.1}%",
                "",
                of.messages,
                100.0 * of.precision,
                100.0 * of.recall,
                100.0 * of.f1
            )?;
        }
        Ok(())
    }

    fn thresholds(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.out_of_scope_recall.is_none() || self.in_scope_accuracy.is_none() {
            return Ok(());
        }
        writeln!(f, "\nthreshold  in scope  refused    mean")?;
        for point in &self.sweep {
            let (right, refused) = (point.in_scope_accuracy.unwrap_or(0.0), point.out_of_scope_recall.unwrap_or(0.0));
            let [right, refused] = [right, refused].map(|share| 100.0 * share);
            writeln!(f, "{:9}{right:>9.1}%{refused:>8.1}%{:>7.1}%", point.threshold, f64::midpoint(right, refused))?;
        }
        Ok(())
    }
}

fn share(f: &mut fmt::Formatter<'_>, name: &str, value: Option<f64>) -> fmt::Result {
    match value {
        Some(value) => writeln!(f, "{name:28}{:>7.1}%", 100.0 * value),
        None => Ok(()),
    }
}

/// Columns of a terminal: Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if crate::text::is_han(c) { 2 } else { 1 }).sum()
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "against the baseline: {} broken, {} mended, {} as before", self.broken, self.mended, self.same)?;
        if self.unknown > 0 {
            writeln!(f, "{} messages are not in the baseline", self.unknown)?;
        }
        let word = if self.p < 0.05 { "more than chance" } else { "may be chance" };
        writeln!(f, "p = {:.3}: {word}", self.p)?;
        for (title, list) in [("newly broken", &self.newly_broken), ("newly mended", &self.newly_mended)] {
            for (number, (text, label)) in list.iter().take(CHANGES).enumerate() {
                if number == 0 {
                    writeln!(f, "{title}")?;
                }
                writeln!(f, "  {label}  “{text}”")?;
            }
        }
        Ok(())
    }
}
