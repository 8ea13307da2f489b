use super::{EntityName, IntentId, Keyword};
use crate::text::Language;

/// A type of value found in text.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    pub(crate) name: EntityName,
    pub(crate) kind: EntityKind,
    pub(crate) privacy: Privacy,
    /// What a message that tells a value of it and nothing else may be about.
    pub(crate) alone: Vec<IntentId>,
}

/// How an entity's values are recognised.
#[derive(Clone, Debug)]
pub(crate) enum EntityKind {
    /// A regex over the width-folded, lower-cased text; the value is taken from the original.
    Pattern { regex: Box<str>, form: Form },
    /// A closed list of named values.
    Values(Vec<EntityValue>),
    /// One of the kinds the library knows.
    Builtin(Builtin),
}

/// One named value of an entity's list.
#[derive(Clone, Debug)]
pub(crate) struct EntityValue {
    pub(crate) name: Box<str>,
    /// What a customer may call it, in every language.
    pub(crate) words: Vec<Keyword>,
    /// What the bot calls it: the first word of each language; without one the name is shown.
    pub(crate) labels: Vec<(Language, Box<str>)>,
}

/// The spelling a pattern's value is brought into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    #[default]
    AsWritten,
    Upper,
    Lower,
    Digits,
}

/// Whether and how a value is masked in everything that leaves a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Privacy {
    #[default]
    Public,
    /// All of it.
    Mask,
    /// All but the last so many characters.
    KeepLast(u8),
}

/// The entities the library knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Builtin {
    Phone,
    Email,
    Number,
    Quantity,
    Money,
    Date,
    Time,
    Name,
    Address,
    YesNo,
    Rating,
    Image,
    IdCard,
    BankCard,
}

impl Builtin {
    pub(crate) const ALL: [(&'static str, Builtin); 14] = [
        ("phone", Builtin::Phone),
        ("email", Builtin::Email),
        ("number", Builtin::Number),
        ("quantity", Builtin::Quantity),
        ("money", Builtin::Money),
        ("date", Builtin::Date),
        ("time", Builtin::Time),
        ("name", Builtin::Name),
        ("address", Builtin::Address),
        ("yes_no", Builtin::YesNo),
        ("rating", Builtin::Rating),
        ("image", Builtin::Image),
        ("id_card", Builtin::IdCard),
        ("bank_card", Builtin::BankCard),
    ];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }
}
