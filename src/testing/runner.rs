use std::fmt::Write;

use super::judge::Evidence;
use super::line::{Line, What};
use super::stage::Stage;
use super::{DialogTest, Exchange, Failure, Mismatch, Report};
use crate::dialog::{Effect, Waiting};
use crate::engine::Engine;
use crate::reply::Reply;
use crate::session::Session;

pub(super) fn run(test: &DialogTest, engine: &Engine) -> Report {
    run_watched(test, engine, |_, _, _| ())
}

/// Holds a test, and shows each line with what it led to and the session after it.
pub(super) fn run_watched(
    test: &DialogTest,
    engine: &Engine,
    mut watch: impl FnMut(&Line, &Exchange, &Session),
) -> Report {
    let mut stage = Stage::new(test, engine);
    let mut report = Report {
        name: test.name.clone(),
        file: test.place.file().to_owned(),
        line: test.place.line(),
        checked: 0,
        failure: None,
    };
    for line in &test.lines {
        match stage.line(line) {
            Ok(exchange) => {
                report.checked += line.expected.len();
                if let Some(session) = stage.session(&line.session) {
                    watch(line, &exchange, session);
                }
                report.failure = judge(&stage, line, &exchange);
            }
            Err(why) => report.failure = Some(refused(line, why)),
        }
        if report.failure.is_some() {
            break;
        }
    }
    report
}

fn judge(stage: &Stage<'_>, line: &Line, exchange: &Exchange) -> Option<Failure> {
    let session = stage.session(&line.session)?;
    let seen = Evidence { engine: stage.engine(), session, exchange };
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
        trace: trace(stage.engine(), line, exchange),
    })
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
        trace: Vec::new(),
    }
}

/// Matches shown of a message that was understood otherwise.
const MATCHES: usize = 12;

/// Why the message was taken as it was: the rungs that passed, and what spoke for what.
fn trace(engine: &Engine, line: &Line, exchange: &Exchange) -> Vec<String> {
    let Some(turn) = exchange.turns().first() else { return Vec::new() };
    let mut trace: Vec<String> =
        turn.passed().iter().map(|passed| format!("{} passed: {}", passed.rung, passed.why)).collect();
    let What::User(text) = &line.what else { return trace };
    let explained = engine.explain(text);
    for found in explained.matches().iter().take(MATCHES) {
        let withheld = found.withheld().map(|why| format!(", withheld: {why}")).unwrap_or_default();
        trace.push(format!("{:+.1} {} by `{}`{withheld}", found.weight(), found.speaks_for(), found.rule()));
    }
    trace
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
