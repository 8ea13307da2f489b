use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::line::{Delivery, Line, Publicity, What};
use super::{DialogTest, Exchange, Script};
use crate::dialog::{ActionCall, Effect, Event};
use crate::engine::Engine;
use crate::rules::Value;
use crate::session::Session;

/// Ticks that one `wait` may cause per session; more is a deadline that never passes.
const TICKS: usize = 1_000;

/// The revision of sessions that were stored under other rules than today's.
const OTHER_REVISION: &str = "0000000000000000";

/// What a faulty bot makes of a line and what came of it: tests show by it that a broken promise is found.
#[cfg(test)]
pub(super) type Fault = fn(&What, &mut Session, Result<Exchange, String>) -> Result<Exchange, String>;

#[cfg(test)]
thread_local! {
    pub(super) static FAULT: std::cell::Cell<Option<Fault>> = const { std::cell::Cell::new(None) };
}

/// Where a dialog test is held: the virtual clock, the host's answers, and the sessions by id.
#[derive(Clone)]
pub(super) struct Stage<'a> {
    engine: Engine,
    now: SystemTime,
    script: Script,
    /// The last request of each action, by session and name.
    asked: BTreeMap<(String, String), ActionCall>,
    /// Where other rules that a line names are looked for.
    folder: &'a Path,
    sessions: BTreeMap<String, Session>,
    customer: &'a Value,
}

impl<'a> Stage<'a> {
    /// The stage before the first line.
    pub(super) fn new(test: &'a DialogTest, engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            now: moment(test.now),
            script: test.script.clone(),
            asked: BTreeMap::new(),
            folder: &test.folder,
            sessions: BTreeMap::new(),
            customer: &test.customer,
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A session that has taken part.
    pub(super) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.get(id)
    }

    /// What one line leads to.
    pub(super) fn line(&mut self, line: &Line) -> Result<Exchange, String> {
        let mut session = self.take(&line.session)?;
        let done = match &line.what {
            What::Wait(span) => self.wait(&mut session, *span),
            What::Reload => {
                let again = Session::from_json(&session.to_json()).map_err(|error| error.to_string())?;
                let same = again == session;
                session = again;
                if same { Ok(Exchange::default()) } else { Err("the session read again is another".to_owned()) }
            }
            What::NewRules(None) => {
                OTHER_REVISION.clone_into(&mut session.document.revision);
                Ok(Exchange::default())
            }
            What::NewRules(Some(folder)) => {
                self.engine = Engine::from_dir(self.folder.join(folder)).map_err(|error| error.to_string())?;
                Ok(Exchange::default())
            }
            What::Result { action, outcome } => {
                let call = self.asked.get(&(line.session.clone(), action.clone()));
                let event = call.map(|call| outcome.event(&self.engine, call));
                let event = event.ok_or_else(|| format!("nobody asked for `{action}`"))?;
                self.hold(&mut session, event)
            }
            what => self.hold(&mut session, event(what, &line.delivery)),
        };
        #[cfg(test)]
        let done = match FAULT.get() {
            Some(fault) => fault(&line.what, &mut session, done),
            None => done,
        };
        self.sessions.insert(line.session.clone(), session);
        done
    }

    /// The session, which knows the test's customer from its first line on.
    fn take(&mut self, id: &str) -> Result<Session, String> {
        if let Some(session) = self.sessions.remove(id) {
            return Ok(session);
        }
        let mut session = Session::new(id);
        if !self.customer.is_none() {
            self.hold(&mut session, Event::customer(self.customer.clone()))?;
        }
        Ok(session)
    }

    fn hold(&mut self, session: &mut Session, event: Event) -> Result<Exchange, String> {
        let exchange = Exchange::scripted(&self.engine, session, event, self.now, &mut self.script);
        let exchange = exchange.map_err(|error| error.to_string())?;
        for effect in exchange.effects() {
            if let Effect::Action(call) = effect {
                self.asked.insert((session.id().to_owned(), call.name().to_string()), call.clone());
            }
        }
        Ok(exchange)
    }

    /// Lets time pass in every session, with a tick at each moment one waits for.
    fn wait(&mut self, session: &mut Session, span: i64) -> Result<Exchange, String> {
        let start = self.now;
        let end = start + Duration::from_millis(span.unsigned_abs());
        let mut others = std::mem::take(&mut self.sessions);
        for other in others.values_mut() {
            self.now = start;
            self.pass(other, end)?;
        }
        self.sessions = others;
        self.now = start;
        self.pass(session, end)
    }

    fn pass(&mut self, session: &mut Session, end: SystemTime) -> Result<Exchange, String> {
        let mut exchange = Exchange::default();
        for _ in 0..TICKS {
            let Some(due) = session.next_deadline().filter(|due| *due <= end) else { break };
            let stuck = due <= self.now && !exchange.turns().is_empty() && session.next_deadline() == Some(due);
            self.now = due.max(self.now);
            exchange.extend(self.hold(session, Event::tick())?);
            if stuck && session.next_deadline() == Some(due) {
                return Err("the session waits for a moment that has passed, and a tick does not help".to_owned());
            }
        }
        self.now = end;
        Ok(exchange)
    }
}

fn event(what: &What, delivery: &Delivery) -> Event {
    let mut event = match what {
        What::User(text) => Event::message(text.as_str()),
        What::Choice(value) => Event::choice(value.clone()),
        What::Rating(stars) => Event::rating(*stars),
        What::Customer(facts) => Event::customer(facts.clone()),
        What::Event { name, with } => Event::named(name.as_str(), with.clone()),
        What::Accepted => Event::agent_accepted(),
        What::Released => Event::agent_released(),
        What::Failed => Event::agent_failed(),
        What::AgentMessage(text) => Event::agent_message(text.as_str()),
        What::Queued(position) => Event::agent_queued(*position),
        What::Forget => Event::forget(),
        What::Escalate(reason) => Event::escalate(reason.as_str()),
        What::Wait(_) | What::Result { .. } | What::Reload | What::NewRules(_) => Event::tick(),
    };
    if let Some(id) = &delivery.id {
        event = event.with_id(id.as_str());
    }
    if let Some(channel) = &delivery.channel {
        event = event.on_channel(channel.as_str());
    }
    if !delivery.attachments.is_empty() {
        event = event.with_attachments(delivery.attachments.iter().map(String::as_str));
    }
    if delivery.place == Publicity::Public { event.in_public() } else { event }
}

fn moment(millis: i64) -> SystemTime {
    let span = Duration::from_millis(millis.unsigned_abs());
    if millis >= 0 { SystemTime::UNIX_EPOCH + span } else { SystemTime::UNIX_EPOCH - span }
}
