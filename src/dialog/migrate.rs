//! Open conversations when the rules have changed: they go on.

use super::run::{Prompt, Run};
use crate::rules::{Flow, Outcome, Pc};
use crate::session::Frame;

impl Run<'_> {
    /// Fits the open flows to the rules of this turn, if they are other rules than those of the last one.
    ///
    /// A node that still runs older rules than the session has seen changes nothing: the newer node will go on.
    pub(super) fn fit_to_rules(&mut self) {
        let pack = &self.rules.pack;
        let same = self.doc.revision.is_empty() || self.doc.revision == pack.revision.as_str();
        if same || pack.version < self.doc.version {
            return;
        }
        let known = |frame: &Frame| pack.flow(frame.flow.as_str()).is_some();
        let before = self.doc.stack.len();
        self.doc.stack.retain(known);
        if self.doc.stack.len() < before {
            self.doc.question = None;
            self.doc.chips.clear();
            self.say_own("rules_changed");
        }
        self.fit_top();
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
        if let Some(pending) = self.doc.pending.take() {
            self.forget_request(&pending.id);
        }
        self.doc.question = None;
        self.doc.chips.clear();
        self.say_own("rules_changed");
        self.prompt = Prompt::Quiet;
        self.advance(from);
    }
}

/// Where a flow goes on whose step is gone.
fn nearest(flow: &Flow, frame: &Frame) -> Option<Pc> {
    let earlier = frame.trail.iter().rev().find_map(|step| flow.step(step.as_str()));
    match earlier.and_then(|pc| flow.node(pc)) {
        Some(node) => node.next,
        None => flow.start,
    }
}
