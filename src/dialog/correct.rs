//! Corrections: a slot gets another value, and what followed from the old one is done again, nothing else.
//!
//! A flow and those it runs share their slots, so they are looked at together here: the frames from the one that owns
//! the slots to the top, and the flows that `run` steps of them have run.

use super::run::Run;
use crate::rules::{Ask, EntityName, Flow, Node, Pc, SlotName, StepId, StepKind, Value};
use crate::session::Frame;

/// The step that asks for a slot, and how to get there.
struct Asked<'a> {
    /// The open frame to go on in, by its place on the stack.
    depth: usize,
    node: &'a Node,
    ask: &'a Ask,
    /// The ask's own place, or the `run` step that leads to it.
    at: Pc,
    /// Whether the ask stands in the open flow itself, not in one that it ran.
    direct: bool,
}

impl<'a> Run<'a> {
    /// The place of the frame that owns the slots of the flow on top.
    pub(super) fn owner(&self) -> usize {
        self.doc.stack.iter().rposition(|frame| !frame.shares).unwrap_or(0)
    }

    fn flow_of(&self, frame: &Frame) -> Option<&'a Flow> {
        let rules = self.rules;
        rules.pack.flow(frame.flow.as_str())
    }

    /// Every ask of the open flow and of those it runs or ran, from the top down.
    fn asks(&self) -> Vec<Asked<'a>> {
        let owner = self.owner();
        let mut found = Vec::new();
        for (depth, frame) in self.doc.stack.iter().enumerate().skip(owner).rev() {
            let Some(flow) = self.flow_of(frame) else { continue };
            for (at, node) in (0_u32..).map(Pc).zip(&flow.program) {
                match &node.kind {
                    StepKind::Ask(ask) => found.push(Asked { depth, node, ask, at, direct: true }),
                    StepKind::Run { .. } => {
                        let ran = node.id.as_ref().and_then(|step| frame.runs.get(step));
                        let inner = ran.map(|ran| self.asks_in(ran)).unwrap_or_default();
                        found.extend(inner.into_iter().map(|(node, ask)| Asked {
                            depth,
                            node,
                            ask,
                            at,
                            direct: false,
                        }));
                    }
                    _ => {}
                }
            }
        }
        found
    }

    fn asks_in(&self, ran: &Frame) -> Vec<(&'a Node, &'a Ask)> {
        let Some(flow) = self.flow_of(ran) else { return Vec::new() };
        let own = flow.program.iter().filter_map(|node| match &node.kind {
            StepKind::Ask(ask) => Some((node, &**ask)),
            _ => None,
        });
        own.chain(ran.runs.values().flat_map(|inner| self.asks_in(inner))).collect()
    }

    /// Slots of the open flow that an entity's values answer.
    pub(super) fn slots_of(&self, entity: &EntityName) -> Vec<SlotName> {
        let asks = self.asks().into_iter().filter(|asked| asked.ask.entity.as_ref() == Some(entity));
        asks.map(|asked| asked.ask.slot.clone()).collect()
    }

    /// The asks of the open flow that have their value.
    pub(super) fn filled(&self) -> Vec<&'a Ask> {
        let asks = self.asks().into_iter().map(|asked| asked.ask);
        asks.filter(|ask| self.slot(&ask.slot).is_some()).collect()
    }

    /// The slot of the last question that was answered in the open flow.
    pub(super) fn last_answered(&self) -> Option<SlotName> {
        self.answered_last_first().into_iter().next()
    }

    /// The slots of the questions that were answered in the open flow, the latest first.
    pub(super) fn answered_last_first(&self) -> Vec<SlotName> {
        let owner = self.owner();
        self.doc.stack.iter().skip(owner).rev().flat_map(|frame| self.answered_in(frame)).collect()
    }

    fn answered_in(&self, frame: &Frame) -> Vec<SlotName> {
        let Some(flow) = self.flow_of(frame) else { return Vec::new() };
        let nodes = frame.trail.iter().rev().filter_map(|step| Some((step, flow.node(flow.step(step.as_str())?)?)));
        nodes
            .flat_map(|(step, node)| match &node.kind {
                StepKind::Ask(ask) => vec![ask.slot.clone()],
                StepKind::Run { .. } => frame.runs.get(step).map(|ran| self.answered_in(ran)).unwrap_or_default(),
                _ => Vec::new(),
            })
            .collect()
    }

    /// Gives a slot another value and runs again what followed from the old one.
    pub(super) fn correct(&mut self, slot: &SlotName, value: &Value) {
        if self.is_sealed(slot) {
            self.too_late();
            return;
        }
        let Some(Asked { depth, node, ask, at, direct }) =
            self.asks().into_iter().find(|asked| asked.ask.slot == *slot)
        else {
            return;
        };
        let value = if ask.list { Value::List(vec![value.clone()]) } else { value.clone() };
        if let Err(words) = self.accepts(ask, &value) {
            self.say(words, &[]);
            self.come_back();
            return;
        }
        let row = self.chip_row(ask, &value);
        if let Some(words) = self.rules.pack.text("noted_correction") {
            let shown = self.rules.show(ask.entity.as_ref(), &value, self.language());
            self.say(words, &[("value", Value::Text(shown))]);
        }
        self.rewind(slot);
        self.close_above(depth);
        self.fill(ask, value, row);
        self.doc.question = None;
        self.doc.chips.clear();
        self.prompt = super::run::Prompt::Quiet;
        let ran =
            self.doc.stack.last().and_then(|frame| self.flow_of(frame)).and_then(|flow| flow.node(at)?.id.as_ref());
        match (self.doc.stack.last_mut(), &node.id, ran) {
            (Some(frame), Some(step), _) if direct => pass(frame, step),
            // Why: it is gone through again, and so is what undo takes back first.
            (Some(frame), _, Some(ran)) => frame.trail.retain(|known| known != ran),
            _ => {}
        }
        self.advance(if direct { node.next } else { Some(at) });
    }

    /// Asks for a slot again.
    pub(super) fn change_slot(&mut self, slot: &SlotName) {
        if self.is_sealed(slot) {
            self.too_late();
            return;
        }
        let Some(Asked { depth, at, .. }) = self.asks().into_iter().find(|asked| asked.ask.slot == *slot) else {
            return;
        };
        self.rewind(slot);
        self.close_above(depth);
        if let Some(frame) = self.doc.slot_frame_mut() {
            frame.slots.remove(slot);
        }
        self.advance(Some(at));
    }

    /// Takes the flows run above a frame off the stack; their `run` steps will find them as they stand.
    fn close_above(&mut self, depth: usize) {
        while self.doc.stack.len() > depth + 1 {
            let Some(frame) = self.doc.stack.pop() else { return };
            let Some(below) = self.doc.stack.last_mut() else { return };
            if let Some(step) = below.step.clone() {
                below.runs.insert(step, frame);
            }
        }
    }

    /// Forgets what followed from a slot: the steps that read it, what those wrote, and so on.
    ///
    /// What it changed is noted as dirty, so that running on repeats those steps alone.
    pub(super) fn rewind(&mut self, slot: &SlotName) {
        let owner = self.owner();
        let done = self.steps_done();
        let mut dirty = vec![slot.clone()];
        let mut known = 0;
        while known < dirty.len() {
            known = dirty.len();
            for node in &done {
                if node.reads.iter().any(|read| dirty.contains(read)) {
                    let new: Vec<SlotName> =
                        node.writes.iter().filter(|write| !dirty.contains(write)).cloned().collect();
                    dirty.extend(new);
                }
            }
        }
        if let Some(frame) = self.doc.slot_frame_mut() {
            for name in dirty.iter().skip(1) {
                frame.slots.remove(name);
            }
        }
        let rules = self.rules;
        for frame in self.doc.stack.iter_mut().skip(owner) {
            soil(&rules.pack, frame, &dirty);
            frame.until.clone_from(&frame.step);
        }
    }

    /// The resting steps that the open flow and those it ran have passed.
    fn steps_done(&self) -> Vec<&'a Node> {
        let mut done = Vec::new();
        for frame in self.doc.stack.iter().skip(self.owner()) {
            self.add_steps_done(frame, &mut done);
        }
        done
    }

    fn add_steps_done(&self, frame: &Frame, done: &mut Vec<&'a Node>) {
        let Some(flow) = self.flow_of(frame) else { return };
        let nodes = frame.trail.iter().filter_map(|step| flow.node(flow.step(step.as_str())?));
        done.extend(nodes);
        for ran in frame.runs.values() {
            self.add_steps_done(ran, done);
        }
    }

    /// Notes that a write was done: what it was given, and what that followed from, is past correcting.
    pub(super) fn seal(&mut self, node: &Node) {
        let done = self.steps_done();
        let mut sealed: Vec<SlotName> = self.doc.slot_frame().map(|frame| frame.sealed.clone()).unwrap_or_default();
        let mut known = usize::MAX;
        sealed.extend(node.reads.iter().cloned());
        while known != sealed.len() {
            known = sealed.len();
            for node in &done {
                if node.writes.iter().any(|write| sealed.contains(write)) {
                    let new: Vec<SlotName> = node.reads.iter().filter(|read| !sealed.contains(read)).cloned().collect();
                    sealed.extend(new);
                }
            }
        }
        sealed.sort();
        sealed.dedup();
        if let Some(frame) = self.doc.slot_frame_mut() {
            frame.sealed = sealed;
        }
    }

    /// Whether a write that is done has used the slot, or something that followed from it.
    pub(super) fn is_sealed(&self, slot: &SlotName) -> bool {
        self.doc.slot_frame().is_some_and(|frame| frame.sealed.contains(slot))
    }
}

/// Notes what a correction changed in a frame and those it ran; a step whose result is gone is no longer done.
fn soil(pack: &crate::rules::Pack, frame: &mut Frame, dirty: &[SlotName]) {
    if let Some(flow) = pack.flow(frame.flow.as_str()) {
        let gone = |step: &StepId| {
            let node = flow.step(step.as_str()).and_then(|pc| flow.node(pc));
            node.is_some_and(|node| node.writes.iter().any(|write| dirty.contains(write)))
        };
        frame.trail.retain(|step| !gone(step));
    }
    frame.dirty = dirty.to_vec();
    frame.until = None;
    for ran in frame.runs.values_mut() {
        soil(pack, ran, dirty);
    }
}

/// Notes a resting step as passed.
pub(super) fn pass(frame: &mut Frame, step: &StepId) {
    if !frame.trail.contains(step) {
        frame.trail.push(step.clone());
    }
}
