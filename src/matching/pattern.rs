use std::ops::Range;

use once_cell::sync::OnceCell;
use regex::{Regex, bytes};

use super::gate::{Choices, Grams, Required};

/// A pattern of an intent, compiled when it is first needed.
pub(super) struct LazyPattern {
    source: Box<str>,
    /// What a text must hold beside the literal that led here; testing that is cheaper than running a regex.
    required: Required,
    regex: OnceCell<Regex>,
    /// The same for texts of ASCII alone: a tenth of the states, because `.` is one byte there.
    ascii: OnceCell<Option<bytes::Regex>>,
}

impl LazyPattern {
    pub(super) fn new(source: &str, required: Vec<Choices>) -> Self {
        Self {
            source: source.into(),
            required: Required::new(required),
            regex: OnceCell::new(),
            ascii: OnceCell::new(),
        }
    }

    /// Whether a text of these grams can hold a match.
    pub(super) fn is_possible(&self, text: &Grams) -> bool {
        self.required.may_hold(text)
    }

    /// The first match in a folded text.
    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        if text.is_ascii()
            && let Some(regex) = self.ascii()
        {
            return regex.find(text.as_bytes()).map(|found| found.range());
        }
        self.regex()?.find(text).map(|found| found.range())
    }

    /// Compiles it now.
    pub(super) fn warm_up(&self) {
        self.regex();
        self.ascii();
    }

    // Why no errors here: that a pattern compiles is settled when the pack is loaded.
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_try_init(|| Regex::new(&self.source)).ok()
    }

    /// `None` where the pattern means something beyond ASCII only as characters, such as a class of accented letters.
    fn ascii(&self) -> Option<&bytes::Regex> {
        let build = || bytes::RegexBuilder::new(&self.source).unicode(false).build().ok();
        self.ascii.get_or_init(build).as_ref()
    }
}
