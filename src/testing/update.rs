use std::collections::BTreeMap;

use super::DialogTest;
use super::expectation::Expectation;
use super::judge::Evidence;
use super::line::Line;
use super::notation::{list, map, quoted, written};
use super::stage::Stage;
use super::subset::Subset;
use crate::engine::Engine;
use crate::reply::Reply;
use crate::rules::Value;

/// The files of dialog tests with what the bot did in place of what it was expected to do, for review.
///
/// Only files that change come back, each with its new text: expectations that hold stay as they are written, comments too.
/// A line without `bot:` stays without. Review what changed before keeping it: the bot may be wrong, not the test.
///
/// # Examples
/// ```
/// use kefu::{Engine, testing::{DialogTest, updated}};
///
/// let engine = Engine::builder()
///     .source("bot.yaml", "
/// languages: {default: en}
/// intents: {hours: {keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}}
/// ")
///     .build()?;
/// let tests = DialogTest::read("hours.yaml", "
/// test: hours  # asked daily
/// talk: [{user: opening hours, bot: {answers: hours, says: From 8 to 20.}}]
/// ")?;
/// let files = updated(&tests, &engine);
/// assert_eq!(files[0].1, "
/// test: hours  # asked daily
/// talk: [{user: opening hours, bot: {answers: hours, says: ['From 9 to 21.']}}]
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn updated(tests: &[DialogTest], engine: &Engine) -> Vec<(String, String)> {
    let mut edits: BTreeMap<&str, (&str, Vec<Edit>)> = BTreeMap::new();
    for test in tests {
        let of_file = edits.entry(test.file()).or_insert_with(|| (&test.written.file, Vec::new()));
        of_file.1.extend(edits_of(test, engine));
    }
    let changed = edits.into_iter().filter(|(_, (_, edits))| !edits.is_empty());
    changed.map(|(file, (text, edits))| (file.to_owned(), edited(text, edits))).collect()
}

/// What stands instead of a range of the file.
type Edit = (std::ops::Range<usize>, String);

fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(bytes, _)| bytes.start);
    let mut out = text.to_owned();
    for (bytes, new) in edits.into_iter().rev() {
        if out.get(bytes.clone()).is_some() {
            out.replace_range(bytes, &new);
        }
    }
    out
}

/// The places of a test where the bot does something else, with what it does.
fn edits_of(test: &DialogTest, engine: &Engine) -> Vec<(std::ops::Range<usize>, String)> {
    let mut stage = Stage::new(test, engine);
    let mut edits = Vec::new();
    for line in &test.lines {
        let Ok(exchange) = stage.line(line) else { break };
        let (Some(session), Some(bot)) = (stage.session(&line.session), &line.bot) else { continue };
        let seen = Evidence { engine, session, exchange: &exchange };
        if line.expected.iter().any(|expected| expected.judge(seen).is_some()) {
            edits.push((bot.clone(), bot_of(test, line, seen)));
        }
    }
    edits
}

/// The `bot:` of a line: what holds as it is written, the rest as it came.
fn bot_of(test: &DialogTest, line: &Line, seen: Evidence<'_>) -> String {
    let raw =
        |index: usize| line.parts.get(index).and_then(|bytes| test.written.file.get(bytes.clone())).map(str::trim);
    let mut parts = Vec::new();
    for (index, expected) in line.expected.iter().enumerate() {
        match (expected.judge(seen), raw(index)) {
            (None, Some(raw)) => parts.push(raw.to_owned()),
            _ => parts.extend(expected.observed(seen).map(|(key, value)| format!("{key}: {value}"))),
        }
    }
    if parts.is_empty() { said(seen.exchange) } else { format!("{{{}}}", parts.join(", ")) }
}

/// Everything that was said, as texts that must all be in it.
fn said(exchange: &super::Exchange) -> String {
    let texts = exchange.replies().map(Reply::text).map(quoted);
    let texts = list(texts);
    if texts == "none" { "silent".to_owned() } else { texts }
}

impl Expectation {
    /// What came, as a key and its value; nothing if there is no such thing any more.
    fn observed(&self, seen: Evidence<'_>) -> Option<(&'static str, String)> {
        let exchange = seen.exchange;
        Some(match self {
            Expectation::Says(_) | Expectation::Silent => match said(exchange) {
                silent if silent == "silent" => ("silent", "true".to_owned()),
                texts => ("says", texts),
            },
            Expectation::Asks(_) => ("asks", quoted(&seen.open_question()?)),
            Expectation::Confirms(_) => ("confirms", quoted(&seen.open_confirm()?)),
            Expectation::Answers(_) => ("answers", list(seen.answers().iter().map(|id| quoted(id)))),
            Expectation::Flow(_) => ("flow", seen.flow().map_or_else(|| "none".to_owned(), |flow| quoted(&flow))),
            Expectation::Slots(wanted) => ("slots", parts_of(wanted, &seen.slots())),
            Expectation::Chips(_) => {
                let chips = exchange.replies().flat_map(Reply::chips);
                ("chips", list(chips.map(|chip| quoted(chip.label()))))
            }
            Expectation::Calls(_) => {
                let calls = seen.calls();
                if calls.is_empty() {
                    return Some(("calls", "none".to_owned()));
                }
                ("calls", map(calls.iter().map(|call| (call.name().as_str(), written(call.arguments())))))
            }
            Expectation::Handoff(_) => {
                let reason = exchange.handoff().map(|handoff| quoted(handoff.reason.as_str()));
                ("handoff", reason.unwrap_or_else(|| "none".to_owned()))
            }
            Expectation::Records(_) => {
                let records = exchange.records().filter_map(|record| Value::of(record).ok());
                let name = |record: Value| record.field("event").and_then(Value::as_text).map(quoted);
                ("records", list(records.filter_map(name)))
            }
            Expectation::Language(_) => ("language", seen.session.language()?.code().to_owned()),
            Expectation::Ends(_) => ("ends", seen.ends().first().map_or_else(|| "false".to_owned(), |how| quoted(how))),
            Expectation::Replay => return None,
        })
    }
}

/// The fields that a test names, as they are.
fn parts_of(wanted: &Subset, value: &Value) -> String {
    match wanted {
        Subset::Record(fields) => map(fields
            .iter()
            .map(|(name, wanted)| (name.as_str(), parts_of(wanted, value.field(name).unwrap_or(&Value::None))))),
        _ => written(value),
    }
}
