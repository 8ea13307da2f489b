use std::fmt;
use std::path::Path;

use super::{DialogTest, Report};
use crate::engine::Engine;

/// Loads a pack and holds every dialog test in its folder `tests`: one line in a shop's own `cargo test`.
///
/// # Errors
/// If the rules or the tests have errors, if there are no tests, or with every test that fails; `Display` tells all of it.
///
/// # Examples
/// ```no_run
/// #[test]
/// fn the_bot_does_what_its_dialogs_say() {
///     kefu::testing::prove("rules/shop").unwrap_or_else(|failures| panic!("{failures}"));
/// }
/// ```
pub fn prove(pack: impl AsRef<Path>) -> Result<Vec<Report>, Unproved> {
    let pack = pack.as_ref();
    let engine = Engine::from_dir(pack).map_err(|error| Unproved { failures: error.to_string() })?;
    let tests = DialogTest::from_dir(pack.join("tests")).map_err(|error| Unproved { failures: error.to_string() })?;
    let reports: Vec<Report> = tests.iter().map(|test| test.run(&engine)).collect();
    let failures: Vec<String> = reports.iter().filter(|report| !report.passed()).map(Report::to_string).collect();
    if failures.is_empty() { Ok(reports) } else { Err(Unproved { failures: failures.join("\n\n") }) }
}

/// Why a pack does not do what its dialog tests say.
#[derive(Clone, Debug)]
pub struct Unproved {
    failures: String,
}

impl fmt::Display for Unproved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.failures)
    }
}

impl std::error::Error for Unproved {}
