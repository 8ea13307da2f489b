use super::{Node, Pc, StepKind, Value};

/// One of the ways a step may lead.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) name: String,
    /// Its first step; without one it goes on behind the step.
    pub(crate) target: Option<Pc>,
}

impl Node {
    /// The branches of a step, always in the same order.
    pub(crate) fn branches(&self) -> Vec<Branch> {
        let branch = |name: &str, target: Option<Pc>| Branch { name: name.to_owned(), target };
        let maybe = |name: &str, target: Option<Pc>| target.map(|_| branch(name, target)).into_iter();
        match &self.kind {
            StepKind::When { then, otherwise, .. } => vec![branch("then", *then), branch("else", *otherwise)],
            StepKind::Switch { arms, otherwise, .. } => {
                let arms = arms.iter().map(|(value, target)| Branch { name: label(value), target: *target });
                arms.chain(std::iter::once(branch("else", *otherwise))).collect()
            }
            StepKind::Ask(ask) => maybe("else", ask.otherwise).chain(maybe("empty", ask.empty)).collect(),
            StepKind::Confirm(confirm) => maybe("else", confirm.otherwise).collect(),
            StepKind::Choose(choice) => {
                let options = choice.options.iter().map(|(name, _, _, target)| branch(name, *target));
                options.chain(maybe("else", choice.otherwise)).collect()
            }
            StepKind::Wait { otherwise, .. } => maybe("else", *otherwise).collect(),
            StepKind::Call(call) => {
                let errors = call.errors.iter().map(|(name, target)| branch(name, *target));
                let other = call.has_other.then(|| branch("other", call.other));
                errors.chain(other).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What the step is called in reports and drawings; a place that only joins ways has no name.
    pub(crate) fn title(&self) -> Option<String> {
        let kind = match &self.kind {
            StepKind::Join => return None,
            StepKind::Say(_) => "say",
            StepKind::Ask(_) => "ask",
            StepKind::Confirm(_) => "confirm",
            StepKind::Choose(_) => "choose",
            StepKind::Call(call) => return Some(format!("call {}", call.action)),
            StepKind::Set(_) => "set",
            StepKind::When { .. } | StepKind::Switch { .. } => "when",
            StepKind::Run { flow, .. } => return Some(format!("run {flow}")),
            StepKind::Wait { .. } => "wait",
            StepKind::Handoff(to) => return Some(format!("handoff {}", to.reason)),
            StepKind::Redo { slot, .. } => return Some(format!("redo {slot}")),
            StepKind::End(_) => "end",
        };
        let id = self.id.as_ref().map(ToString::to_string).filter(|id| id != kind);
        Some(id.map_or_else(|| kind.to_owned(), |id| format!("{kind} {id}")))
    }
}

fn label(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        _ => "none".to_owned(),
    }
}
