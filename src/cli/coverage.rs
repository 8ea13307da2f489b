use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde::Deserialize;

use super::arguments::Test;
use super::eval::Rows;
use super::exit::Stop;
use super::open::{self, load_stop};
use crate::load::read_dir;
use crate::testing::{Coverage, CoverageItem, CoverageRecord, DialogTest, Labelled, Lost, Reach, RuleKind, Witness};

/// Spans of lines shown per file for rules that stand there by the hundred.
const SPANS: usize = 12;

/// What the tests, the examples and the suites of a pack reach.
pub(super) fn measure(test: &Test, tests: &[DialogTest]) -> Result<Coverage, Stop> {
    let sources = read_dir(&test.pack).map_err(load_stop)?;
    let mut messages = Vec::new();
    let mut rows = Rows::default();
    for suite in &test.suite {
        rows.each(suite, |sample| {
            let intents = sample.expected().alternatives().iter().flatten().cloned();
            let message = Labelled::new(sample.text(), intents);
            messages.push(match sample.language() {
                Some(language) => message.in_language(language),
                None => message,
            });
        })?;
    }
    rows.tell();
    Coverage::measure(&sources, tests, &messages).map_err(load_stop)
}

/// What an earlier run reached and this one does not.
pub(super) fn lost(file: &Path, coverage: &Coverage) -> Result<Vec<Lost>, Stop> {
    let saved: Saved = serde_json::from_slice(&open::read(file)?).map_err(|error| {
        let file = file.display();
        Stop::Usage(format!("`{file}` is no run saved with `kefu test --coverage --format json`: {error}"))
    })?;
    Ok(coverage.lost_since(&saved.coverage))
}

/// What is read of a run.
#[derive(Deserialize)]
struct Saved {
    coverage: CoverageRecord,
}

/// A table of counts, and every rule that nothing reaches; phrases by file, all else line by line.
pub(super) fn table(output: &mut impl Write, coverage: &Coverage) -> io::Result<()> {
    write!(output, "{:<12}", "")?;
    for witness in Witness::ALL {
        write!(output, " {:>8}", witness.as_str())?;
    }
    writeln!(output, " {:>8} {:>7}", "together", "of")?;
    for kind in RuleKind::ALL {
        let (reached, all) = coverage.count(kind);
        let Some(share) = (reached * 100).checked_div(all) else { continue };
        write!(output, "{:<12}", plural(kind))?;
        for witness in Witness::ALL {
            write!(output, " {:>8}", coverage.count_by(kind, witness))?;
        }
        writeln!(output, " {reached:>8} {all:>7} {share:>4} %")?;
    }
    writeln!(output)?;
    let missed = || coverage.items().iter().filter(|item| item.reach() == Reach::Missed);
    for item in missed().filter(|item| !is_phrase(item)) {
        writeln!(output, "{}:{}: {} {}", item.place().file(), item.place().line(), item.kind(), item.name())?;
    }
    let mut files: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for item in missed().filter(|item| is_phrase(item)) {
        files.entry(item.place().file()).or_default().push(item.place().line());
    }
    for (file, mut lines) in files {
        let count = lines.len();
        lines.dedup();
        writeln!(output, "{file}: {count} keywords and patterns, lines {}", spans(&lines))?;
    }
    Ok(())
}

fn is_phrase(item: &CoverageItem) -> bool {
    matches!(item.kind(), RuleKind::Keyword | RuleKind::Pattern)
}

fn plural(kind: RuleKind) -> String {
    match kind {
        RuleKind::Branch => "branches".to_owned(),
        other => format!("{other}s"),
    }
}

/// `3-7, 12, 20-24, …`
fn spans(lines: &[usize]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => spans.push((*line, *line)),
        }
    }
    let shown = spans.iter().take(SPANS);
    let mut shown: Vec<String> =
        shown.map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") }).collect();
    if spans.len() > SPANS {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_span() {
        assert_eq!(spans(&[1, 2, 3, 7, 9, 10]), "1-3, 7, 9-10");
        assert!(spans(&(0..100).step_by(2).collect::<Vec<_>>()).ends_with(", …"));
    }
}
