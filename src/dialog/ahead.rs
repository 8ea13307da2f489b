//! What lies ahead of the open question: values that come one question early, and whether a yes would write something.

use super::answer::{LITTLE, alone, weight};
use super::message::Heard;
use super::run::{Prompt, Run};
use super::steps::Answer;
use crate::entities::Reading;
use crate::rules::{Ask, Builtin, Effects, EntityKind, EntityName, Flow, Node, Outcome, Pc, StepKind, Value};

/// How far one looks ahead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// To the next yes or no, or choice, of the customer.
    Decision,
    End,
}

/// A step ahead, and the open frame that will have its slots.
struct Step<'a> {
    owner: usize,
    node: &'a Node,
}

impl<'a> Run<'a> {
    /// A value for a question still to come, told one question early, is kept for it; at a proposed value it says yes as
    /// well. `false` if the message is no such value.
    pub(super) fn takes_early(&mut self, heard: Heard<'_>) -> bool {
        let Some((owner, entity, value)) = self.early(heard) else { return false };
        if let Some(frame) = self.doc.stack.get_mut(owner) {
            frame.note_early(entity, value);
        }
        let Some((_, _, node)) = self.resting() else { return false };
        // Why: what is written is written by a clear yes alone; there the value waits for it.
        let implied = !self.would_write();
        match &node.kind {
            StepKind::Ask(ask) if self.is_offered() && implied => {
                let Some(value) = self.offered(ask) else { return false };
                self.fill(ask, value, None);
                self.answered(node);
            }
            StepKind::Confirm(confirm) if implied => self.confirmed(node, confirm, Answer::Yes),
            // Why: an e-mail where a phone number was asked for, if it likes, and the e-mail comes next.
            StepKind::Ask(ask) if ask.optional && !self.is_offered() => self.skip_ask(node),
            _ => self.prompt = Prompt::Noted,
        }
        true
    }

    /// The value that the message is, for an ask that lies ahead and has none.
    fn early(&self, heard: Heard<'_>) -> Option<(usize, EntityName, Value)> {
        let (_, _, open) = self.resting().filter(|(_, _, node)| is_question(&node.kind))?;
        if !self.is_told_plainly(heard) || heard.is_question() || heard.weight("correction") > 0.0 {
            return None;
        }
        let asked = |step: &Step<'a>| match &step.node.kind {
            StepKind::Ask(ask) if !std::ptr::eq(step.node, open) && !self.is_known(step.owner, ask) => {
                Some((step.owner, &**ask))
            }
            _ => None,
        };
        self.ahead(Until::End).iter().filter_map(asked).find_map(|(owner, ask)| {
            let entity = ask.entity.as_ref()?;
            Some((owner, entity.clone(), self.told_whole(heard, entity)?))
        })
    }

    fn is_known(&self, owner: usize, ask: &Ask) -> bool {
        let frame = self.doc.stack.get(owner);
        frame.and_then(|frame| frame.slots.get(&ask.slot)).is_some_and(|value| !value.is_none())
    }

    /// The value of an entity that the message is, with hardly a word beside it.
    fn told_whole(&self, heard: Heard<'_>, entity: &EntityName) -> Option<Value> {
        let rules = self.rules;
        let (_, known) = rules.pack.entity(entity.as_str())?;
        match &known.kind {
            EntityKind::Builtin(Builtin::Address) => Some(Value::from(rules.entities().sure_address(heard.text)?)),
            // Why: any word may be a name, and any number many things; they are read only where they are asked for.
            EntityKind::Builtin(
                Builtin::Name
                | Builtin::Number
                | Builtin::Quantity
                | Builtin::Rating
                | Builtin::YesNo
                | Builtin::Image
                | Builtin::Time,
            ) => None,
            // Why read again: beside a value of another kind that it looks like as well it may not have been found.
            EntityKind::Pattern { .. } if weight(heard.text) <= LITTLE => {
                match rules.entities().read(entity.as_str(), heard.text, self.language(), &self.clock) {
                    Reading::Value(value) => Some(value),
                    _ => None,
                }
            }
            // Why: nothing else looks like one.
            EntityKind::Builtin(Builtin::Email) => alone(heard, entity, LITTLE + 2).cloned(),
            _ => alone(heard, entity, LITTLE).cloned(),
        }
    }

    /// Whether a yes to the open question leads to something that is written before the customer decides again.
    fn would_write(&self) -> bool {
        let writes = |step: &Step<'a>| match &step.node.kind {
            StepKind::Call(call) => {
                let action = self.rules.pack.action(call.action.as_str());
                action.is_none_or(|action| action.effects != Effects::Read)
            }
            _ => false,
        };
        self.ahead(Until::Decision).iter().any(writes)
    }

    /// The steps that may follow the open question, the nearest first: in its flow, in those that flow runs, in those that
    /// run it, and in the one that waits for it to prove something.
    fn ahead(&self, until: Until) -> Vec<Step<'a>> {
        let mut ahead = Ahead { run: self, until, steps: Vec::new(), seen: Vec::new(), resolved: false };
        let Some((flow, _, node)) = self.resting() else { return Vec::new() };
        let mut owner = self.owner();
        let mut returns = ahead.follow(flow, &following(node), owner);
        for (below, frame) in self.doc.stack.iter().skip(1).enumerate().rev() {
            let Some((flow, at, node)) = self.rest_of(below) else { break };
            let from = if frame.shares {
                node.next
            } else if matches!(node.kind, StepKind::Call(_)) && (returns || ahead.resolved) {
                // Why the call itself: the flow above it proves what it needs.
                owner = self.owner_of(below);
                returns = true;
                Some(at)
            } else {
                break;
            };
            if !returns {
                break;
            }
            returns = ahead.follow(flow, &[from], owner);
        }
        ahead.steps
    }

    /// The frame that has the slots of the one at this place of the stack.
    fn owner_of(&self, depth: usize) -> usize {
        let frames = self.doc.stack.get(..=depth).unwrap_or_default();
        frames.iter().rposition(|frame| !frame.shares).unwrap_or(0)
    }

    /// Where the flow at this place of the stack rests.
    fn rest_of(&self, depth: usize) -> Option<(&'a Flow, Pc, &'a Node)> {
        let rules = self.rules;
        let frame = self.doc.stack.get(depth)?;
        let flow = rules.pack.flow(frame.flow.as_str())?;
        let at = flow.step(frame.step.as_ref()?.as_str())?;
        Some((flow, at, flow.node(at)?))
    }
}

