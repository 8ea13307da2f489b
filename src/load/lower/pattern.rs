use std::fmt::Write as _;
use std::ops::Range;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::super::node::Node;
use super::Lowering;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::rules::{Builtin, Entity, EntityKind, Part, Pattern};
use crate::text::as_folded;

/// Estimated instructions up to which a pattern surely compiles; one `\w` counts about 750. Why: patterns are built on first
/// use, under the regex crate's limit of 10 MB, and building must not fail then; so larger ones are built here to see.
const SURE_INSTRUCTIONS: usize = 40_000;

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PatternProblem {
    Syntax(String, Range<usize>),
    TooLarge,
    MatchesNothing,
}

/// Checks a regex without compiling it, six thousand of them must load in a blink, and returns its syntax tree.
pub(super) fn check(regex: &str) -> Result<Hir, PatternProblem> {
    let hir = ParserBuilder::new().nest_limit(50).build().parse(regex).map_err(|error| {
        let (kind, range) = match &error {
            regex_syntax::Error::Parse(error) => {
                (error.kind().to_string(), error.span().start.offset..error.span().end.offset)
            }
            regex_syntax::Error::Translate(error) => {
                (error.kind().to_string(), error.span().start.offset..error.span().end.offset)
            }
            _ => ("it is no regular expression".to_owned(), 0..regex.len()),
        };
        PatternProblem::Syntax(kind, range)
    })?;
    if size(&hir) > SURE_INSTRUCTIONS && regex::Regex::new(regex).is_err() {
        return Err(PatternProblem::TooLarge);
    }
    if hir.properties().minimum_len() == Some(0) {
        return Err(PatternProblem::MatchesNothing);
    }
    Ok(hir)
}

/// An upper estimate of the instructions a tree compiles to.
fn size(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len().max(1),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len().max(1),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            size(&repetition.sub).saturating_add(1).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => size(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(parts.len(), |sum, part| sum.saturating_add(size(part)))
        }
    }
}

/// Whether every match contains a literal that can be looked for first.
fn has_literal(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80),
        // Why: `(少|漏|缺)` is a class for the parser and a choice of words for its author.
        HirKind::Class(Class::Unicode(class)) => {
            let signs: usize =
                class.ranges().iter().map(|range| range.end() as usize - range.start() as usize + 1).sum();
            signs <= 16
                && class.ranges().iter().all(|range| range.start().is_alphabetic() && range.end().is_alphabetic())
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => false,
        HirKind::Repetition(repetition) => repetition.min > 0 && has_literal(&repetition.sub),
        HirKind::Capture(capture) => has_literal(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(has_literal),
        HirKind::Alternation(parts) => parts.iter().all(has_literal),
    }
}

/// A pattern as it meets folded text: letters lower-cased, full width narrowed, traditional signs simplified; what stands
/// behind a backslash and flags stay as they are.
pub(super) fn fold(pattern: &str) -> String {
    let mut folded = String::with_capacity(pattern.len());
    let mut signs = pattern.chars().peekable();
    let mut literal = String::new();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => {
                flush(&mut literal, &mut folded);
                folded.push('\\');
                let Some(escaped) = signs.next() else { break };
                folded.push(escaped);
                // Why: `\p{Han}` and `\x{4E00}` carry names whose case means something.
                if matches!(escaped, 'p' | 'P' | 'x' | 'u' | 'U') && signs.peek() == Some(&'{') {
                    for inside in signs.by_ref() {
                        folded.push(inside);
                        if inside == '}' {
                            break;
                        }
                    }
                }
            }
            '(' if signs.peek() == Some(&'?') => {
                flush(&mut literal, &mut folded);
                folded.push('(');
                for inside in signs.by_ref() {
                    folded.push(inside);
                    if matches!(inside, ':' | ')' | '>') {
                        break;
                    }
                }
            }
            '\u{FF01}'..='\u{FF5E}' => {
                let narrow = char::from_u32(sign as u32 - 0xFEE0).unwrap_or(sign);
                if narrow.is_ascii_punctuation() {
                    // Why: a full-width bracket is a sign to match, no bracket of the pattern.
                    flush(&mut literal, &mut folded);
                    folded.push_str(&regex_syntax::escape(&narrow.to_string()));
                } else {
                    literal.extend(narrow.to_lowercase());
                }
            }
            other => literal.extend(other.to_lowercase()),
        }
    }
    flush(&mut literal, &mut folded);
    folded
}

