use super::Script;
use crate::dialog::{Effect, Event, EventError, Record, Rung, Turn, Waiting};
use crate::engine::Engine;
use crate::escalation::Handoff;
use crate::reply::Reply;
use crate::rules::IntentId;
use crate::session::Session;
use std::time::SystemTime;

/// Turns one event may cause by the answers of a script; more is a flow that asks for ever.
const TURNS: usize = 100;

/// Everything one event led to: its own turn, and those of the host work that was answered at once.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    pub(super) turns: Vec<Turn>,
}

impl Exchange {
    /// Handles an event, and answers every action it asks for as long as `answer` has one.
    ///
    /// # Errors
    /// If the event does not fit the session.
    pub fn hold(
        engine: &Engine,
        session: &mut Session,
        event: Event,
        now: SystemTime,
        mut answer: impl FnMut(&crate::dialog::ActionCall) -> Option<Event>,
    ) -> Result<Self, EventError> {
        let mut exchange = Self::default();
        let mut next = Some(event);
        while let Some(event) = next.take().filter(|_| exchange.turns.len() < TURNS) {
            let turn = engine.handle(session, event, now)?;
            // Why: effects of a replayed turn were carried out when they came first.
            let fresh = !turn.is_replay();
            let mut calls = turn.effects().iter().filter(|_| fresh).filter_map(|effect| match effect {
                Effect::Action(call) => Some(call),
                _ => None,
            });
            next = calls.next_back().and_then(&mut answer);
            exchange.turns.push(turn);
        }
        Ok(exchange)
    }

    /// The same with the answers of a script.
    ///
    /// # Errors
    /// If the event does not fit the session.
    pub fn scripted(
        engine: &Engine,
        session: &mut Session,
        event: Event,
        now: SystemTime,
        script: &mut Script,
    ) -> Result<Self, EventError> {
        Self::hold(engine, session, event, now, |call| script.answer(engine, call))
    }

    /// The turns, in order.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Takes in what came after.
    pub fn extend(&mut self, later: Exchange) {
        self.turns.extend(later.turns);
    }

    /// Everything that was said.
    pub fn replies(&self) -> impl Iterator<Item = &Reply> {
        self.turns.iter().flat_map(Turn::replies)
    }

    /// Everything that was asked of the host.
    pub fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.turns.iter().flat_map(Turn::effects)
    }

    /// Every line for the ledger.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.turns.iter().flat_map(Turn::records)
    }

    /// The handoff that was opened, as far as it was known in the end.
    pub fn handoff(&self) -> Option<&Handoff> {
        self.effects().find_map(|effect| match effect {
            Effect::HandoffOpened(handoff) => Some(&**handoff),
            _ => None,
        })
    }

    /// The last that was told about an open handoff.
    pub fn handoff_update(&self) -> Option<&Handoff> {
        self.effects()
            .filter_map(|effect| match effect {
                Effect::HandoffUpdated(handoff) => Some(&**handoff),
                _ => None,
            })
            .last()
    }

    /// What the event was understood as.
    pub fn intent(&self) -> Option<&IntentId> {
        self.turns.iter().find_map(Turn::intent)
    }

    /// Everything the event asked for.
    pub fn requests(&self) -> &[IntentId] {
        self.turns.iter().map(Turn::requests).find(|requests| !requests.is_empty()).unwrap_or_default()
    }

    /// How sure the understanding of the event is.
    pub fn confidence(&self) -> f32 {
        self.turns.first().map_or(0.0, Turn::confidence)
    }

    /// The rung that took the event.
    pub fn rung(&self) -> Option<Rung> {
        self.turns.first().map(Turn::rung)
    }

    /// Whom the conversation waits for in the end.
    pub fn waiting(&self) -> Option<Waiting> {
        self.turns.last().map(Turn::waiting)
    }

    /// Whether the event was handled before.
    pub fn is_replay(&self) -> bool {
        self.turns.first().is_some_and(Turn::is_replay)
    }
}
