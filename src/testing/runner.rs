use std::fmt::Write;

use super::judge::Evidence;
use super::line::Line;
use super::stage::Stage;
use super::{DialogTest, Exchange, Failure, Mismatch, Report};
use crate::dialog::{Effect, Waiting};
use crate::engine::Engine;
use crate::reply::Reply;

pub(super) fn run(test: &DialogTest, engine: &Engine) -> Report {
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