fn flush(literal: &mut String, folded: &mut String) {
    if literal.is_ascii() {
        folded.push_str(literal);
    } else {
        folded.push_str(&as_folded(literal));
    }
    literal.clear();
}

/// `{name}` in a pattern, with its bytes; `{2,3}` is a count.
fn placeholders(pattern: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = pattern.get(at..).and_then(|rest| rest.find('{')).map(|index| at + index) {
        let Some(length) = pattern.get(open..).and_then(|rest| rest.find('}')) else { break };
        let name = pattern.get(open + 1..open + length).unwrap_or_default();
        let before = pattern.get(..open).unwrap_or_default();
        let is_class_name = ["\\p", "\\P", "\\x", "\\u", "\\U"].iter().any(|escape| before.ends_with(escape));
        if name.starts_with(|sign: char| sign.is_ascii_lowercase()) && !is_class_name {
            found.push((open..open + length + 1, name));
        }
        at = open + length + 1;
    }
    found
}

impl Lowering<'_> {
    /// The patterns of an intent.
    pub(super) fn patterns(&mut self, node: Option<&Node>, entities: &[Entity]) -> Vec<Pattern> {
        let Some(node) = node else { return Vec::new() };
        let mut patterns = Vec::new();
        for (speaker, value) in self.per_language(node, "patterns are meant", &[]) {
            for item in self.items(value) {
                let (text, weight) = match item.as_map() {
                    Some([(key, value)]) if !value.is_null() => (key, self.number(value)),
                    _ => (item, None),
                };
                let Some(written) = self.text(text, "a pattern") else { continue };
                let Some((regex, tree)) = self.pattern(text, &written, entities) else { continue };
                patterns.push(Pattern {
                    origin: text.origin,
                    language: speaker.language,
                    text: written,
                    regex: regex.into(),
                    tree: Some(tree),
                    weight: weight.map(|weight| weight as f32),
                });
            }
        }
        patterns
    }

    fn pattern(&mut self, node: &Node, written: &str, entities: &[Entity]) -> Option<(String, Hir)> {
        let mut folded = String::with_capacity(written.len());
        let mut done = 0;
        let mut used: Vec<&str> = Vec::new();
        for (range, name) in placeholders(written) {
            folded.push_str(&fold(written.get(done..range.start)?));
            done = range.end;
            let Some(inserted) = insertion(name, entities) else {
                let known = self.names.entities.iter().map(|known| &**known);
                let finding = Finding::error(Code::UNKNOWN_ENTITY, node.origin, format!("there is no entity `{name}`"))
                    .within(range)
                    .maybe_help(did_you_mean_help(name, known));
                self.report(finding);
                return None;
            };
            used.push(name);
            let times = used.iter().filter(|other| **other == name).count();
            let group = name.replace(['-', '.'], "_");
            if times == 1 {
                let _ = write!(folded, "(?P<{group}>{inserted})");
            } else {
                let _ = write!(folded, "(?P<{group}_{times}>{inserted})");
            }
        }
        folded.push_str(&fold(written.get(done..)?));
        self.checked(node, written, folded)
    }

    /// A regex that is known to compile with its syntax tree, or a finding.
    fn checked(&mut self, node: &Node, written: &str, regex: String) -> Option<(String, Hir)> {
        match check(&regex) {
            Ok(tree) => {
                if !has_literal(&tree) && !self.files.is_base(node.origin) {
                    let message = "no word must occur in this pattern, so it is tried on every message";
                    self.report(
                        Finding::warning(Code::NO_LITERAL, node.origin, message)
                            .help("add a word that every match contains"),
                    );
                }
                Some((regex, tree))
            }
            Err(problem) => {
                self.pattern_problem(node, written, problem);
                None
            }
        }
    }

    pub(super) fn pattern_problem(&mut self, node: &Node, written: &str, problem: PatternProblem) {
        let finding = match problem {
            PatternProblem::Syntax(kind, range) => {
                let finding =
                    Finding::error(Code::BAD_PATTERN, node.origin, format!("this pattern cannot be read: {kind}"));
                // Why: the range is of the folded pattern, which mostly is as long as the written one.
                if written.get(range.clone()).is_some_and(|part| !part.is_empty()) {
                    finding.within(range)
                } else {
                    finding
                }
            }
            PatternProblem::TooLarge => {
                Finding::error(Code::PATTERN_TOO_LARGE, node.origin, "this pattern would be too large")
                    .help("use smaller counts, or `.*` instead of `.{0,1000}`")
            }
            PatternProblem::MatchesNothing => {
                Finding::error(Code::EMPTY_MATCH, node.origin, "this pattern matches every message, also an empty one")
                    .help("take away a `*` or `?`")
            }
        };
        self.report(finding);
    }
}

