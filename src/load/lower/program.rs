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
                (StepKind::When { otherwise, .. } | StepKind::Switch { otherwise, .. }, Role::Else) => {
                    *otherwise = target;
                }
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

#[cfg(test)]
mod tests {
    use crate::load::{Source, load};
    use crate::rules::{Flow, Node, Pc, StepKind};

    /// A program in short: `number kind [branch=number …] -> next`.
    fn short(flow: &Flow) -> Vec<String> {
        let to = |pc: &Option<Pc>| pc.map_or("end".to_owned(), |pc| pc.0.to_string());
        let line = |(index, step): (usize, &Node)| {
            let what = match &step.kind {
                StepKind::Say(_) => "say".to_owned(),
                StepKind::Ask(ask) => {
                    let empty = ask.empty.map_or(String::new(), |pc| format!(" empty={}", pc.0));
                    format!("ask {} else={}{empty}", ask.slot, to(&ask.otherwise))
                }
                StepKind::Confirm(confirm) => format!("confirm else={}", to(&confirm.otherwise)),
                StepKind::Call(call) => {
                    let errors: String = call.errors.iter().map(|(name, pc)| format!(" {name}={}", to(pc))).collect();
                    format!("call{errors} other={}", to(&call.other))
                }
                StepKind::When { then, otherwise, .. } => format!("when then={} else={}", to(then), to(otherwise)),
                StepKind::Switch { arms, otherwise, .. } => {
                    let arms: String = arms
                        .iter()
                        .map(|(value, pc)| format!(" {}={}", value.as_text().unwrap_or("?"), to(pc)))
                        .collect();
                    format!("switch{arms} else={}", to(otherwise))
                }
                StepKind::Redo { step, .. } => format!("redo {}", step.0),
                StepKind::Handoff(over) => format!("handoff {}", over.reason),
                StepKind::Join => "join".to_owned(),
                StepKind::End(_) => "stop".to_owned(),
                _ => "other".to_owned(),
            };
            format!("{index} {what} -> {}", to(&step.next))
        };
        flow.program.iter().enumerate().map(line).collect()
    }

    #[test]
    fn branches_come_back_and_redo_finds_its_question() {
        let rules = "
languages: {default: en}
entities: {kind: {values: {a: {en: [a]}, b: {en: [b]}, c: {en: [c]}}}, no: {pattern: 'x[0-9]+'}}
actions: {get: {in: {no: text}, out: {days: integer}, errors: [gone], effect: read}, put: {}}
intents: {f: {keywords: {en: [f]}, flow: f}}
flows:
  f:
    steps:
      - {ask: no, say: {en: Which?}}
      - call: get
        into: it
        errors:
          gone: [{say: {en: Gone.}}, {redo: no}]
          other: [{handoff: backend}]
      - {when: it.days > 7, end: resolved}
      - {ask: kind, say: {en: Kind?}, tries: 1, else: []}
      - {when: kind, then: [{say: {en: Some.}}]}
      - {confirm: {en: Right?}, else: [{redo: no}]}
      - {call: put, errors: {other: []}}
";
        let loaded = load(&[Source::new("bot.yaml", rules)]).unwrap_or_else(|error| panic!("{error}"));
        let flow = loaded.pack.flow("f").unwrap();
        assert_eq!(flow.start, Some(Pc(0)));
        assert_eq!(
            short(flow),
            [
                "0 ask no else=1 -> 2",
                "1 handoff slot_failed -> end",
                "2 call gone=3 other=5 -> 6",
                "3 say -> 4",
                "4 redo 0 -> end",
                "5 handoff backend -> end",
                "6 when then=7 else=8 -> 8",
                "7 stop -> end",
                "8 ask kind else=9 -> 9",
                "9 when then=10 else=11 -> 11",
                "10 say -> 11",
                "11 confirm else=12 -> 13",
                "12 redo 0 -> end",
                "13 call other=14 -> end",
                "14 join -> end",
            ]
        );
        let ids: Vec<&str> =
            flow.program.iter().filter_map(|step| step.id.as_ref()).map(crate::rules::StepId::as_str).collect();
        assert_eq!(ids, ["no", "get", "kind", "confirm", "put"]);
        let call = &flow.program[2];
        assert_eq!(
            (call.reads.len(), call.writes.len(), call.reads[0].as_str(), call.writes[0].as_str()),
            (1, 1, "no", "it")
        );
    }
}
