use super::super::keys;
use super::super::node::{Content, Node};
use super::Lowering;
use super::pattern::check;
use super::phrases::Groups;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::rules::{Builtin, Entity, EntityKind, EntityName, EntityValue, Form, Part, Privacy};
use crate::text::Language;

const FORMS: [(&str, Form); 4] =
    [("as_written", Form::AsWritten), ("upper", Form::Upper), ("lower", Form::Lower), ("digits", Form::Digits)];

impl Lowering<'_> {
    pub(super) fn entities(&mut self, node: Option<&Node>) -> Vec<Entity> {
        let mut entities = Vec::new();
        for (name, key, value) in self.named(node, "entities") {
            let fields = self.fields(value, &keys::ENTITY);
            // Why: a pack that gives a base entity a kind of its own replaces the base's.
            let mut kinds: Vec<&str> =
                ["pattern", "values", "builtin"].into_iter().filter(|kind| fields.has(kind)).collect();
            let own: Vec<&str> = kinds
                .iter()
                .copied()
                .filter(|kind| fields.key(kind).is_some_and(|key| !self.files.is_base(key.origin)))
                .collect();
            if !own.is_empty() {
                kinds = own;
            }
            if let [first, second, ..] = kinds.as_slice() {
                let message = format!("an entity has either `{first}` or `{second}`");
                self.error(Code::EXCLUSIVE, fields.key(second).unwrap_or(key), message);
            }
            let kind = match kinds.first().copied() {
                Some("pattern") => self.entity_pattern(&fields),
                Some("values") => Some(self.entity_values(fields.get("values"))),
                Some(_) => self.entity_builtin(fields.get("builtin")),
                None => {
                    let message = format!("the entity `{name}` needs `pattern`, `values` or `builtin`");
                    self.error(Code::MISSING, key, message);
                    None
                }
            };
            let privacy = fields.get("private").and_then(|node| self.privacy(node)).unwrap_or_default();
            if let Some(kind) = kind {
                let alone = self.intent_list(fields.get("alone"));
                entities.push(Entity { name: EntityName::from(&*name), kind, privacy, alone });
            }
        }
        entities
    }

    fn entity_pattern(&mut self, fields: &super::shape::Fields<'_>) -> Option<EntityKind> {
        let node = fields.get("pattern")?;
        let written = self.text(node, "a pattern")?;
        let regex = super::pattern::fold(&written);
        if let Err(problem) = check(&regex) {
            self.pattern_problem(node, &written, problem);
            return None;
        }
        let form = fields.get("form").and_then(|node| self.choice(node, &FORMS)).unwrap_or_default();
        Some(EntityKind::Pattern { regex: regex.into(), form })
    }

    fn entity_builtin(&mut self, node: Option<&Node>) -> Option<EntityKind> {
        let node = node?;
        let name = self.name(node, "the name of a built-in entity")?;
        let found = Builtin::from_name(&name);
        if found.is_none() {
            let help = did_you_mean_help(&name, Builtin::ALL.iter().map(|(known, _)| *known));
            let finding =
                Finding::error(Code::UNKNOWN_ENTITY, node.origin, format!("there is no built-in entity `{name}`"));
            self.report(finding.maybe_help(help));
        }
        found.map(EntityKind::Builtin)
    }

    fn entity_values(&mut self, node: Option<&Node>) -> EntityKind {
        let mut values = Vec::new();
        if let Some(items) = node.and_then(Node::as_list) {
            // `[small, large]`: names without words of their own.
            for item in items {
                let Some(name) = self.name(item, "the name of a value") else { continue };
                values.push(EntityValue { name, words: Vec::new(), labels: Vec::new() });
            }
            return EntityKind::Values(values);
        }
        for (name, _, value) in self.named(node, "values") {
            let mut words = Vec::new();
            let mut labels: Vec<(Language, Box<str>)> = Vec::new();
            if !value.is_null() {
                for (speaker, list) in self.per_language(value, "words are meant", &[]) {
                    let from = words.len();
                    self.phrase_list(list, speaker.language, Groups::Allowed, &mut words);
                    let first = words.get(from).map(|keyword| match &*keyword.parts {
                        [Part::Words(label)] => label.clone(),
                        _ => keyword.text.clone(),
                    });
                    match (speaker.language, first) {
                        (Some(language), Some(label)) => labels.push((language, label)),
                        (None, Some(label)) => {
                            for language in self.languages.all.clone() {
                                if !value.has(language.code()) {
                                    labels.push((language, label.clone()));
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
            values.push(EntityValue { name, words, labels });
        }
        EntityKind::Values(values)
    }

    fn privacy(&mut self, node: &Node) -> Option<Privacy> {
        match &node.content {
            Content::Bool(true) => Some(Privacy::Mask),
            Content::Bool(false) => Some(Privacy::Public),
            _ => {
                let written = self.as_written(node)?;
                match &*written {
                    "mask" => Some(Privacy::Mask),
                    "public" => Some(Privacy::Public),
                    other => {
                        let kept = other.strip_prefix("keep_last_").and_then(|number| number.parse::<u8>().ok());
                        if kept.is_none_or(|kept| kept > 8) {
                            let message = format!("`{other}` is no way to mask");
                            let finding = Finding::error(Code::WRONG_CHOICE, node.origin, message);
                            self.report(finding.help("possible here: mask, keep_last_4, true, false"));
                            return None;
                        }
                        kept.map(Privacy::KeepLast)
                    }
                }
            }
        }
    }
}
