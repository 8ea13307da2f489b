//! A pattern as steps over the characters of a text.
//!
//! Why not an automaton of the `regex` crate: a pack has a thousand patterns, a message reaches two of them, and each is short. What
//! counts is then that a pattern is made in microseconds and kept in a hundred bytes; an automaton over bytes takes a thousand
//! times of both, most of it for what `\w` is in Unicode.
#![allow(clippy::indexing_slicing)] // Why: steps lead to steps numbered here, and positions never pass the end of the text.

use std::ops::Range;
use std::sync::Arc;

use regex_syntax::hir::{Hir, Look};

use super::class::{Class, Classes};
use super::maker::{Maker, Step, ahead};
use super::outline::{END, Kinds, PartOutline};

/// Most bits that remember what was tried: forks by positions. What is longer is left to the `regex` crate too.
const MOST_TRIED: usize = 1 << 20;

/// Steps that find what the pattern would find first, in a time that grows with the pattern and the text alone.
pub(super) struct Program {
    steps: Box<[Step]>,
    literals: Box<[u8]>,
    classes: Box<[Arc<Class>]>,
    /// What a match can begin with.
    firsts: Kinds,
    /// Whether a match can only begin where the text does.
    is_anchored: bool,
    forks: Box<[Ways]>,
}

/// What either way of a fork can go on with: most ways lead nowhere, and need not be gone.
#[derive(Clone, Copy)]
struct Ways {
    next: Kinds,
    other: Kinds,
}

/// Room to search in, kept from search to search.
#[derive(Clone, Default)]
pub(crate) struct Search {
    /// Steps and positions to go back to.
    waiting: Vec<(u32, u32)>,
    /// Forks by positions that were tried: they lead nowhere a second time.
    tried: Vec<u64>,
}

/// The text is too long for the pattern's memory of what was tried.
pub(super) struct TooLong;

impl Program {
    /// The steps of a syntax tree; `None` for the few that need more than steps, such as those that match nothing at all.
    pub(super) fn new(tree: &Hir, classes: &mut Classes) -> Option<Self> {
        let mut maker = Maker::new(classes);
        maker.insert(tree)?;
        maker.push(Step::Match)?;
        let Maker { steps, literals, used, .. } = maker;
        let ahead = ahead(&steps, &literals, &used);
        let is_empty_somewhere = ahead[0] & 1 << END != 0;
        if is_empty_somewhere {
            return None;
        }
        let ways = |(at, step): (usize, &Step)| match step {
            Step::Fork(_, other) => Some(Ways { next: ahead[at + 1], other: ahead[*other as usize] }),
            _ => None,
        };
        let forks: Box<[Ways]> = steps.iter().enumerate().filter_map(ways).collect();
        let firsts = ahead[0];
        Some(Self {
            steps: steps.into(),
            literals: literals.into(),
            classes: used.into(),
            firsts,
            is_anchored: tree.properties().look_set_prefix().contains(Look::Start),
            forks,
        })
    }

    /// The first match in a text, whose outline is told.
    pub(super) fn find(
        &self,
        text: &str,
        outline: PartOutline,
        search: &mut Search,
    ) -> Result<Option<Range<usize>>, TooLong> {
        let bits = self.forks.len() * (text.len() + 1);
        if bits > MOST_TRIED {
            return Err(TooLong);
        }
        search.tried.clear();
        search.tried.resize(bits.div_ceil(64), 0);
        if self.is_anchored {
            let may_begin = self.firsts & 1 << outline.at(0) != 0;
            let end = if may_begin { self.run(text, outline, 0, search) } else { None };
            return Ok(end.map(|end| 0..end));
        }
        let mut starts = outline.places(self.firsts);
        Ok(starts.find_map(|start| Some(start..self.run(text, outline, start, search)?)))
    }

