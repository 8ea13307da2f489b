use std::collections::BTreeMap;
use std::time::SystemTime;

use super::{ActionCall, Event, EventError, Rulebook, Turn, handle};
use crate::rules::Value;
use crate::session::Session;

type Work = Box<dyn Fn(&ActionCall) -> Result<Option<Value>, String> + Send + Sync>;

/// The host's work as closures by name, for hosts that can do it, or begin it, at once.
///
/// # Examples
/// ```
/// use kefu::{Actions, Value};
/// let actions = Actions::new().on("orders.lookup", |call| {
///     let order: String = call.argument("order_no").map_err(|_| "other".to_owned())?;
///     if order == "AB12345678" {
///         Ok(Value::record([("status", Value::from("delivered"))]))
///     } else {
///         Err("not_found".to_owned())
///     }
/// });
/// assert_eq!(actions.names().collect::<Vec<_>>(), ["orders.lookup"]);
/// ```
#[derive(Default)]
pub struct Actions {
    work: BTreeMap<String, Work>,
}

impl Actions {
    /// No work yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the work for an action: its results as a record, or the name of a failure.
    pub fn on(
        self,
        name: impl Into<String>,
        work: impl Fn(&ActionCall) -> Result<Value, String> + Send + Sync + 'static,
    ) -> Self {
        self.begin(name, move |call| work(call).map(Some))
    }

    /// Adds the work for an action that may end later: `None` says that it was begun. The host then tells its end with
    /// [`Event::action_done`] or [`Event::action_failed`]; until then, or the action's `timeout`, the conversation waits.
    ///
    /// # Examples
    /// ```
    /// use std::time::SystemTime;
    /// use kefu::{Actions, Engine, Event, Session, Value, Waiting};
    ///
    /// let engine = Engine::builder()
    ///     .source("bot.yaml", "
    /// languages: {default: en}
    /// actions: {papers.print: {timeout: 1h}}
    /// intents: {papers: {keywords: {en: [print my papers]}, flow: papers}}
    /// flows: {papers: {steps: [{confirm: {en: Print them now?}}, {call: papers.print}, {say: {en: They are printed.}}]}}
    /// ")
    ///     .build()?;
    /// let actions = Actions::new().begin("papers.print", |_| Ok(None));
    /// let mut session = Session::new("customer-42");
    /// let now = SystemTime::UNIX_EPOCH;
    /// let _ = engine.handle_with(&mut session, Event::message("print my papers"), now, &actions)?;
    /// let begun = engine.handle_with(&mut session, Event::message("yes"), now, &actions)?;
    /// assert_eq!(begun.waiting(), Waiting::Action);
    /// // Minutes later, by the id of the call.
    /// let done = Event::action_done("customer-42-1", Value::record::<String>([]));
    /// let told = engine.handle_with(&mut session, done, now, &actions)?;
    /// assert_eq!(told.replies()[0].text(), "They are printed.");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin(
        mut self,
        name: impl Into<String>,
        work: impl Fn(&ActionCall) -> Result<Option<Value>, String> + Send + Sync + 'static,
    ) -> Self {
        self.work.insert(name.into(), Box::new(work));
        self
    }

    /// The names of all work, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.work.keys().map(String::as_str)
    }

    /// Does what was asked for and says how it went: the event for the next turn, none for work that ends later. Work nobody
    /// registered fails.
    pub(crate) fn perform(&self, call: &ActionCall) -> Option<Event> {
        let result = self.work.get(call.name().as_str()).map_or_else(|| Err("other".to_owned()), |work| work(call));
        match result {
            Ok(value) => value.map(|value| Event::action_done(call.id(), value)),
            Err(error) => Some(Event::action_failed(call.id(), error)),
        }
    }
}

impl std::fmt::Debug for Actions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// A turn and all the host work it leads to, until the conversation rests.
pub(crate) fn handle_with(
    rules: &Rulebook,
    session: &mut Session,
    event: Event,
    now: SystemTime,
    actions: &Actions,
) -> Result<Turn, EventError> {
    let mut turn = handle(rules, session, event, now)?;
    if turn.is_replay() {
        turn.drop_actions();
        return Ok(turn);
    }
    // INVARIANT: ends, because a conversation waits for one action at a time and each turn is bounded; a flow that called
    // for ever is stopped by the limit of steps per turn, so the bound here only guards the host's thread.
    for _ in 0..super::run::STEP_LIMIT {
        let Some(event) = turn.take_action().and_then(|call| actions.perform(&call)) else { break };
        turn.absorb(handle(rules, session, event, now)?);
    }
    Ok(turn)
}
