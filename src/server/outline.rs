//! A flow as data to draw: its steps in order, each with how deep it stands and what leads to it.

use serde::Serialize;

use crate::dialog::Rulebook;
use crate::rules::{Flow, Node, Outcome, Pc, StepKind, Words};
use crate::text::Script;

/// A step of a flow. `at` is its place in the flow, by which a turn tells what it went through.
#[derive(Serialize)]
pub(super) struct Step {
    at: Pc,
    /// `say`, `ask`, `call` …
    kind: String,
    /// The kind with what it is about: `call orders.lookup`.
    title: String,
    /// What it says, in the pack's first language, or the condition of a branch as it is written.
    text: String,
    /// The name it has while the conversation rests at it.
    name: Option<String>,
    /// How many branches it stands in.
    depth: usize,
    /// The step whose branch it begins, and the name of that branch.
    branch_of: Option<Pc>,
    branch: Option<String>,
    /// The step before it in its own line.
    after: Option<Pc>,
    /// A step that is gone back to.
    back_to: Option<Pc>,
    /// Whether what follows its branch comes after it.
    returns: bool,
}

/// Longest text of a step, in characters.
const LONGEST: usize = 80;

/// The steps of a flow in the order of its file.
pub(super) fn outline(rules: &Rulebook, flow: &Flow) -> Vec<Step> {
    let mut outline = Outline { rules, flow, steps: Vec::new() };
    let end = Pc(flow.program.len() as u32);
    outline.line(flow.start, 0, end, None);
    outline.steps
}

struct Outline<'a> {
    rules: &'a Rulebook,
    flow: &'a Flow,
    steps: Vec<Step>,
}

impl Outline<'_> {
    /// A line of steps, each with its branches behind it. Steps from `end` on belong to a line further out.
    ///
    /// INVARIANT: places grow along a line and into its branches, as a program is written in the order of its file; so this
    /// ends, and no deeper than the file is nested.
    fn line(&mut self, start: Option<Pc>, depth: usize, end: Pc, mut branch: Option<(Pc, String)>) {
        let (mut at, mut before) = (start, None);
        let mut last = None;
        while let Some((pc, node)) = at.filter(|pc| *pc < end).and_then(|pc| Some((pc, self.flow.node(pc)?))) {
            if node.title().is_some() {
                last = Some(self.steps.len());
                let begins = branch.take();
                self.steps.push(self.step(pc, node, depth, before, begins));
                before = Some(pc);
            }
            let inner = node.next.filter(|next| *next > pc && *next < end).unwrap_or(end);
            for way in node.branches() {
                if way.target.is_some_and(|target| target > pc && target < inner) {
                    self.line(way.target, depth + 1, inner, Some((pc, way.name)));
                }
            }
            at = match node.kind {
                StepKind::End(_) | StepKind::Handoff(_) | StepKind::Redo { .. } => None,
                _ => node.next.filter(|next| *next > pc),
            };
        }
        // Why: what comes next stands in a line further out, or nowhere: then the flow is over.
        if let Some(step) = last.and_then(|last| self.steps.get_mut(last)) {
            let node = self.flow.node(step.at).map(|node| &node.kind);
            step.returns = !matches!(node, Some(StepKind::End(_) | StepKind::Handoff(_) | StepKind::Redo { .. }));
        }
    }

    fn step(&self, at: Pc, node: &Node, depth: usize, after: Option<Pc>, begins: Option<(Pc, String)>) -> Step {
        let title = node.title().unwrap_or_default();
        let kind = title.split(' ').next().unwrap_or_default().to_owned();
        let (branch_of, branch) = begins.unzip();
        let (text, title, back_to) = match &node.kind {
            StepKind::Say(words) => (self.said(words), title, None),
            StepKind::Ask(ask) => (self.said(&ask.say), title, None),
            StepKind::Confirm(confirm) => (self.said(&confirm.say), title, None),
            StepKind::Choose(choice) => (self.said(&choice.say), title, None),
            StepKind::When { condition, .. } => {
                (self.rules.expressions.condition_as_written(*condition).to_owned(), title, None)
            }
            StepKind::Switch { subject, .. } => {
                (self.rules.expressions.expression_as_written(*subject).to_owned(), title, None)
            }
            StepKind::Redo { step, .. } => (String::new(), title, Some(*step)),
            StepKind::End(Outcome::Resolved) => (String::new(), "end resolved".to_owned(), None),
            StepKind::End(Outcome::Unresolved) => (String::new(), "end unresolved".to_owned(), None),
            StepKind::End(Outcome::Cancelled) => (String::new(), "end cancelled".to_owned(), None),
            _ => (String::new(), title, None),
        };
        let name = node.id.as_ref().map(ToString::to_string);
        Step { at, kind, title, text, name, depth, branch_of, branch, after, back_to, returns: false }
    }

    /// The words in the pack's first language; what they look up is left out.
    fn said(&self, words: &Words) -> String {
        let language = self.rules.pack.languages.default;
        let script = if language.is_unspaced() { Script::Hans } else { Script::Latin };
        let said = self.rules.plain(words, language, script).unwrap_or_default();
        let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }
}
