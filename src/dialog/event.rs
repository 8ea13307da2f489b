use super::joined::Earlier;
use crate::rules::{ReasonId, Value};

/// Something that happened in a conversation, told to [`Engine::handle`](crate::Engine::handle).
///
/// # Examples
/// ```
/// use kefu::Event;
/// let event = Event::message("where is my parcel?").with_id("msg-1").on_channel("web");
/// ```
#[derive(Clone, PartialEq)]
pub struct Event {
    pub(crate) kind: EventKind,
    pub(crate) id: Option<String>,
    pub(crate) channel: Option<String>,
    pub(crate) attachments: Vec<String>,
    pub(crate) public: bool,
    /// What the customer wrote right before, the first first.
    pub(crate) earlier: Vec<Earlier>,
}

#[derive(Clone, PartialEq)]
pub(crate) enum EventKind {
    Message(String),
    Choice(Value),
    ActionDone { id: String, value: Value },
    ActionFailed { id: String, error: String },
    Tick,
    Customer(Value),
    Named { name: String, with: Value },
    Escalate(ReasonId),
    Accepted,
    AgentMessage(String),
    Released,
    Failed,
    Queued(u32),
    Forget,
    Rating(u32),
}

/// What the id of a desk's event begins with: desk and channel know nothing of each other's ids.
const DESK: &str = "desk:";

impl Event {
    fn new(kind: EventKind) -> Self {
        Self { kind, id: None, channel: None, attachments: Vec::new(), public: false, earlier: Vec::new() }
    }

    /// The customer wrote this.
    pub fn message(text: impl Into<String>) -> Self {
        Self::new(EventKind::Message(text.into()))
    }

    /// The customer tapped a chip: its value (or its label), also one shown some turns ago.
    pub fn choice(value: impl Into<Value>) -> Self {
        Self::new(EventKind::Choice(value.into()))
    }

    /// The host did the work of an [`ActionCall`](crate::ActionCall); `value` is a record of its results.
    pub fn action_done(id: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::new(EventKind::ActionDone { id: id.into(), value: value.into() })
    }

    /// The host could not do the work: a name the action's contract declares, or anything else.
    pub fn action_failed(id: impl Into<String>, error: impl Into<String>) -> Self {
        Self::new(EventKind::ActionFailed { id: id.into(), error: error.into() })
    }

    /// Time has passed; send one at [`Session::next_deadline`](crate::Session::next_deadline).
    pub fn tick() -> Self {
        Self::new(EventKind::Tick)
    }

    /// The host tells or updates facts about the customer: a record of fields the pack's `customer` declares.
    pub fn customer(facts: impl Into<Value>) -> Self {
        Self::new(EventKind::Customer(facts.into()))
    }

    /// Something happened at the host that a flow of the pack waits for, such as `order_delayed`.
    pub fn named(name: impl Into<String>, with: impl Into<Value>) -> Self {
        Self::new(EventKind::Named { name: name.into(), with: with.into() })
    }

    /// The host wants a person to take over, for a reason the pack knows.
    pub fn escalate(reason: impl Into<String>) -> Self {
        Self::new(EventKind::Escalate(ReasonId::from(reason.into())))
    }

    /// A person has taken the handoff: the bot is silent from now on.
    pub fn agent_accepted() -> Self {
        Self::new(EventKind::Accepted)
    }

    /// The person wrote this to the customer; the host has delivered it, the bot remembers it.
    pub fn agent_message(text: impl Into<String>) -> Self {
        Self::new(EventKind::AgentMessage(text.into()))
    }

    /// The person gives the conversation back to the bot.
    pub fn agent_released() -> Self {
        Self::new(EventKind::Released)
    }

    /// The handoff could not be delivered to the help desk.
    pub fn agent_failed() -> Self {
        Self::new(EventKind::Failed)
    }

    /// The help desk says where in the queue the customer is, 1 for next.
    pub fn agent_queued(position: u32) -> Self {
        Self::new(EventKind::Queued(position))
    }

    /// Forget all the customer said and told. Like [`Session::forget`](crate::Session::forget), and the turn's records say
    /// so; a handoff that is open is withdrawn.
    pub fn forget() -> Self {
        Self::new(EventKind::Forget)
    }

