use std::fmt;

use crate::diagnostic::Diagnostic;

/// Why rules could not be loaded. `Display` tells everything at once, each problem with its line and a caret.
#[derive(Clone, Debug)]
pub struct LoadError {
    kind: LoadErrorKind,
    sentence: String,
    diagnostics: Vec<Diagnostic>,
}

/// The kinds of [`LoadError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadErrorKind {
    /// The folder or a file does not exist or cannot be read.
    Unreadable,
    /// There is no rule file at all.
    Empty,
    /// The host's actions are not those the rules ask for.
    Actions,
    /// The rules have errors: see [`LoadError::diagnostics`].
    Faulty,
}

impl LoadError {
    pub(super) fn unreadable(sentence: impl Into<String>) -> Self {
        Self { kind: LoadErrorKind::Unreadable, sentence: sentence.into(), diagnostics: Vec::new() }
    }

    pub(super) fn empty(sentence: impl Into<String>) -> Self {
        Self { kind: LoadErrorKind::Empty, sentence: sentence.into(), diagnostics: Vec::new() }
    }

    /// The host does not implement what the rules ask for, or implements what they do not know.
    pub(crate) fn actions(missing: &[String], unknown: &[String]) -> Self {
        let list =
            |what: &str, names: &[String]| (!names.is_empty()).then(|| format!("{what} `{}`", names.join("`, `")));
        let parts = [list("the host does not implement", missing), list("the rules do not know", unknown)];
        let sentence = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
        Self { kind: LoadErrorKind::Actions, sentence, diagnostics: Vec::new() }
    }

    /// What the host implements is not what the rules ask for.
    pub(crate) fn contracts(broken: &[String]) -> Self {
        Self { kind: LoadErrorKind::Actions, sentence: broken.join("; "), diagnostics: Vec::new() }
    }

    /// INVARIANT: at least one of the diagnostics is an error.
    pub(super) fn faulty(diagnostics: Vec<Diagnostic>) -> Self {
        let errors = diagnostics.iter().filter(|each| each.severity() == crate::diagnostic::Severity::Error).count();
        let sentence =
            if errors == 1 { "1 error in the rules".to_owned() } else { format!("{errors} errors in the rules") };
        Self { kind: LoadErrorKind::Faulty, sentence, diagnostics }
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> LoadErrorKind {
        self.kind
    }

    /// Every error and warning found, sorted by file and line; empty unless the rules themselves are faulty.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            write!(f, "{diagnostic}\n\n")?;
        }
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for LoadError {}
