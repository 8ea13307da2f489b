use std::collections::{BTreeMap, BTreeSet};

use super::chart::{Page, percent};
use super::{Changed, Figures};

/// Intents drawn in the matrix: those most often confused.
const DRAWN: usize = 40;
/// Messages shown of each kind.
const SHOWN: usize = 40;

impl Figures {
    /// The figures as one HTML page, with the confusions, thresholds and calibration drawn, that needs no other file.
    pub fn page(&self, changed: Option<&Changed>) -> String {
        let mut page = Page::new("How well messages are understood");
        self.totals(&mut page);
        if let Some(changed) = changed {
            changes(&mut page, changed);
        }
        self.matrix(&mut page);
        page.heading("Thresholds");
        let curve = |of: fn(&super::SweepPoint) -> Option<f64>| {
            self.sweep.iter().filter_map(|point| Some((point.threshold, of(point)?))).collect::<Vec<_>>()
        };
        let curves = [
            ("in scope and right", "#2a8a4a", curve(|point| point.in_scope_accuracy)),
            ("out of scope refused", "#4a7fb5", curve(|point| point.out_of_scope_recall)),
        ];
        page.curves(&curves, "confidence from which it acts");
        page.heading("Calibration");
        let measured = self.calibration.iter().map(|point| (point.confidence, point.accuracy)).collect();
        page.curves(
            &[("as sure as right", "#999", vec![(0.0, 0.0), (1.0, 1.0)]), ("measured", "#c0392b", measured)],
            "confidence",
        );
        page.note(&format!("The mean gap is {:.3}.", self.calibration_error));
        self.per_intent(&mut page);
        self.mistakes(&mut page);
        page.finish()
    }

    fn totals(&self, page: &mut Page) {
        let mut rows = vec![
            vec!["messages".to_owned(), self.messages.to_string()],
            vec!["accuracy".to_owned(), percent(Some(self.accuracy))],
            vec!["macro-F1".to_owned(), percent(Some(self.macro_f1))],
            vec!["in scope".to_owned(), percent(self.in_scope_accuracy)],
            vec!["in scope, always answering".to_owned(), percent(self.in_scope_accuracy_forced)],
            vec!["out of scope refused".to_owned(), percent(self.out_of_scope_recall)],
            vec!["asked which is meant".to_owned(), self.clarified.to_string()],
        ];
        if self.repeated.messages > 0 {
            let super::Share { messages, right } = self.repeated;
            rows.push(vec!["nearly examples of the pack".to_owned(), format!("{messages}, {right} of them right")]);
        }
        rows.extend(self.messages_per_second.map(|speed| vec!["messages a second".to_owned(), format!("{speed:.0}")]));
        page.table(&["", ""], rows);
        if self.languages.len() > 1 {
            page.heading("Languages");
            let bars = self.languages.iter().map(|(language, of)| {
                let share = of.share().unwrap_or(0.0);
                (language.clone(), share, format!("{} of {}", percent(Some(share)), of.messages))
            });
            page.bars(&bars.collect::<Vec<_>>());
        }
    }

    fn matrix(&self, page: &mut Page) {
        let mut wrong: BTreeMap<&str, usize> = BTreeMap::new();
        let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for confusion in &self.confusions {
            *wrong.entry(&confusion.expected).or_default() += confusion.messages;
            *wrong.entry(&confusion.got).or_default() += confusion.messages;
            *pairs.entry((&confusion.expected, &confusion.got)).or_default() += confusion.messages;
        }
        let mut names: Vec<&str> = wrong.keys().copied().collect();
        names.sort_by_key(|name| (std::cmp::Reverse(wrong.get(name).copied()), *name));
        let drawn: BTreeSet<&str> = names.into_iter().take(DRAWN).collect();
        if drawn.is_empty() {
            return;
        }
        page.heading("Confusions");
        page.note(
            "Rows: what was asked; columns: what was understood. Green is right, red is wrong; hover for counts.",
        );
        let names: Vec<String> = drawn.into_iter().map(str::to_owned).collect();
        page.matrix(&names, |row, column| {
            let (Some(row), Some(column)) = (names.get(row), names.get(column)) else { return 0 };
            if row == column {
                return self.intents.get(row).map_or(0, |intent| intent.right);
            }
            pairs.get(&(row.as_str(), column.as_str())).copied().unwrap_or(0)
        });
    }

    fn per_intent(&self, page: &mut Page) {
        page.heading("Intents");
        let mut intents: Vec<_> = self.intents.iter().collect();
        intents.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1).then_with(|| a.0.cmp(b.0)));
        let rows = intents.into_iter().map(|(name, of)| {
            let (precision, recall) = (percent(Some(of.precision)), percent(Some(of.recall)));
            vec![name.clone(), of.messages.to_string(), precision, recall, percent(Some(of.f1))]
        });
        page.table(&["intent, the worst first", "messages", "precision", "recall", "F1"], rows);
    }

    fn mistakes(&self, page: &mut Page) {
        page.heading("Taken for another");
        let rows = self.confusions.iter().take(SHOWN).map(|confusion| {
            let sample = confusion.samples.first();
            let text = sample.map(|sample| sample.text.clone()).unwrap_or_default();
            let misled: Vec<String> = sample.map_or_else(Vec::new, |sample| {
                sample.misled.iter().map(|misled| format!("{} {:+.0}", misled.rule, misled.points)).collect()
            });
            let pair = format!("{} → {}", confusion.expected, confusion.got);
            vec![pair, confusion.messages.to_string(), text, misled.join(", ")]
        });
        page.table(&["asked → understood", "messages", "the first", "what misled"], rows);
    }
}

fn changes(page: &mut Page, changed: &Changed) {
    page.heading("Against the earlier run");
    page.note(&format!(
        "{} newly wrong, {} newly right, {} as before; chance alone would do as much with p = {:.3}.",
        changed.broken, changed.mended, changed.same, changed.p
    ));
    for (title, list) in [("newly wrong", &changed.newly_broken), ("newly right", &changed.newly_mended)] {
        let rows = list.iter().take(SHOWN).map(|(text, label)| vec![text.clone(), label.clone()]);
        page.table(&[title, "label"], rows);
    }
}
