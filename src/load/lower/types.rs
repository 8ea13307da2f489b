use super::super::node::{Content, Node};
use super::Lowering;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::rules::{EntityName, Field, Type};

/// Types that are no entities.
const PLAIN: [(&str, Type); 8] = [
    ("text", Type::Text),
    ("integer", Type::Integer),
    ("decimal", Type::Decimal),
    ("money", Type::Money),
    ("bool", Type::Bool),
    ("date", Type::Date),
    ("time", Type::Time),
    ("image", Type::Image),
];

impl Lowering<'_> {
    /// Named types: arguments, results, customer facts.
    pub(super) fn type_fields(&mut self, node: &Node) -> Vec<Field> {
        let Some(map) = node.as_map() else {
            if !node.is_null() {
                self.wrong_shape(node, "names with their types are meant");
            }
            return Vec::new();
        };
        let mut fields = Vec::with_capacity(map.len());
        for (key, value) in map {
            let Some(name) = self.text_key(key) else { continue };
            if &*name == "note" && value.as_text().is_some_and(|text| text.contains(' ')) {
                continue;
            }
            if let Some(ty) = self.ty(value) {
                fields.push(Field { name: name.into_string(), ty });
            }
        }
        fields
    }

    /// `text`, `order_status`, `[type]`, `{name: type}`, `type or none`.
    pub(super) fn ty(&mut self, node: &Node) -> Option<Type> {
        match &node.content {
            Content::List(items) => {
                if let [item] = items.as_slice() {
                    return Some(Type::List(Box::new(self.ty(item)?)));
                }
                let finding =
                    Finding::error(Code::WRONG_SHAPE, node.origin, "a list type has one type in its brackets");
                self.report(finding.help("write [text], or [{name: text, price: money}] for rows"));
                None
            }
            Content::Map(_) => Some(Type::Record(self.type_fields(node))),
            _ => {
                let name = self.name(node, "a type")?;
                match name.trim().strip_suffix(" or none") {
                    Some(inner) => Some(Type::Optional(Box::new(self.named_type(node, inner.trim())?))),
                    None => self.named_type(node, name.trim()),
                }
            }
        }
    }

    fn named_type(&mut self, node: &Node, name: &str) -> Option<Type> {
        // Why: an entity may be called like a type (`money`, `date`); the type is what both mean.
        if let Some((_, ty)) = PLAIN.iter().find(|(known, _)| *known == name) {
            return Some(ty.clone());
        }
        if let Some(inner) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Some(Type::List(Box::new(self.named_type(node, inner.trim())?)));
        }
        if self.names.entities.contains(name) {
            return Some(Type::Entity(EntityName::from(name)));
        }
        let known = PLAIN.iter().map(|(known, _)| *known).chain(self.names.entities.iter().map(|known| &**known));
        let help = match name {
            "string" | "str" => Some("did you mean `text`?".to_owned()),
            "int" | "number" => Some("did you mean `integer` or `decimal`?".to_owned()),
            "float" | "double" => Some("did you mean `decimal`?".to_owned()),
            "boolean" => Some("did you mean `bool`?".to_owned()),
            "datetime" => Some("did you mean `time`?".to_owned()),
            _ => did_you_mean_help(name, known),
        };
        let finding = Finding::error(Code::UNKNOWN_TYPE, node.origin, format!("there is no type `{name}`"));
        self.report(finding.maybe_help(help));
        None
    }
}
