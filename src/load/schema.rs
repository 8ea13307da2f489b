use serde_json::{Map, Value, json};

use super::keys::{FILE, Kind, Table};

/// The JSON Schema (draft 2020-12) of a rule file, for editors: made from the same tables by which files are read.
///
/// # Examples
/// ```
/// assert!(kefu::schema().contains("\"intents\""));
/// ```
pub fn schema() -> String {
    format!("{:#}", document())
}

fn document() -> Value {
    let mut schema = table(&FILE);
    if let Some(map) = schema.as_object_mut() {
        map.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        map.insert("title".to_owned(), json!("kefu rules"));
        // Why: branches hold steps that hold branches.
        map.insert("$defs".to_owned(), json!({"step": table(&super::keys::STEP)}));
    }
    schema
}

fn table(table: &Table) -> Value {
    let mut properties: Map<String, Value> = table
        .keys
        .iter()
        .map(|key| {
            let mut value = kind(key.kind);
            if let Some(map) = value.as_object_mut() {
                map.insert("description".to_owned(), json!(key.about));
            }
            (key.name.to_owned(), value)
        })
        .collect();
    properties.insert("note".to_owned(), json!({"description": "For people; the bot never reads it."}));
    json!({"type": ["object", "null"], "properties": properties, "additionalProperties": false})
}

fn kind(what: Kind) -> Value {
    let scalar = || json!({"type": ["string", "number", "boolean"]});
    match what {
        Kind::Text | Kind::Name => scalar(),
        Kind::Expression => {
            json!({"type": ["string", "number", "boolean"], "description": "an expression without {{ }}"})
        }
        Kind::Number => json!({"type": "number"}),
        Kind::Whole => json!({"type": "integer"}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Duration => json!({"type": "string", "pattern": "^[0-9]+ ?(ms|s|m|min|h|d)$"}),
        Kind::Day => json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
        Kind::Choice(names) => json!({"enum": names}),
        // Why: bare in a file of one language, otherwise a map by language, so both shapes are fine.
        Kind::Words | Kind::Sentences | Kind::Phrases => {
            json!({"type": ["string", "number", "boolean", "array", "object"]})
        }
        Kind::Type => json!({"type": ["string", "array", "object"]}),
        Kind::Steps => json!({"type": "array", "items": {"$ref": "#/$defs/step"}}),
        Kind::Table(inner) => table(inner),
        Kind::List(item) => {
            let item = kind(*item);
            json!({"anyOf": [{"type": "array", "items": item.clone()}, item]})
        }
        Kind::Named(value) => {
            let value = kind(*value);
            json!({"type": ["object", "null"], "additionalProperties": value})
        }
        Kind::Either(kinds) => json!({"anyOf": kinds.iter().map(|each| kind(*each)).collect::<Vec<_>>()}),
        Kind::Any => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_described() {
        let schema = document();
        for key in FILE.keys {
            assert_eq!(schema["properties"][key.name]["description"], key.about);
        }
        assert_eq!(schema["$defs"]["step"]["properties"]["ask"]["description"], "Asks for a slot.");
    }
}
