use regex::Regex;

use super::subset::{Subset, regex};
use crate::diagnostic::{Code, Diagnostic, Severity, did_you_mean_help};
use crate::load::Entry;

/// One thing the bot must do in a line.
#[derive(Clone, Debug)]
pub(super) enum Expectation {
    /// Every one holds for what was said.
    Says(Vec<Said>),
    /// The step whose question is open; `clarify`, `switch`, `change` or `cancel` for the bot's own questions.
    Asks(String),
    /// A confirm is open; with its step id, or any.
    Confirms(Option<String>),
    /// Answers of these intents were given.
    Answers(Vec<String>),
    /// The open flow; `None` is none.
    Flow(Option<String>),
    Slots(Subset),
    /// Labels or values that are offered; none at all if empty.
    Chips(Vec<String>),
    /// Actions asked for, with some of their arguments; none at all if empty.
    Calls(Vec<(String, Option<Subset>)>),
    Handoff(HandoffWanted),
    Records(Vec<RecordWanted>),
    Language(String),
    Ends(Ending),
    Silent,
    /// The message was handled before, and these are the same outputs again.
    Replay,
}

/// What must be said.
#[derive(Clone, Debug)]
pub(super) enum Said {
    Contains(String),
    Is(String),
    Like(Regex),
    Not(String),
}

/// The handoff that must, or must not, be opened.
#[derive(Clone, Debug)]
pub(super) enum HandoffWanted {
    No,
    Any,
    Reason(String),
    Fields(Subset),
}

/// A line of the ledger, by the name of its event or by fields.
#[derive(Clone, Debug)]
pub(super) enum RecordWanted {
    Event(String),
    Fields(Subset),
}

/// How a flow must end.
#[derive(Clone, Debug)]
pub(super) enum Ending {
    Not,
    Any,
    With(String),
}

/// The keys of `bot:`.
const KEYS: [&str; 14] = [
    "says", "asks", "confirms", "answers", "flow", "slots", "chips", "calls", "handoff", "records", "language", "ends",
    "silent", "replay",
];

/// How a flow can end.
const OUTCOMES: [&str; 3] = ["resolved", "unresolved", "cancelled"];

impl Expectation {
    /// What `bot:` asks for: a text or a list of texts is what it must say.
    pub(super) fn read(entry: &Entry) -> Result<Vec<Self>, Diagnostic> {
        let Some(entries) = entry.map() else {
            return Ok(match entry.text() {
                Some("silent") => vec![Expectation::Silent],
                _ => vec![Expectation::Says(said(entry)?)],
            });
        };
        // Why: `bot: {like: …}` is short for `bot: {says: {like: …}}`.
        if entries.iter().all(|(key, _)| matches!(key.text(), Some("is" | "like" | "not"))) {
            return Ok(vec![Expectation::Says(said(entry)?)]);
        }
        entries.iter().map(|(key, value)| Self::read_one(key, value)).collect()
    }

    fn read_one(key: &Entry, value: &Entry) -> Result<Self, Diagnostic> {
        let name = key.text().unwrap_or_default();
        Ok(match name {
            "says" => Expectation::Says(said(value)?),
            "asks" => Expectation::Asks(text(value, "the name of a step")?),
            "confirms" => Expectation::Confirms(match value.text() {
                Some("true") => None,
                _ => Some(text(value, "`true` or the name of a step")?),
            }),
            "answers" => Expectation::Answers(texts(value, "the name of an intent")?),
            "flow" => Expectation::Flow(match value.text() {
                None if value.is_none() => None,
                Some("none") => None,
                _ => Some(text(value, "the name of a flow, or none")?),
            }),
            "slots" if value.map().is_some() => Expectation::Slots(Subset::read(value)?),
            "chips" => Expectation::Chips(texts(value, "a chip")?),
            "calls" => Expectation::Calls(calls(value)?),
            "handoff" => Expectation::Handoff(match value.text() {
                Some("none" | "false") => HandoffWanted::No,
                Some("true") => HandoffWanted::Any,
                Some(reason) => HandoffWanted::Reason(reason.to_owned()),
                None if value.map().is_some() => HandoffWanted::Fields(Subset::read(value)?),
                None => return Err(wrong(value, "a handoff is a reason, `none` or some of its fields")),
            }),
            "records" => Expectation::Records(records(value)?),
            "language" => Expectation::Language(text(value, "the code of a language")?),
            "ends" => Expectation::Ends(match value.text() {
                Some("true") => Ending::Any,
                Some("false" | "none") => Ending::Not,
                Some(outcome) if OUTCOMES.contains(&outcome) => Ending::With(outcome.to_owned()),
                _ => return Err(wrong(value, "`ends` is resolved, unresolved or cancelled")),
            }),
            "silent" if value.text() == Some("true") => Expectation::Silent,
            "replay" if value.text() == Some("true") => Expectation::Replay,
            "slots" => return Err(wrong(value, "`slots` is a map of slots and their values")),
            "replay" => return Err(wrong(value, "`replay` can only be true")),
            "silent" => return Err(wrong(value, "`silent` can only be true; say what it must say instead")),
            _ => return Err(unknown_key(key, &KEYS)),
        })
    }

