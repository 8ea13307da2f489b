use crate::rules::{Builtin, Entity, EntityKind, EntityName, Field, Type};
use crate::text::Language;

/// What the entities of the pack are, as far as expressions care: their basic type, and the names and labels of listed
/// values.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    /// Sorted by name.
    entities: Vec<Vocable>,
}

#[derive(Clone, Debug)]
struct Vocable {
    name: EntityName,
    /// `None` for a list of named values.
    basic: Option<Type>,
    /// Sorted by name.
    values: Vec<Named>,
}

#[derive(Clone, Debug)]
struct Named {
    name: Box<str>,
    labels: [Option<Box<str>>; Language::ALL.len()],
}

impl Vocabulary {
    pub(super) fn new<'e>(entities: impl IntoIterator<Item = &'e Entity>) -> Self {
        let mut vocables: Vec<Vocable> = entities.into_iter().map(Vocable::new).collect();
        for (name, builtin) in Builtin::ALL {
            if !vocables.iter().any(|known| known.name == *name) {
                vocables.push(Vocable {
                    name: EntityName::from(name),
                    basic: Some(basic(builtin)),
                    values: Vec::new(),
                });
            }
        }
        vocables.sort_by(|left, right| left.name.cmp(&right.name));
        Self { entities: vocables }
    }

    /// The type as it is computed with: entities without listed values become what their values are made of.
    pub(super) fn resolve(&self, ty: &Type) -> Type {
        match ty {
            Type::Entity(name) => match self.vocable(name.as_str()) {
                Some(Vocable { basic: None, .. }) => ty.clone(),
                Some(Vocable { basic: Some(basic), .. }) => basic.clone(),
                None => Type::Text,
            },
            Type::List(item) => Type::List(Box::new(self.resolve(item))),
            Type::Record(fields) => Type::Record(
                fields.iter().map(|field| Field { name: field.name.clone(), ty: self.resolve(&field.ty) }).collect(),
            ),
            Type::Optional(inner) => match self.resolve(inner) {
                Type::Optional(inner) => Type::Optional(inner),
                inner => Type::Optional(Box::new(inner)),
            },
            other => other.clone(),
        }
    }

    /// What the bot calls a value in a language; the name itself where there is no label.
    pub(super) fn shown<'a>(&'a self, entity: &str, value: &'a str, language: Language) -> &'a str {
        self.named(entity, value).and_then(|named| named.labels.get(language.index())?.as_deref()).unwrap_or(value)
    }

    /// Whether an entity's list has a value of this name.
    pub(super) fn has(&self, entity: &str, value: &str) -> bool {
        self.named(entity, value).is_some()
    }

    /// The names of an entity's values, sorted.
    pub(super) fn values(&self, entity: &str) -> impl Iterator<Item = &str> {
        self.vocable(entity).into_iter().flat_map(|vocable| vocable.values.iter().map(|named| &*named.name))
    }

    /// The name of the value a text names, by name or by label in any language, whatever its case.
    pub(super) fn named_or_labelled(&self, entity: &str, text: &str) -> Option<&str> {
        let vocable = self.vocable(entity)?;
        let text = text.trim();
        let exact = vocable.values.iter().find(|named| &*named.name == text);
        let folded = || {
            let text = text.to_lowercase();
            let is = |label: &str| label.to_lowercase() == text;
            vocable
                .values
                .iter()
                .find(move |named| is(&named.name) || named.labels.iter().flatten().any(|label| is(label)))
        };
        exact.or_else(folded).map(|named| &*named.name)
    }

    fn vocable(&self, name: &str) -> Option<&Vocable> {
        let index = self.entities.binary_search_by(|vocable| vocable.name.as_str().cmp(name)).ok()?;
        self.entities.get(index)
    }

    fn named(&self, entity: &str, value: &str) -> Option<&Named> {
        let values = &self.vocable(entity)?.values;
        values.get(values.binary_search_by(|named| (*named.name).cmp(value)).ok()?)
    }
}

impl Vocable {
    fn new(entity: &Entity) -> Self {
        let (basic, values) = match &entity.kind {
            EntityKind::Pattern { .. } => (Some(Type::Text), Vec::new()),
            EntityKind::Builtin(builtin) => (Some(basic(*builtin)), Vec::new()),
            EntityKind::Values(values) => {
                let mut named: Vec<Named> = values
                    .iter()
                    .map(|value| {
                        let mut labels: [Option<Box<str>>; Language::ALL.len()] = Default::default();
                        for (language, label) in &value.labels {
                            if let Some(slot) = labels.get_mut(language.index()) {
                                *slot = Some(label.clone());
                            }
                        }
                        Named { name: value.name.clone(), labels }
                    })
                    .collect();
                named.sort_by(|left, right| left.name.cmp(&right.name));
                (None, named)
            }
        };
        Self { name: entity.name.clone(), basic, values }
    }
}

/// What the values of a builtin are made of.
fn basic(builtin: Builtin) -> Type {
    match builtin {
        Builtin::Number => Type::Decimal,
        Builtin::Quantity | Builtin::Rating => Type::Integer,
        Builtin::Money => Type::Money,
        Builtin::Date => Type::Date,
        Builtin::Time => Type::Time,
        Builtin::YesNo => Type::Bool,
        Builtin::Image => Type::Image,
        Builtin::Phone | Builtin::Email | Builtin::Name | Builtin::Address | Builtin::IdCard | Builtin::BankCard => {
            Type::Text
        }
    }
}
