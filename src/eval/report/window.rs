use std::fmt;
use std::str::FromStr;

use crate::dialog::Record;

/// A part of a log: days, such as `2026-03-01..2026-03-07`, `2026-03-05` or `2026-03-01..`, or `revision=` and how the
/// revision of the rules begins.
///
/// # Examples
/// ```
/// use kefu::eval::Window;
///
/// let line = r#"{"format":1,"at":"2026-03-07T23:00:00Z","session":"a","revision":"3f09","language":"en","channel":null,"event":"overdue"}"#;
/// let record: kefu::Record = serde_json::from_str(line)?;
/// for (window, holds) in [("2026-03-01..2026-03-07", true), ("2026-03-08..", false), ("2026-03-07", true), ("revision=3f", true)] {
///     assert_eq!(window.parse::<Window>().unwrap().holds(&record), holds, "{window}");
/// }
/// assert_eq!("last week".parse::<Window>().unwrap_err(), "`last week` is no day; one is written 2026-03-01");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// From a day to a day, both within; either may be missing. As written, which sorts as days do.
    Days(Option<String>, Option<String>),
    Revision(String),
}

impl Window {
    /// Whether a record is of this part.
    pub fn holds(&self, record: &Record) -> bool {
        match &self.0 {
            Kind::Days(from, to) => {
                let day = record.at.get(..10).unwrap_or_default();
                from.as_deref().is_none_or(|from| day >= from) && to.as_deref().is_none_or(|to| day <= to)
            }
            Kind::Revision(begins) => record.revision.starts_with(begins.as_str()),
        }
    }
}

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(revision) = text.strip_prefix("revision=") {
            let revision = revision.trim();
            if revision.is_empty() {
                return Err("`revision=` needs the beginning of a revision".to_owned());
            }
            return Ok(Self(Kind::Revision(revision.to_owned())));
        }
        let (from, to) = match text.split_once("..") {
            Some((from, to)) => (day(from)?, day(to)?),
            None => (day(text)?, day(text)?),
        };
        match (&from, &to) {
            (None, None) => Err("a period needs a day, as in 2026-03-01..2026-03-07".to_owned()),
            (Some(from), Some(to)) if from > to => Err(format!("{from} comes after {to}")),
            _ => Ok(Self(Kind::Days(from, to))),
        }
    }
}

fn day(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day: jiff::civil::Date = text.parse().map_err(|_| format!("`{text}` is no day; one is written 2026-03-01"))?;
    Ok(Some(day.to_string()))
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Revision(begins) => write!(f, "revision {begins}"),
            Kind::Days(from, to) if from == to => f.write_str(from.as_deref().unwrap_or_default()),
            Kind::Days(from, to) => {
                write!(f, "{}..{}", from.as_deref().unwrap_or_default(), to.as_deref().unwrap_or_default())
            }
        }
    }
}
