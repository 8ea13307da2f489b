use std::collections::BTreeSet;

use super::super::node::Node;
use crate::rules::Builtin;

/// Every name that others may refer to, gathered before anything is lowered.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) groups: Vec<Box<str>>,
    pub(super) entities: BTreeSet<Box<str>>,
    pub(super) intents: BTreeSet<Box<str>>,
    pub(super) actions: BTreeSet<Box<str>>,
    pub(super) flows: BTreeSet<Box<str>>,
    pub(super) texts: BTreeSet<Box<str>>,
    pub(super) lexicons: BTreeSet<Box<str>>,
    pub(super) reasons: BTreeSet<Box<str>>,
}

/// Reasons that exist without being declared.
pub(super) const REASONS: [&str; 15] = [
    "asked",
    "not_understood",
    "looping",
    "slot_failed",
    "backend",
    "legal",
    "safety",
    "fraud",
    "frustrated",
    "complaint",
    "media_threat",
    "high_value",
    "policy_exception",
    "bad_rating",
    "host",
];

impl Names {
    pub(super) fn of(rules: &Node) -> Self {
        let section = |name: &str| -> BTreeSet<Box<str>> {
            rules
                .field(name)
                .and_then(Node::as_map)
                .unwrap_or_default()
                .iter()
                .filter_map(|(key, _)| key.as_text().map(Box::from))
                .collect()
        };
        let mut entities = section("entities");
        entities.extend(Builtin::ALL.iter().map(|(name, _)| Box::from(*name)));
        let mut reasons: BTreeSet<Box<str>> = rules
            .field("escalation")
            .and_then(|escalation| escalation.field("reasons"))
            .and_then(Node::as_map)
            .unwrap_or_default()
            .iter()
            .filter_map(|(key, _)| key.as_text().map(Box::from))
            .collect();
        reasons.extend(REASONS.iter().map(|name| Box::from(*name)));
        Self {
            groups: section("words").into_iter().collect(),
            entities,
            intents: section("intents"),
            actions: section("actions"),
            flows: section("flows"),
            texts: section("texts"),
            lexicons: section("lexicons"),
            reasons,
        }
    }

    pub(super) fn group(&self, name: &str) -> Option<usize> {
        self.groups.binary_search_by(|known| (**known).cmp(name)).ok()
    }
}