/// A walk over all that may follow.
struct Ahead<'r, 'a> {
    run: &'r Run<'a>,
    until: Until,
    steps: Vec<Step<'a>>,
    seen: Vec<*const Node>,
    /// Whether a flow may end by having done what it was for.
    resolved: bool,
}

impl<'a> Ahead<'_, 'a> {
    /// Goes on from some places of a flow; whether it may run off the flow's end.
    fn follow(&mut self, flow: &'a Flow, from: &[Option<Pc>], owner: usize) -> bool {
        let mut returns = false;
        let mut open: std::collections::VecDeque<Option<Pc>> = from.iter().copied().collect();
        while let Some(at) = open.pop_front() {
            let Some(node) = at.and_then(|at| flow.node(at)) else {
                returns = true;
                continue;
            };
            if self.seen.contains(&std::ptr::from_ref(node)) {
                continue;
            }
            self.seen.push(std::ptr::from_ref(node));
            if self.until == Until::Decision && matches!(node.kind, StepKind::Confirm(_) | StepKind::Choose(_)) {
                continue;
            }
            self.steps.push(Step { owner, node });
            self.resolved |= matches!(node.kind, StepKind::End(Outcome::Resolved));
            if let StepKind::Run { flow: inner, .. } = &node.kind {
                let rules = self.run.rules;
                let runs = rules.pack.flow(inner.as_str());
                if runs.is_none_or(|inner| self.follow(inner, &[inner.start], owner)) {
                    open.push_back(node.next);
                }
                continue;
            }
            open.extend(following(node));
        }
        returns
    }
}

/// Where a flow may go on behind a step; `None` runs off its end.
fn following(node: &Node) -> Vec<Option<Pc>> {
    let next = node.next;
    let or_next = |branch: &Option<Pc>| branch.or(next);
    match &node.kind {
        StepKind::Ask(ask) => {
            [next].into_iter().chain([ask.otherwise, ask.empty].into_iter().flatten().map(Some)).collect()
        }
        StepKind::Choose(choice) => choice.options.iter().map(|(_, _, _, branch)| or_next(branch)).collect(),
        StepKind::Call(call) => {
            let errors = call.errors.iter().map(|(_, branch)| or_next(branch));
            [next].into_iter().chain(errors).chain(call.other.map(Some)).collect()
        }
        StepKind::When { then, otherwise, .. } => vec![or_next(then), or_next(otherwise)],
        StepKind::Switch { arms, otherwise, .. } => {
            arms.iter().map(|(_, branch)| or_next(branch)).chain([or_next(otherwise)]).collect()
        }
        StepKind::Redo { step, .. } => vec![Some(*step)],
        StepKind::Handoff(_) | StepKind::End(_) => Vec::new(),
        StepKind::Say(_)
        | StepKind::Confirm(_)
        | StepKind::Set(_)
        | StepKind::Run { .. }
        | StepKind::Wait { .. }
        | StepKind::Join => vec![next],
    }
}

fn is_question(kind: &StepKind) -> bool {
    matches!(kind, StepKind::Ask(_) | StepKind::Confirm(_) | StepKind::Choose(_))
}
