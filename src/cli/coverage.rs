use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::exit::Stop;
use super::open::load_stop;
use crate::load::read_dir;
use crate::testing::{Coverage, CoverageItem, DialogTest, Reach, RuleKind};

/// Spans of lines shown per file for rules that stand there by the hundred.
const SPANS: usize = 12;

/// What the tests and examples of a pack reach.
pub(super) fn measure(pack: &Path, tests: &[DialogTest]) -> Result<Coverage, Stop> {
    let sources = read_dir(pack).map_err(load_stop)?;
    Coverage::measure(&sources, tests).map_err(load_stop)
}

/// A table of counts, and every rule that nothing reaches; phrases by file, all else line by line.
pub(super) fn table(output: &mut impl Write, coverage: &Coverage) -> io::Result<()> {
    writeln!(output, "{:<12} {:>7} {:>7}", "", "reached", "of")?;
    for kind in RuleKind::ALL {
        let (reached, all) = coverage.count(kind);
        if let Some(share) = (reached * 100).checked_div(all) {
            writeln!(output, "{:<12} {reached:>7} {all:>7} {share:>4} %", plural(kind))?;
        }
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

/// The same as one JSON document.
pub(super) fn document(coverage: &Coverage) -> serde_json::Value {
    let counts = RuleKind::ALL.map(|kind| {
        let (reached, all) = coverage.count(kind);
        json!({"kind": kind.as_str(), "reached": reached, "all": all})
    });
    let items = coverage.items().iter().filter(|item| item.reach() != Reach::Reached).map(|item| {
        json!({
            "kind": item.kind().as_str(), "name": item.name(), "file": item.place().file(),
            "line": item.place().line(), "column": item.place().column(), "reach": item.reach().as_str(),
        })
    });
    json!({"counts": counts, "items": items.collect::<Vec<_>>()})
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
