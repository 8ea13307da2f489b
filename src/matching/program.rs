//! A pattern as steps over the characters of a text.
//!
//! Why not an automaton of the `regex` crate: a pack has a thousand patterns, a message reaches two of them, and each is short. What
//! counts is then that a pattern is made in microseconds and kept in a hundred bytes; an automaton over bytes takes a thousand
//! times of both, most of it for what `\w` is in Unicode.
#![allow(clippy::indexing_slicing)] // Why: steps lead to steps numbered here, and positions never pass the end of the text.

use std::ops::Range;
use std::sync::Arc;

use regex_syntax::hir::{self, Hir, HirKind, Look};

use super::hash::{Map, SPREAD};

/// Most steps of a pattern; larger ones are left to the `regex` crate.
const MOST_STEPS: usize = 4000;
/// Most characters of a class beyond ASCII that are told apart.
const MOST_TOLD_APART: u32 = 256;
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

/// Kinds of characters, as bits.
type Kinds = u64;

/// The kind of what stands at each byte of a text, read once for all patterns that are looked for in it.
#[derive(Clone, Default)]
pub(super) struct Outline(Vec<u8>);

/// Stands at a byte inside a character.
const INSIDE: u8 = 62;
/// Stands behind the last character.
const END: u8 = 63;
/// The kinds of characters beyond ASCII, and how many they are.
const FIRST_OTHER: u8 = 32;
const OTHERS: u32 = 30;
const ANY_OTHER: Kinds = ((1 << OTHERS) - 1) << FIRST_OTHER;

/// The kind of a character: letters of their own, most others shared.
fn kind(c: char) -> u8 {
    match c {
        'a'..='z' => c as u8 - b'a',
        '0'..='9' => 26,
        ' ' => 27,
        '\0'..='\x7F' => 28 + (c as u8 & 3),
        _ => FIRST_OTHER + ((c as u32).wrapping_mul(SPREAD as u32) >> 16) as u8 % OTHERS as u8,
    }
}

impl Outline {
    /// Takes the outline of a text.
    pub(super) fn take(&mut self, text: &str) {
        self.0.clear();
        for c in text.chars() {
            self.0.push(kind(c));
            (1..c.len_utf8()).for_each(|_| self.0.push(INSIDE));
        }
    }

    /// The kinds of a part of the text.
    pub(super) fn part(&self, range: Range<usize>) -> &[u8] {
        self.0.get(range).unwrap_or_default()
    }
}

#[derive(Clone, Copy)]
enum Step {
    Byte(u8),
    /// A part of the literals.
    Bytes(u32, u32),
    Class(u32),
    /// Goes on with the next step, and if that leads nowhere with another; the number is that of the fork.
    Fork(u32, u32),
    Jump(u32),
    Look(Look),
    Match,
}

/// A set of characters.
struct Class {
    ascii: u128,
    /// Those beyond ASCII, in order.
    others: Box<[(char, char)]>,
    kinds: Kinds,
}

/// The classes of all patterns of a pack, each kept once: that of `\w` alone has 771 ranges.
#[derive(Default)]
pub(super) struct Classes(Map<Vec<(char, char)>, Arc<Class>>);

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
        let mut maker = Maker { steps: Vec::new(), literals: Vec::new(), used: Vec::new(), forks: 0, classes };
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
        outline: &[u8],
        search: &mut Search,
    ) -> Result<Option<Range<usize>>, TooLong> {
        let bits = self.forks.len() * (text.len() + 1);
        if bits > MOST_TRIED {
            return Err(TooLong);
        }
        search.tried.clear();
        search.tried.resize(bits.div_ceil(64), 0);
        let starts = if self.is_anchored { text.len().min(1) } else { text.len() };
        for (start, kind) in outline.iter().enumerate().take(starts) {
            if self.firsts & 1 << kind != 0
                && let Some(end) = self.run(text, outline, start, search)
            {
                return Ok(Some(start..end));
            }
        }
        Ok(None)
    }

    /// The end of the match that begins at a byte.
    fn run(&self, text: &str, outline: &[u8], start: usize, search: &mut Search) -> Option<usize> {
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
                    let here = 1 << outline.get(at).copied().unwrap_or(END);
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

impl Class {
    fn new(ranges: &[(char, char)]) -> Self {
        let mut ascii = 0;
        for (from, to) in ranges.iter().filter(|(from, _)| from.is_ascii()) {
            (*from as u32..=(*to as u32).min(127)).for_each(|c| ascii |= 1 << c);
        }
        let others = ranges.iter().filter(|(_, to)| !to.is_ascii()).map(|(from, to)| ((*from).max('\u{80}'), *to));
        let others: Box<[(char, char)]> = others.collect();
        let of_ascii = ('\0'..='\x7F').filter(|c| ascii & 1 << *c as u32 != 0);
        let mut kinds = of_ascii.fold(0, |kinds, c| kinds | 1 << kind(c));
        let count = others.iter().fold(0, |count: u32, (from, to)| count.saturating_add(*to as u32 - *from as u32 + 1));
        if count > MOST_TOLD_APART {
            kinds |= ANY_OTHER;
        } else {
            others.iter().flat_map(|(from, to)| *from..=*to).for_each(|c| kinds |= 1 << kind(c));
        }
        Self { ascii, others, kinds }
    }

    /// Whether it has a character beyond ASCII.
    fn holds(&self, c: char) -> bool {
        let at = self.others.partition_point(|(_, to)| *to < c);
        self.others.get(at).is_some_and(|(from, _)| *from <= c)
    }
}

impl Classes {
    fn of(&mut self, class: &hir::Class) -> Arc<Class> {
        let ranges: Vec<(char, char)> = match class {
            hir::Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
            // INVARIANT: in a pattern that matches text alone, a class of bytes holds ASCII alone.
            hir::Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
        };
        if let Some(known) = self.0.get(&ranges) {
            return Arc::clone(known);
        }
        let class = Arc::new(Class::new(&ranges));
        self.0.insert(ranges, Arc::clone(&class));
        class
    }
}

/// Makes the steps of a pattern.
struct Maker<'c> {
    steps: Vec<Step>,
    literals: Vec<u8>,
    used: Vec<Arc<Class>>,
    forks: u32,
    classes: &'c mut Classes,
}

