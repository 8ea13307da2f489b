use std::ops::Range;

use crate::rules::Value;

/// A value read from the folded text, before its span is led back to the original.
#[derive(Clone, PartialEq)]
pub(super) struct Hit {
    pub(super) value: Value,
    /// Other ways to read it.
    pub(super) others: Vec<Value>,
    /// Bytes of the folded text.
    pub(super) span: Range<usize>,
}

impl Hit {
    pub(super) fn new(value: impl Into<Value>, span: Range<usize>) -> Self {
        Self { value: value.into(), others: Vec::new(), span }
    }
}
