use std::fmt::Write;

use crate::dialog::Rulebook;
use crate::rules::{Flow, Node, Outcome, Pc, StepKind, Words};
use crate::text::Script;

/// Longest label of a box, in characters.
const LONGEST: usize = 60;

/// A flow as a Mermaid flowchart: a box for each step, an arrow for each way.
pub(crate) fn draw(rules: &Rulebook, flow: &Flow) -> String {
    let mut chart = String::from("flowchart TD\n");
    // Why: writing to a String cannot fail.
    let _ = writeln!(chart, "  start(({}))", escaped(flow.id.as_str()));
    let _ = writeln!(chart, "  start --> {}", target(flow, flow.start));
    for (pc, node) in (0..).map(Pc).zip(&flow.program) {
        if node.title().is_none() {
            continue;
        }
        let _ = writeln!(chart, "  {}{}", name(pc), boxed(rules, node));
        let ways = node.branches();
        for way in &ways {
            let to = target(flow, way.target.or(node.next));
            let _ = writeln!(chart, "  {} -->|{}| {to}", name(pc), escaped(&way.name));
        }
        match &node.kind {
            StepKind::When { .. } | StepKind::Switch { .. } | StepKind::End(_) | StepKind::Handoff(_) => {}
            StepKind::Redo { step, .. } => {
                let _ = writeln!(chart, "  {} -.-> {}", name(pc), name(*step));
            }
            _ => {
                let _ = writeln!(chart, "  {} --> {}", name(pc), target(flow, node.next));
            }
        }
    }
    if chart.contains("--> done") || chart.contains("| done") {
        chart.push_str("  done(( ))\n");
    }
    chart
}

fn name(pc: Pc) -> String {
    format!("s{}", pc.0)
}

/// The box a way leads to, through places that only join ways.
fn target(flow: &Flow, to: Option<Pc>) -> String {
    let mut at = to;
    // INVARIANT: joins lead on; the bound is for none that would not.
    for _ in 0..flow.program.len() {
        match at.and_then(|pc| Some((pc, flow.node(pc)?))) {
            Some((_, Node { kind: StepKind::Join, next, .. })) => at = *next,
            Some((pc, _)) => return name(pc),
            None => break,
        }
    }
    "done".to_owned()
}

/// A step in the shape of its kind.
fn boxed(rules: &Rulebook, node: &Node) -> String {
    let title = node.title().unwrap_or_default();
    let with = |words: &Words| format!("{title}: {}", short(&said(rules, words)));
    match &node.kind {
        StepKind::Say(words) => format!("[\"{}\"]", escaped(&short(&said(rules, words)))),
        StepKind::Ask(ask) => format!("([\"{}\"])", escaped(&with(&ask.say))),
        StepKind::Confirm(confirm) => format!("([\"{}\"])", escaped(&with(&confirm.say))),
        StepKind::Choose(choice) => format!("([\"{}\"])", escaped(&with(&choice.say))),
        StepKind::When { condition, .. } => {
            format!("{{\"{}\"}}", escaped(&short(rules.expressions.condition_as_written(*condition))))
        }
        StepKind::Switch { subject, .. } => {
            format!("{{\"{}\"}}", escaped(&short(rules.expressions.expression_as_written(*subject))))
        }
        StepKind::Call(_) | StepKind::Run { .. } => format!("[[\"{}\"]]", escaped(&title)),
        StepKind::Handoff(_) => format!(">\"{}\"]", escaped(&title)),
        StepKind::End(outcome) => {
            let how = match outcome {
                Outcome::Resolved => "resolved",
                Outcome::Unresolved => "unresolved",
                Outcome::Cancelled => "cancelled",
            };
            format!("(({how}))")
        }
        _ => format!("[\"{}\"]", escaped(&title)),
    }
}

/// The words in the pack's first language; what they look up is left out.
fn said(rules: &Rulebook, words: &Words) -> String {
    let language = rules.pack.languages.default;
    let script = if language.is_unspaced() { Script::Hans } else { Script::Latin };
    rules.plain(words, language, script).unwrap_or_default()
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Signs that Mermaid reads as its own.
fn escaped(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;").replace('|', "#124;")
}
