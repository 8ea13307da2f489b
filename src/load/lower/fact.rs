use super::super::node::{Content, Node};
use super::Lowering;
use crate::expression::Scope;
use crate::rules::{Fact, FactName, FactValue, Field, Type, Value};
use crate::text::Language;

impl Lowering<'_> {
    pub(super) fn facts(&mut self, node: Option<&Node>) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut numbers = Vec::new();
        let nothing = Scope::new();
        for (name, _, value) in self.named(node, "facts") {
            let value = if is_words(value) {
                let Some(words) = self.words(value, &nothing) else { continue };
                FactValue::Words(words)
            } else {
                let Some((ty, given)) = self.literal(value) else { continue };
                if let Type::Integer | Type::Decimal = ty
                    && let Some(written) = self.as_written(value)
                {
                    numbers.push((name.clone(), written));
                }
                FactValue::Value(ty, given)
            };
            facts.push(Fact { name: FactName::from(&*name), value });
        }
        // Why: set when all are read, since a number inside a fact is where it belongs.
        self.numbers = numbers;
        facts
    }

    /// What expressions know about the facts.
    pub(super) fn fact_fields(facts: &[Fact]) -> Vec<Field> {
        facts
            .iter()
            .map(|fact| Field {
                name: fact.name.as_str().to_owned(),
                ty: match &fact.value {
                    FactValue::Value(ty, _) => ty.clone(),
                    FactValue::Words(_) => Type::Text,
                },
            })
            .collect()
    }

    /// A value with the type YAML gives it.
    pub(super) fn literal(&mut self, node: &Node) -> Option<(Type, Value)> {
        match &node.content {
            Content::Bool(truth) => Some((Type::Bool, Value::from(*truth))),
            Content::Integer(number) => Some((Type::Integer, Value::from(*number))),
            Content::Decimal(number) => Some((Type::Decimal, Value::from(*number))),
            Content::Text(text) => Some((Type::Text, Value::from(&**text))),
            Content::List(items) => {
                let mut ty = Type::Text;
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    let (item_type, value) = self.literal(item)?;
                    ty = item_type;
                    values.push(value);
                }
                Some((Type::List(Box::new(ty)), Value::from(values)))
            }
            Content::Null | Content::Map(_) => {
                self.text(node, "a value");
                None
            }
        }
    }
}

fn is_words(node: &Node) -> bool {
    node.as_map().is_some_and(|map| {
        map.iter().any(|(key, value)| {
            !value.is_null()
                && key.as_text().is_some_and(|name| {
                    name.split(['@', '-']).next().and_then(Language::from_code).is_some() || name.len() == 2
                })
        })
    })
}
