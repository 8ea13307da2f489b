use crate::rules::{Node as Step, Pc, StepKind, Value};

/// A lowered step with its branches, before it has a place in a program.
pub(super) struct Built {
    pub(super) step: Step,
    pub(super) branches: Vec<(Role, Vec<Built>)>,
}

/// Which way of a step a branch is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    Then,
    Else,
    Arm(Value),
    Error(Box<str>),
    Other,
    Empty,
    /// An answer of `choose`, by index.
    Option(usize),
}

/// Puts steps in a row: each knows what comes next, and branches lead back to what follows their step.
pub(super) fn flatten(steps: Vec<Built>) -> (Option<Pc>, Vec<Step>) {
    // Why: from the last step to the first, so that what comes next is always known; turned round at the end, so that the
    // program reads like the file.
    let mut program = Program { steps: Vec::new() };
    let start = program.block(steps, None);
    let length = program.steps.len();
    let turn = |pc: &mut Pc| pc.0 = (length as u32).saturating_sub(1).saturating_sub(pc.0);
    program.steps.reverse();
    for step in &mut program.steps {
        targets(step).into_iter().flatten().for_each(turn);
    }
    let mut start = start;
    start.iter_mut().for_each(turn);
    go_back(&mut program.steps);
    (start, program.steps)
}

struct Program {
    steps: Vec<Step>,
}

impl Program {
    fn push(&mut self, step: Step) -> Pc {
        self.steps.push(step);
        Pc((self.steps.len() - 1) as u32)
    }

    fn block(&mut self, steps: Vec<Built>, next: Option<Pc>) -> Option<Pc> {
        let mut next = next;
        for built in steps.into_iter().rev() {
            next = Some(self.place(built, next));
        }
        next
    }

    fn place(&mut self, built: Built, next: Option<Pc>) -> Pc {
        let Built { mut step, branches } = built;
        for (role, steps) in branches.into_iter().rev() {
            let target = self.block(steps, next);
            // Why: where "no branch" and "a branch to the end" would both be `None`, the latter gets a step of its own.
            let own = |program: &mut Self| {
                Some(target.unwrap_or_else(|| {
                    program.push(Step {
                        origin: step.origin,
                        id: None,
                        was: None,
                        kind: StepKind::Join,
                        next: None,
                        reads: Vec::new(),
                        writes: Vec::new(),
                    })
                }))
            };
            let always = match (&step.kind, &role) {
                (StepKind::When { .. } | StepKind::Switch { .. } | StepKind::Choose(_), _) => target,
                _ => own(self),
            };
            match (&mut step.kind, role) {
                (StepKind::When { then, .. }, Role::Then) => *then = target,
                (StepKind::When { otherwise, .. } | StepKind::Switch { otherwise, .. }, Role::Else) => *otherwise = target,
                (StepKind::Switch { arms, .. }, Role::Arm(value)) => arms.insert(0, (value, target)),
                (StepKind::Ask(ask), Role::Else) => ask.otherwise = always,
                (StepKind::Ask(ask), Role::Empty) => ask.empty = always,
                (StepKind::Confirm(confirm), Role::Else) => confirm.otherwise = always,
                (StepKind::Choose(choice), Role::Option(index)) => {
                    if let Some(option) = choice.options.get_mut(index) {
                        option.3 = target;
                    }
                }
                (StepKind::Choose(choice), Role::Else) => choice.otherwise = target,
                (StepKind::Call(call), Role::Error(name)) => call.errors.insert(0, (name, always)),
                (StepKind::Call(call), Role::Other) => call.other = always,
                (StepKind::Wait { otherwise, .. }, Role::Else) => *otherwise = always,
                _ => {}
            }
        }
        step.next = match step.kind {
            StepKind::Handoff(_) | StepKind::Redo { .. } | StepKind::End(_) => None,
            _ => next,
        };
        self.push(step)
    }
}

/// Every place a step leads to, except where a `redo` goes.
fn targets(step: &mut Step) -> Vec<Option<&mut Pc>> {
    let mut targets = vec![step.next.as_mut()];
    match &mut step.kind {
        StepKind::When { then, otherwise, .. } => targets.extend([then.as_mut(), otherwise.as_mut()]),
        StepKind::Switch { arms, otherwise, .. } => {
            targets.extend(arms.iter_mut().map(|(_, target)| target.as_mut()));
            targets.push(otherwise.as_mut());
        }
        StepKind::Ask(ask) => targets.extend([ask.otherwise.as_mut(), ask.empty.as_mut()]),
        StepKind::Confirm(confirm) => targets.push(confirm.otherwise.as_mut()),
        StepKind::Choose(choice) => {
            targets.extend(choice.options.iter_mut().map(|option| option.3.as_mut()));
            targets.push(choice.otherwise.as_mut());
        }
        StepKind::Call(call) => {
            targets.extend(call.errors.iter_mut().map(|(_, target)| target.as_mut()));
            targets.push(call.other.as_mut());
        }
        StepKind::Wait { otherwise, .. } => targets.push(otherwise.as_mut()),
        _ => {}
    }
    targets
}

/// Points every `redo` at the nearest step before it that asks for its slot.
fn go_back(program: &mut [Step]) {
    let asks: Vec<(usize, crate::rules::SlotName)> = program
        .iter()
        .enumerate()
        .filter_map(|(index, step)| match &step.kind {
            StepKind::Ask(ask) => Some((index, ask.slot.clone())),
            _ => None,
        })
        .collect();
    for (index, step) in program.iter_mut().enumerate() {
        if let StepKind::Redo { slot, step: target } = &mut step.kind {
            let nearest = asks.iter().rev().find(|(at, asked)| *at < index && asked == slot);
            let nearest = nearest.or_else(|| asks.iter().find(|(_, asked)| asked == slot));
            if let Some((at, _)) = nearest {
                *target = Pc(*at as u32);
            }
        }
    }
}
