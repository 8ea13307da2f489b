use crate::text::Language;

/// A keyword as the author wrote it, parsed: words in order, with alternatives, optional parts and word groups.
#[derive(Clone, Debug)]
pub(crate) struct Keyword {
    /// `None` for words of any language (`any:`).
    pub(crate) language: Option<Language>,
    /// As written, for explanations.
    pub(crate) text: Box<str>,
    /// The author's weight; `None` means by length.
    pub(crate) weight: Option<f32>,
    pub(crate) parts: Box<[Part]>,
}

/// One part of a keyword.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Literal words, not yet folded.
    Words(Box<str>),
    /// `(a|b)`: any of these.
    AnyOf(Box<[Box<[Part]>]>),
    /// `[a]`: this or nothing.
    Optional(Box<[Part]>),
    /// `<order>`: any word of a word group, by index into [`super::Pack::groups`].
    Group(usize),
}
