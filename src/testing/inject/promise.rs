use std::fmt;

use super::privacy::private_value;
use crate::dialog::Waiting;
use crate::rules::Effects;
use crate::testing::Exchange;
use crate::testing::line::{Line, What};
use crate::testing::stage::Stage;

/// What a bot must keep, whatever a customer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Promise {
    /// A question is never taken as the value that was asked for.
    NeverSwallowed,
    /// A side question is answered.
    Answered,
    /// The open question comes back, and the dialog goes on as it would have.
    GoesOn,
    /// A customer who gives up is let go.
    Cancelled,
    /// A correction is taken, or the customer is told why not.
    Corrected,
    /// A person is reached within one message.
    PersonReached,
    /// Nothing changes in the shop that the customer did not ask for.
    NoEffect,
    /// Nobody is called for what was only misspelt.
    NoFalseAlarm,
    /// A message delivered twice is one turn.
    OneTurn,
    /// A session survives being stored.
    RoundTrip,
    /// The same input gives the same output.
    SameAgain,
    /// The customer always gets an answer.
    NeverSilent,
    /// Private values are masked in all that leaves a turn.
    Private,
    /// An event that fits is never refused.
    Accepted,
}

impl Promise {
    /// The promise in a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Promise::NeverSwallowed => "a question is never taken as the value that was asked for",
            Promise::Answered => "a side question is answered",
            Promise::GoesOn => "the dialog goes on where it was",
            Promise::Cancelled => "a customer who gives up is let go",
            Promise::Corrected => "a correction is taken, or the customer is told why not",
            Promise::PersonReached => "a person is reached within one message",
            Promise::NoEffect => "nothing changes in the shop that the customer did not ask for",
            Promise::NoFalseAlarm => "nobody is called for what was only misspelt",
            Promise::OneTurn => "a message delivered twice is one turn",
            Promise::RoundTrip => "a session survives being stored",
            Promise::SameAgain => "the same input gives the same output",
            Promise::NeverSilent => "the customer always gets an answer",
            Promise::Private => "private values are masked in all that leaves a turn",
            Promise::Accepted => "an event that fits is never refused",
        }
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A promise that was not kept, and what came instead.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    pub(super) promise: Promise,
    pub(super) came: String,
}

impl Broken {
    pub(super) fn new(promise: Promise, came: impl Into<String>) -> Self {
        Self { promise, came: came.into() }
    }
}

/// Plays a line and looks at the promises that hold for every line.
pub(super) fn play(stage: &mut Stage<'_>, line: &Line) -> Result<Exchange, Broken> {
    let mut again = stage.clone();
    let exchange = stage.line(line).map_err(|why| Broken::new(Promise::Accepted, why))?;
    let repeated = again.line(line);
    if repeated.as_ref().map(Exchange::turns) != Ok(exchange.turns())
        || again.session(&line.session) != stage.session(&line.session)
    {
        return Err(Broken::new(Promise::SameAgain, "another turn for the same message"));
    }
    let Some(session) = stage.session(&line.session) else { return Ok(exchange) };
    if crate::session::Session::from_json(&session.to_json()).as_ref() != Ok(session) {
        return Err(Broken::new(Promise::RoundTrip, "the session read again is another"));
    }
    let is_message = matches!(&line.what, What::User(_) | What::Choice(_));
    let waits = exchange.waiting() == Some(Waiting::Customer);
    if is_message && waits && !exchange.is_replay() && exchange.replies().next().is_none() {
        return Err(Broken::new(Promise::NeverSilent, "the bot said nothing"));
    }
    match private_value(stage.engine(), session, &exchange) {
        Some(place) => Err(Broken::new(Promise::Private, format!("a private value stands in {place}"))),
        None => Ok(exchange),
    }
}

/// The names of requests that change something at the host.
pub(super) fn writes(stage: &Stage<'_>, exchange: &Exchange) -> Vec<String> {
    let pack = &stage.engine().rulebook().pack;
    let calls = exchange.effects().filter_map(|effect| match effect {
        crate::dialog::Effect::Action(call) => Some(call.name()),
        _ => None,
    });
    let writes = |name: &str| pack.action(name).is_some_and(|action| action.effects == Effects::Write);
    calls.filter(|name| writes(name.as_str())).map(ToString::to_string).collect()
}
