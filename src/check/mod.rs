//! Lints: what is no mistake, but probably not meant. One lint per file, each a plain function over the rules.
//!
//! In come a finished pack and its compiled texts; out go findings, all warnings, which `load` gives their places. Nothing
//! here reads files.
//!
//! To add a lint: a code in `diagnostic/code.rs`, a file here with one `pub(super) fn find`, a line in [`LINTS`], and a case
//! in `tests/diagnostics/lint_*.yaml`.

mod example;
mod idle;
mod language;
mod proof;
mod unused;

use std::path::Path;

use crate::diagnostic::{Diagnostic, Finding};
use crate::load::{LoadError, Source, load_and, read_dir};
use crate::rules::Pack;

/// Every lint, in the order in which they run; findings are sorted by place afterwards.
const LINTS: &[fn(&Pack) -> Vec<Finding>] = &[language::find, unused::find, idle::find, example::find, proof::find];

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
    let loaded = load_and(sources, |pack, _| LINTS.iter().flat_map(|lint| lint(pack)).collect())?;
    Ok(loaded.warnings)
}

/// [`check`] for a folder.
///
/// # Errors
/// As [`check`], and if the folder cannot be read or holds no rules.
pub fn check_dir(folder: impl AsRef<Path>) -> Result<Vec<Diagnostic>, LoadError> {
    check(&read_dir(folder.as_ref())?)
}
