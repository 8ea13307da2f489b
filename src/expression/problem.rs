use std::ops::Range;

/// Something wrong with the source of a text, condition or expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What kind of mistake it is; each has its own diagnostic code.
    pub(crate) kind: ProblemKind,
    /// Bytes of the source it is about.
    pub(crate) at: Range<usize>,
    /// What is wrong, in lower case, with the rules' own words in backticks.
    pub(crate) message: String,
    /// What the author probably meant to write at `at`.
    pub(crate) suggestion: Option<String>,
    /// How to say it instead.
    pub(crate) help: Option<&'static str>,
}

/// The kinds of mistakes in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ProblemKind {
    /// It cannot be read at all.
    Syntax,
    /// `{% %}` or `{# #}` in a text.
    Statement,
    /// Something the grammar has and this language does not.
    Unsupported,
    /// Longer or deeper than is reasonable.
    TooLong,
    /// A name nothing declares.
    UnknownName,
    /// A field its record does not have.
    UnknownField,
    /// A filter or test that does not exist.
    UnknownFilter,
    /// A text that is none of the entity's values.
    UnknownValue,
    /// A value of one type where another is needed.
    WrongType,
    /// A value that may be missing where one is needed.
    MayBeUnset,
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, at: Range<usize>, message: impl Into<String>) -> Self {
        Self { kind, at, message: message.into(), suggestion: None, help: None }
    }

    pub(super) fn meant<'a>(mut self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.suggestion = nearest(name, known).map(str::to_owned);
        self
    }

    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

/// The known name closest to a misspelt one, if it is close enough to be meant.
fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|candidate| (edits(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap of neighbours) between two short names.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (index, letter) in left.chars().take(64).enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(index + 1);
        for (column, other) in right.iter().enumerate() {
            let at = |cells: &[usize], place: usize| cells.get(place).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&row, column) + usize::from(letter != *other))
                .min(at(&row, column + 1) + 1)
                .min(at(&next, column) + 1);
            let previous = column.checked_sub(1).and_then(|before| right.get(before)).copied();
            if last == Some(*other) && previous == Some(letter) && column >= 1 {
                cost = cost.min(at(&before, column - 1) + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(letter);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let known = ["quality", "delivered", "order_no", "days"];
        for (name, expected) in [
            ("qualty", Some("quality")),
            ("order_on", Some("order_no")),
            ("dyas", Some("days")),
            ("deliverd", Some("delivered")),
            ("zzz", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
    }
}
