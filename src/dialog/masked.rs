//! What a session's slots may show: to the desk with a handoff, and to whoever looks at a conversation.

use std::collections::BTreeMap;

use super::Rulebook;
use crate::entities::{mask, mask_value};
use crate::rules::{EntityKind, EntityName, Privacy, SlotName, Type, Value};
use crate::session::{Document, Frame};

/// What the customer told in the open flow; host results stay out, private values are masked.
pub(crate) fn masked_slots(rules: &Rulebook, doc: &Document) -> BTreeMap<String, Value> {
    let Some(frame) = doc.slot_frame() else { return BTreeMap::new() };
    let Some(flow) = rules.pack.flow(frame.flow.as_str()) else { return BTreeMap::new() };
    let is_told = |name: &SlotName, value: &Value| match value {
        Value::None => false,
        Value::Record(_) | Value::List(_) => flow.slot(name.as_str()).is_some_and(|slot| is_plain(&slot.ty)),
        _ => true,
    };
    frame
        .slots
        .iter()
        .filter(|(name, value)| is_told(name, value))
        .map(|(name, value)| (name.to_string(), masked(rules, doc, name.as_str(), value)))
        .collect()
}

/// What a flow was told of closed lists that are not private: their values are names in the rules, no words of a customer's.
pub(super) fn listed_values(rules: &Rulebook, frame: &Frame) -> BTreeMap<String, String> {
    let Some(flow) = rules.pack.flow(frame.flow.as_str()) else { return BTreeMap::new() };
    let listed = |(name, value): (&SlotName, &Value)| {
        let Type::Entity(entity) = flow.slot(name.as_str())?.ty.required() else { return None };
        let (_, entity) = rules.pack.entity(entity.as_str())?;
        let EntityKind::Values(values) = &entity.kind else { return None };
        let Value::Text(text) = value else { return None };
        let is_listed = entity.privacy == Privacy::Public && values.iter().any(|value| *value.name == **text);
        is_listed.then(|| (name.to_string(), text.clone()))
    };
    frame.slots.iter().filter_map(listed).collect()
}

/// Whether values of the type are what a customer tells: amounts of money and lists of plain values too, no host results.
fn is_plain(ty: &Type) -> bool {
    match ty.required() {
        Type::List(item) => is_plain(item),
        Type::Record(_) => false,
        _ => true,
    }
}

/// The entity a slot of the open flow is of.
pub(super) fn entity_of(rules: &Rulebook, doc: &Document, slot: &str) -> Option<EntityName> {
    let frame = doc.slot_frame()?;
    match rules.pack.flow(frame.flow.as_str())?.slot(slot)?.ty.required() {
        Type::Entity(name) => Some(name.clone()),
        Type::List(item) => match item.required() {
            Type::Entity(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn masked(rules: &Rulebook, doc: &Document, slot: &str, value: &Value) -> Value {
    let entity = entity_of(rules, doc, slot);
    let privacy = entity.map_or(Privacy::Public, |name| rules.entities().privacy(name.as_str()));
    if privacy == Privacy::Public { without_numbers(value) } else { mask_value(value, privacy) }
}

/// A public value without the private numbers that may stand in it.
fn without_numbers(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(mask(text).into_owned()),
        // Why: a phone number given for an amount is one all the same.
        Value::Integer(number) => {
            let written = number.to_string();
            let masked = mask(&written);
            if *masked == *written { value.clone() } else { Value::Text(masked.into_owned()) }
        }
        Value::List(items) => Value::List(items.iter().map(without_numbers).collect()),
        other => other.clone(),
    }
}
