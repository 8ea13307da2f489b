use super::Injection;
use super::promise::{Broken, Promise, play, writes};
use super::standing::Standing;
use crate::dialog::{Effect, Happening, Turn};
use crate::rules::Value;
use crate::session::{Question, Session};
use crate::testing::Exchange;
use crate::testing::line::Line;
use crate::testing::stage::Stage;

/// One thing put in at one point, and what must come of it.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) injection: Injection,
    pub(super) session: String,
    /// The lines put in, the first of them with what the bot must do.
    pub(super) put: Vec<Line>,
    /// The test's next line as it comes then.
    pub(super) then: Option<Line>,
    /// The same line without anything put in.
    pub(super) plain: Option<Line>,
    pub(super) wants: Wants,
    /// Where the conversation stands when it is put in.
    pub(super) at: Option<(String, String)>,
}

/// What must come of it.
#[derive(Clone, Debug)]
pub(super) enum Wants {
    /// This intent's answer, and the open question back.
    Answer(String),
    Cancelled,
    /// The slot has the value, or it was asked of the host.
    Corrected(String, Value),
    Person,
    /// No effects and no alarm that the next line would not have had.
    NothingNew,
    /// The next line leads where it would have led.
    SameStanding,
    /// The next line leads to the very same turns.
    SameTurns,
    /// The second delivery changes nothing.
    OneTurn,
    /// Nothing takes effect.
    NoEffect,
}

impl Trial {
    /// The promise that is not kept, if it is put in here; nothing if the conversation does not stand where it belongs.
    pub(super) fn broken(&self, stage: &Stage<'_>) -> Option<Broken> {
        let before = stage.session(&self.session).map(Standing::of);
        if before.as_ref().and_then(|standing| standing.top().cloned()) != self.at {
            return None;
        }
        self.tried(stage, before.as_ref()).err()
    }

    fn tried(&self, stage: &Stage<'_>, before: Option<&Standing>) -> Result<(), Broken> {
        let mut with = stage.clone();
        let mut exchange = Exchange::default();
        for line in &self.put {
            exchange.extend(play(&mut with, line)?);
        }
        let after = with.session(&self.session);
        match &self.wants {
            Wants::Answer(intent) => {
                answered(&exchange, intent, before, after)?;
                self.goes_on(stage, with)
            }
            Wants::Cancelled => cancelled(&exchange, after),
            Wants::Corrected(slot, value) => corrected(&with, &exchange, after, slot, value),
            Wants::Person => person(&exchange),
            Wants::NothingNew => self.nothing_new(stage, with),
            Wants::SameStanding => self.goes_on(stage, with),
            Wants::SameTurns => self.same_turns(stage, with),
            Wants::OneTurn => one_turn(with, self.put.last()),
            Wants::NoEffect => {
                let Some(then) = &self.then else { return Ok(()) };
                let then = play(&mut with, then)?;
                no_effect(&writes(&with, &then), &[])
            }
        }
    }

    /// The next line, with and without what was put in.
    fn both<'s>(&self, stage: &Stage<'s>, mut with: Stage<'s>) -> Result<Option<Both>, Broken> {
        let (Some(then), Some(plain)) = (&self.then, &self.plain) else { return Ok(None) };
        let mut without = stage.clone();
        // Why: what the test itself cannot do is no fault of the repair.
        let Ok(expected) = without.line(plain) else { return Ok(None) };
        let came = play(&mut with, then)?;
        let standing = |stage: &Stage<'_>| stage.session(&self.session).map(Standing::of);
        Ok(standing(&without).zip(standing(&with)).map(|(there, here)| Both {
            writes: (writes(&without, &expected), writes(&with, &came)),
            exchanges: (expected, came),
            standings: (there, here),
        }))
    }

    fn goes_on<'s>(&self, stage: &Stage<'s>, with: Stage<'s>) -> Result<(), Broken> {
        let Some(both) = self.both(stage, with)? else { return Ok(()) };
        let (there, here) = &both.standings;
        // Why: a side question calms the counters, so what they would have caused may stay away.
        if there == here || both.exchanges.0.handoff().is_some_and(|handoff| is_counted(handoff.reason.as_str())) {
            return Ok(());
        }
        Err(Broken::new(Promise::GoesOn, format!("{here}\nwithout it    {there}")))
    }

    fn same_turns<'s>(&self, stage: &Stage<'s>, with: Stage<'s>) -> Result<(), Broken> {
        let Some(both) = self.both(stage, with)? else { return Ok(()) };
        if both.exchanges.0.turns() == both.exchanges.1.turns() {
            return Ok(());
        }
        Err(Broken::new(Promise::RoundTrip, format!("another turn than without it; {}", both.standings.1)))
    }

    fn nothing_new<'s>(&self, stage: &Stage<'s>, with: Stage<'s>) -> Result<(), Broken> {
        let Some(both) = self.both(stage, with)? else { return Ok(()) };
        no_effect(&both.writes.1, &both.writes.0)?;
        let reason = |exchange: &Exchange| exchange.handoff().map(|handoff| handoff.reason.as_str().to_owned());
        match (reason(&both.exchanges.1), reason(&both.exchanges.0)) {
            (Some(came), expected) if Some(&came) != expected.as_ref() && !is_counted(&came) => {
                Err(Broken::new(Promise::NoFalseAlarm, format!("a handoff for {came}")))
            }
            _ => Ok(()),
        }
    }
}

