use std::ops::Range;

use once_cell::sync::OnceCell;
use regex::Regex;

/// A pattern of an intent, compiled when it is first needed.
pub(super) struct LazyPattern {
    source: Box<str>,
    regex: OnceCell<Regex>,
}

impl LazyPattern {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.into(), regex: OnceCell::new() }
    }

    /// The first match in a folded text.
    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        // Why no error: that a pattern compiles is settled when the pack is loaded.
        let regex = self.regex.get_or_try_init(|| Regex::new(&self.source)).ok()?;
        regex.find(text).map(|found| found.range())
    }

    /// Compiles it now.
    pub(super) fn warm_up(&self) {
        self.find("");
    }
}
