use std::ops::Range;

use super::{Code, Origin, Severity};

/// A problem that knows its node but not yet its line: what the lowering and the lints write down.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) origin: Origin,
    /// Bytes of the scalar's value that are meant; `None` is all of it.
    pub(crate) within: Option<Range<usize>>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// Other places that belong to it, each with a word why.
    pub(crate) related: Vec<(Origin, String)>,
}

impl Finding {
    pub(crate) fn error(code: Code, origin: Origin, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            origin,
            within: None,
            message: message.into(),
            help: None,
            related: Vec::new(),
        }
    }

    pub(crate) fn warning(code: Code, origin: Origin, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, origin, message) }
    }

    /// Points at a part of the scalar.
    pub(crate) fn within(mut self, range: Range<usize>) -> Self {
        self.within = Some(range);
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn maybe_help(mut self, help: Option<String>) -> Self {
        if help.is_some() {
            self.help = help;
        }
        self
    }

    pub(crate) fn related(mut self, origin: Origin, why: impl Into<String>) -> Self {
        self.related.push((origin, why.into()));
        self
    }
}
