//! Reading dialog tests; every problem of a file at once, each at its line.

use std::ops::Range;
use std::sync::Arc;

use super::DialogTest;
use super::expectation::{Expectation, text, texts, unknown_key, wrong};
use super::line::{Delivery, Line, Publicity, What};
use super::script::{Answer, Outcome, Script, Used};
use super::subset::Subset;
use super::written::Written;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::load::{Entry, Source, parse_duration, read_documents};
use crate::rules::Value;

/// Where the virtual clock starts if a test does not say: a Monday, at ten in the morning in Shanghai.
const NOW: i64 = 1_767_578_400_000;

/// The session of lines that name none.
const SESSION: &str = "default";

const TEST_KEYS: [&str; 7] = ["test", "note", "now", "customer", "actions", "session", "talk"];
const LINE_KEYS: [&str; 22] = [
    "user", "choice", "attach", "rating", "event", "with", "host", "text", "position", "reason", "customer", "result",
    "gives", "fails", "wait", "reload", "session", "id", "channel", "public", "bot", "note",
];
/// The keys that say what happens; a line has one of them.
const HAPPENINGS: [&str; 10] =
    ["user", "choice", "attach", "rating", "event", "host", "customer", "result", "wait", "reload"];
const HOST: [&str; 7] = ["accepted", "released", "failed", "message", "queued", "escalate", "forget"];

pub(super) fn read(source: &Source) -> Result<Vec<DialogTest>, Vec<Diagnostic>> {
    let documents = read_documents(source).map_err(|fault| vec![fault])?;
    let text = String::from_utf8_lossy(source.bytes());
    let text: Arc<str> = text.strip_prefix('\u{feff}').unwrap_or(&text).into();
    let mut faults = Vec::new();
    let mut tests: Vec<DialogTest> = Vec::new();
    for document in &documents {
        let Some(test) = read_test(document, &text, &mut faults) else { continue };
        if let Some(first) = tests.iter().find(|known| known.name == test.name) {
            let message = format!("a second test is called `{}`", test.name);
            let twice = Diagnostic::new(Code::DUPLICATE, Severity::Error, message).at(test.place.clone());
            faults.push(twice.with_related(first.place.clone(), "the first stands here".to_owned()));
        }
        tests.push(test);
    }
    if faults.is_empty() { Ok(tests) } else { Err(faults) }
}

pub(super) fn read_script(source: &Source) -> Result<Script, Vec<Diagnostic>> {
    let documents = read_documents(source).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    let mut script = Script::default();
    for document in &documents {
        read_actions(document.field("actions").unwrap_or(document), &mut script, &mut faults);
    }
    if faults.is_empty() { Ok(script) } else { Err(faults) }
}

fn read_test(document: &Entry, text_of_file: &Arc<str>, faults: &mut Vec<Diagnostic>) -> Option<DialogTest> {
    let Some(entries) = document.map() else {
        faults.push(wrong(document, "a dialog test is a map with `test` and `talk`"));
        return None;
    };
    for (key, _) in entries.iter().filter(|(key, _)| !TEST_KEYS.contains(&key.text().unwrap_or_default())) {
        faults.push(unknown_key(key, &TEST_KEYS));
    }
    let name = document.field("test").ok_or_else(|| missing(document, "test", "the name of the test"));
    let name = keep(name.and_then(|name| text(name, "the name of the test")), faults);
    let now = match document.field("now") {
        Some(now) => keep(moment(now), faults).unwrap_or(NOW),
        None => NOW,
    };
    let mut script = Script::default();
    if let Some(actions) = document.field("actions") {
        read_actions(actions, &mut script, faults);
    }
    let session = match document.field("session") {
        Some(session) => keep(text(session, "the id of a session"), faults)?,
        None => SESSION.to_owned(),
    };
    let Some(talk) = document.field("talk").and_then(Entry::list).filter(|talk| !talk.is_empty()) else {
        faults.push(missing(document.field("talk").unwrap_or(document), "talk", "the list of lines"));
        return None;
    };
    let before = faults.len();
    let lines: Vec<Line> = talk.iter().filter_map(|line| keep(read_line(line, &session), faults)).collect();
    let mut warnings = Vec::new();
    if let Some(last) = lines.last().filter(|last| last.expected.is_empty() && faults.len() == before) {
        let message = "the test ends without saying what the bot must do";
        let warning = Diagnostic::new(Code::NO_EXPECTATION, Severity::Warning, message).at(last.place.clone());
        warnings.push(warning.with_help(Some("give the last line a `bot:`".to_owned())));
    }
    let place = document.field("test").unwrap_or(document).place().clone();
    let customer = document.field("customer").map_or(Value::None, Entry::value);
    let kept = entries.iter().filter(|(key, _)| !matches!(key.text(), Some("test" | "talk" | "note")));
    let written = Written {
        file: Arc::clone(text_of_file),
        head: kept.map(|(key, value)| key.bytes().start..value.bytes().end).collect(),
    };
    let folder = std::path::PathBuf::new();
    Some(DialogTest { name: name?, folder, place, written, now, customer, script, lines, warnings })
}