impl Maker<'_> {
    fn push(&mut self, step: Step) -> Option<usize> {
        self.steps.push(step);
        (self.steps.len() <= MOST_STEPS).then(|| self.steps.len() - 1)
    }

    /// A fork whose other way is told later.
    fn fork(&mut self) -> Option<usize> {
        self.forks += 1;
        self.push(Step::Fork(self.forks - 1, 0))
    }

    /// Lets a fork or a jump lead to the step that comes next.
    fn land(&mut self, from: usize) {
        let here = self.steps.len() as u32;
        match &mut self.steps[from] {
            Step::Fork(_, to) | Step::Jump(to) => *to = here,
            _ => {}
        }
    }

    fn insert(&mut self, tree: &Hir) -> Option<()> {
        match tree.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                let from = self.literals.len() as u32;
                if let [byte] = &*literal.0 {
                    self.push(Step::Byte(*byte))?;
                } else {
                    self.literals.extend_from_slice(&literal.0);
                    self.push(Step::Bytes(from, self.literals.len() as u32))?;
                }
            }
            HirKind::Class(class) => {
                self.used.push(self.classes.of(class));
                self.push(Step::Class(self.used.len() as u32 - 1))?;
            }
            HirKind::Look(look) => {
                let is_known = matches!(look, Look::Start | Look::End | Look::WordUnicode | Look::WordUnicodeNegate);
                is_known.then(|| self.push(Step::Look(*look)))??;
            }
            HirKind::Repetition(repetition) => self.repeat(repetition)?,
            HirKind::Capture(capture) => self.insert(&capture.sub)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.insert(part))?,
            HirKind::Alternation(choices) => {
                let (last, choices) = choices.split_last()?;
                let mut ends = Vec::new();
                for choice in choices {
                    let fork = self.fork()?;
                    self.insert(choice)?;
                    ends.push(self.push(Step::Jump(0))?);
                    self.land(fork);
                }
                self.insert(last)?;
                ends.into_iter().for_each(|end| self.land(end));
            }
        }
        Some(())
    }

    fn repeat(&mut self, repetition: &hir::Repetition) -> Option<()> {
        let hir::Repetition { min, max, greedy, sub } = repetition;
        for _ in 0..*min {
            self.insert(sub)?;
        }
        let Some(max) = max else {
            // Why: a round that matches nothing would have to end the repetition, and steps do not know where a round began.
            if sub.properties().minimum_len().is_none_or(|shortest| shortest == 0) {
                return None;
            }
            let begin = self.steps.len();
            let exit = self.optional(*greedy)?;
            self.insert(sub)?;
            self.push(Step::Jump(begin as u32))?;
            self.land(exit);
            return Some(());
        };
        let exits: Option<Vec<usize>> = (*min..*max)
            .map(|_| {
                let exit = self.optional(*greedy)?;
                self.insert(sub)?;
                Some(exit)
            })
            .collect();
        exits?.into_iter().for_each(|exit| self.land(exit));
        Some(())
    }

    /// Begins what may be left out; returns the step that leads past it.
    fn optional(&mut self, greedy: bool) -> Option<usize> {
        let fork = self.fork()?;
        if greedy {
            return Some(fork);
        }
        let exit = self.push(Step::Jump(0))?;
        self.land(fork);
        Some(exit)
    }
}

/// What can stand where each step is come to, if it is to lead to a match.
fn ahead(steps: &[Step], literals: &[u8], classes: &[Arc<Class>]) -> Vec<Kinds> {
    let mut ahead: Vec<Kinds> = vec![0; steps.len()];
    loop {
        let mut has_grown = false;
        // Why from behind: all but loops lead forward, so the second round mostly finds nothing new.
        for (at, step) in steps.iter().enumerate().rev() {
            let next = ahead.get(at + 1).copied().unwrap_or_default();
            let kinds = match *step {
                Step::Byte(byte) if byte.is_ascii() => 1 << kind(byte.into()),
                Step::Bytes(from, to) => {
                    let literal = std::str::from_utf8(&literals[from as usize..to as usize]).unwrap_or_default();
                    literal.chars().next().map_or(Kinds::MAX, |c| 1 << kind(c))
                }
                Step::Class(class) => classes[class as usize].kinds,
                Step::Fork(_, other) => next | ahead[other as usize],
                Step::Jump(to) => ahead[to as usize],
                Step::Look(Look::End) => next & 1 << END,
                Step::Look(_) => next,
                Step::Match | Step::Byte(_) => Kinds::MAX,
            };
            has_grown |= kinds != ahead[at];
            ahead[at] = kinds;
        }
        if !has_grown {
            return ahead;
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
