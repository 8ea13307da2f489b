use std::fmt;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use super::{
    ConversationError, CustomerHistory, Document, Forgotten, Key, Kind, SessionStore, StoreError, Taken, Trouble,
    Version,
};
use crate::dialog::{Actions, Event, STEP_LIMIT, Turn, outgoing};
use crate::engine::Engine;
use crate::rules::Value;
use crate::session::{Session, SessionError};

/// How long a session is kept after its last turn, unless [`Conversations::keep`] says otherwise: twice the time after
/// which a conversation is taken up anew, so that a late redelivery is still known.
const KEPT: Duration = Duration::from_secs(60 * 86_400);

/// How long it is kept that there was a conversation that was forgotten: its id, the number of its last effect and hashes of
/// its message ids. Longer than webhooks deliver again and a node may be under way with an older session.
const FORGOTTEN: Duration = Duration::from_secs(7 * 86_400);

/// After which time what a tick sends to the desk is sent once more, with the same ids: the process may have been killed
/// before it was on its way, and nobody else would tell.
const AGAIN: Duration = Duration::from_secs(30);

/// How often a turn is begun anew because another node saved the same session in between. With `n` nodes at one session
/// each round lets one of them through, so this is enough for many more nodes than a shop has.
const ROUNDS: usize = 256;

/// Conversations of many customers: each event makes one turn of a stored session, on however many nodes.
///
/// A turn counts once its session is saved; only then are its effects handed out. When the process dies before they are
/// done, the redelivered message gives the same turn again, with the same effect ids. So effects happen at least once, and
/// with their ids in a unique column exactly once.
///
/// # Examples
/// ```
/// use std::time::SystemTime;
/// use kefu::{Conversation, Conversations, Engine, Event, MemoryStore};
///
/// let engine = Engine::builder()
///     .source("bot.yaml", "
/// languages: {default: en}
/// intents:
///   opening_hours: {keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}
/// ")
///     .build()?;
/// let conversations = Conversations::new(engine, MemoryStore::new(10_000));
/// let chat = Conversation::new("chat-7").of_customer("customer-42");
/// let message = Event::message("opening hours?").with_id("m-1");
/// let first = conversations.handle(chat, message.clone(), SystemTime::UNIX_EPOCH)?;
/// let again = conversations.handle(chat, message, SystemTime::UNIX_EPOCH)?;
/// assert_eq!(first.turn.replies(), again.turn.replies());
/// assert!(again.turn.is_replay());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Conversations<S> {
    engine: RwLock<Engine>,
    store: S,
    kept: Duration,
}

/// Which conversation, and whose: both ids are the host's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation<'a> {
    id: &'a str,
    customer: Option<&'a str>,
}

impl<'a> Conversation<'a> {
    /// A conversation by its id.
    pub fn new(id: &'a str) -> Self {
        Self { id, customer: None }
    }

    /// The same, of a customer the host knows: conversations with one customer id, on whatever channel, share a
    /// [`CustomerHistory`].
    #[must_use]
    pub fn of_customer(self, customer: &'a str) -> Self {
        Self { customer: Some(customer), ..self }
    }

    /// Its id.
    pub fn id(&self) -> &'a str {
        self.id
    }
}

/// Whether what leaves a turn is asked for again if it does not arrive: the clock tells nothing twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Told,
    Clock,
}

/// A session under way: what was loaded, as what version.
struct Opened {
    session: Session,
    version: Version,
    trouble: Option<SessionError>,
}

/// What is remembered of a customer, as what version.
struct Remembered {
    history: CustomerHistory,
    version: Version,
    trouble: Option<Trouble>,
}

impl<S: SessionStore> Conversations<S> {
    /// Conversations by these rules, kept in this store.
    pub fn new(engine: Engine, store: S) -> Self {
        Self { engine: RwLock::new(engine), store, kept: KEPT }
    }