fn read_actions(actions: &Entry, script: &mut Script, faults: &mut Vec<Diagnostic>) {
    let Some(entries) = actions.map() else {
        faults.push(wrong(actions, "`actions` is a map from the name of an action to its answers"));
        return;
    };
    for (name, answers) in entries {
        let items = answers.list().unwrap_or(std::slice::from_ref(answers));
        let answers: Vec<Answer> = items.iter().filter_map(|item| keep(read_answer(item), faults)).collect();
        script.add(name.text().unwrap_or_default().to_owned(), answers);
    }
}

fn read_answer(entry: &Entry) -> Result<Answer, Diagnostic> {
    let Some(entries) = entry.map() else {
        return Err(wrong(entry, "an answer is a map with `gives` or `fails`"));
    };
    if let Some((key, _)) = entries.iter().find(|(key, _)| !matches!(key.text(), Some("with" | "gives" | "fails"))) {
        return Err(unknown_key(key, &["with", "gives", "fails"]));
    }
    let with = entry.field("with").map(Subset::read).transpose()?;
    Ok(Answer { with, gives: outcome(entry)?, used: Used::Not })
}

fn outcome(entry: &Entry) -> Result<Outcome, Diagnostic> {
    match (entry.field("gives"), entry.field("fails")) {
        (Some(gives), None) => Ok(Outcome::Gives(gives.clone())),
        (None, Some(fails)) => Ok(Outcome::Fails(text(fails, "the name of the failure")?)),
        _ => Err(wrong(entry, "an answer has either `gives` or `fails`")),
    }
}

fn read_line(entry: &Entry, session: &str) -> Result<Line, Diagnostic> {
    let Some(entries) = entry.map() else {
        return Err(wrong(entry, "a line is a map, such as {user: …, bot: …}"));
    };
    if let Some((key, _)) = entries.iter().find(|(key, _)| !LINE_KEYS.contains(&key.text().unwrap_or_default())) {
        return Err(unknown_key(key, &LINE_KEYS));
    }
    let given: Vec<&str> = HAPPENINGS.into_iter().filter(|name| entry.field(name).is_some()).collect();
    let happens = match given.as_slice() {
        [one] => *one,
        ["user", "attach"] => "user",
        [] => {
            return Err(missing(
                entry,
                "user",
                "what happens: one of the keys user, choice, attach, rating, event, host, wait",
            ));
        }
        _ => return Err(wrong(entry, &format!("a line has one of `{}`, not several", given.join("`, `")))),
    };
    let session = match entry.field("session") {
        Some(session) => text(session, "the id of a session")?,
        None => session.to_owned(),
    };
    let expected = entry.field("bot").map_or(Ok(Vec::new()), Expectation::read)?;
    Ok(Line {
        place: entry.place().clone(),
        bytes: entry.bytes(),
        bot: entry.field("bot").map(Entry::bytes),
        parts: entry.field("bot").map(parts).unwrap_or_default(),
        session,
        what: what(entry, happens)?,
        delivery: delivery(entry)?,
        expected,
    })
}

/// Where each expectation of `bot` stands, its key included.
fn parts(bot: &Entry) -> Vec<Range<usize>> {
    let entries = bot.map().unwrap_or_default();
    entries.iter().map(|(key, value)| key.bytes().start..value.bytes().end).collect()
}

