use std::fmt;

use serde::{Deserialize, Serialize};

use super::Witness;
use crate::diagnostic::{Origin, Place};
use crate::rules::{FlowId, Pack, Pc, StepKind};

/// A rule of a pack and whether a test reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageItem {
    pub(super) kind: RuleKind,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) reached: Reached,
}

/// How far each witness reaches a rule, in the order of [`Witness::ALL`].
pub(super) type Reached = [Reach; Witness::ALL.len()];

/// What a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RuleKind {
    /// Something customers want.
    Intent,
    /// A phrase that speaks for an intent.
    Keyword,
    /// A regular expression that speaks for an intent.
    Pattern,
    /// A step of a flow.
    Step,
    /// One of the ways a step may lead.
    Branch,
    /// The way a flow goes when host work fails.
    #[serde(rename = "error exit")]
    ErrorExit,
    /// A reason to hand over.
    Reason,
    /// Words of the bot.
    Text,
}

/// How far tests reach a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Reach {
    /// No test and no example reaches it.
    Missed,
    /// It took part, but nothing would be understood otherwise without it; keywords and patterns only.
    Beside,
    /// A test or an example depends on it.
    Reached,
}

impl RuleKind {
    /// Every kind, in the order of reports.
    pub const ALL: [RuleKind; 8] = [
        RuleKind::Intent,
        RuleKind::Keyword,
        RuleKind::Pattern,
        RuleKind::Step,
        RuleKind::Branch,
        RuleKind::ErrorExit,
        RuleKind::Reason,
        RuleKind::Text,
    ];

    /// The name used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            RuleKind::Intent => "intent",
            RuleKind::Keyword => "keyword",
            RuleKind::Pattern => "pattern",
            RuleKind::Step => "step",
            RuleKind::Branch => "branch",
            RuleKind::ErrorExit => "error exit",
            RuleKind::Reason => "reason",
            RuleKind::Text => "text",
        }
    }
}

impl fmt::Display for RuleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Reach {
    /// The name used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reach::Missed => "missed",
            Reach::Beside => "beside",
            Reach::Reached => "reached",
        }
    }
}

impl CoverageItem {
    /// What it is.
    pub fn kind(&self) -> RuleKind {
        self.kind
    }

    /// What it is called, or its words.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it stands.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// How far dialogs, examples and suites together reach it.
    pub fn reach(&self) -> Reach {
        let said = Witness::ALL.into_iter().zip(self.reached).filter(|(witness, _)| *witness != Witness::Alone);
        said.map(|(_, reach)| reach).max().unwrap_or(Reach::Missed)
    }

    /// Whether anything shows that it works, its own words among them.
    pub(super) fn is_witnessed(&self) -> bool {
        self.reached.iter().any(|reach| *reach != Reach::Missed)
    }

    /// How far it is reached by one kind of witness.
    pub fn by(&self, witness: Witness) -> Reach {
        Witness::ALL
            .into_iter()
            .zip(self.reached)
            .find(|(one, _)| *one == witness)
            .map_or(Reach::Missed, |(_, reach)| reach)
    }
}

/// A rule before anyone knows whether it is reached.
#[derive(Clone, Debug)]
pub(super) struct Catalogued {
    pub(super) origin: Origin,
    pub(super) name: String,
    pub(super) what: What,
}

/// What identifies a rule in traces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Intent(String),
    Keyword(String, String),
    Pattern(String, String),
    Step(FlowId, Pc),
    Branch(FlowId, Pc, usize),
    ErrorExit(FlowId, Pc, usize),
    Reason(String),
    Text(u32),
}

impl What {
    pub(super) fn kind(&self) -> RuleKind {
        match self {
            What::Intent(_) => RuleKind::Intent,
            What::Keyword(..) => RuleKind::Keyword,
            What::Pattern(..) => RuleKind::Pattern,
            What::Step(..) => RuleKind::Step,
            What::Branch(..) => RuleKind::Branch,
            What::ErrorExit(..) => RuleKind::ErrorExit,
            What::Reason(_) => RuleKind::Reason,
            What::Text(_) => RuleKind::Text,
        }
    }
}

/// Every rule of a pack.
pub(super) fn catalogue(pack: &Pack) -> Vec<Catalogued> {
    let mut all = Vec::new();
    let mut add = |origin: Origin, name: String, what: What| all.push(Catalogued { origin, name, what });
    for intent in &pack.intents {
        let id = intent.id.to_string();
        for keyword in &intent.keywords {
            add(keyword.origin, keyword.text.to_string(), What::Keyword(id.clone(), keyword.text.to_string()));
        }
        for pattern in &intent.patterns {
            add(pattern.origin, pattern.text.to_string(), What::Pattern(id.clone(), pattern.text.to_string()));
        }
        add(intent.origin, id.clone(), What::Intent(id));
    }
    for flow in &pack.flows {
        let mut written = std::collections::BTreeSet::new();
        for (pc, node) in (0..).map(Pc).zip(&flow.program) {
            // Why: what a question does without an `else` of its own stands nowhere in the file.
            if !written.insert(node.origin) && matches!(node.kind, StepKind::Handoff(_)) {
                continue;
            }
            let Some(called) = node.title() else { continue };
            add(node.origin, format!("{}: {called}", flow.id), What::Step(flow.id.clone(), pc));
            for (index, branch) in node.branches().into_iter().enumerate() {
                let first = branch.target.and_then(|target| flow.node(target));
                if matches!(node.kind, StepKind::Ask(_)) && first.is_some_and(|first| first.origin == node.origin) {
                    continue;
                }
                let origin = first.map_or(node.origin, |first| first.origin);
                let name = format!("{}: {called}: {}", flow.id, branch.name);
                let what = match node.kind {
                    StepKind::Call(_) => What::ErrorExit(flow.id.clone(), pc, index),
                    _ => What::Branch(flow.id.clone(), pc, index),
                };
                add(origin, name, what);
            }
        }
    }
    for reason in &pack.escalation.reasons {
        add(reason.origin, reason.id.to_string(), What::Reason(reason.id.to_string()));
    }
    for (name, words) in pack.everything_said().into_iter().filter(|(name, _)| is_said_in_turn(name)) {
        add(words.origin, name, What::Text(words.number));
    }
    all
}

/// Titles and facts stand inside other words, so nothing tells that they were said.
fn is_said_in_turn(name: &str) -> bool {
    !name.starts_with("the title of") && !name.starts_with("the fact")
}
