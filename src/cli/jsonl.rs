use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::arguments::Chat;
use super::clock::now;
use super::exit::{Done, Stop, Verdict};
use super::lines::next_line;
use super::open;
use super::request::{Misread, Request};
use crate::classify::rounded;
use crate::dialog::{Effect, Event, EventKind, Record, Rung, Waiting};
use crate::engine::Engine;
use crate::escalation::Handoff;
use crate::reply::Reply;
use crate::rules::IntentId;
use crate::session::Session;
use crate::testing::{Exchange, Script};
use crate::text::Language;

/// What a line led to, as it is written.
#[derive(Serialize)]
struct Answer<'a> {
    format: u32,
    session: &'a str,
    replay: bool,
    replies: Vec<&'a Reply>,
    intent: Option<&'a IntentId>,
    requests: &'a [IntentId],
    confidence: f64,
    language: Option<Language>,
    waiting: Option<Waiting>,
    effects: Vec<&'a Effect>,
    handoff: Option<&'a Handoff>,
    rung: Option<Rung>,
    records: Vec<&'a Record>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<serde_json::Value>,
}

/// A line that led to nothing, and why.
#[derive(Serialize)]
struct Refusal<'a> {
    format: u32,
    session: &'a str,
    error: &'a str,
}

/// One event per line of stdin, one object per line of stdout.
pub(super) fn run(chat: &Chat) -> Done {
    let engine = open::engine(&chat.pack, chat.explain.into())?;
    let mut script = chat.actions.as_deref().map(open::script).transpose()?;
    let mut sessions: BTreeMap<String, Session> = BTreeMap::new();
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    while let Some(line) = next_line(&mut input)? {
        match Request::read(&line) {
            Ok(request) => {
                let id = request.session.clone();
                let session = sessions.entry(id.clone()).or_insert_with(|| Session::new(id.as_str()));
                let at = request.at.unwrap_or_else(now);
                let explain =
                    words(&request.event).filter(|_| chat.explain).map(|text| engine.explain(text).account(text));
                match hold(&engine, session, request.event, at, script.as_mut()) {
                    Ok(exchange) => {
                        write(&mut output, &answer(session, &exchange, explain))?;
                    }
                    Err(error) => refuse(&mut output, &id, &error.to_string())?,
                }
            }
            Err(Misread { session, error }) => refuse(&mut output, &session, &error)?,
        }
    }
    Ok(Verdict::Fine)
}

/// One event, with the host work the script answers; without a script all host work fails at once.
pub(super) fn hold(
    engine: &Engine,
    session: &mut Session,
    event: Event,
    at: std::time::SystemTime,
    script: Option<&mut Script>,
) -> Result<Exchange, crate::dialog::EventError> {
    match script {
        Some(script) => Exchange::scripted(engine, session, event, at, script),
        None => Exchange::hold(engine, session, event, at, |call| Some(Event::action_failed(call.id(), "other"))),
    }
}

/// What the customer wrote, if the event is a message.
fn words(event: &Event) -> Option<&str> {
    match &event.kind {
        EventKind::Message(text) => Some(text),
        _ => None,
    }
}

fn answer<'a>(session: &'a Session, exchange: &'a Exchange, explain: Option<serde_json::Value>) -> Answer<'a> {
    Answer {
        format: 1,
        session: session.id(),
        replay: exchange.is_replay(),
        replies: exchange.replies().collect(),
        intent: exchange.intent(),
        requests: exchange.requests(),
        confidence: rounded(exchange.confidence()),
        language: session.language(),
        waiting: exchange.waiting(),
        effects: exchange.effects().collect(),
        handoff: exchange.handoff(),
        rung: exchange.rung(),
        records: exchange.records().collect(),
        explain,
    }
}

fn refuse(output: &mut impl Write, session: &str, error: &str) -> Result<(), Stop> {
    write(output, &Refusal { format: 1, session, error })
}

fn write(output: &mut impl Write, data: &impl Serialize) -> Result<(), Stop> {
    let line = serde_json::to_string(data).map_err(io::Error::from)?;
    writeln!(output, "{line}")?;
    // Why: whoever pipes a conversation waits for each answer.
    Ok(output.flush()?)
}