fn what(entry: &Entry, happens: &str) -> Result<What, Diagnostic> {
    let Some(value) = entry.field(happens) else { return Err(missing(entry, happens, "what happens")) };
    Ok(match happens {
        "user" if value.is_none() => What::User(String::new()),
        "user" => What::User(text(value, "what the customer writes")?),
        "attach" => What::User(String::new()),
        "choice" => What::Choice(match value.scalar() {
            Some(Value::Bool(truth)) => Value::Bool(*truth),
            _ => Value::Text(text(value, "the value or label of a chip")?),
        }),
        "rating" => match value.scalar().and_then(Value::as_integer).and_then(|stars| u32::try_from(stars).ok()) {
            Some(stars) => What::Rating(stars),
            None => return Err(wrong(value, "a rating is a number from 1 to 5")),
        },
        "customer" => What::Customer(value.value()),
        "event" => {
            let with = entry.field("with").map_or_else(|| Value::record::<String>([]), Entry::value);
            What::Event { name: text(value, "the name of an event")?, with }
        }
        "host" => host(entry, value)?,
        "result" => What::Result { action: text(value, "the name of an action")?, outcome: outcome(entry)? },
        "wait" => {
            let written = text(value, "a span of time")?;
            let span = parse_duration(&written).and_then(|span| i64::try_from(span.as_millis()).ok());
            What::Wait(span.ok_or_else(|| {
                let message = format!("`{written}` is no span of time");
                let fault = Diagnostic::new(Code::DURATION, Severity::Error, message).at(value.place().clone());
                fault.with_help(Some("write 30s, 5m, 2h or 1d".to_owned()))
            })?)
        }
        _ => match value.text() {
            Some("true") => What::Reload,
            Some("rules") => What::NewRules(None),
            Some(folder) => What::NewRules(Some(folder.to_owned())),
            None => {
                return Err(wrong(value, "`reload` is true, `rules` for another revision, or a folder of other rules"));
            }
        },
    })
}

fn host(entry: &Entry, value: &Entry) -> Result<What, Diagnostic> {
    Ok(match value.text() {
        Some("accepted") => What::Accepted,
        Some("released") => What::Released,
        Some("failed") => What::Failed,
        Some("message") => match entry.field("text") {
            Some(words) => What::AgentMessage(text(words, "what the agent writes")?),
            None => return Err(missing(value, "text", "what the agent writes")),
        },
        Some("forget") => What::Forget,
        Some("queued") => {
            let Some(position) = entry.field("position") else {
                return Err(missing(value, "position", "the customer's place in the queue, 1 for next"));
            };
            let place = position.scalar().and_then(Value::as_integer).and_then(|place| u32::try_from(place).ok());
            What::Queued(
                place.filter(|place| *place > 0).ok_or_else(|| wrong(position, "a place in the queue is 1 or more"))?,
            )
        }
        Some("escalate") => {
            What::Escalate(entry.field("reason").map_or(Ok("host".to_owned()), |reason| text(reason, "a reason"))?)
        }
        _ => {
            let message = "the host accepts, releases, fails, writes a message, tells the place in the queue, escalates or forgets";
            let fault = Diagnostic::new(Code::WRONG_CHOICE, Severity::Error, message).at(value.place().clone());
            return Err(fault.with_help(Some(format!("one of: {}", HOST.join(", ")))));
        }
    })
}

fn delivery(entry: &Entry) -> Result<Delivery, Diagnostic> {
    let optional = |name: &str| entry.field(name).map(|value| text(value, "a text")).transpose();
    let place = match entry.field("public").map(Entry::text) {
        Some(Some("true")) => Publicity::Public,
        _ => Publicity::Private,
    };
    Ok(Delivery {
        id: optional("id")?,
        channel: optional("channel")?,
        attachments: entry.field("attach").map_or(Ok(Vec::new()), |value| texts(value, "what is attached"))?,
        place,
    })
}

fn moment(entry: &Entry) -> Result<i64, Diagnostic> {
    let written = text(entry, "a moment")?;
    written.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond).map_err(|_| {
        Diagnostic::new(Code::DATE, Severity::Error, format!("`{written}` is no moment"))
            .at(entry.place().clone())
            .with_help(Some("write it as 2026-03-02T10:00:00+08:00".to_owned()))
    })
}

fn missing(entry: &Entry, key: &str, what: &str) -> Diagnostic {
    Diagnostic::new(Code::MISSING, Severity::Error, format!("`{key}` is missing: {what}")).at(entry.place().clone())
}

fn keep<T>(read: Result<T, Diagnostic>, faults: &mut Vec<Diagnostic>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}
