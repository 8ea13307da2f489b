use std::collections::BTreeMap;

use serde::Serialize;

/// Messages and conversations of one day, language, channel …
///
/// A conversation belongs to where it began, and of intents and queues to the last one it came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Group {
    /// How many messages.
    pub messages: usize,
    /// How many of them were not understood.
    pub misses: usize,
    /// How many conversations.
    pub conversations: usize,
    /// How many of them were handed over.
    pub handed_over: usize,
    /// How many were resolved without a person.
    pub resolved: usize,
}

/// What was counted of each name of one kind: days, channels, intents … Names are numbered, so that a conversation can
/// remember its own in a few bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    numbers: BTreeMap<String, u32>,
    groups: Vec<Group>,
}

impl Groups {
    /// The number of a name.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.groups.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.groups.push(Group::default());
        number
    }

    /// Changes what is counted of a number.
    pub(super) fn change(&mut self, number: u32, with: impl Fn(&mut Group)) {
        if let Some(group) = self.groups.get_mut(number as usize) {
            with(group);
        }
    }

    /// The names, each with its number.
    pub(super) fn numbered(&self) -> &BTreeMap<String, u32> {
        &self.numbers
    }

    /// What was counted, by name.
    pub(super) fn named(&self) -> BTreeMap<String, Group> {
        let named =
            self.numbers.iter().map(|(name, number)| (name.clone(), self.groups.get(*number as usize).copied()));
        named.filter_map(|(name, group)| Some((name, group?))).collect()
    }
}
