use std::io;
use std::path::Path;
use std::time::SystemTime;

use serde::Serialize;

use super::Role;
use super::lines::Lines;
use super::veiled::veiled;

/// Who read or changed what: a line for each request of a known token, one JSON object each, appended to a file.
///
/// Lines hold the name of a token, never the token; ids that are private themselves are veiled; nothing of what was read.
#[derive(Debug)]
pub(super) struct Audit {
    lines: Lines,
}

/// One line.
#[derive(Serialize)]
pub(super) struct Entry {
    format: u32,
    /// RFC 3339, UTC.
    at: String,
    /// The name of the token.
    who: String,
    role: &'static str,
    does: Does,
    /// The route, as it stands in `openapi.json`.
    what: String,
    /// The conversations or the customer it is about.
    of: Vec<String>,
    /// What was answered: 2xx it was done, 403 it was refused.
    status: u16,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Does {
    Read,
    Change,
}

/// Conversations that an answer tells of beside the one its path names.
#[derive(Clone, Default)]
pub(super) struct Shown(pub(super) Vec<String>);

impl Entry {
    pub(super) fn new(who: &str, role: Role, method: &str, route: &str, of: &[String]) -> Self {
        // Why by its name too: what is explained is told in the body, and changes nothing.
        let does = if method == "GET" || route == "/v1/explain" { Does::Read } else { Does::Change };
        Self {
            format: 1,
            at: String::new(),
            who: who.to_owned(),
            role: role.name(),
            does,
            what: format!("{method} {route}"),
            of: of.iter().map(|id| veiled(id)).collect(),
            status: 0,
        }
    }

    /// The line once the request is answered.
    pub(super) fn answered(mut self, status: u16, shown: Option<&Shown>, now: SystemTime) -> Self {
        self.at = jiff::Timestamp::try_from(now).map(|at| at.to_string()).unwrap_or_default();
        self.status = status;
        let shown = shown.map_or(&[] as &[String], |shown| &shown.0);
        self.of.extend(shown.iter().map(|id| veiled(id)));
        self.of.dedup();
        self
    }
}

impl Audit {
    pub(super) fn open(path: Option<&Path>) -> io::Result<Self> {
        Lines::open(path).map(|lines| Self { lines })
    }

    pub(super) fn is_kept(&self) -> bool {
        self.lines.are_kept()
    }

    /// Appends a line.
    pub(super) fn note(&self, entry: Entry) -> io::Result<()> {
        self.lines.append(&[entry])
    }
}
