use std::ops::Range;

use once_cell::sync::OnceCell;
use regex::Regex;

use super::gate::Choices;

/// A pattern of an intent, compiled when it is first needed.
pub(super) struct LazyPattern {
    source: Box<str>,
    /// What a text must hold beside the literal that led here; looking for it is cheaper than a cold regex.
    required: Box<[Choices]>,
    regex: OnceCell<Regex>,
}

impl LazyPattern {
    pub(super) fn new(source: &str, required: Vec<Choices>) -> Self {
        Self { source: source.into(), required: required.into(), regex: OnceCell::new() }
    }

    /// The first match in a folded text.
    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        if !self.required.iter().all(|choices| choices.occur_in(text)) {
            return None;
        }
        self.regex()?.find(text).map(|found| found.range())
    }

    fn regex(&self) -> Option<&Regex> {
        // Why no error: that a pattern compiles is settled when the pack is loaded.
        self.regex.get_or_try_init(|| Regex::new(&self.source)).ok()
    }

    /// Compiles it now.
    pub(super) fn warm_up(&self) {
        self.regex();
    }
}
