//! What a session's slots may show: to the desk with a handoff, and to whoever looks at a conversation.

use std::collections::BTreeMap;

use super::Rulebook;
use crate::entities::{mask, mask_value};
use crate::rules::{EntityName, Privacy, Type, Value};
use crate::session::Document;

/// What the customer told in the open flow; host results stay out, private values are masked.
pub(crate) fn masked_slots(rules: &Rulebook, doc: &Document) -> BTreeMap<String, Value> {
    let Some(frame) = doc.slot_frame() else { return BTreeMap::new() };
    frame
        .slots
        .iter()
        .filter(|(_, value)| !matches!(value, Value::Record(_) | Value::List(_) | Value::None))
        .map(|(name, value)| (name.to_string(), masked(rules, doc, name.as_str(), value)))
        .collect()
}

/// The entity a slot of the open flow is of.
pub(super) fn entity_of(rules: &Rulebook, doc: &Document, slot: &str) -> Option<EntityName> {
    let frame = doc.slot_frame()?;
    match rules.pack.flow(frame.flow.as_str())?.slot(slot)?.ty.required() {
        Type::Entity(name) => Some(name.clone()),
        _ => None,
    }
}

fn masked(rules: &Rulebook, doc: &Document, slot: &str, value: &Value) -> Value {
    let entity = entity_of(rules, doc, slot);
    let privacy = entity.map_or(Privacy::Public, |name| rules.entities().privacy(name.as_str()));
    match (privacy, value) {
        (Privacy::Public, Value::Text(text)) => Value::Text(mask(text).into_owned()),
        // Why: a phone number given for an amount is one all the same.
        (Privacy::Public, Value::Integer(number)) => {
            let written = number.to_string();
            let masked = mask(&written);
            if *masked == *written { value.clone() } else { Value::Text(masked.into_owned()) }
        }
        (Privacy::Public, other) => other.clone(),
        (privacy, other) => mask_value(other, privacy),
    }
}
