use std::fmt;
use std::ops::Range;

use crate::rules::{EntityName, Value};

/// A typed value found in a message.
#[derive(Clone, PartialEq)]
pub struct Found {
    entity: EntityName,
    value: Value,
    span: Range<usize>,
    others: Vec<Value>,
}

impl Found {
    pub(crate) fn new(entity: EntityName, value: Value, span: Range<usize>) -> Self {
        Self { entity, value, span, others: Vec::new() }
    }

    pub(crate) fn or(mut self, others: Vec<Value>) -> Self {
        self.others = others;
        self
    }

    /// The entity it is a value of.
    pub fn entity(&self) -> &EntityName {
        &self.entity
    }

    /// The value in the form of its type; the likelier one where it can be read in two ways.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Bytes of the original message it was read from.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The other ways to read it, such as 2 March for `3/2`; mostly none.
    pub fn others(&self) -> &[Value] {
        &self.others
    }
}

impl fmt::Debug for Found {
    /// Shows entity and place, never the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Found({} at {:?})", self.entity, self.span)
    }
}
