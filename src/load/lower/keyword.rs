use std::ops::Range;

use crate::rules::Part;

/// Why a keyword cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeywordProblem {
    Unclosed(char, Range<usize>),
    Unopened(char, Range<usize>),
    Empty(Range<usize>),
    UnknownGroup(Box<str>, Range<usize>),
    /// A sign of regular expressions.
    Regex(Range<usize>),
    /// `phrase: 2` inside quotes.
    Weight(Range<usize>),
}

/// Brackets inside brackets, at most.
const DEEPEST: usize = 8;

/// Reads `words (a|b) [optional] <group>`. `group` gives the index of a word group.
pub(super) fn parse(text: &str, group: &dyn Fn(&str) -> Option<usize>) -> Result<Box<[Part]>, KeywordProblem> {
    if let Some(range) = regex_sign(text) {
        return Err(KeywordProblem::Regex(range));
    }
    if let Some(range) = weight_inside(text) {
        return Err(KeywordProblem::Weight(range));
    }
    if !text.contains(['(', '[', '<', ')', ']', '>', '|']) {
        let words = text.trim();
        if words.is_empty() {
            return Err(KeywordProblem::Empty(0..text.len()));
        }
        return Ok(Box::new([Part::Words(words.into())]));
    }
    let mut parser = KeywordParser { text, at: 0, group, depth: 0 };
    let parts = parser.sequence(None)?;
    if parts.iter().all(|part| matches!(part, Part::Optional(_))) {
        return Err(KeywordProblem::Empty(0..text.len()));
    }
    Ok(parts)
}

/// Signs that only make sense in a regular expression.
fn regex_sign(text: &str) -> Option<Range<usize>> {
    const SIGNS: [&str; 16] =
        [".*", ".+", "\\d", "\\w", "\\b", "\\s", "\\S", "\\W", "(?", "[^", ")?", ")*", ")+", "]*", "]+", ".{"];
    // Why by bytes: fifty thousand phrases are looked through, and hardly any has even the beginning of a sign.
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'.' | b'\\' | b'(' | b'[' | b')' | b']'))
    {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(sign) = SIGNS.iter().filter(|sign| rest.starts_with(**sign)).min_by_key(|sign| sign.len()) {
            return Some(at..at + sign.len());
        }
    }
    if text.len() > 1 && text.starts_with('^') {
        return Some(0..1);
    }
    if text.len() > 1 && text.ends_with('$') && text.chars().nth_back(1).is_some_and(char::is_alphabetic) {
        return Some(text.len() - 1..text.len());
    }
    // A range such as [a-z].
    let open = text.find('[')?;
    let inside = text.get(open + 1..)?.split(']').next()?;
    let signs: Vec<char> = inside.chars().collect();
    match signs.as_slice() {
        [from, '-', to, ..] if from.is_ascii_alphanumeric() && to.is_ascii_alphanumeric() => {
            Some(open..open + 1 + inside.len() + 1)
        }
        _ => None,
    }
}

/// `: 2` at the end of a text that stood in quotes.
fn weight_inside(text: &str) -> Option<Range<usize>> {
    let (phrase, weight) = text.rsplit_once(':')?;
    let is_weight = weight.starts_with(' ') && weight.trim().parse::<f64>().is_ok();
    (is_weight && !phrase.trim().is_empty()).then_some(phrase.len()..text.len())
}

struct KeywordParser<'k> {
    text: &'k str,
    at: usize,
    group: &'k dyn Fn(&str) -> Option<usize>,
    depth: usize,
}

