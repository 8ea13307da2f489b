use std::collections::BTreeMap;
use std::sync::Arc;

use super::item::{Reach, What};
use crate::classify::{Classification, Classifier, Decision, Explanation, Hints, Match, Options, Switch};
use crate::dialog::{Happening, Turn, Walked};
use crate::engine::Engine;
use crate::rules::{FlowId, Pc, StepKind};
use crate::session::Session;
use crate::testing::Exchange;
use crate::testing::line::{Line, What as Happens};

/// What took part in the dialogs seen so far.
pub(super) struct Gathered<'e> {
    engine: &'e Engine,
    reached: BTreeMap<What, Reach>,
    /// The last step of a flow in a session.
    last: BTreeMap<(String, FlowId), Pc>,
    /// The language a session was held in before a message.
    languages: BTreeMap<String, crate::text::Language>,
}

impl<'e> Gathered<'e> {
    pub(super) fn new(engine: &'e Engine) -> Self {
        Self { engine, reached: BTreeMap::new(), last: BTreeMap::new(), languages: BTreeMap::new() }
    }

    pub(super) fn reach(&self, what: &What) -> Reach {
        self.reached.get(what).copied().unwrap_or(Reach::Missed)
    }

    /// Another test: its sessions are new ones.
    pub(super) fn begin(&mut self) {
        self.last.clear();
        self.languages.clear();
    }

    fn mark(&mut self, what: What, reach: Reach) {
        let known = self.reached.entry(what).or_insert(reach);
        *known = (*known).max(reach);
    }

    /// The examples of the pack, each understood without likeness to itself.
    pub(super) fn add_examples(&mut self) {
        let pack = Arc::clone(&self.engine.rulebook().pack);
        let options = Options { similarity: Switch::Off, ..Options::default() };
        let classifier = Classifier::new(Arc::clone(&pack), options);
        for intent in &pack.intents {
            for example in &intent.examples {
                let hints = Hints { language: Some(example.language), clock: None };
                let explained = classifier.explain(&example.text, &hints);
                let meant = explained.classification().intent() == Some(&intent.id);
                if meant {
                    self.mark(What::Intent(intent.id.to_string()), Reach::Reached);
                    self.add_evidence(&explained);
                }
            }
        }
    }

    /// One line of a test and what it led to.
    pub(super) fn add(&mut self, line: &Line, exchange: &Exchange, session: &Session) {
        if let Happens::User(text) = &line.what {
            let language = self.languages.get(&line.session).copied();
            let explained = self.engine.rulebook().classifier.explain(text, &Hints { language, clock: None });
            self.add_evidence(&explained);
        }
        self.languages.extend(session.language().map(|language| (line.session.clone(), language)));
        for turn in exchange.turns() {
            self.add_turn(&line.session, turn);
        }
    }

    fn add_evidence(&mut self, explained: &Explanation) {
        let said = explained.classification();
        let stands = |found: &&Match| found.withheld().is_none();
        for found in explained.matches().iter().filter(stands) {
            let (intent, rule) = (found.speaks_for(), found.rule());
            let reach = if carries(said, explained, intent, rule) { Reach::Reached } else { Reach::Beside };
            self.mark(What::Keyword(intent.to_owned(), rule.to_owned()), reach);
            self.mark(What::Pattern(intent.to_owned(), rule.to_owned()), reach);
        }
    }

    fn add_turn(&mut self, session: &str, turn: &Turn) {
        for intent in turn.requests() {
            self.mark(What::Intent(intent.to_string()), Reach::Reached);
        }
        for record in turn.records() {
            match &record.what {
                Happening::HandedOver { reasons, .. } => {
                    for reason in reasons {
                        self.mark(What::Reason(reason.clone()), Reach::Reached);
                    }
                }
                Happening::ActionEnded { action, result } if result != "done" => self.failed(session, action, result),
                _ => {}
            }
        }
        for walked in &turn.walked {
            match walked {
                Walked::Step(flow, pc) => self.step(session, flow, *pc),
                Walked::Said(number) => self.mark(What::Text(*number), Reach::Reached),
            }
        }
    }

    /// Host work failed at the step a flow rests at.
    fn failed(&mut self, session: &str, action: &str, result: &str) {
        let resting: Vec<(FlowId, Pc)> =
            self.last.iter().filter(|((of, _), _)| of == session).map(|((_, flow), pc)| (flow.clone(), *pc)).collect();
        for (id, pc) in resting {
            let pack = &self.engine.rulebook().pack;
            let Some(StepKind::Call(call)) =
                pack.flow(id.as_str()).and_then(|flow| flow.node(pc)).map(|node| &node.kind)
            else {
                continue;
            };
            if *call.action.as_str() == *action {
                let declared = call.errors.iter().position(|(known, _)| **known == *result);
                let exit = declared.unwrap_or(call.errors.len());
                self.mark(What::ErrorExit(id, pc, exit), Reach::Reached);
            }
        }
    }

    fn step(&mut self, session: &str, id: &FlowId, pc: Pc) {
        self.mark(What::Step(id.clone(), pc), Reach::Reached);
        let before = self.last.insert((session.to_owned(), id.clone()), pc);
        let pack = &self.engine.rulebook().pack;
        let Some((from, node)) = before.and_then(|from| Some((from, pack.flow(id.as_str())?.node(from)?))) else {
            return;
        };
        let ways = node.branches();
        let taken = match &node.kind {
            // Why: a branch without steps is known by no step of another one following.
            StepKind::When { .. } | StepKind::Switch { .. } => {
                let found = ways.iter().position(|way| way.target == Some(pc));
                found.or_else(|| ways.iter().rposition(|way| way.target.is_none()))
            }
            StepKind::Call(_) => None,
            _ => ways.iter().position(|way| way.target == Some(pc)),
        };
        if let Some(taken) = taken {
            self.mark(What::Branch(id.clone(), from, taken), Reach::Reached);
        }
    }
}

/// Whether the message would not be understood as this intent without the rule.
fn carries(said: &Classification, explained: &Explanation, intent: &str, rule: &str) -> bool {
    let alone = explained
        .matches()
        .iter()
        .filter(|found| found.withheld().is_none() && found.speaks_for() == intent)
        .all(|found| found.rule() == rule);
    let acts = |decision: &Decision<'_>| matches!(decision, Decision::Act(id) if *id.as_str() == *intent);
    alone && said.requests().iter().any(|request| acts(&request.decision()))
}
