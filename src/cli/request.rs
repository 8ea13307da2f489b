use std::time::{Duration, SystemTime};

use serde_json::{Map, Value as Json};

use crate::dialog::{Event, told};

/// The session of lines that name none.
pub(super) const SESSION: &str = "default";

/// One line of the input: what happens, in which session, when.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) session: String,
    pub(super) at: Option<SystemTime>,
    pub(super) event: Event,
}

/// A line that cannot be read: which session it spoke of, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Misread {
    pub(super) session: String,
    pub(super) error: String,
}

impl Request {
    /// The request of a line: an object with known keys; anything that is no JSON object is what a customer wrote.
    pub(super) fn read(line: &str) -> Result<Self, Misread> {
        match serde_json::from_str(line) {
            Ok(Json::Object(fields)) => Self::from_fields(&fields),
            _ => Ok(Self { session: SESSION.to_owned(), at: None, event: Event::message(line) }),
        }
    }

    fn from_fields(fields: &Map<String, Json>) -> Result<Self, Misread> {
        let session = fields.get("session").and_then(Json::as_str).unwrap_or(SESSION).to_owned();
        let read = || {
            if fields.get("session").is_some_and(|session| !session.is_string()) {
                return Err("`session` must be text".to_owned());
            }
            let at = match fields.get("at") {
                None | Some(Json::Null) => None,
                Some(at) => Some(moment(at.as_str().ok_or("`at` must be text")?)?),
            };
            let mut fields = fields.clone();
            fields.remove("session");
            fields.remove("at");
            Ok((at, told(&fields)?))
        };
        match read() {
            Ok((at, event)) => Ok(Self { session, at, event }),
            Err(error) => Err(Misread { session, error }),
        }
    }
}

/// A moment in RFC 3339.
fn moment(written: &str) -> Result<SystemTime, String> {
    let moment: jiff::Timestamp =
        written.parse().map_err(|_| "`at` must be a moment such as 2026-03-02T10:00:00+08:00".to_owned())?;
    let millis = moment.as_millisecond();
    let span = Duration::from_millis(millis.unsigned_abs());
    let time =
        if millis >= 0 { SystemTime::UNIX_EPOCH.checked_add(span) } else { SystemTime::UNIX_EPOCH.checked_sub(span) };
    time.ok_or_else(|| "`at` is out of range".to_owned())
}
