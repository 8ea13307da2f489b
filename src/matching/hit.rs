use std::ops::Range;

/// One item found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// First token.
    pub(crate) start: u32,
    /// Token after the last.
    pub(crate) end: u32,
    /// Index into the matcher's items.
    pub(crate) item: u32,
    /// How well the worst of its words fitted.
    pub(crate) fit: Fit,
}

impl Hit {
    /// Where it comes among the hits of a text: by its place, then by item, the best fit first.
    ///
    /// INVARIANT: a text has far fewer than 65,536 tokens, and a pack fewer than 2^30 items.
    pub(super) fn place(&self) -> u64 {
        u64::from(self.start) << 48 | u64::from(self.end) << 32 | u64::from(self.item) << 2 | self.fit as u64
    }
}

/// How a word of the text fitted a word of a rule, the best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// The same word, apostrophes aside.
    #[default]
    Exact,
    /// The same word written without its accents.
    Bare,
    /// Another inflection: the stems are the same.
    Stem,
    /// Misspelt.
    Repaired,
}

/// A word for one of an entity's named values, found in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValueHit {
    /// Index into [`crate::rules::Pack::entities`].
    pub(crate) entity: usize,
    /// Index into the entity's values.
    pub(crate) value: usize,
    /// Bytes of the folded text.
    pub(crate) span: Range<usize>,
}
