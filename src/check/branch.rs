use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Chips, Flow, Node, Pc, StepKind};

const ENDLESS: &str = "`tries: 0` asks on and on, so `else` is never reached";

/// Branches that no customer and no host can lead into: what they wait for cannot happen.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let flows = &subject.pack.flows;
    flows.iter().flat_map(|flow| flow.program.iter().flat_map(move |node| of_step(subject, flow, node))).collect()
}

fn of_step(subject: &Subject<'_>, flow: &Flow, node: &Node) -> Vec<Finding> {
    let dead = |branch: Option<Pc>, why: &str, help: &str| {
        let origin = branch.and_then(|pc| flow.node(pc)).map_or(node.origin, |first| first.origin);
        Finding::warning(Code::BRANCH_DEAD, origin, why).help(help)
    };
    match &node.kind {
        StepKind::Ask(ask) => {
            let is_endless = ask.tries == 0 && has_own(flow, node, ask.otherwise);
            let has_no_rows = ask.empty.is_some() && !matches!(ask.chips, Chips::From(_));
            let endless = is_endless.then(|| dead(ask.otherwise, ENDLESS, "give it a number of `tries`"));
            let empty = has_no_rows.then(|| {
                let why = "`empty` is for a list without rows, and this question shows none";
                dead(ask.empty, why, "remove it, or give the question `chips: {from: …}`")
            });
            endless.into_iter().chain(empty).collect()
        }
        StepKind::Choose(choice) if choice.tries == 0 && choice.otherwise.is_some() => {
            vec![dead(choice.otherwise, ENDLESS, "give it a number of `tries`")]
        }
        StepKind::Wait { event: Some(_), at_most: None, otherwise: Some(otherwise) } => {
            let why = "nothing ends this wait but the event, so `else` is never reached";
            vec![dead(Some(*otherwise), why, "say how long to wait: `at_most: 2h`")]
        }
        // Why also without such a branch: what a condition guards that always holds is not guarded.
        StepKind::When { condition, .. } => match subject.expressions.constant(*condition) {
            Some(holds) => {
                let (always, name) = if holds { ("always", "else") } else { ("never", "then") };
                let why = format!("this condition {always} holds, so its `{name}` is never reached");
                vec![dead(None, &why, "compare something that can change")]
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether a branch was written by the author: the one that a question has by itself stands where the question does.
fn has_own(flow: &Flow, node: &Node, branch: Option<Pc>) -> bool {
    branch.and_then(|pc| flow.node(pc)).is_some_and(|first| first.origin != node.origin)
}