    /// The end of the match that begins at a byte.
    fn run(&self, text: &str, outline: PartOutline, start: usize, search: &mut Search) -> Option<usize> {
        let bytes = text.as_bytes();
        let Search { waiting, tried } = search;
        waiting.clear();
        let (mut step, mut at) = (0, start);
        loop {
            let is_led_on = match self.steps[step] {
                Step::Byte(byte) => {
                    let is_there = bytes.get(at) == Some(&byte);
                    at += 1;
                    is_there
                }
                Step::Bytes(from, to) => {
                    let literal = &self.literals[from as usize..to as usize];
                    // Why the first apart: it is most often the one that differs.
                    let is_there = bytes.get(at) == literal.first() && bytes[at..].starts_with(literal);
                    at += literal.len();
                    is_there
                }
                Step::Class(class) => match bytes.get(at) {
                    Some(byte) if byte.is_ascii() => {
                        at += 1;
                        self.classes[class as usize].ascii & 1 << byte != 0
                    }
                    // Why not each byte: a literal may end inside a character, and then no character begins here.
                    _ => text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| {
                        at += c.len_utf8();
                        self.classes[class as usize].holds(c)
                    }),
                },
                Step::Fork(number, other) => {
                    let ways = self.forks[number as usize];
                    let here = 1 << outline.at(at);
                    let (goes_on, goes_aside) = (ways.next & here != 0, ways.other & here != 0);
                    let bit = number as usize * (bytes.len() + 1) + at;
                    let is_new = tried[bit / 64] & 1 << (bit % 64) == 0;
                    tried[bit / 64] |= 1 << (bit % 64);
                    if is_new && goes_aside {
                        if !goes_on {
                            step = other as usize;
                            continue;
                        }
                        waiting.push((other, at as u32));
                    }
                    is_new && goes_on
                }
                Step::Jump(to) => {
                    step = to as usize;
                    continue;
                }
                Step::Look(look) => holds(look, text, at),
                Step::Match => return Some(at),
            };
            if is_led_on {
                step += 1;
            } else {
                let (other, back) = waiting.pop()?;
                (step, at) = (other as usize, back as usize);
            }
        }
    }
}

fn holds(look: Look, text: &str, at: usize) -> bool {
    match look {
        Look::Start => at == 0,
        Look::End => at == text.len(),
        Look::WordUnicode => is_border(text, at),
        _ => !is_border(text, at),
    }
}

/// Whether a word begins or ends at a byte.
fn is_border(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let is_in_word = |c: Option<char>| {
        c.is_some_and(|c| match c {
            '\0'..='\x7F' => c.is_ascii_alphanumeric() || c == '_',
            _ => regex_syntax::try_is_word_character(c).unwrap_or(false),
        })
    };
    is_in_word(before.chars().next_back()) != is_in_word(after.chars().next())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};

    use super::super::outline::Outline;
    use super::*;

    fn find(program: &Program, text: &str) -> Option<Range<usize>> {
        let mut outline = Outline::default();
        outline.take(text);
        let found = program.find(text, outline.part(0..text.len()), &mut Search::default());
        found.unwrap_or_else(|_| panic!("too long"))
    }

    fn program(pattern: &str) -> Option<Program> {
        Program::new(&regex_syntax::parse(pattern).unwrap(), &mut Classes::default())
    }

    /// Patterns of a few letters, so that they often match.
    fn pattern() -> impl Strategy<Value = String> {
        let leaf = proptest::sample::select(vec![
            "a", "b", "ab", "é", "订", "订单", " ", ".", r"\w", r"\S", r"\W", r"\d", "[ab]", "[^a]", "[a-é]", r"\b",
            r"\B", "^", "$",
        ]);
        leaf.prop_map(str::to_owned).prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                4 => proptest::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                2 => proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join("|"))),
                2 => (inner, proptest::sample::select(vec!["?", "*", "+", "{1,2}", "{0,3}", "{2}", "??", "*?", "+?", "{1,}"]))
                    .prop_map(|(part, times)| format!("(?:{part}){times}")),
            ]
        })
    }

    proptest! {
        #![proptest_config(Config { cases: 3000, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::default() })]

        #[test]
        fn it_finds_what_a_regex_finds(pattern in pattern(), texts in proptest::collection::vec("[abcé订单 ]{0,12}", 1..5)) {
            if let Some(program) = program(&pattern) {
                let regex = regex::Regex::new(&pattern).unwrap();
                for text in texts {
                    prop_assert_eq!(find(&program, &text), regex.find(&text).map(|found| found.range()), "{} in {}", pattern, text);
                }
            }
        }
    }

    #[test]
    fn all_that_patterns_are_made_of_is_known() {
        for (pattern, text, found) in [
            ("when .*(closed|open)", "so when are you closed", Some(3..22)),
            ("(订|定).{0,3}单", "你的订我的单", Some(6..18)),
            (r"\bcaf\w\b", "el café", Some(3..8)),
            ("how (long|many).*?(day|week)s?", "how long: 3 days or 2 weeks", Some(0..16)),
            (r"^no\b", "no, not", Some(0..2)),
            ("k$", "ok", Some(1..2)),
            (r"[a-z]{2,3}\d{4,12}", "an ab1234", Some(3..9)),
            (r"(?:\W|^)e(?:\W|$)", "e é", Some(0..2)),
        ] {
            assert_eq!(find(&program(pattern).unwrap(), text), found, "{pattern}");
        }
        for pattern in ["a*", "(?:a*)*b", r"(?m)^a", "x{5000}"] {
            assert!(program(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn what_cannot_match_ends_soon() {
        let text = "a".repeat(4000);
        assert_eq!(find(&program("(?:a|a)+(?:a+)+b").unwrap(), &text), None);
    }
}
