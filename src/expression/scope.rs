use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::rules::{SlotName, Type};

/// The names a source may use: slots, results, `facts`, `customer`, `item`, `hours`, counters.
///
/// A scope says what is true at one place of a flow: load makes one per step, declares what earlier steps have set, and
/// narrows it inside the branches of a `when` (see `Expressions::when_holds`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    names: BTreeMap<SlotName, Known>,
    /// Paths such as `order.eta` a condition has proved to be there.
    present: BTreeSet<Box<str>>,
}

/// Whether a name has a value at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It has, on every way that leads here.
    Set,
    /// On some way that leads here nothing has set it.
    MayBeUnset,
}

#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Shared: a scope is copied for every place, and a type may list a hundred values.
    pub(super) ty: Arc<Type>,
    pub(super) presence: Presence,
}

impl Scope {
    /// A scope without names.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a name or replaces it; what was proved about it before is forgotten.
    pub(crate) fn declare(&mut self, name: impl Into<SlotName>, ty: Type, presence: Presence) {
        let name = name.into();
        self.forget(name.as_str());
        self.names.insert(name, Known { ty: Arc::new(ty), presence });
    }

    /// All names, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(SlotName::as_str)
    }

    pub(super) fn known(&self, name: &str) -> Option<&Known> {
        self.names.get(name)
    }

    pub(super) fn is_present(&self, path: &str) -> bool {
        self.present.contains(path)
    }

    pub(super) fn prove<'a>(&mut self, paths: impl IntoIterator<Item = &'a str>) {
        self.present.extend(paths.into_iter().map(Box::from));
    }

    fn forget(&mut self, root: &str) {
        self.present.retain(|path| path.split(['.', '[']).next() != Some(root));
    }
}
