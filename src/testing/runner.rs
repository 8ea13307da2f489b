use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, SystemTime};

use super::judge::Evidence;
use super::line::{Delivery, Line, Publicity, What};
use super::{DialogTest, Exchange, Failure, Mismatch, Report, Script};
use crate::dialog::{Effect, Event, Waiting};
use crate::engine::Engine;
use crate::reply::Reply;
use crate::session::Session;

/// Ticks that one `wait` may cause per session; more is a deadline that never passes.
const TICKS: usize = 1_000;

/// A test being held: the virtual clock, the host's answers, and the sessions by id.
struct Runner<'a> {
    engine: &'a Engine,
    now: SystemTime,
    script: Script,
    sessions: BTreeMap<String, Session>,
    customer: &'a crate::rules::Value,
}

pub(super) fn run(test: &DialogTest, engine: &Engine) -> Report {
    let mut runner = Runner {
        engine,
        now: moment(test.now),
        script: test.script.clone(),
        sessions: BTreeMap::new(),
        customer: &test.customer,
    };
    let mut report = Report {
        name: test.name.clone(),
        file: test.place.file().to_owned(),
        line: test.place.line(),
        checked: 0,
        failure: None,
    };
    for line in &test.lines {
        match runner.line(line) {
            Ok(exchange) => {
                report.checked += line.expected.len();
                report.failure = runner.judge(line, &exchange);
            }
            Err(why) => report.failure = Some(refused(line, why)),
        }
        if report.failure.is_some() {
            break;
        }
    }
    report
}

impl Runner<'_> {
    /// What one line leads to.
    fn line(&mut self, line: &Line) -> Result<Exchange, String> {
        let mut session = self.take(&line.session)?;
        let done = match &line.what {
            What::Wait(span) => self.wait(&mut session, *span),
            What::Reload => {
                let again = Session::from_json(&session.to_json()).map_err(|error| error.to_string())?;
                let same = again == session;
                session = again;
                if same { Ok(Exchange::default()) } else { Err("the session read again is another".to_owned()) }
            }
            what => self.hold(&mut session, event(what, &line.delivery)),
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
        Exchange::scripted(self.engine, session, event, self.now, &mut self.script).map_err(|error| error.to_string())
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

    fn judge(&self, line: &Line, exchange: &Exchange) -> Option<Failure> {
        let session = self.sessions.get(&line.session)?;
        let seen = Evidence { engine: self.engine, session, exchange };
        let mismatches: Vec<Mismatch> = line.expected.iter().filter_map(|expected| expected.judge(seen)).collect();
        if mismatches.is_empty() {
            return None;
        }
        Some(Failure {
            line: line.place.line(),
            what: line.what.describe(),
            mismatches,
            said: exchange.replies().map(shown).collect(),
            taken_by: taken_by(exchange),
        })
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
        What::Escalate(reason) => Event::escalate(reason.as_str()),
        What::Wait(_) | What::Reload => Event::tick(),
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

/// A line whose event the session refused.
fn refused(line: &Line, why: String) -> Failure {
    let mismatch =
        Mismatch { key: "event".to_owned(), expected: "an event that fits the session".to_owned(), came: why };
    Failure {
        line: line.place.line(),
        what: line.what.describe(),
        mismatches: vec![mismatch],
        said: Vec::new(),
        taken_by: "nothing".to_owned(),
    }
}

fn shown(reply: &Reply) -> String {
    let chips: Vec<&str> = reply.chips().iter().map(crate::reply::Chip::label).collect();
    if chips.is_empty() { reply.text().to_owned() } else { format!("{} [{}]", reply.text(), chips.join("] [")) }
}

/// Which rung took the event, as what, and what the conversation now waits for.
fn taken_by(exchange: &Exchange) -> String {
    let Some(rung) = exchange.rung() else { return "nothing: no time came that anything waits for".to_owned() };
    let mut text = format!("rung {rung}");
    if let Some(intent) = exchange.intent() {
        // Why: writing to a String cannot fail.
        let _ = write!(text, ", understood as {intent} ({:.2})", exchange.confidence());
    }
    if exchange.waiting() == Some(Waiting::Action) {
        let call = exchange.effects().filter_map(|effect| match effect {
            Effect::Action(call) => Some(call.name().as_str()),
            _ => None,
        });
        let name = call.last().unwrap_or("an action");
        let _ = write!(text, "; waits for {name}, which has no answer in `actions:`");
    }
    text
}

fn moment(millis: i64) -> SystemTime {
    let span = Duration::from_millis(millis.unsigned_abs());
    if millis >= 0 { SystemTime::UNIX_EPOCH + span } else { SystemTime::UNIX_EPOCH - span }
}
