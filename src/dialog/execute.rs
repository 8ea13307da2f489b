use super::Walked;
use super::masked::listed_values;
use super::record::{Happening, outcome_name};
use super::run::{Prompt, Run, STEP_LIMIT};
use crate::rules::{Flow, FlowId, Node, Outcome, Pc, Preset, ReasonId, SlotName, StepKind, Value};
use crate::session::{Frame, Phase};

/// What a step leads to.
pub(super) enum Next {
    /// Goes on there; `None` returns from the flow.
    Go(Option<Pc>),
    /// Rests: a question is open, host work is under way.
    Rest,
    /// The flow has ended, or the conversation went to a person.
    Over,
}

impl<'a> Run<'a> {
    /// Opens a flow on top of what is open and runs it to its first rest.
    pub(super) fn start_flow(&mut self, id: &FlowId, presets: &[Preset], values: Vec<(SlotName, Value)>) {
        let rules = self.rules;
        let Some(flow) = rules.pack.flow(id.as_str()) else { return };
        let mut frame = Frame::new(id.clone());
        frame.found = self.found.iter().filter(|(entity, _)| rules.asks_for(entity)).cloned().collect();
        frame.started_by = self.started_by.take();
        frame.slots.extend(values);
        let title = id.to_string();
        self.doc.stack.push(frame);
        self.note_tried(&title);
        self.note_reopened(&title);
        self.note(Happening::FlowStarted { flow: title });
        self.preset(presets);
        self.advance(flow.start);
    }

    /// Runs the flow on top from a place until it rests or ends.
    pub(super) fn advance(&mut self, from: Option<Pc>) {
        let rules = self.rules;
        let mut at = from;
        loop {
            self.steps += 1;
            if self.steps > STEP_LIMIT {
                self.give_up();
                return;
            }
            let Some(id) = self.doc.stack.last().map(|frame| frame.flow.clone()) else { return };
            let Some(flow) = rules.pack.flow(id.as_str()) else {
                self.end_flow(Outcome::Unresolved);
                return;
            };
            let Some((pc, node)) = at.and_then(|pc| flow.node(pc).map(|node| (pc, node))) else {
                match self.return_from_flow() {
                    Some(next) => {
                        at = next;
                        continue;
                    }
                    None => return,
                }
            };
            if let (Some(frame), Some(step)) = (self.doc.stack.last_mut(), &node.id) {
                if frame.until.as_ref() == Some(step) {
                    frame.until = None;
                    frame.dirty.clear();
                }
                frame.step = Some(step.clone());
            }
            self.walk(|| Walked::Step(id, pc));
            match self.step(flow, pc, node) {
                Next::Go(next) => at = next,
                Next::Rest | Next::Over => return,
            }
        }
    }

    fn step(&mut self, flow: &Flow, pc: Pc, node: &Node) -> Next {
        match &node.kind {
            StepKind::Say(words) => {
                if self.must_say(pc, node) {
                    self.say_step(words);
                    self.note_said(pc);
                }
                Next::Go(node.next)
            }
            StepKind::Ask(ask) => self.step_ask(node, ask),
            StepKind::Confirm(confirm) => self.step_confirm(confirm),
            StepKind::Choose(_) => self.rest(),
            StepKind::Call(call) => self.step_call(node, call),
            StepKind::Set(presets) => {
                self.preset(presets);
                Next::Go(node.next)
            }
            StepKind::When { condition, then, otherwise } => {
                let branch = if self.holds(*condition) { then } else { otherwise };
                Next::Go(branch.or(node.next))
            }
            StepKind::Switch { subject, arms, otherwise } => {
                let value = self.value(*subject);
                let arm = arms.iter().find(|(known, _)| *known == value);
                Next::Go(arm.map_or(*otherwise, |(_, branch)| *branch).or(node.next))
            }
            StepKind::Run { flow, with } => self.step_run(flow, with),
            StepKind::Wait { at_most, .. } => self.step_wait(*at_most),
            StepKind::Handoff(hand_over) => self.step_handoff(&hand_over.reason),
            StepKind::Redo { slot, step } => self.step_redo(flow, slot, *step),
            StepKind::End(outcome) => {
                self.end_flow(*outcome);
                Next::Over
            }
            StepKind::Join => {
                debug_assert_ne!(node.next, Some(pc), "a join that leads to itself");
                Next::Go(node.next)
            }
        }
    }