impl KeywordParser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    /// Parts up to the closing sign (not consumed) or a `|` inside a group.
    fn sequence(&mut self, inside: Option<(char, usize)>) -> Result<Box<[Part]>, KeywordProblem> {
        let start = self.at;
        if let (Some((open, opened)), true) = (inside, self.depth > DEEPEST) {
            return Err(KeywordProblem::Unclosed(open, opened..opened + 1));
        }
        self.depth += 1;
        let mut parts = Vec::new();
        let mut words = self.at;
        loop {
            let sign = self.peek();
            let here = self.at;
            if matches!(sign, None | Some('(' | '[' | '<' | ')' | ']' | '>' | '|')) {
                let literal = self.text.get(words..here).unwrap_or_default().trim();
                if !literal.is_empty() {
                    parts.push(Part::Words(literal.into()));
                }
            }
            match sign {
                None => match inside {
                    Some((open, opened)) => return Err(KeywordProblem::Unclosed(open, opened..opened + 1)),
                    None => break,
                },
                Some('(') => {
                    self.at += 1;
                    parts.push(self.choice(here)?);
                    words = self.at;
                }
                Some('[') => {
                    self.at += 1;
                    let mut choices = vec![self.sequence(Some(('[', here)))?];
                    while self.peek() == Some('|') {
                        self.at += 1;
                        choices.push(self.sequence(Some(('[', here)))?);
                    }
                    self.close(']', '[', here)?;
                    let only = if choices.len() == 1 { choices.pop() } else { None };
                    parts.push(Part::Optional(
                        only.unwrap_or_else(|| Box::new([Part::AnyOf(choices.into_boxed_slice())])),
                    ));
                    words = self.at;
                }
                Some('<') => {
                    parts.push(self.named(here)?);
                    words = self.at;
                }
                Some(sign @ (')' | ']' | '>')) => {
                    if inside.is_some_and(|(open, _)| closes(open) == sign) {
                        break;
                    }
                    return Err(KeywordProblem::Unopened(sign, here..here + 1));
                }
                Some('|') if inside.is_some() => break,
                Some('|') => return Err(KeywordProblem::Regex(here..here + 1)),
                Some(other) => {
                    self.at += other.len_utf8();
                }
            }
        }
        self.depth -= 1;
        if parts.is_empty() {
            return Err(KeywordProblem::Empty(start..self.at.max(start + 1).min(self.text.len())));
        }
        Ok(parts.into_boxed_slice())
    }

    fn choice(&mut self, opened: usize) -> Result<Part, KeywordProblem> {
        let mut choices = vec![self.sequence(Some(('(', opened)))?];
        while self.peek() == Some('|') {
            self.at += 1;
            choices.push(self.sequence(Some(('(', opened)))?);
        }
        self.close(')', '(', opened)?;
        Ok(Part::AnyOf(choices.into_boxed_slice()))
    }

    fn close(&mut self, sign: char, open: char, opened: usize) -> Result<(), KeywordProblem> {
        if self.peek() == Some(sign) {
            self.at += 1;
            return Ok(());
        }
        Err(KeywordProblem::Unclosed(open, opened..opened + 1))
    }

    fn named(&mut self, opened: usize) -> Result<Part, KeywordProblem> {
        let rest = self.text.get(opened + 1..).unwrap_or_default();
        let Some(length) = rest.find('>') else {
            return Err(KeywordProblem::Unclosed('<', opened..opened + 1));
        };
        let name = rest.get(..length).unwrap_or_default().trim();
        self.at = opened + 1 + length + 1;
        match (self.group)(name) {
            Some(index) => Ok(Part::Group(index)),
            None => Err(KeywordProblem::UnknownGroup(name.into(), opened + 1..opened + 1 + length)),
        }
    }
}

fn closes(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '>',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Part {
        Part::Words(text.into())
    }

    fn read(text: &str) -> Result<Vec<Part>, KeywordProblem> {
        parse(text, &|name| (name == "order").then_some(3)).map(Vec::from)
    }

    #[test]
    fn phrases_become_parts() {
        let any = |choices: &[&str]| Part::AnyOf(choices.iter().map(|choice| Box::from([words(choice)])).collect());
        assert_eq!(read("多久(到|能到)"), Ok(vec![words("多久"), any(&["到", "能到"])]));
        assert_eq!(
            read("how long (does|will) <order> take"),
            Ok(vec![words("how long"), any(&["does", "will"]), Part::Group(3), words("take")])
        );
        assert_eq!(read("[my] <order>"), Ok(vec![Part::Optional(Box::new([words("my")])), Part::Group(3)]));
        assert_eq!(read("[my|the] bag"), Ok(vec![Part::Optional(Box::new([any(&["my", "the"])])), words("bag")]));
        assert_eq!(read("(a [b]|c)").map(|parts| parts.len()), Ok(1));
        assert_eq!(read("?"), Ok(vec![words("?")]));
        assert_eq!(read("price: free"), Ok(vec![words("price: free")]));
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, expected) in [
            ("(a|b", KeywordProblem::Unclosed('(', 0..1)),
            ("x [a", KeywordProblem::Unclosed('[', 2..3)),
            ("<order", KeywordProblem::Unclosed('<', 0..1)),
            ("a) b", KeywordProblem::Unopened(')', 1..2)),
            ("(a]", KeywordProblem::Unopened(']', 2..3)),
            ("<ordr>", KeywordProblem::UnknownGroup("ordr".into(), 1..5)),
            ("where .* order", KeywordProblem::Regex(6..8)),
            ("a|b", KeywordProblem::Regex(1..2)),
            ("[a-z] x", KeywordProblem::Regex(0..5)),
            ("^order", KeywordProblem::Regex(0..1)),
            ("delivery time: 2", KeywordProblem::Weight(13..16)),
            ("()", KeywordProblem::Empty(1..2)),
            ("(a|)", KeywordProblem::Empty(3..4)),
            ("[a]", KeywordProblem::Empty(0..3)),
            ("  ", KeywordProblem::Empty(0..2)),
        ] {
            assert_eq!(read(text), Err(expected), "{text}");
        }
    }
}
