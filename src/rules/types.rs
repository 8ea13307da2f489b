use std::fmt;

use super::EntityName;

/// The declared type of a slot, an argument, a result or a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// An amount of money.
    Money,
    /// True or false.
    Bool,
    /// A day, `2026-03-02`.
    Date,
    /// A moment, RFC 3339.
    Time,
    /// A reference to a picture the customer sent.
    Image,
    /// A value of an entity of the pack.
    Entity(EntityName),
    /// A list of one type.
    List(Box<Type>),
    /// Named fields.
    Record(Vec<Field>),
    /// The type, or nothing (`text or none`).
    Optional(Box<Type>),
}

/// A named field of a record, or a named argument of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

impl Type {
    /// The type without `or none`.
    pub fn required(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner.required(),
            other => other,
        }
    }

    /// Whether the value may be missing.
    pub fn is_optional(&self) -> bool {
        matches!(self, Type::Optional(_))
    }

    /// The type of a field, if it is a record with that field.
    pub fn field(&self, name: &str) -> Option<&Type> {
        match self.required() {
            Type::Record(fields) => fields.iter().find(|field| field.name == name).map(|field| &field.ty),
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Text => f.write_str("text"),
            Type::Integer => f.write_str("integer"),
            Type::Decimal => f.write_str("decimal"),
            Type::Money => f.write_str("money"),
            Type::Bool => f.write_str("bool"),
            Type::Date => f.write_str("date"),
            Type::Time => f.write_str("time"),
            Type::Image => f.write_str("image"),
            Type::Entity(name) => name.fmt(f),
            Type::List(item) => write!(f, "[{item}]"),
            Type::Record(fields) => {
                f.write_str("{")?;
                for (index, field) in fields.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {}", field.name, field.ty)?;
                }
                f.write_str("}")
            }
            Type::Optional(inner) => write!(f, "{inner} or none"),
        }
    }
}
