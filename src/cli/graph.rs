use std::io::{self, Write};

use super::arguments::Graph;
use super::exit::{Done, Stop, Verdict};
use super::open;
use crate::diagnostic::did_you_mean_help;
use crate::rules::FlowId;

/// A flow as a Mermaid flowchart.
pub(super) fn run(graph: &Graph) -> Done {
    let engine = open::engine(&graph.pack, open::Explained::No)?;
    let Some(chart) = engine.graph(&graph.flow) else {
        let known: Vec<&str> = engine.flows().map(FlowId::as_str).collect();
        let help = did_you_mean_help(&graph.flow, known.iter().copied());
        let help = help.unwrap_or_else(|| format!("the pack has: {}", known.join(", ")));
        return Err(Stop::Usage(format!("there is no flow `{}`; {help}", graph.flow)));
    };
    write!(io::stdout().lock(), "{chart}")?;
    Ok(Verdict::Fine)
}

/// The JSON Schema of rule files.
pub(super) fn schema() -> Done {
    writeln!(io::stdout().lock(), "{}", crate::load::schema())?;
    Ok(Verdict::Fine)
}
