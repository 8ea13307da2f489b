use super::{FactName, Type, Value, Words};

/// A value the shop gives once and texts refer to as `facts.name`.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) name: FactName,
    pub(crate) value: FactValue,
}

/// A fact is one value for all languages, or words per language.
#[derive(Clone, Debug)]
pub(crate) enum FactValue {
    Value(Type, Value),
    Words(Words),
}
