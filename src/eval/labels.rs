use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::rules::IntentId;

/// Which intent of a pack a label of a suite means.
///
/// A label that cannot be a name in rules (`Make Update`) means the intent whose name is its letters (`Make_Update`).
#[derive(Clone, Debug)]
pub(super) struct Labels {
    intents: Vec<IntentId>,
    index: BTreeMap<String, usize>,
}

impl Labels {
    pub(super) fn new(engine: &Engine) -> Self {
        let intents: Vec<IntentId> = engine.intents().cloned().collect();
        let index = intents.iter().enumerate().map(|(at, id)| (id.as_str().to_owned(), at)).collect();
        Self { intents, index }
    }

    /// The intent, by its place among all.
    pub(super) fn find(&self, label: &str) -> Option<usize> {
        self.index.get(label).or_else(|| self.index.get(&intent_name(label))).copied()
    }

    pub(super) fn intents(&self) -> &[IntentId] {
        &self.intents
    }
}

/// The name in rules of a label: what no name may hold becomes `_`.
pub(super) fn intent_name(label: &str) -> String {
    let kept = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.');
    let name: String = label.trim().chars().map(|sign| if kept(sign) { sign } else { '_' }).collect();
    let is_fine = name.chars().next().is_some_and(char::is_alphanumeric) && !matches!(&*name, "none" | "note");
    if is_fine { name } else { format!("intent{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_names() {
        for (label, name) in [
            ("track_order", "track_order"),
            ("Make Update", "Make_Update"),
            ("support.about", "support.about"),
            ("None", "None"),
            ("none", "intentnone"),
            ("订单/物流", "订单_物流"),
            ("?", "intent_"),
        ] {
            assert_eq!(intent_name(label), name);
        }
    }
}