    /// The customer rated the conversation, 1 (bad) to 5.
    pub fn rating(stars: u32) -> Self {
        Self::new(EventKind::Rating(stars))
    }

    /// This message and the next, which the customer wrote right after it: one turn of both. Each keeps its id, so that a
    /// second delivery of either, alone or with others, is known; the ledger says how many were joined.
    ///
    /// # Errors
    /// Both come back if one is no message, if they came over two channels, or if others could read along with only one.
    ///
    /// # Examples
    /// ```
    /// use kefu::Event;
    /// let first = Event::message("hi").with_id("m-1");
    /// let second = Event::message("where is my parcel?").with_id("m-2");
    /// assert!(first.followed_by(second).is_ok());
    /// assert!(Event::message("hi").followed_by(Event::tick()).is_err());
    /// ```
    pub fn followed_by(mut self, mut next: Event) -> Result<Event, (Event, Event)> {
        let same_place = self.channel == next.channel && self.public == next.public;
        match (&mut self.kind, &next.kind) {
            (EventKind::Message(text), EventKind::Message(_)) if same_place => {
                let this = Earlier { id: self.id, text: std::mem::take(text) };
                self.earlier.push(this);
                self.earlier.append(&mut next.earlier);
                self.attachments.append(&mut next.attachments);
                Ok(Event { earlier: self.earlier, attachments: self.attachments, ..next })
            }
            _ => Err((self, next)),
        }
    }

    /// Whether it is a message that a second delivery would tell by its id.
    #[cfg(feature = "serve")]
    pub(crate) fn is_named_message(&self) -> bool {
        self.id.is_some() && matches!(self.kind, EventKind::Message(_))
    }

    /// Whether the help desk did something.
    fn is_desks(&self) -> bool {
        use EventKind::{Accepted, AgentMessage, Failed, Queued, Released};
        matches!(self.kind, Accepted | AgentMessage(_) | Released | Failed | Queued(_))
    }

    /// Whether only time has passed.
    pub(crate) fn is_tick(&self) -> bool {
        self.kind == EventKind::Tick
    }

    /// Whether it leaves nothing of the conversation.
    pub(crate) fn forgets(&self) -> bool {
        self.kind == EventKind::Forget
    }

    /// Whether a customer did something, and not the host or the clock.
    pub(crate) fn is_customers(&self) -> bool {
        matches!(self.kind, EventKind::Message(_) | EventKind::Choice(_))
    }

    /// The event's id at its channel, or at the help desk: the same id again is the same turn again. What the desk does and
    /// what else happens are counted apart.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        let id = id.into();
        self.id = Some(if self.is_desks() { format!("{DESK}{id}") } else { id });
        self
    }

    /// The channel it came over, by its name in the pack.
    pub fn on_channel(mut self, channel: impl Into<String>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// References to what was attached (pictures), in the host's own naming.
    pub fn with_attachments<T: Into<String>>(mut self, attachments: impl IntoIterator<Item = T>) -> Self {
        self.attachments = attachments.into_iter().map(Into::into).collect();
        self
    }

    /// Others can read along: private data must not be asked for here.
    pub fn in_public(mut self) -> Self {
        self.public = true;
        self
    }
}

// Why: an event carries what the customer wrote.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match &self.kind {
            EventKind::Named { name, .. } => name,
            _ => self.name(),
        };
        write!(f, "Event({kind})")
    }
}

impl Event {
    /// What kind of event it is, as one word.
    pub(crate) fn name(&self) -> &'static str {
        match &self.kind {
            EventKind::Message(_) => "message",
            EventKind::Choice(_) => "choice",
            EventKind::ActionDone { .. } => "action_done",
            EventKind::ActionFailed { .. } => "action_failed",
            EventKind::Tick => "tick",
            EventKind::Customer(_) => "customer",
            EventKind::Named { .. } => "named",
            EventKind::Escalate(_) => "escalate",
            EventKind::Accepted => "agent_accepted",
            EventKind::AgentMessage(_) => "agent_message",
            EventKind::Released => "agent_released",
            EventKind::Failed => "agent_failed",
            EventKind::Queued(_) => "agent_queued",
            EventKind::Forget => "forget",
            EventKind::Rating(_) => "rating",
        }
    }
}
