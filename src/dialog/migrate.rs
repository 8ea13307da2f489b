//! Open conversations when the rules have changed, or when what was stored does not fit together: they go on.

use super::run::{Prompt, Run};
use crate::rules::{Flow, Outcome, Pc, StepKind};
use crate::session::{Frame, LastSaid, Owner, Phase};

impl Run<'_> {
    /// Fits the open flows to the rules of this turn, if they are other rules than those of the last one.
    ///
    /// A node that still runs older rules than the session has seen changes nothing: the newer node will go on.
    pub(super) fn fit_to_rules(&mut self) {
        let pack = &self.rules.pack;
        let same = self.doc.revision.is_empty() || self.doc.revision == pack.revision.as_str();
        if !same {
            // Why: places in a program and numbers of texts are those of the rules before.
            self.doc.stack.iter_mut().for_each(|frame| frame.said.clear());
            self.doc.said = LastSaid::default();
        }
        if !same && pack.version >= self.doc.version {
            self.drop_unknown_flows();
            self.fit_top();
        }
        self.resume();
    }

    /// Takes flows off the stack that the rules no longer know, and with a flow those it ran: they share its slots.
    fn drop_unknown_flows(&mut self) {
        let rules = self.rules;
        let before = self.doc.stack.len();
        let mut whole = false;
        self.doc.stack.retain(|frame| {
            let known = rules.pack.flow(frame.flow.as_str()).is_some();
            whole = known && (whole || !frame.shares);
            whole
        });
        if self.doc.stack.len() < before {
            self.drop_question();
            self.say_own("rules_changed");
            self.moved = true;
        }
    }

    /// Fits the flow on top: a renamed step has its new name, in place of one that is gone the flow goes on behind the
    /// nearest earlier step that still exists.
    pub(super) fn fit_top(&mut self) {
        let rules = self.rules;
        let Some(frame) = self.doc.stack.last_mut() else { return };
        let Some(flow) = rules.pack.flow(frame.flow.as_str()) else {
            self.drop_flow(Outcome::Unresolved);
            return;
        };
        let Some(step) = frame.step.as_ref() else { return };
        if let Some(node) = flow.step(step.as_str()).and_then(|pc| flow.node(pc)) {
            frame.step.clone_from(&node.id);
            return;
        }
        let from = nearest(flow, frame);
        self.drop_question();
        self.say_own("rules_changed");
        self.moved = true;
        self.prompt = Prompt::Quiet;
        self.advance(from);
    }

    fn drop_question(&mut self) {
        self.leave_pending();
        self.doc.question = None;
        self.doc.chips.clear();
    }

    /// Sets a flow going again that rests at a step nothing will come for: host work that was dropped with a handoff,
    /// a flow it ran that is gone, a session put together by hand.
    pub(super) fn resume(&mut self) {
        if self.doc.owner != Owner::Bot || self.doc.pending.is_some() {
            return;
        }
        // Why: slots belong to a frame that does not share; without one there is nothing to go on with.
        if self.doc.stack.first().is_some_and(|frame| frame.shares) {
            self.doc.stack.clear();
            self.drop_question();
        }
        let Some((_, pc, node)) = self.resting() else { return };
        if self.wait_again() {
            return;
        }
        if let StepKind::Call(call) = &node.kind
            && self.is_lost(call)
        {
            self.fail_call(node, call);
            return;
        }
        let stuck = match &node.kind {
            StepKind::Call(_) | StepKind::Run { .. } => true,
            StepKind::Wait { .. } => self.doc.stack.last().is_some_and(|frame| frame.phase == Phase::Woken),
            _ => false,
        };
        if stuck {
            let from = if matches!(node.kind, StepKind::Wait { .. }) { node.next } else { Some(pc) };
            self.advance(from);
        }
    }
}

/// Where a flow goes on whose step is gone.
pub(super) fn nearest(flow: &Flow, frame: &Frame) -> Option<Pc> {
    let earlier = frame.trail.iter().rev().find_map(|step| flow.step(step.as_str()));
    match earlier.and_then(|pc| flow.node(pc)) {
        Some(node) => node.next,
        None => flow.start,
    }
}