    fn rest(&mut self) -> Next {
        self.put_first_question();
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.phase = Phase::Asked;
        }
        self.prompt = Prompt::First;
        Next::Rest
    }

    fn step_run(&mut self, id: &FlowId, with: &[Preset]) -> Next {
        let rules = self.rules;
        self.preset(with);
        let Some(flow) = rules.pack.flow(id.as_str()) else { return Next::Go(None) };
        let mut frame = Frame::new(id.clone());
        if let Some(caller) = self.doc.stack.last_mut() {
            caller.phase = Phase::Waiting;
            let before = caller.step.as_ref().and_then(|step| caller.runs.remove(step));
            // Why: after a correction it goes through its steps again, but does only those that the correction touched.
            if let Some(before) = before.filter(|before| before.flow == *id && !before.dirty.is_empty()) {
                frame = Frame { step: None, phase: Phase::Asked, ..before };
            }
        }
        frame.shares = true;
        self.doc.stack.push(frame);
        Next::Go(flow.start)
    }

    fn step_handoff(&mut self, reason: &ReasonId) -> Next {
        self.raise(reason.as_str());
        // Why: what follows a handoff in a flow is the person's work now; the flows below are still open for later.
        self.drop_flow(Outcome::Unresolved);
        Next::Over
    }

    /// The flow on top ran off its last step: where its caller goes on, or `None` if it had none.
    fn return_from_flow(&mut self) -> Option<Option<Pc>> {
        let shares = self.doc.stack.last()?.shares;
        if !shares {
            self.end_flow(Outcome::Resolved);
            return None;
        }
        let mut ran = self.doc.stack.pop()?;
        ran.dirty.clear();
        (ran.step, ran.phase) = (None, Phase::Asked);
        let caller = self.doc.stack.last_mut()?;
        let step = caller.step.clone()?;
        super::correct::pass(caller, &step);
        if caller.until.as_ref() == Some(&step) {
            caller.until = None;
            caller.dirty.clear();
        }
        caller.runs.insert(step.clone(), ran);
        let flow = self.rules.pack.flow(caller.flow.as_str())?;
        // Why: the rules may have lost the step meanwhile.
        let Some(pc) = flow.step(step.as_str()) else { return Some(super::migrate::nearest(flow, caller)) };
        Some(flow.node(pc).and_then(|node| node.next))
    }

    /// Ends the flow on top with its callers; what is below comes back, then what was asked for beside it.
    pub(super) fn end_flow(&mut self, outcome: Outcome) {
        self.drop_flow(outcome);
        if outcome == Outcome::Resolved && self.doc.stack.is_empty() {
            self.schedule_followers("resolved");
        }
        self.after_flow(outcome);
    }

    /// Takes the flow on top and its callers off the stack.
    pub(super) fn drop_flow(&mut self, outcome: Outcome) {
        while let Some(frame) = self.doc.stack.pop() {
            if frame.shares {
                continue;
            }
            let step = frame.step.as_ref().map(ToString::to_string);
            let flow = frame.flow.to_string();
            if outcome == Outcome::Resolved && !self.is_collector(&frame.flow) {
                self.note_settled(Some(&flow));
            }
            let values = listed_values(self.rules, &frame);
            self.note(Happening::FlowEnded { flow, outcome: outcome_name(outcome).to_owned(), step, values });
            self.keep_slots(frame);
            break;
        }
        self.doc.question = None;
        self.doc.chips.clear();
    }

    fn keep_slots(&mut self, frame: Frame) {
        let Some(flow) = self.rules.pack.flow(frame.flow.as_str()) else { return };
        let Frame { slots, flow: id, .. } = frame;
        self.doc.kept = slots.into_iter().filter(|(name, _)| flow.keep.contains(name)).collect();
        self.doc.last_flow = Some(id);
    }

    /// What comes after a flow: the one below it, with its open question, or a request that waited.
    fn after_flow(&mut self, outcome: Outcome) {
        self.settle_contact();
        if self.go_on_proved(outcome) || self.go_on_waiting() {
            return;
        }
        // Why the one that owns the slots: a flow that it runs has no name for the customer.
        if let Some(frame) = self.doc.slot_frame() {
            let below = frame.flow.clone();
            self.say_returning(&below);
            self.prompt = Prompt::Back;
            self.fit_top();
            return;
        }
        self.prompt = Prompt::Quiet;
        if self.has_handed_over() {
            return;
        }
        if !self.take_up_later() {
            self.start_due();
        }
    }

    /// Ends every open flow without a word.
    pub(super) fn abandon_flows(&mut self) {
        while !self.doc.stack.is_empty() {
            self.drop_flow(Outcome::Unresolved);
        }
        self.doc.later.clear();
        self.doc.question = None;
        self.doc.kept.clear();
        self.prompt = Prompt::Quiet;
    }

    /// A flow that runs in circles: it is ended, and a person is offered.
    fn give_up(&mut self) {
        let flow = self.doc.stack.last().map(|frame| frame.flow.to_string()).unwrap_or_default();
        self.note(Happening::StepLimit { flow });
        self.abandon_flows();
        self.say_own("loop_stop");
        self.propose_person();
    }

    /// Whether a step reads something a correction changed; without a correction every step is new.
    pub(super) fn must_run(&self, node: &Node) -> bool {
        self.doc
            .stack
            .last()
            .is_none_or(|frame| frame.dirty.is_empty() || node.reads.iter().any(|slot| frame.dirty.contains(slot)))
    }

    /// Whether a text must be said: not again after a correction that changes nothing in it.
    fn must_say(&self, pc: Pc, node: &Node) -> bool {
        self.must_run(node) || self.doc.stack.last().is_none_or(|frame| !frame.said.contains(&pc))
    }

    fn note_said(&mut self, pc: Pc) {
        if let Some(frame) = self.doc.stack.last_mut()
            && !frame.said.contains(&pc)
        {
            frame.said.push(pc);
        }
    }

    /// Notes that the resting step is done and the flow goes on behind it.
    pub(super) fn pass_step(&mut self) {
        let Some(frame) = self.doc.stack.last_mut() else { return };
        let Some(step) = frame.step.clone() else { return };
        super::correct::pass(frame, &step);
    }

    /// The flow on top and the step it rests at.
    pub(super) fn resting(&self) -> Option<(&'a Flow, Pc, &'a Node)> {
        let frame = self.doc.stack.last()?;
        let rules = self.rules;
        let flow = rules.pack.flow(frame.flow.as_str())?;
        let pc = flow.step(frame.step.as_ref()?.as_str())?;
        flow.node(pc).map(|node| (flow, pc, node))
    }
}
