//! Whether a value holds all that a test names of it.

use regex::Regex;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::load::Entry;
use crate::rules::Value;

/// A pattern of values: what is named must be there, all else may be.
#[derive(Clone, Debug)]
pub(super) enum Subset {
    /// Nothing: `none` or an empty place.
    Absent,
    /// A scalar, also as it is written: `00123456` is the text it looks like.
    Scalar { value: Value, written: String },
    /// `{like: regex}`.
    Like(Regex),
    /// Every item must be matched by one of the list.
    List(Vec<Subset>),
    /// Every field must match.
    Record(Vec<(String, Subset)>),
}

impl Subset {
    /// The pattern an entry describes.
    pub(super) fn read(entry: &Entry) -> Result<Self, Diagnostic> {
        if let Some(items) = entry.list() {
            return items.iter().map(Subset::read).collect::<Result<_, _>>().map(Subset::List);
        }
        if let Some(fields) = entry.map() {
            if let ([(key, pattern)], Some(source)) = (fields, entry.field("like").and_then(Entry::text)) {
                debug_assert_eq!(key.text(), Some("like"));
                return regex(source, pattern).map(Subset::Like);
            }
            let fields =
                fields.iter().map(|(key, value)| Ok((key.text().unwrap_or_default().to_owned(), Subset::read(value)?)));
            return fields.collect::<Result<_, _>>().map(Subset::Record);
        }
        Ok(match (entry.text(), entry.scalar()) {
            (None | Some("none"), _) | (_, None) => Subset::Absent,
            (Some(written), Some(value)) => Subset::Scalar { value: value.clone(), written: written.to_owned() },
        })
    }

    /// Whether the value holds it.
    pub(super) fn matches(&self, value: &Value) -> bool {
        match self {
            Subset::Absent => match value {
                Value::None => true,
                Value::List(items) => items.is_empty(),
                _ => false,
            },
            Subset::Scalar { value: wanted, written } => same(wanted, value) || value.as_text() == Some(written),
            Subset::Like(regex) => match value {
                Value::Text(text) => regex.is_match(text),
                Value::None => false,
                other => regex.is_match(&show(other)),
            },
            Subset::List(wanted) => value.as_list().is_some_and(|items| {
                let empty = wanted.is_empty() && !items.is_empty();
                !empty && wanted.iter().all(|wanted| items.iter().any(|item| wanted.matches(item)))
            }),
            Subset::Record(wanted) => {
                wanted.iter().all(|(name, wanted)| wanted.matches(value.field(name).unwrap_or(&Value::None)))
            }
        }
    }

    /// What is wanted, for reports.
    pub(super) fn describe(&self) -> String {
        match self {
            Subset::Absent => "none".to_owned(),
            Subset::Scalar { written, .. } => written.clone(),
            Subset::Like(regex) => format!("like `{regex}`"),
            Subset::List(items) => format!("[{}]", join(items.iter().map(Subset::describe))),
            Subset::Record(fields) => {
                format!("{{{}}}", join(fields.iter().map(|(name, wanted)| format!("{name}: {}", wanted.describe()))))
            }
        }
    }

    /// The part of a value that a report must show: the fields named.
    pub(super) fn shown_of(&self, value: &Value) -> String {
        match (self, value) {
            (Subset::Record(wanted), Value::Record(_)) => {
                let parts = wanted.iter().map(|(name, wanted)| {
                    format!("{name}: {}", wanted.shown_of(value.field(name).unwrap_or(&Value::None)))
                });
                format!("{{{}}}", join(parts))
            }
            _ => show(value),
        }
    }
}

/// A regular expression, or where it is wrong.
pub(super) fn regex(source: &str, entry: &Entry) -> Result<Regex, Diagnostic> {
    Regex::new(source).map_err(|_| {
        Diagnostic::new(Code::BAD_PATTERN, Severity::Error, format!("`{source}` is no regular expression"))
            .at(entry.place().clone())
    })
}

fn same(left: &Value, right: &Value) -> bool {
    match (left.as_decimal(), right.as_decimal()) {
        (Some(left), Some(right)) => (left - right).abs() < 1e-9,
        // Why: money without a currency is written as its amount.
        (Some(left), None) => crate::rules::Money::of(right).is_some_and(|money| (money.amount - left).abs() < 1e-9),
        _ => left == right,
    }
}

/// A value as a report shows it. Tests hold no real customers' data.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::None => "none".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(items) => format!("[{}]", join(items.iter().map(show))),
        Value::Record(fields) => {
            format!("{{{}}}", join(fields.iter().map(|(name, value)| format!("{name}: {}", show(value)))))
        }
    }
}

pub(super) fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
