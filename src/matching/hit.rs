use std::ops::Range;

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