/// A line with and without what was put in before it.
struct Both {
    writes: (Vec<String>, Vec<String>),
    exchanges: (Exchange, Exchange),
    standings: (Standing, Standing),
}

/// Reasons that counters bring about: one message more or less changes them.
fn is_counted(reason: &str) -> bool {
    matches!(reason, "not_understood" | "looping" | "slot_failed" | "frustrated")
}

fn answered(
    exchange: &Exchange,
    intent: &str,
    before: Option<&Standing>,
    after: Option<&Session>,
) -> Result<(), Broken> {
    let (Some(before), Some(after)) = (before, after.map(Standing::of)) else { return Ok(()) };
    if after.slots != before.slots {
        return Err(Broken::new(Promise::NeverSwallowed, after.to_string()));
    }
    if after.flows != before.flows || !after.is_with_bot {
        return Err(Broken::new(Promise::GoesOn, format!("{after}\nbefore it     {before}")));
    }
    let given = |what: &Happening| matches!(what, Happening::Answered { intent: given } if *given == *intent);
    if !exchange.records().any(|record| given(&record.what)) {
        return Err(Broken::new(Promise::Answered, format!("no answer of {intent}; {after}")));
    }
    // Why two: the answer, and the question that was open.
    if exchange.replies().count() < 2 {
        return Err(Broken::new(Promise::GoesOn, "the open question was not put again"));
    }
    Ok(())
}

fn cancelled(exchange: &Exchange, after: Option<&Session>) -> Result<(), Broken> {
    let ends = |what: &Happening| matches!(what, Happening::FlowEnded { outcome, .. } if outcome == "cancelled");
    // Why: before answers are lost it is asked once more.
    let is_asked = after.is_some_and(|after| after.document.question == Some(Question::Cancel));
    if is_asked || exchange.records().any(|record| ends(&record.what)) {
        return Ok(());
    }
    Err(Broken::new(Promise::Cancelled, after.map(|after| Standing::of(after).to_string()).unwrap_or_default()))
}

fn corrected(
    stage: &Stage<'_>,
    exchange: &Exchange,
    after: Option<&Session>,
    slot: &str,
    value: &Value,
) -> Result<(), Broken> {
    no_effect(&writes(stage, exchange), &[])?;
    let Some(after) = after else { return Ok(()) };
    let is_kept = after.document.slots().and_then(|slots| slots.get(slot)) == Some(value);
    let is_used = exchange.effects().any(|effect| match effect {
        Effect::Action(call) => call.arguments().field(slot) == Some(value),
        _ => false,
    });
    // Why: a flow that looked the new value up may have found nothing, and asks for it anew.
    if is_kept || is_used {
        return Ok(());
    }
    Err(Broken::new(Promise::Corrected, Standing::of(after).to_string()))
}

fn person(exchange: &Exchange) -> Result<(), Broken> {
    let is_asked = exchange.handoff().is_some_and(|handoff| handoff.reasons.iter().any(|reason| *reason == *"asked"));
    if is_asked {
        return Ok(());
    }
    let rung = exchange.rung().map(|rung| format!("taken by rung {rung}")).unwrap_or_default();
    Err(Broken::new(Promise::PersonReached, format!("no handoff; {rung}")))
}

fn one_turn(mut stage: Stage<'_>, line: Option<&Line>) -> Result<(), Broken> {
    let Some(line) = line else { return Ok(()) };
    let before = stage.session(&line.session).cloned();
    let mut first = stage.clone();
    let again = play(&mut stage, line)?;
    if !again.is_replay() || stage.session(&line.session).cloned() != before {
        return Err(Broken::new(Promise::OneTurn, "the second delivery was a turn of its own"));
    }
    let third = play(&mut first, line)?;
    let ids =
        |exchange: &Exchange| exchange.turns().iter().map(Turn::effects).map(<[Effect]>::to_vec).collect::<Vec<_>>();
    if ids(&again) == ids(&third) { Ok(()) } else { Err(Broken::new(Promise::OneTurn, "other effects in a replay")) }
}

fn no_effect(came: &[String], expected: &[String]) -> Result<(), Broken> {
    match came.iter().find(|name| !expected.contains(name)) {
        Some(name) => Err(Broken::new(Promise::NoEffect, format!("{name} was asked for"))),
        None => Ok(()),
    }
}
