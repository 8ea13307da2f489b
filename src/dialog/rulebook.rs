use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::Catalogue;

use crate::classify::Classifier;
use crate::entities::Entities;
use crate::escalation::Watch;
use crate::expression::{Expressions, Values};
use crate::reply::{Speech, pick};
use crate::rules::{Does, EntityName, FactValue, IntentId, Pack, StepKind, Value, Words};
use crate::text::{Language, Script};

/// Everything a turn reads: the pack and what was compiled from it.
pub(crate) struct Rulebook {
    pub(crate) pack: Arc<Pack>,
    pub(crate) expressions: Expressions,
    pub(crate) classifier: Classifier,
    /// The shop's time zone: days begin and desks open by it.
    pub(crate) zone: jiff::tz::TimeZone,
    /// Why rungs passed is noted only when asked for.
    pub(crate) tracing: bool,
    /// The pack's facts as one record per language, in the order of [`Language::ALL`].
    facts: [Value; Language::ALL.len()],
    /// Entities that some flow asks for: values of others answer nothing.
    asked: Vec<EntityName>,
    /// Intents whose mere mention hands over (`handoff: asked`).
    pub(crate) asking_for_person: Vec<IntentId>,
    /// What of the escalation policy a turn must look at.
    pub(super) watch: Watch,
    /// Which answers hold which words, listed when first searched.
    pub(super) catalogue: OnceLock<Catalogue>,
}

/// The reason of a person being asked for; naming it in an intent makes any mention of the intent count.
const ASKED: &str = "asked";

impl Rulebook {
    /// The rules ready for turns.
    pub(crate) fn new(pack: Arc<Pack>, expressions: Expressions, classifier: Classifier, tracing: bool) -> Self {
        let zone = pack
            .escalation
            .hours
            .as_ref()
            .and_then(|hours| jiff::tz::TimeZone::get(&hours.zone).ok())
            .unwrap_or(jiff::tz::TimeZone::UTC);
        let facts = Language::ALL.map(|language| facts(&pack, &expressions, language, &zone));
        let steps = pack.flows.iter().flat_map(|flow| &flow.program);
        let mut asked: Vec<EntityName> = steps
            .filter_map(|node| match &node.kind {
                StepKind::Ask(ask) => ask.entity.clone(),
                _ => None,
            })
            .collect();
        asked.sort();
        asked.dedup();
        let asking_for_person = pack
            .intents
            .iter()
            .filter(|intent| matches!(&intent.does, Does::Handoff(reason) if *reason == *ASKED))
            .map(|intent| intent.id.clone())
            .collect();
        let watch = Watch::new(&pack.escalation);
        Self {
            pack,
            expressions,
            classifier,
            zone,
            tracing,
            facts,
            asked,
            asking_for_person,
            watch,
            catalogue: OnceLock::new(),
        }
    }

    /// Whether some flow asks for values of the entity.
    pub(crate) fn asks_for(&self, entity: &EntityName) -> bool {
        self.asked.binary_search(entity).is_ok()
    }

    /// The typed values the rules read.
    pub(crate) fn entities(&self) -> &Entities {
        self.classifier.entities()
    }

    /// The facts as a record, in one language.
    pub(crate) fn facts(&self, language: Language) -> &Value {
        self.facts.get(language.index()).unwrap_or(&Value::None)
    }

    /// The words for a customer, without variables of a conversation: titles and labels.
    pub(crate) fn plain(&self, words: &Words, language: Language, script: Script) -> Option<String> {
        let speech = Speech {
            expressions: &self.expressions,
            languages: &self.pack.languages,
            language,
            script,
            channel: None,
            zone: &self.zone,
            now: None,
        };
        pick(words, &speech, &NoValues, None).map(|(text, _)| text)
    }

    /// What a value is called in a language: an entity's label, or the value itself.
    pub(crate) fn show(&self, entity: Option<&EntityName>, value: &Value, language: Language) -> String {
        match value {
            Value::Text(text) => match entity {
                Some(entity) => self.expressions.label_of(entity, text, language).to_owned(),
                None => text.clone(),
            },
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::List(items) => {
                let shown: Vec<_> = items.iter().map(|item| self.show(entity, item, language)).collect();
                shown.join(if language.is_unspaced() { "、" } else { ", " })
            }
            Value::Record(fields) => match crate::rules::Money::of(value) {
                Some(money) => money.amount.to_string(),
                None => fields.values().next().map_or_else(String::new, |first| self.show(None, first, language)),
            },
            Value::None => String::new(),
        }
    }
}

struct NoValues;

impl Values for NoValues {
    fn root(&self, _: &str) -> Option<&Value> {
        None
    }
}

fn facts(pack: &Pack, expressions: &Expressions, language: Language, zone: &jiff::tz::TimeZone) -> Value {
    let speech = Speech {
        expressions,
        languages: &pack.languages,
        language,
        script: if language == Language::Zh { Script::Hans } else { Script::Latin },
        channel: None,
        zone,
        now: None,
    };
    let fields: BTreeMap<String, Value> = pack
        .facts
        .iter()
        .map(|fact| {
            let value = match &fact.value {
                FactValue::Value(_, value) => value.clone(),
                FactValue::Words(words) => {
                    pick(words, &speech, &NoValues, None).map_or(Value::None, |(text, _)| Value::Text(text))
                }
            };
            (fact.name.to_string(), value)
        })
        .collect();
    Value::Record(fields)
}
