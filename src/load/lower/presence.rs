use std::collections::{BTreeMap, BTreeSet};

use crate::expression::{Presence, Scope};
use crate::rules::{SlotName, Type};

/// The types of a flow's slots.
pub(super) type SlotTypes = BTreeMap<SlotName, Type>;

/// What is known at one place of a flow: which slots surely have a value, and what conditions have proved.
///
/// Going back (`redo`) needs no second pass: a slot once set stays set on the way to the `redo`, and the slot that it
/// clears is the one which the step it goes back to sets again.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) scope: Scope,
    set: BTreeSet<SlotName>,
    /// Slots written since the last branching.
    touched: BTreeSet<SlotName>,
}

impl Place {
    /// The start of a flow: its arguments are there, nothing else.
    pub(super) fn start(base: &Scope, types: &SlotTypes, arguments: &[SlotName]) -> Self {
        let mut place = Self { scope: base.clone(), set: BTreeSet::new(), touched: BTreeSet::new() };
        for (name, ty) in types {
            place.scope.declare(name.clone(), ty.clone(), Presence::MayBeUnset);
        }
        for name in arguments {
            if let Some(ty) = types.get(name) {
                place.fill(name, ty);
            }
        }
        place
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        self.set.contains(name)
    }

    /// A step gives the slot a value.
    pub(super) fn fill(&mut self, name: &SlotName, ty: &Type) {
        self.scope.declare(name.clone(), ty.clone(), Presence::Set);
        self.set.insert(name.clone());
        self.touched.insert(name.clone());
    }

    /// A step may leave the slot without a value.
    pub(super) fn leave_unset(&mut self, name: &SlotName, ty: &Type) {
        self.scope.declare(name.clone(), ty.clone(), Presence::MayBeUnset);
        self.set.remove(name);
        self.touched.insert(name.clone());
    }

    /// The beginning of a branch.
    pub(super) fn branch(&self) -> Self {
        Self { touched: BTreeSet::new(), ..self.clone() }
    }

    /// The same place with what a condition proves.
    pub(super) fn narrowed(&self, scope: Scope) -> Self {
        Self { scope, set: self.set.clone(), touched: BTreeSet::new() }
    }

    /// A scope in which every slot counts as set: a missing list has no rows.
    pub(super) fn lenient(&self, types: &SlotTypes) -> Scope {
        let mut scope = self.scope.clone();
        for (name, ty) in types {
            scope.declare(name.clone(), ty.clone(), Presence::Set);
        }
        scope
    }

    /// Where branches meet again; `None` if none of them goes on.
    pub(super) fn join(before: &Place, ends: Vec<Option<Place>>, types: &SlotTypes) -> Option<Place> {
        let mut live: Vec<Place> = ends.into_iter().flatten().collect();
        if live.len() <= 1 {
            // Why: behind a branch that left, what the other one proved still holds.
            return live.pop().map(|mut only| {
                only.touched.extend(before.touched.iter().cloned());
                only
            });
        }
        let mut joined = before.clone();
        let touched: BTreeSet<SlotName> = live.iter().flat_map(|place| place.touched.iter().cloned()).collect();
        for name in touched {
            let Some(ty) = types.get(&name) else { continue };
            if live.iter().all(|place| place.is_set(name.as_str())) {
                joined.fill(&name, ty);
            } else {
                joined.leave_unset(&name, ty);
            }
        }
        Some(joined)
    }

    /// The slots that surely have a value.
    pub(super) fn set(&self) -> &BTreeSet<SlotName> {
        &self.set
    }
}
