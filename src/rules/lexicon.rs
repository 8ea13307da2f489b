use super::{Keyword, LexiconName};

/// A weighted word list with a meaning, such as negation or a legal threat.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    pub(crate) name: LexiconName,
    pub(crate) entries: Vec<LexiconEntry>,
}

/// One phrase of a lexicon; its weight is `keyword.weight` or 1.
pub(crate) type LexiconEntry = Keyword;
