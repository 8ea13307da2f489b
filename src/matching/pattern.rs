use std::ops::Range;

use once_cell::sync::OnceCell;
use regex::Regex;
use regex_syntax::hir::Hir;

use super::class::Classes;
use super::ends::Ends;
use super::gate::{Choices, Grams, Required};
use super::outline::PartOutline;
use super::program::{Program, Search};

/// A pattern of an intent.
pub(super) struct Pattern {
    source: Box<str>,
    /// What a text must hold beside the literal that led here; testing that is cheaper than looking for a match.
    required: Required,
    ends: Ends,
    program: Option<Program>,
    /// The same by the `regex` crate, for what a program cannot say and for texts too long for it: compiled when first needed.
    regex: OnceCell<Regex>,
}

impl Pattern {
    /// From a regex and its syntax tree, and what a match must hold beside the literal that leads to it.
    pub(super) fn new(source: &str, tree: &Hir, required: Vec<Choices>, classes: &mut Classes) -> Self {
        Self {
            source: source.into(),
            required: Required::new(required),
            ends: Ends::of(tree),
            program: Program::new(tree, classes),
            regex: OnceCell::new(),
        }
    }

    /// Whether a text of these grams can hold a match.
    pub(super) fn is_possible(&self, text: &Grams) -> bool {
        self.required.may_hold(text)
    }

    /// The first match in a folded text, whose outline is told.
    pub(super) fn find(&self, text: &str, outline: PartOutline, search: &mut Search) -> Option<Range<usize>> {
        if !self.ends.allow(text) {
            return None;
        }
        if let Some(Ok(found)) = self.program.as_ref().map(|program| program.find(text, outline, search)) {
            return found;
        }
        self.regex()?.find(text).map(|found| found.range())
    }

    /// Compiles it now, if short texts need that.
    pub(super) fn warm_up(&self) {
        if self.program.is_none() {
            self.regex();
        }
    }

    // Why no errors here: that a pattern compiles is settled when the pack is loaded.
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_try_init(|| Regex::new(&self.source)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::outline::Outline;
    use super::*;

    #[test]
    fn whoever_looks_finds_the_same() {
        for source in ["when .*closed", "(订|定).{0,3}单", "[áé]l?", "a|ab", "^no", "x*", r"\bcaf.\b", "(?m)^ab$"]
        {
            let tree = regex_syntax::parse(source).unwrap();
            let pattern = Pattern::new(source, &tree, Vec::new(), &mut Classes::default());
            let regex = Regex::new(source).unwrap();
            for text in
                ["when are you closed", "你的订我的单", "el café al", "no", "ab\nab", "", &"订单 ".repeat(80_000)]
            {
                let mut outline = Outline::default();
                outline.take(text);
                let found = pattern.find(text, outline.part(0..text.len()), &mut Search::default());
                assert_eq!(found, regex.find(text).map(|found| found.range()), "{source} in {text}");
            }
        }
    }
}
