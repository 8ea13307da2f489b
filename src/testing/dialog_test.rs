use std::fmt;
use std::path::{Path, PathBuf};

use super::line::Line;
use super::written::Written;
use super::{Report, Script, reader, runner};
use crate::diagnostic::{Diagnostic, Place};
use crate::engine::Engine;
use crate::load::{LoadError, Source, read_dir};
use crate::rules::Value;

/// One conversation with what the bot must do in it.
///
/// # Examples
/// ```
/// use kefu::{Engine, testing::DialogTest};
///
/// let engine = Engine::builder()
///     .source("bot.yaml", "
/// languages: {default: en}
/// intents:
///   opening_hours:
///     keywords: {en: [opening hours, when are you open]}
///     say: {en: We are open from 9 to 21.}
/// ")
///     .build()?;
/// let tests = DialogTest::read("hours.yaml", "
/// test: opening hours
/// talk:
///   - {user: When are you open?, bot: {says: from 9 to 21, answers: opening_hours}}
/// ")?;
/// for test in &tests {
///     let report = test.run(&engine);
///     assert!(report.passed(), "{report}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DialogTest {
    pub(super) name: String,
    /// Where other rules that a line names are looked for.
    pub(super) folder: PathBuf,
    pub(super) place: Place,
    pub(super) written: Written,
    /// Milliseconds since 1970 at which the virtual clock starts.
    pub(super) now: i64,
    pub(super) customer: Value,
    pub(super) script: Script,
    pub(super) lines: Vec<Line>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl DialogTest {
    /// The tests of a file, `---` between them. The name is what reports call the file.
    ///
    /// # Errors
    /// Everything that is no dialog test, with its line.
    pub fn read(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Result<Vec<Self>, TestError> {
        reader::read(&Source::new(name.into(), text.into())).map_err(TestError::faulty)
    }

    /// The tests of every YAML file in a folder and the folders in it, sorted by path.
    ///
    /// # Errors
    /// If the folder cannot be read or holds no YAML file, or a file is wrong.
    pub fn from_dir(folder: impl AsRef<Path>) -> Result<Vec<Self>, TestError> {
        let mut tests = Vec::new();
        let mut faults = Vec::new();
        for source in read_dir(folder.as_ref()).map_err(TestError::unreadable)? {
            match reader::read(&source) {
                Ok(more) => {
                    let more = more.into_iter();
                    tests.extend(more.map(|test| Self { folder: folder.as_ref().to_owned(), ..test }));
                }
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() { Ok(tests) } else { Err(TestError::faulty(faults)) }
    }

    /// What the test is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file it stands in, as it was named.
    pub fn file(&self) -> &str {
        self.place.file()
    }

    /// The line it begins at, from 1.
    pub fn line(&self) -> usize {
        self.place.line()
    }

    /// What is odd about the test, though it can run: a dialog that ends without checking anything.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// What happened when the conversation was held with an engine.
    pub fn run(&self, engine: &Engine) -> Report {
        runner::run(self, engine)
    }
}

/// Why dialog tests cannot be read. `Display` tells everything at once, each problem with its line.
#[derive(Clone, Debug)]
pub struct TestError {
    sentence: String,
    diagnostics: Vec<Diagnostic>,
}

impl TestError {
    #[allow(clippy::needless_pass_by_value)] // Why: it is handed to `map_err`.
    fn unreadable(error: LoadError) -> Self {
        Self { sentence: error.to_string(), diagnostics: Vec::new() }
    }

    pub(super) fn faulty(diagnostics: Vec<Diagnostic>) -> Self {
        let sentence = match diagnostics.len() {
            1 => "1 error in the dialog tests".to_owned(),
            count => format!("{count} errors in the dialog tests"),
        };
        Self { sentence, diagnostics }
    }

    /// Every error found; empty if the files themselves cannot be read.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl fmt::Display for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            write!(f, "{diagnostic}\n\n")?;
        }
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for TestError {}
