//! The JSON Schema for editors: a validator accepts every rule file of the packs and marks what the loader refuses.

use std::fs;
use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value as Json;

use crate::shop::rule_files;

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");

fn compiled(schemas: &mut Schemas) -> SchemaIndex {
    let mut compiler = Compiler::new();
    let schema: Json = serde_json::from_str(&kefu::schema()).unwrap();
    compiler.add_resource("rules.json", schema).unwrap();
    compiler.compile("rules.json", schemas).unwrap()
}

/// A rule file as an editor's validator sees it: JSON, whose keys are text.
fn document(text: &str) -> Json {
    json(serde_yaml::from_str(text).unwrap())
}

fn json(value: serde_yaml::Value) -> Json {
    match value {
        serde_yaml::Value::Mapping(map) => {
            let pairs = map.into_iter().map(|(key, value)| match key {
                serde_yaml::Value::String(key) => (key, json(value)),
                key => (serde_yaml::to_string(&key).unwrap().trim().to_owned(), json(value)),
            });
            Json::Object(pairs.collect())
        }
        serde_yaml::Value::Sequence(items) => items.into_iter().map(json).collect(),
        scalar => serde_json::to_value(scalar).unwrap(),
    }
}

#[test]
fn every_rule_file_is_valid_and_names_the_schema() {
    let mut schemas = Schemas::new();
    let schema = compiled(&mut schemas);
    let found = rule_files(Path::new(RULES));
    assert!(found.len() > 60, "{}", found.len());
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        // Why not what tuning wrote: nobody edits it, and tuning does not know where a pack lies.
        if !kefu::eval::Tuner::writes(path.to_str().unwrap()) {
            let first = text.lines().next().unwrap();
            let named = first.strip_prefix("# yaml-language-server: $schema=");
            let named = named.unwrap_or_else(|| panic!("{} does not begin with its schema", path.display()));
            let target = path.parent().unwrap().join(named);
            assert_eq!(fs::canonicalize(&target).unwrap(), fs::canonicalize(format!("{RULES}/schema.json")).unwrap());
        }
        if let Err(error) = schemas.validate(&document(&text), schema) {
            panic!("{}\n{error:#}", path.display());
        }
    }
}

#[test]
fn the_schema_beside_the_packs_is_the_one_of_this_version() {
    let stored = fs::read_to_string(format!("{RULES}/schema.json")).unwrap();
    // Why not `assert_eq!`: nobody reads two schemas.
    assert!(stored.trim_end() == kefu::schema(), "write it again: kefu schema > rules/schema.json");
}

#[test]
fn what_the_loader_refuses_is_marked_in_the_editor() {
    let mut schemas = Schemas::new();
    let schema = compiled(&mut schemas);
    for text in [
        "intents: {hours: {keywrods: {en: [hours]}}}",
        "flows: {f: {steps: [{asks: day}]}}",
        "flows: {f: {steps: [{end: done}]}}",
        "languages: {default: fr}",
        "actions: {a: {effect: reads}}",
        "actions: {a: {timeout: soon}}",
        "escalation: {defaults: {priority: now}}",
        "intent: {}",
    ] {
        let rules = format!("kefu: 1\n{text}\n");
        assert!(schemas.validate(&document(&rules), schema).is_err(), "{text}");
        assert!(kefu::Engine::builder().source("bot.yaml", rules).build().is_err(), "{text}");
    }
}
