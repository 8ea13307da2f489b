use std::collections::BTreeMap;
use std::sync::Arc;

use super::item::{Reach, Reached, What};
use super::{Labelled, Witness};
use crate::classify::{Classification, Classifier, Decision, Explanation, Hints, LeftOut, Match, Options, Scratch};
use crate::dialog::{Happening, Turn, Walked};
use crate::engine::Engine;
use crate::rules::{FlowId, Pc, StepKind};
use crate::session::Session;
use crate::testing::Exchange;
use crate::testing::line::{Line, What as Happens};

const NOTHING: Reached = [Reach::Missed; Witness::ALL.len()];

/// What took part in the dialogs seen so far.
pub(super) struct Gathered<'e> {
    engine: &'e Engine,
    reached: BTreeMap<What, Reached>,
    /// The last step of a flow in a session.
    last: BTreeMap<(String, FlowId), Pc>,
    scratch: Scratch,
    /// The language a session was held in before a message.
    languages: BTreeMap<String, crate::text::Language>,
}

impl<'e> Gathered<'e> {
    pub(super) fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            reached: BTreeMap::new(),
            last: BTreeMap::new(),
            languages: BTreeMap::new(),
            scratch: Scratch::new(),
        }
    }

    pub(super) fn reached(&self, what: &What) -> Reached {
        self.reached.get(what).copied().unwrap_or(NOTHING)
    }

    /// Another test: its sessions are new ones.
    pub(super) fn begin(&mut self) {
        self.last.clear();
        self.languages.clear();
    }

    /// A dialog reached a rule.
    fn mark(&mut self, what: What) {
        self.mark_by(Witness::Dialogs, what, Reach::Reached);
    }

    fn mark_by(&mut self, witness: Witness, what: What, reach: Reach) {
        let reached = self.reached.entry(what).or_insert(NOTHING);
        if let Some((_, known)) = Witness::ALL.into_iter().zip(reached).find(|(one, _)| *one == witness) {
            *known = (*known).max(reach);
        }
    }

    /// The examples of the pack, each understood without its likeness to itself.
    pub(super) fn add_examples(&mut self) {
        let pack = Arc::clone(&self.engine.rulebook().pack);
        let classifier = Classifier::new(Arc::clone(&pack), Options::default());
        for (index, intent) in (0_u32..).zip(&pack.intents) {
            for (number, example) in intent.numbered_examples() {
                let left_out = Some(LeftOut { intent: index, example: number });
                let hints = Hints { language: Some(example.language), left_out, clock: None };
                let explained = classifier.explain_with(&mut self.scratch, &example.text, &hints);
                let meant = explained.classification().intent() == Some(&intent.id);
                if meant {
                    self.mark_by(Witness::Examples, What::Intent(intent.id.to_string()), Reach::Reached);
                    self.add_evidence(Witness::Examples, &explained);
                }
            }
        }
    }

    /// Every keyword, said alone.
    pub(super) fn add_keywords(&mut self) {
        let pack = Arc::clone(&self.engine.rulebook().pack);
        for intent in &pack.intents {
            for keyword in &intent.keywords {
                let hints = Hints { language: keyword.language, ..Hints::default() };
                let words = keyword.first_spelling(&pack.groups);
                let classifier = &self.engine.rulebook().classifier;
                if acts(classifier.classify(&mut self.scratch, &words, &hints), intent.id.as_str()) {
                    let what = What::Keyword(intent.id.to_string(), keyword.text.to_string());
                    self.mark_by(Witness::Alone, what, Reach::Reached);
                }
            }
        }
    }

    /// A message of a suite, if it is understood as labelled.
    pub(super) fn add_labelled(&mut self, message: &Labelled) {
        let hints = Hints { language: message.language, ..Hints::default() };
        let explained = self.engine.rulebook().classifier.explain_with(&mut self.scratch, &message.text, &hints);
        let understood: Vec<&String> =
            message.intents.iter().filter(|intent| acts(explained.classification(), intent)).collect();
        if understood.is_empty() {
            return;
        }
        for intent in understood {
            self.mark_by(Witness::Suites, What::Intent(intent.clone()), Reach::Reached);
        }
        self.add_evidence(Witness::Suites, &explained);
    }

    /// One line of a test and what it led to.
    pub(super) fn add(&mut self, line: &Line, exchange: &Exchange, session: &Session) {
        if let Happens::User(text) = &line.what {
            let language = self.languages.get(&line.session).copied();
            let hints = Hints { language, ..Hints::default() };
            let explained = self.engine.rulebook().classifier.explain_with(&mut self.scratch, text, &hints);
            self.add_evidence(Witness::Dialogs, &explained);
        }
        self.languages.extend(session.language().map(|language| (line.session.clone(), language)));
        for turn in exchange.turns() {
            self.add_turn(&line.session, turn);
        }
    }

    /// Phrases that spoke for what the message was understood as; what spoke in vain proves nothing.
    fn add_evidence(&mut self, witness: Witness, explained: &Explanation) {
        let said = explained.classification();
        let stands = |found: &&Match| found.withheld().is_none() && acts(said, found.speaks_for());
        for found in explained.matches().iter().filter(stands) {
            let (intent, rule) = (found.speaks_for(), found.rule());
            let reach = if carries(explained, intent, rule) { Reach::Reached } else { Reach::Beside };
            self.mark_by(witness, What::Keyword(intent.to_owned(), rule.to_owned()), reach);
            self.mark_by(witness, What::Pattern(intent.to_owned(), rule.to_owned()), reach);
        }
    }

    fn add_turn(&mut self, session: &str, turn: &Turn) {
        for intent in turn.requests() {
            self.mark(What::Intent(intent.to_string()));
        }
        for record in turn.records() {
            match &record.what {
                Happening::HandedOver { reasons, .. } => {
                    for reason in reasons {
                        self.mark(What::Reason(reason.clone()));
                    }
                }
                Happening::ActionEnded { action, result } if result != "done" => self.failed(session, action, result),
                _ => {}
            }
        }
        for walked in &turn.walked {
            match walked {
                Walked::Step(flow, pc) => self.step(session, flow, *pc),
                Walked::Said(number) => self.mark(What::Text(*number)),
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
                self.mark(What::ErrorExit(id, pc, exit));
            }
        }
    }

    fn step(&mut self, session: &str, id: &FlowId, pc: Pc) {
        self.mark(What::Step(id.clone(), pc));
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
            self.mark(What::Branch(id.clone(), from, taken));
        }
    }
}

/// Whether a message is understood as an intent, beside others perhaps.
fn acts(said: &Classification, intent: &str) -> bool {
    let is_meant = |decision: &Decision<'_>| matches!(decision, Decision::Act(id) if *id.as_str() == *intent);
    said.intent().is_some_and(|id| *id.as_str() == *intent)
        || said.requests().iter().any(|request| is_meant(&request.decision()))
}

/// Whether no other rule speaks for an intent in a message.
fn carries(explained: &Explanation, intent: &str, rule: &str) -> bool {
    let of_intent = |found: &&Match| found.withheld().is_none() && found.speaks_for() == intent;
    explained.matches().iter().filter(of_intent).all(|found| found.rule() == rule)
}