    /// The key it stands under.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Expectation::Says(_) => "says",
            Expectation::Asks(_) => "asks",
            Expectation::Confirms(_) => "confirms",
            Expectation::Answers(_) => "answers",
            Expectation::Flow(_) => "flow",
            Expectation::Slots(_) => "slots",
            Expectation::Chips(_) => "chips",
            Expectation::Calls(_) => "calls",
            Expectation::Handoff(_) => "handoff",
            Expectation::Records(_) => "records",
            Expectation::Language(_) => "language",
            Expectation::Ends(_) => "ends",
            Expectation::Silent => "silent",
            Expectation::Replay => "replay",
        }
    }
}

fn said(entry: &Entry) -> Result<Vec<Said>, Diagnostic> {
    if let Some(items) = entry.list() {
        let nested: Vec<Vec<Said>> = items.iter().map(said).collect::<Result<_, _>>()?;
        return Ok(nested.into_iter().flatten().collect());
    }
    let Some(fields) = entry.map() else {
        return Ok(vec![Said::Contains(text(entry, "what the bot must say")?)]);
    };
    let one = |(key, value): &(Entry, Entry)| {
        let wanted = text(value, "a text")?;
        Ok(match key.text() {
            Some("is") => Said::Is(wanted),
            Some("like") => Said::Like(regex(&wanted, value)?),
            Some("not") => Said::Not(wanted),
            _ => return Err(unknown_key(key, &["is", "like", "not"])),
        })
    };
    fields.iter().map(one).collect()
}

fn calls(entry: &Entry) -> Result<Vec<(String, Option<Subset>)>, Diagnostic> {
    match entry.map() {
        Some(fields) => fields
            .iter()
            .map(|(name, arguments)| {
                let arguments = if arguments.is_none() { None } else { Some(Subset::read(arguments)?) };
                Ok((name.text().unwrap_or_default().to_owned(), arguments))
            })
            .collect(),
        None => Ok(texts(entry, "the name of an action")?.into_iter().map(|name| (name, None)).collect()),
    }
}

fn records(entry: &Entry) -> Result<Vec<RecordWanted>, Diagnostic> {
    let one = |entry: &Entry| match entry.map() {
        Some(_) => Subset::read(entry).map(RecordWanted::Fields),
        None => text(entry, "the name of a record").map(RecordWanted::Event),
    };
    match entry.list() {
        Some(items) => items.iter().map(one).collect(),
        None => Ok(vec![one(entry)?]),
    }
}

/// A text, as it is written.
pub(super) fn text(entry: &Entry, what: &str) -> Result<String, Diagnostic> {
    entry.text().map(str::to_owned).ok_or_else(|| wrong(entry, &format!("{what} is meant here")))
}

/// A text or a list of texts; `none` is an empty list.
pub(super) fn texts(entry: &Entry, what: &str) -> Result<Vec<String>, Diagnostic> {
    match (entry.list(), entry.text()) {
        (Some(items), _) => items.iter().map(|item| text(item, what)).collect(),
        (None, Some("none")) => Ok(Vec::new()),
        _ => Ok(vec![text(entry, what)?]),
    }
}

pub(super) fn wrong(entry: &Entry, message: &str) -> Diagnostic {
    Diagnostic::new(Code::WRONG_SHAPE, Severity::Error, message).at(entry.place().clone())
}

pub(super) fn unknown_key(key: &Entry, known: &[&str]) -> Diagnostic {
    let name = key.text().unwrap_or_default();
    Diagnostic::new(Code::UNKNOWN_KEY, Severity::Error, format!("there is no key `{name}` here"))
        .at(key.place().clone())
        .with_help(
            did_you_mean_help(name, known.iter().copied()).or_else(|| Some(format!("one of: {}", known.join(", ")))),
        )
}