/// What `{name}` stands for in a pattern.
fn insertion(name: &str, entities: &[Entity]) -> Option<String> {
    let entity = entities.iter().find(|entity| entity.name == *name)?;
    Some(match &entity.kind {
        EntityKind::Pattern { regex, .. } => format!("(?:{regex})"),
        EntityKind::Values(values) => {
            let mut words: Vec<String> = values
                .iter()
                .flat_map(|value| &value.words)
                .filter_map(|keyword| match &*keyword.parts {
                    [Part::Words(words)] => Some(regex_syntax::escape(&as_folded(&words.to_lowercase()))),
                    _ => None,
                })
                .collect();
            // Why: the first alternative that fits wins, and the longest is meant.
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words.dedup();
            if words.is_empty() { "[^\\s\\S]".to_owned() } else { format!("(?:{})", words.join("|")) }
        }
        EntityKind::Builtin(builtin) => shape(*builtin).to_owned(),
    })
}

/// The rough shape of a built-in entity inside a pattern; the exact reading is done by `entities`.
fn shape(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::Phone => r"\+?\d[\d ()-]{5,18}\d",
        Builtin::Email => r"[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}",
        Builtin::Number | Builtin::Rating => r"\d+(?:[.,]\d+)?",
        Builtin::Quantity => r"\d+",
        Builtin::Money => r"[$€£¥]?\s?\d+(?:[.,]\d+)*\s?(?:元|块|[a-z]{3}|[$€£¥])?",
        Builtin::Date => r"\d{1,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,4}日?)?",
        Builtin::Time => r"\d{1,2}(?:[:.h点]\d{0,2})?",
        Builtin::IdCard => r"\d{17}[\dx]",
        Builtin::BankCard => r"\d(?:[ -]?\d){11,18}",
        Builtin::Name | Builtin::Address | Builtin::YesNo | Builtin::Image => r"\S+",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fold_and_classes_stay() {
        for (pattern, expected) in [
            (r"Where .*(Order|PARCEL)", r"where .*(order|parcel)"),
            (r"\S+\W[A-Z]\D", r"\S+\W[a-z]\D"),
            (r"\p{Han}A", r"\p{Han}a"),
            ("發貨（Ａ）", "发货\\(a\\)"),
            (r"(?i)Abc(?P<Name>X)", r"(?i)abc(?P<Name>x)"),
        ] {
            assert_eq!(fold(pattern), expected);
        }
    }

    #[test]
    fn patterns_are_checked() {
        for (pattern, has) in [("where .*order", true), ("(少|漏)了?", true), (r"\d{8,12}", false), ("(?:a|b)c?", true)]
        {
            assert_eq!(check(pattern).map(|tree| has_literal(&tree)), Ok(has), "{pattern}");
        }
        assert_eq!(check("a*"), Err(PatternProblem::MatchesNothing));
        assert_eq!(check(r"((\w{100}){100}){100}"), Err(PatternProblem::TooLarge));
        assert!(matches!(check("(a"), Err(PatternProblem::Syntax(_, _))));
        assert!(matches!(check("(?=a)b"), Err(PatternProblem::Syntax(_, _))));
    }

    #[test]
    fn placeholders_are_no_counts() {
        let names: Vec<&str> = placeholders(r"\p{Han}{2,3} {order_no} a{2}").iter().map(|(_, name)| *name).collect();
        assert_eq!(names, ["order_no"]);
    }
}
