use std::ops::Range;

use crate::diagnostic::did_you_mean;

/// Something wrong with the source of a text, condition or expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What kind of mistake it is; each has its own diagnostic code.
    pub(crate) kind: ProblemKind,
    /// Bytes of the source it is about.
    pub(crate) at: Range<usize>,
    /// What is wrong, in lower case, with the rules' own words in backticks.
    pub(crate) message: String,
    /// The name that nothing declares.
    pub(crate) name: Option<Box<str>>,
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
        Self { kind, at, message: message.into(), name: None, suggestion: None, help: None }
    }

    pub(super) fn of(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(super) fn meant<'a>(mut self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.suggestion = did_you_mean(name, known).map(str::to_owned);
        self
    }

    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}
