use std::collections::BTreeMap;

use crate::expression::Values;
use crate::rules::{SlotName, Value};

/// What conditions and texts can read in a turn.
pub(super) struct Known<'a> {
    pub(super) facts: &'a Value,
    pub(super) customer: &'a Value,
    pub(super) slots: Option<&'a BTreeMap<SlotName, Value>>,
    /// The row a chip's label speaks of.
    pub(super) item: Option<&'a Value>,
    /// Counters and what a text of the bot's own is given.
    pub(super) more: &'a [(&'static str, Value)],
}

impl Values for Known<'_> {
    fn root(&self, name: &str) -> Option<&Value> {
        if let Some(value) = self.slots.and_then(|slots| slots.get(name)) {
            return Some(value);
        }
        match name {
            "facts" => Some(self.facts),
            "customer" => Some(self.customer),
            "item" => self.item,
            _ => self.more.iter().find(|(known, _)| *known == name).map(|(_, value)| value),
        }
    }
}
