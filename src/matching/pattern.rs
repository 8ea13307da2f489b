use std::ops::Range;

use once_cell::sync::OnceCell;
use regex::bytes;
use regex_automata::meta::{self, BuildError, Regex};
use regex_automata::nfa::thompson::backtrack::BoundedBacktracker;
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::syntax;
use regex_syntax::hir::Hir;

use super::ends::Ends;
use super::gate::{Choices, Grams, Required};

/// Bytes that a compiled pattern and its lazy automaton may take: what the `regex` crate allows, by which load has checked it.
const MOST_STATES: usize = 10 << 20;
const MOST_CACHE: usize = 2 << 20;

/// How many messages a pattern is compiled for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Compiling {
    /// For a bot: quick to search, however long that takes to make.
    #[default]
    ForMany,
    /// For a look at each example: a third of the time to make, and slow to search.
    ForFew,
}

/// A pattern of an intent, compiled when it is first needed.
pub(super) struct LazyPattern {
    source: Box<str>,
    compiling: Compiling,
    /// What a text must hold beside the literal that led here; testing that is cheaper than running a regex.
    required: Required,
    ends: Ends,
    /// Whether it asks for ends of words of any script.
    has_words: bool,
    regex: OnceCell<Compiled<Regex>>,
    /// The same for texts of ASCII alone: a tenth of the states, because `.` is one byte there.
    ascii: OnceCell<Option<Compiled<bytes::Regex>>>,
}

/// A pattern ready to search.
enum Compiled<R> {
    ForMany(R),
    ForFew(Box<BoundedBacktracker>),
}

impl LazyPattern {
    /// From a regex and its syntax tree, and what a match must hold beside the literal that leads to it.
    pub(super) fn new(source: &str, compiling: Compiling, tree: Option<&Hir>, required: Vec<Choices>) -> Self {
        Self {
            source: source.into(),
            compiling,
            required: Required::new(required),
            ends: tree.map(Ends::of).unwrap_or_default(),
            has_words: tree.is_some_and(|tree| tree.properties().look_set().contains_word_unicode()),
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
        if !self.ends.allow(text) {
            return None;
        }
        if text.is_ascii()
            && let Some(compiled) = self.ascii()
        {
            return match compiled {
                Compiled::ForMany(regex) => regex.find(text.as_bytes()).map(|found| found.range()),
                Compiled::ForFew(backtracker) => self.search(backtracker, text),
            };
        }
        match self.regex()? {
            Compiled::ForMany(regex) => regex.find(text).map(|found| found.range()),
            Compiled::ForFew(backtracker) => self.search(backtracker, text),
        }
    }

    /// Compiles it now.
    pub(super) fn warm_up(&self) {
        self.regex();
        self.ascii();
    }

    // Why no errors here: that a pattern compiles is settled when the pack is loaded.
    fn regex(&self) -> Option<&Compiled<Regex>> {
        let build = || {
            let few = (self.compiling == Compiling::ForFew).then(|| self.backtracker(true)).flatten();
            few.map_or_else(|| self.many().map(Compiled::ForMany), |few| Ok(Compiled::ForFew(few)))
        };
        self.regex.get_or_try_init(build).ok()
    }

    fn many(&self) -> Result<Regex, BuildError> {
        // Why no lazy automaton for those: it knows no words beyond ASCII, and gives up, with memory for the error, at the first
        // other character; texts of ASCII alone never come here.
        let limits = meta::Config::new().nfa_size_limit(Some(MOST_STATES)).hybrid_cache_capacity(MOST_CACHE);
        Regex::builder().configure(limits.hybrid(!self.has_words)).build(&self.source)
    }

    /// `None` where the pattern means something beyond ASCII only as characters, such as a class of accented letters.
    fn ascii(&self) -> Option<&Compiled<bytes::Regex>> {
        let build = || match self.compiling {
            Compiling::ForFew => self.backtracker(false).map(Compiled::ForFew),
            Compiling::ForMany => {
                bytes::RegexBuilder::new(&self.source).unicode(false).build().ok().map(Compiled::ForMany)
            }
        };
        self.ascii.get_or_init(build).as_ref()
    }

    /// The pattern without the automata that make many searches quick.
    fn backtracker(&self, unicode: bool) -> Option<Box<BoundedBacktracker>> {
        let program: NFA = thompson::Compiler::new()
            .configure(thompson::Config::new().which_captures(WhichCaptures::Implicit).utf8(unicode))
            .syntax(syntax::Config::new().unicode(unicode).utf8(unicode))
            .build(&self.source)
            .ok()?;
        BoundedBacktracker::new_from_nfa(program).ok().map(Box::new)
    }

    fn search(&self, backtracker: &BoundedBacktracker, text: &str) -> Option<Range<usize>> {
        match backtracker.try_find(&mut backtracker.create_cache(), text) {
            Ok(found) => found.map(|found| found.range()),
            // Why: its memory is bounded, and a text too long for it is rare enough to compile the pattern for.
            Err(_) => self.many().ok()?.find(text).map(|found| found.range()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_compiled_it_finds_the_same() {
        for source in [
            "when .*closed",
            "(订|定).{0,3}单",
            "[áé]l?",
            "a|ab",
            "^no",
            "x*",
            r"\bcaf.\b",
            "how (long|many).*?(day|week)s?",
        ] {
            let tree = regex_syntax::parse(source).unwrap();
            let often = LazyPattern::new(source, Compiling::ForMany, Some(&tree), Vec::new());
            let seldom = LazyPattern::new(source, Compiling::ForFew, Some(&tree), Vec::new());
            for text in [
                "when are you closed",
                "你的订我的单",
                "el café al",
                "no, how long: 3 days or 2 weeks",
                "ab ab",
                "",
                &"订单 ".repeat(2000),
            ] {
                assert_eq!(often.find(text), seldom.find(text), "{source} in {text}");
            }
        }
    }
}
