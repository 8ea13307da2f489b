//! Lints: what is no mistake, but probably not meant. One lint per file, each a plain function over the rules.
//!
//! In come a finished pack and its compiled texts; out go findings, all warnings, which `load` gives their places. Nothing
//! here reads files.
//!
//! To add a lint: a code in `diagnostic/code.rs`, a file here with one `pub(super) fn find`, a line in [`LINTS`], and a case
//! in `tests/diagnostics/lint_*.yaml`.

mod branch;
mod contradiction;
mod drawing;
mod example;
mod excepted;
mod idle;
mod language;
mod never_wins;
mod numbers;
mod past;
mod person;
mod private;
mod proof;
mod reason;
mod round;
mod same_keyword;
mod shadowed;
mod subject;
mod unnamed;
mod unused;

use std::time::SystemTime;

use crate::diagnostic::{Diagnostic, Finding};
use crate::load::{LoadError, Source, load_and};
pub(crate) use drawing::draw;
use subject::Subject;

/// Every lint, in the order in which they run; findings are sorted by place afterwards.
const LINTS: &[fn(&Subject<'_>) -> Vec<Finding>] = &[
    language::find,
    unnamed::find,
    unused::find,
    reason::find,
    idle::find,
    example::find,
    same_keyword::find,
    excepted::find,
    shadowed::find,
    never_wins::find,
    proof::find,
    person::find,
    private::find,
    branch::find,
    round::find,
    contradiction::find,
    numbers::find,
    past::find,
];

/// Every warning about rules that load: those of loading, and what the lints find.
///
/// An engine needs only the former; this is for the people who write rules.
///
/// # Errors
/// If the rules have errors; the error holds them with the warnings found until then.
///
/// # Examples
/// ```
/// let rules = "languages: {default: en}\nintents:\n  hours:\n    keywords: {en: [opening hours]}\n";
/// let warnings = kefu::check(&[kefu::Source::new("bot.yaml", rules)])?;
/// assert_eq!(warnings[0].message(), "`hours` is understood, and then nothing happens");
/// # Ok::<(), kefu::LoadError>(())
/// ```
pub fn check(sources: &[Source]) -> Result<Vec<Diagnostic>, LoadError> {
    look(sources, None)
}

/// [`check`], and what is past at a moment: notices, answers and opening hours whose last day is over.
///
/// # Errors
/// As [`check`].
pub fn check_at(sources: &[Source], now: SystemTime) -> Result<Vec<Diagnostic>, LoadError> {
    // Why: a clock beyond the calendar knows no day, and then nothing is past.
    look(sources, jiff::Timestamp::try_from(now).ok())
}

fn look(sources: &[Source], now: Option<jiff::Timestamp>) -> Result<Vec<Diagnostic>, LoadError> {
    let loaded = load_and(sources, |pack, expressions| {
        let hours = pack.escalation.hours.as_ref();
        let zone = hours.and_then(|hours| jiff::tz::TimeZone::get(&hours.zone).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
        let subject = Subject::new(pack, expressions, now.map(|now| zone.to_datetime(now).date()));
        LINTS.iter().flat_map(|lint| lint(&subject)).collect()
    })?;
    Ok(loaded.warnings)
}
