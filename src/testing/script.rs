use std::collections::BTreeMap;

use super::subset::Subset;
use super::{TestError, reader};
use crate::dialog::{ActionCall, Event};
use crate::engine::Engine;
use crate::load::{Entry, Source};
use crate::rules::{Type, Value};

/// What the host's actions answer, written down: the `actions:` of a dialog test, also for a chat at the command line.
///
/// Per action a list: the answers come in order, the last repeats; `with` picks by arguments. An action that is not named
/// is not answered.
///
/// # Examples
/// ```
/// let script = kefu::testing::Script::read("answers.yaml", "
/// orders.lookup:
///   - {with: {order_no: AB12345678}, gives: {status: shipped}}
///   - {fails: not_found}
/// ")?;
/// # Ok::<(), kefu::testing::TestError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Script {
    actions: BTreeMap<String, Vec<Answer>>,
}

/// One answer of an action.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) with: Option<Subset>,
    pub(super) gives: Outcome,
    pub(super) used: Used,
}

/// What an answer brings.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Gives(Entry),
    Fails(String),
}

impl Outcome {
    /// The event that brings it, as the answer to a call.
    pub(super) fn event(&self, engine: &Engine, call: &ActionCall) -> Event {
        match self.result(engine, call) {
            Ok(value) => Event::action_done(call.id(), value),
            Err(error) => Event::action_failed(call.id(), error),
        }
    }

    /// What it says of a call: its results, or the name of a failure.
    fn result(&self, engine: &Engine, call: &ActionCall) -> Result<Value, String> {
        match self {
            Outcome::Fails(error) => Err(error.clone()),
            Outcome::Gives(entry) => {
                let contract = engine.actions().find(|contract| contract.name == *call.name());
                let results = contract.map(|contract| Type::Record(contract.results));
                Ok(typed(entry, results.as_ref()))
            }
        }
    }
}

/// Whether an answer was given before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Used {
    #[default]
    Not,
    Before,
}

impl Script {
    /// The answers of a file: the map of actions itself, or under the key `actions`.
    ///
    /// # Errors
    /// Everything that is no list of answers, with its line.
    pub fn read(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Result<Self, TestError> {
        reader::read_script(&Source::new(name.into(), text.into())).map_err(TestError::faulty)
    }

    /// The names of the actions that have answers, sorted.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.actions.keys().map(String::as_str)
    }

    /// The event that answers a call, if the script has an answer; each answer is taken once, the last as often as needed.
    pub fn answer(&mut self, engine: &Engine, call: &ActionCall) -> Option<Event> {
        Some(self.outcome(call)?.event(engine, call))
    }

    /// The same as hosts tell it that do the work at once; an action without an answer fails.
    ///
    /// # Errors
    /// The name of the failure.
    pub fn result(&mut self, engine: &Engine, call: &ActionCall) -> Result<Value, String> {
        self.outcome(call).ok_or_else(|| "other".to_owned())?.result(engine, call)
    }

    fn outcome(&mut self, call: &ActionCall) -> Option<&Outcome> {
        let answers = self.actions.get_mut(call.name().as_str())?;
        let fits = |answer: &Answer| answer.with.as_ref().is_some_and(|with| with.matches(call.arguments()));
        let by_arguments = answers.iter().any(fits);
        let eligible = |answer: &Answer| if by_arguments { fits(answer) } else { answer.with.is_none() };
        let fresh = answers.iter().position(|answer| eligible(answer) && answer.used == Used::Not);
        let index = fresh.or_else(|| answers.iter().rposition(eligible))?;
        let answer = answers.get_mut(index)?;
        answer.used = Used::Before;
        Some(&answer.gives)
    }

    pub(super) fn add(&mut self, action: String, answers: Vec<Answer>) {
        self.actions.insert(action, answers);
    }
}

/// An entry as a value of a type: what must be text is taken as it is written, so `00123456` stays an order number.
pub(super) fn typed(entry: &Entry, ty: Option<&Type>) -> Value {
    let required = ty.map(Type::required);
    if let (Some(fields), Some(record)) = (entry.map(), required) {
        let fields = fields.iter().filter_map(|(key, value)| {
            let name = key.text()?;
            Some((name, typed(value, record.field(name))))
        });
        return Value::record(fields);
    }
    if let (Some(items), Some(Type::List(item))) = (entry.list(), required) {
        return Value::List(items.iter().map(|entry| typed(entry, Some(item))).collect());
    }
    match (required, entry.text()) {
        (Some(Type::Text | Type::Date | Type::Time | Type::Image | Type::Entity(_)), Some(written)) => {
            Value::from(written)
        }
        _ => entry.value(),
    }
}
