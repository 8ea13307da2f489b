//! What texts and conditions can read about the conversation itself.

use crate::expression::{Presence, Scope};
use crate::rules::{Channel, Entity, EntityKind, EntityName, EntityValue, Field, Privacy, Type};
use crate::text::Language;

/// Types of their own, so that a misspelt language or channel is found at load. No entity of a pack can be called like them.
const LANGUAGE: &str = "language of the conversation";
const CHANNEL: &str = "channel of the conversation";

/// The lists that `language` and `channel` are values of. A pack that declares no channels may be told any.
pub(super) fn lists(channels: &[Channel]) -> Vec<Entity> {
    let list = |name: &str, values: Vec<&str>| Entity {
        name: EntityName::from(name),
        kind: EntityKind::Values(values.into_iter().map(value).collect()),
        privacy: Privacy::Public,
        alone: Vec::new(),
    };
    let mut lists = vec![list(LANGUAGE, Language::ALL.iter().map(|language| language.code()).collect())];
    if !channels.is_empty() {
        lists.push(list(CHANNEL, channels.iter().map(|channel| &*channel.name).collect()));
    }
    lists
}

fn value(name: &str) -> EntityValue {
    EntityValue { name: name.into(), words: Vec::new(), labels: Vec::new() }
}

/// Adds the names that every text and condition may read; [`NAMES`] lists them.
pub(super) fn declare(scope: &mut Scope, channels: &[Channel]) {
    let channel = if channels.is_empty() { Type::Text } else { Type::Entity(EntityName::from(CHANNEL)) };
    let hours = Type::Record(vec![
        Field { name: "open".to_owned(), ty: Type::Bool },
        Field { name: "next_open".to_owned(), ty: Type::Time },
    ]);
    for (name, ty) in [
        ("hours", hours),
        ("frustration", Type::Decimal),
        ("misses", Type::Integer),
        ("turns", Type::Integer),
        ("language", Type::Entity(EntityName::from(LANGUAGE))),
        ("channel", Type::Optional(Box::new(channel))),
    ] {
        debug_assert!(NAMES.contains(&name), "`{name}` must not be a slot");
        scope.declare(name, ty, Presence::Set);
    }
}

/// What [`declare`] declares: no slot can be called so.
pub(super) const NAMES: [&str; 6] = ["hours", "frustration", "misses", "turns", "language", "channel"];