    /// How long a session is kept after its last turn; 60 days if never said.
    #[must_use]
    pub fn keep(self, kept: Duration) -> Self {
        Self { kept, ..self }
    }

    /// The rules of the next turn.
    pub fn engine(&self) -> Engine {
        self.engine.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes on by other rules; turns under way end by those they began with.
    pub fn reload(&self, engine: Engine) {
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = engine;
    }

    /// Where the sessions are kept.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// One turn: loaded, made, saved.
    ///
    /// # Errors
    /// If the event does not fit the session or the store fails; nothing has changed then. [`StoreError::Conflict`] only if
    /// other nodes were quicker again and again.
    #[allow(clippy::needless_pass_by_value)] // Why: as `Engine::handle` takes it; a turn that is begun anew needs it again.
    pub fn handle(
        &self,
        conversation: Conversation<'_>,
        event: Event,
        now: SystemTime,
    ) -> Result<Taken, ConversationError> {
        let cause = if event.is_tick() { Cause::Clock } else { Cause::Told };
        self.take(conversation, &event, now, cause)
    }

    fn take(
        &self,
        conversation: Conversation<'_>,
        event: &Event,
        now: SystemTime,
        cause: Cause,
    ) -> Result<Taken, ConversationError> {
        let engine = self.engine();
        for _ in 0..ROUNDS {
            let mut opened = self.open(conversation.id, now)?;
            opened.session.is_of(conversation.customer);
            let mut troubles: Vec<Trouble> = opened.trouble.take().map(Trouble::SetAside).into_iter().collect();
            let history = self.history(conversation, event, now, &mut troubles);
            if let Some(history) = &history {
                Self::introduce(&engine, &mut opened.session, history, now);
            }
            let mut turn = engine.handle(&mut opened.session, event.clone(), now)?;
            if !turn.is_replay() {
                if cause == Cause::Clock {
                    let again = if event.is_tick() { outgoing::take(&mut opened.session) } else { Vec::new() };
                    outgoing::keep(&mut opened.session, &turn);
                    let own = std::mem::replace(&mut turn.effects, again);
                    turn.effects.extend(own);
                }
                let kept = if event.forgets() { self.kept.min(FORGOTTEN) } else { self.kept };
                match self.save(&opened, now, now + kept) {
                    Ok(()) => {}
                    Err(StoreError::Conflict) => continue,
                    Err(error) => return Err(error.into()),
                }
                let customer = conversation.customer.or(opened.session.customer());
                self.remember(Conversation { customer, ..conversation }, event, &turn, now, &mut troubles);
            }
            return Ok(Taken { turn, troubles });
        }
        Err(StoreError::Conflict.into())
    }

    /// A turn and all the host work it leads to, each step saved before the next; effects left are handoffs. Work that ends
    /// later ([`Actions::begin`]) is told by an event of its own.
    ///
    /// # Errors
    /// As [`handle`](Self::handle). When it fails on the way, the work asked for last is still open in the session: its
    /// timeout answers the customer.
    #[allow(clippy::needless_pass_by_value)] // Why: as `handle` takes it.
    pub fn handle_with(
        &self,
        conversation: Conversation<'_>,
        event: Event,
        now: SystemTime,
        actions: &Actions,
    ) -> Result<Taken, ConversationError> {
        let cause = if event.is_tick() { Cause::Clock } else { Cause::Told };
        let Taken { mut turn, mut troubles } = self.take(conversation, &event, now, cause)?;
        // Why: the work of a replayed turn is done, or under way on another node. If that node is gone, the action's timeout
        // tells the customer: asking for a write twice would be worse.
        if turn.is_replay() {
            turn.drop_actions();
            return Ok(Taken { turn, troubles });
        }
        // Why: a conversation waits for one action at a time; the bound guards this thread against a flow that calls for
        // ever. Work that is left then stays among the effects.
        for _ in 0..STEP_LIMIT {
            let Some(event) = turn.take_action().and_then(|call| actions.perform(&call)) else { break };
            let Taken { turn: next, troubles: more } = self.take(conversation, &event, now, cause)?;
            turn.absorb(next);
            troubles.extend(more);
        }
        Ok(Taken { turn, troubles })
    }

    /// Ticks up to `limit` sessions whose deadline has come: reminders, timeouts, overdue handoffs. Each with its id.
    ///
    /// # Errors
    /// If the store cannot say which are due; what happens to each one is in its own result.
    #[allow(clippy::type_complexity)] // Why: a name for it would say no more.
    pub fn tick(
        &self,
        now: SystemTime,
        limit: usize,
    ) -> Result<Vec<(String, Result<Taken, ConversationError>)>, StoreError> {
        let due = self.store.due(Kind::Session, now, limit)?;
        Ok(due
            .into_iter()
            .map(|id| {
                let taken = self.handle(Conversation::new(&id), Event::tick(), now);
                (id, taken)
            })
            .collect())
    }

    /// Forgets a customer: every conversation that is kept, and the history. Each turn withdraws what handoff was open.
    ///
    /// For a week it stays known that there was a conversation: its id, a number and hashes of message ids, nothing that was
    /// said. So a turn that another node makes meanwhile is not lost, and a message that is delivered again starts nothing.
    ///
    /// # Errors
    /// If the store fails; what was forgotten until then stays so, and calling again does the rest.
    pub fn forget(&self, customer: &str, now: SystemTime) -> Result<Forgotten, ConversationError> {
        let mut turns = Vec::new();
        let Remembered { history, trouble, .. } = self.load_history(customer, now)?;
        let mut troubles: Vec<Trouble> = trouble.into_iter().collect();
        if troubles.is_empty() {
            // Why: one that was set aside before named conversations too.
            let aside = self.store.load(Key::damaged_history(customer), now)?;
            troubles.extend(aside.and_then(|aside| read(&aside.text).err()));
        }
        for id in history.sessions() {
            if self.store.load(Key::session(&id), now)?.is_some() {
                let taken = self.handle(Conversation::new(&id), Event::forget(), now)?;
                turns.push((id.clone(), taken));
            }
            self.store.remove(Key::damaged(&id))?;
        }
        self.store.remove(Key::damaged_history(customer))?;
        self.store.remove(Key::customer(customer))?;
        Ok(Forgotten { turns, troubles })
    }

    fn open(&self, id: &str, now: SystemTime) -> Result<Opened, ConversationError> {
        let Some(stored) = self.store.load(Key::session(id), now)? else {
            return Ok(Opened { session: Session::new(id), version: Version::NEW, trouble: None });
        };
        match Session::from_json(&stored.text) {
            Ok(session) => Ok(Opened { session, version: stored.version, trouble: None }),
            Err(error @ SessionError::Damaged(_)) => {
                self.set_aside(Key::damaged(id), stored.text, now)?;
                Ok(Opened { session: Session::new(id), version: stored.version, trouble: Some(error) })
            }
            Err(error) => Err(ConversationError::Session(error)),
        }
    }

    /// Keeps a damaged document where a person can look at it.
    fn set_aside(&self, key: Key<'_>, text: String, now: SystemTime) -> Result<(), StoreError> {
        let version = self.store.load(key, now)?.map_or(Version::NEW, |kept| kept.version);
        let document = Document { text, deadline: None, expires: now + self.kept };
        match self.store.save(key, &document, version, now) {
            // Why: another node has just set the same one aside.
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn save(&self, opened: &Opened, now: SystemTime, expires: SystemTime) -> Result<(), StoreError> {
        let Opened { session, version, .. } = opened;
        let again = outgoing::is_kept(session).then(|| now + AGAIN);
        let deadline = session.next_deadline().into_iter().chain(again).min();
        let document = Document { text: session.to_json(), deadline, expires };
        self.store.save(Key::session(session.id()), &document, *version, now).map(|_| ())
    }

    /// Tells a session what is remembered of its customer, as far as the rules declare it. The turn that follows is the one
    /// that asks what it means: a third contact in a week may be a reason for a person.
    fn introduce(engine: &Engine, session: &mut Session, history: &CustomerHistory, now: SystemTime) {
        if let Some(language) = history.language {
            session.speaks(language);
        }
        let contacts = i64::try_from(history.contacts_within_a_week(now)).unwrap_or(i64::MAX);
        let cases = i64::try_from(history.open_cases.len()).unwrap_or(i64::MAX);
        // Why nothing is refused: a pack that declares one of these facts as something else keeps its own meaning of it.
        let facts = [("contacts_this_week", Value::from(contacts)), ("open_cases", Value::from(cases))];
        engine.acquaint(session, &Value::record(facts));
    }

    /// The history of a conversation's customer if this event begins a contact.
    fn history(
        &self,
        conversation: Conversation<'_>,
        event: &Event,
        now: SystemTime,
        troubles: &mut Vec<Trouble>,
    ) -> Option<CustomerHistory> {
        let customer = conversation.customer.filter(|_| event.is_customers())?;
        match self.load_history(customer, now) {
            Ok(Remembered { mut history, trouble, .. }) => {
                troubles.extend(trouble);
                history.begin(conversation.id, now, self.kept).then_some(history)
            }
            Err(error) => {
                troubles.push(Trouble::NoHistory(error));
                None
            }
        }
    }

    /// What is remembered of a customer. One that is damaged is set aside and begins anew: it is worth less than the
    /// conversation that waits for it.
    fn load_history(&self, customer: &str, now: SystemTime) -> Result<Remembered, StoreError> {
        let Some(stored) = self.store.load(Key::customer(customer), now)? else {
            return Ok(Remembered { history: CustomerHistory::default(), version: Version::NEW, trouble: None });
        };
        let version = stored.version;
        match read(&stored.text) {
            Ok(history) => Ok(Remembered { history, version, trouble: None }),
            Err(trouble) => {
                self.set_aside(Key::damaged_history(customer), stored.text, now)?;
                Ok(Remembered { history: CustomerHistory::default(), version, trouble: Some(trouble) })
            }
        }
    }

    /// Takes note of a turn in the customer's history: also of what the desk does, and the clock.
    fn remember(
        &self,
        conversation: Conversation<'_>,
        event: &Event,
        turn: &Turn,
        now: SystemTime,
        troubles: &mut Vec<Trouble>,
    ) {
        let Some(customer) = conversation.customer else { return };
        let noted = (0..ROUNDS).find_map(|_| {
            let noted = self.load_history(customer, now).and_then(|Remembered { mut history, version, trouble }| {
                if !troubles.iter().any(|known| matches!(known, Trouble::HistorySetAside { .. })) {
                    troubles.extend(trouble);
                }
                let before = history.clone();
                if event.is_customers() {
                    history.begin(conversation.id, now, self.kept);
                }
                history.note(conversation.id, turn.records());
                if history == before {
                    return Ok(version);
                }
                let text = serde_json::to_string(&history).unwrap_or_default();
                let document = Document { text, deadline: None, expires: now + self.kept };
                self.store.save(Key::customer(customer), &document, version, now)
            });
            (!matches!(noted, Err(StoreError::Conflict))).then_some(noted)
        });
        if let Err(error) = noted.unwrap_or(Err(StoreError::Conflict)) {
            troubles.push(Trouble::NoHistory(error));
        }
    }
}

/// A history, or where it cannot be read: without serde's own words, which may quote what was kept.
fn read(text: &str) -> Result<CustomerHistory, Trouble> {
    serde_json::from_str(text).map_err(|error| Trouble::HistorySetAside { line: error.line(), column: error.column() })
}

impl<S> fmt::Debug for Conversations<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversations").finish_non_exhaustive()
    }
}
