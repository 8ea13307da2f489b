use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::Rulebook;
use crate::escalation::{is_open, next_open};
use crate::expression::Values;
use crate::rules::{SlotName, Value};
use crate::session::Document;
use crate::text::Language;

/// The desk's hours as conditions and texts read them; worked out only where one does.
pub(super) struct Opening<'a> {
    rules: &'a Rulebook,
    now: jiff::Timestamp,
    shown: OnceCell<Value>,
}

impl<'a> Opening<'a> {
    pub(super) fn new(rules: &'a Rulebook, now: jiff::Timestamp) -> Self {
        Self { rules, now, shown: OnceCell::new() }
    }

    fn shown(&self) -> &Value {
        self.shown.get_or_init(|| {
            let hours = self.rules.pack.escalation.hours.as_ref();
            let open = hours.is_none_or(|hours| is_open(hours, &self.rules.zone, self.now));
            let next = hours.map_or(Some(self.now), |hours| next_open(hours, &self.rules.zone, self.now));
            let next = next.map_or(Value::None, |next| Value::Text(next.to_string()));
            Value::record([("open", Value::Bool(open)), ("next_open", next)])
        })
    }
}

/// What is read about the conversation itself; made only where a rule reads it.
pub(super) struct Talk<'a> {
    doc: &'a Document,
    language: Language,
    shown: [OnceCell<Value>; 5],
}

impl<'a> Talk<'a> {
    pub(super) fn new(doc: &'a Document, language: Language) -> Self {
        Self { doc, language, shown: Default::default() }
    }

    fn root(&self, name: &str) -> Option<&Value> {
        let counters = &self.doc.counters;
        let [frustration, misses, turns, channel, language] = &self.shown;
        Some(match name {
            "frustration" => frustration.get_or_init(|| Value::Decimal(f64::from(counters.frustration))),
            "misses" => misses.get_or_init(|| Value::Integer(counters.misses.into())),
            "turns" => turns.get_or_init(|| Value::Integer(counters.turns.into())),
            "channel" => channel.get_or_init(|| self.doc.channel.as_deref().map_or(Value::None, Value::from)),
            "language" => language.get_or_init(|| Value::from(self.language.code())),
            _ => return None,
        })
    }
}

/// What conditions and texts can read in a turn.
pub(super) struct Known<'a> {
    pub(super) facts: &'a Value,
    pub(super) customer: &'a Value,
    pub(super) slots: Option<&'a BTreeMap<SlotName, Value>>,
    /// The row a chip's label speaks of.
    pub(super) item: Option<&'a Value>,
    pub(super) opening: &'a Opening<'a>,
    pub(super) talk: Talk<'a>,
    /// What a text of the bot's own is given.
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
            "hours" => Some(self.opening.shown()),
            _ => self
                .more
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value)
                .or_else(|| self.talk.root(name)),
        }
    }
}
