use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{
    Consent, Counters, Ended, Frame, LastSaid, OpenHandoff, Owner, Question, Replay, Said, Seen, Speaker, StoredChip,
    TranscriptLine,
};
use crate::rules::{EntityName, FlowId, IntentId, ReasonId, SlotName, Value};
use crate::text::{Language, Script};

/// A stored conversation: serde data that the host keeps and hands back with the next event.
///
/// What is in it is no public interface. It holds private values raw (an address that a later action needs), so keep it
/// like customer data; `Debug` shows no contents.
///
/// # Examples
/// ```
/// let session = kefu::Session::new("customer-42");
/// let stored = serde_json::to_string(&session)?;
/// let again: kefu::Session = serde_json::from_str(&stored)?;
/// assert_eq!(again.id(), "customer-42");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Session {
    pub(crate) document: Document,
}

/// Why a stored session cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// It was written by a newer version of this library.
    #[error("the session has format {found}, this version reads up to {known}")]
    Newer {
        /// The format it has.
        found: u32,
        /// The newest format this version reads.
        known: u32,
    },
    /// It was written by a newer version of this library, in the same format, and holds something this version does not know.
    #[error("the session holds parts of minor {found} of its format, this version reads up to {known}")]
    NewerPart {
        /// The minor it has.
        found: u32,
        /// The newest minor this version reads.
        known: u32,
    },
    /// It is no session, or was damaged.
    #[error("the session cannot be read: {0}")]
    Damaged(String),
}

impl Session {
    /// The format this version writes.
    pub const FORMAT: u32 = 2;

    /// How often something was added to the format that an older version cannot read: a new kind of question, a new
    /// language, another shape of a field. Raise it with each; what is only a new field needs nothing.
    const MINOR: u32 = 0;

    /// A new conversation. The id is the host's own and comes back in handoffs and records.
    pub fn new(id: impl Into<String>) -> Self {
        Self { document: Document::new(Arc::from(id.into())) }
    }

    /// The host's id.
    pub fn id(&self) -> &str {
        &self.document.id
    }

    /// The language the customer writes in, once it is known.
    pub fn language(&self) -> Option<Language> {
        self.document.language
    }

    /// The language the customer wrote in before this conversation, until their words say otherwise.
    pub(crate) fn speaks(&mut self, language: Language) {
        self.document.language.get_or_insert(language);
    }

    /// When the host should send the next [`tick`](crate::Event::tick), if anything is waiting for time to pass.
    pub fn next_deadline(&self) -> Option<SystemTime> {
        let millis = self.document.deadline?;
        let span = Duration::from_millis(millis.unsigned_abs());
        if millis >= 0 { SystemTime::UNIX_EPOCH.checked_add(span) } else { SystemTime::UNIX_EPOCH.checked_sub(span) }
    }

    /// The session as one JSON document.
    pub fn to_json(&self) -> String {
        // Why: a document of maps with text keys, numbers and text always has a JSON form.
        serde_json::to_string(&self.document).unwrap_or_default()
    }

    /// A session read from its JSON document.
    ///
    /// # Errors
    /// [`SessionError::Newer`] for a document of a newer format, [`SessionError::NewerPart`] for one of this format that only a
    /// newer version can read, [`SessionError::Damaged`] for anything else that is no
    /// session. The message names places, never contents.
    pub fn from_json(json: &str) -> Result<Self, SessionError> {
        let damaged = |error: serde_json::Error| {
            SessionError::Damaged(format!("line {}, column {}", error.line(), error.column()))
        };
        let Header { format, minor } = serde_json::from_str(json).map_err(damaged)?;
        if format > Self::FORMAT {
            return Err(SessionError::Newer { found: format, known: Self::FORMAT });
        }
        serde_json::from_str(json).map(Self::of).map_err(|error| {
            // Why: a newer version of the same format may write what this one does not know. It is whole, and theirs.
            if minor > Self::MINOR {
                SessionError::NewerPart { found: minor, known: Self::MINOR }
            } else {
                damaged(error)
            }
        })
    }

    /// A document that was read; from now on it is one of this format.
    fn of(document: Document) -> Self {
        let minor = std::cmp::max(document.minor, Self::MINOR);
        Self { document: Document { format: Self::FORMAT, minor, ..document } }
    }

    /// Whose it is, if the host has said so.
    pub(crate) fn customer(&self) -> Option<&str> {
        self.document.customer_id.as_deref()
    }

    /// The host says whose it is.
    pub(crate) fn is_of(&mut self, customer: Option<&str>) {
        if let Some(customer) = customer.filter(|customer| self.customer() != Some(customer)) {
            self.document.customer_id = Some(customer.to_owned());
        }
    }

    /// Forgets everything the customer said or told. The id stays, and what keeps an effect or a message from counting
    /// twice: a number, and hashes of message ids.
    pub fn forget(&mut self) {
        self.document.forget();
    }
}

#[derive(Deserialize)]
struct Header {
    format: u32,
    #[serde(default)]
    minor: u32,
}

impl Serialize for Session {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Session {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = Document::deserialize(deserializer)?;
        if document.format > Self::FORMAT {
            let newer = SessionError::Newer { found: document.format, known: Self::FORMAT };
            return Err(D::Error::custom(newer));
        }
        Ok(Self::of(document))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.document.id)
            .field("flows", &self.document.stack.len())
            .finish_non_exhaustive()
    }
}

/// How far behind the last effect one may lie that is still told of, in milliseconds as their numbers are: a year.
const LATE: u64 = 366 * 86_400_000;

/// What a session keeps. Fields of a later minor version are kept in `more`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) format: u32,
    /// Which version of the format wrote it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) minor: u32,
    pub(crate) id: Arc<str>,
    /// Whose it is, if the host says so: what the desk and the clock do belongs to that customer's history too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) customer_id: Option<String>,
    /// The pack that took the last turn.
    #[serde(default, rename = "rev", alias = "revision", skip_serializing_if = "String::is_empty")]
    pub(crate) revision: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Language>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) script: Script,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) owner: Owner,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stack: Vec<Frame>,
    /// Requests made beside an open flow, taken up when that one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) later: Vec<Later>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) question: Option<Question>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) chips: Vec<StoredChip>,
    /// Values told with the request that the bot's own question is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) told: Vec<(EntityName, Value)>,
    /// Whether the bot last proposed to call a person; a yes takes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) proposed: bool,
    /// The intent that the last message was answered with, for one that goes on with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answered: Option<IntentId>,
    /// Slots a finished flow keeps for the next.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) kept: BTreeMap<SlotName, Value>,
    /// A record of what the host told about the customer.
    #[serde(default, skip_serializing_if = "Value::is_none")]
    pub(crate) customer: Value,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) counters: Counters,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handoff: Option<OpenHandoff>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) consent: Option<Consent>,
    /// Whether this conversation was ever given to a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) handed_over: bool,
    /// Whether the customer left while the bot waited for them, and has not written since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) abandoned: bool,
    /// Since when the customer waits for a reply, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) waits_since: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<Ended>,
    /// Flows that an event will start: when time has come and no other flow is open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) scheduled: Vec<Scheduled>,
    /// Reasons a person has dealt with; their condition alone causes no second handoff.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) settled: Vec<ReasonId>,
    /// Host work that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pending: Option<Pending>,
    /// Writes that are not waited for, as a handoff, a cancel or their timeout came first: what comes of them counts all the
    /// same.
    #[serde(default, skip_serializing_if = "Vec::is_empty", alias = "cancelled", deserialize_with = "ids_or_requests")]
    pub(crate) unsettled: Vec<Pending>,
    /// Until when what an action needs holds (`verified`), milliseconds since 1970.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) proved: BTreeMap<String, i64>,
    /// The number of the last effect, so that each has an id of its own.
    #[serde(default, rename = "n", alias = "effects", skip_serializing_if = "is_default")]
    pub(crate) effects: u64,
    /// Which variant of a text was said last.
    #[serde(default, skip_serializing_if = "LastSaid::is_empty")]
    pub(crate) said: LastSaid,
    /// Answers and flows already given since the last handoff.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tried: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_flow: Option<FlowId>,
    /// What the bot said last, for "say that again"; between turns a text that the transcript has is empty here.
    #[serde(default, rename = "replies", alias = "last_replies", skip_serializing_if = "Vec::is_empty")]
    pub(crate) last_replies: Vec<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replay: Option<Replay>,
    /// What the last ticks sent to the desk, as JSON: it may not have arrived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) outgoing: Vec<serde_json::Value>,
    /// Ids of messages before the last.
    #[serde(default, skip_serializing_if = "Seen::is_empty")]
    pub(crate) seen: Seen,
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) transcript: VecDeque<TranscriptLine>,
    /// Milliseconds since 1970 of the last customer message.
    #[serde(default, rename = "at", alias = "last_at", skip_serializing_if = "Option::is_none")]
    pub(crate) last_at: Option<i64>,
    #[serde(default, rename = "due", alias = "deadline", skip_serializing_if = "Option::is_none")]
    pub(crate) deadline: Option<i64>,
    /// Ids of requests that were once kept one by one; their numbers say enough.
    #[serde(default, skip_serializing, rename = "dropped")]
    pub(crate) retired: Retired,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub(crate) more: BTreeMap<String, serde_json::Value>,
}

/// Host work that is under way.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) id: String,
    pub(crate) action: String,
    /// When it counts as failed, milliseconds since 1970.
    pub(crate) until: i64,
    /// The key of the first try, where only a try of its own would give another.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) key: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) retries: u32,
    /// Messages that came meanwhile; they are taken up after the result, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "one_or_many")]
    pub(crate) held: Vec<Held>,
    /// What came of it while the flow that asked for it could not go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) result: Option<HostResult>,
}

impl Pending {
    pub(crate) fn new(id: String, action: String, until: i64) -> Self {
        Self { id, action, until, key: String::new(), retries: 0, held: Vec::new(), result: None }
    }
}

/// A message that waits for host work.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredHeld")]
pub(crate) struct Held {
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum StoredHeld {
    /// The first sessions kept the words alone.
    Words(String),
    Whole {
        text: String,
        #[serde(default)]
        attachments: Vec<String>,
    },
}

impl From<StoredHeld> for Held {
    fn from(stored: StoredHeld) -> Self {
        match stored {
            StoredHeld::Words(text) => Self { text, attachments: Vec::new() },
            StoredHeld::Whole { text, attachments } => Self { text, attachments },
        }
    }
}

/// What came of host work.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HostResult {
    Done(Value),
    Failed(String),
}

/// A request that waits until the open flow has ended.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredLater")]
pub(crate) struct Later {
    pub(crate) intent: IntentId,
    /// Typed values its clause named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) found: Vec<(EntityName, Value)>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum StoredLater {
    /// The first sessions kept the name alone.
    Intent(IntentId),
    Whole {
        intent: IntentId,
        #[serde(default)]
        found: Vec<(EntityName, Value)>,
    },
}

impl From<StoredLater> for Later {
    fn from(stored: StoredLater) -> Self {
        match stored {
            StoredLater::Intent(intent) => Self { intent, found: Vec::new() },
            StoredLater::Whole { intent, found } => Self { intent, found },
        }
    }
}

/// A field of earlier versions that nothing needs any more: read over, and not written again.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Retired;

impl<'de> Deserialize<'de> for Retired {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// Sessions once kept the ids of cancelled writes alone.
fn ids_or_requests<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Pending>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Id(String),
        Request(Pending),
    }
    let stored: Vec<Stored> = Vec::deserialize(deserializer)?;
    let request = |stored| match stored {
        Stored::Id(id) => Pending::new(id, String::new(), 0),
        Stored::Request(request) => request,
    };
    Ok(stored.into_iter().map(request).collect())
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Held>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        One(Held),
        Many(Vec<Held>),
    }
    Ok(match Stored::deserialize(deserializer)? {
        Stored::One(text) => vec![text],
        Stored::Many(texts) => texts,
    })
}

/// A flow that will start later.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    pub(crate) flow: FlowId,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) with: BTreeMap<SlotName, Value>,
}

impl Document {
    pub(crate) fn new(id: Arc<str>) -> Self {
        Self {
            format: Session::FORMAT,
            minor: Session::MINOR,
            id,
            customer_id: None,
            revision: String::new(),
            version: 0,
            language: None,
            script: Script::Latin,
            channel: None,
            owner: Owner::Bot,
            stack: Vec::new(),
            later: Vec::new(),
            question: None,
            chips: Vec::new(),
            told: Vec::new(),
            answered: None,
            proposed: false,
            kept: BTreeMap::new(),
            customer: Value::None,
            counters: Counters::default(),
            handoff: None,
            consent: None,
            handed_over: false,
            abandoned: false,
            waits_since: None,
            ended: None,
            scheduled: Vec::new(),
            settled: Vec::new(),
            pending: None,
            unsettled: Vec::new(),
            proved: BTreeMap::new(),
            effects: 0,
            said: LastSaid::default(),
            tried: Vec::new(),
            last_flow: None,
            last_replies: Vec::new(),
            replay: None,
            outgoing: Vec::new(),
            seen: Seen::default(),
            transcript: VecDeque::new(),
            last_at: None,
            deadline: None,
            retired: Retired,
            more: BTreeMap::new(),
        }
    }

    /// Leaves the words of the last replies out where the transcript, which ends with them, has the same.
    pub(crate) fn fold_replies(&mut self) {
        for (said, line) in self.last_replies.iter_mut().rev().zip(self.transcript.iter().rev()) {
            if line.who == Speaker::Bot && said.text == line.text {
                said.text.clear();
            }
        }
    }

    /// Gives the last replies their words again, as lines are about to be added to the transcript.
    pub(crate) fn unfold_replies(&mut self) {
        for (said, line) in self.last_replies.iter_mut().rev().zip(self.transcript.iter().rev()) {
            if said.text.is_empty() && line.who == Speaker::Bot {
                said.text.clone_from(&line.text);
            }
        }
    }

    /// A new id for an effect: the session's id and a number that is higher than all before, the milliseconds since 1970 or
    /// more. So a conversation that begins anew under the same id, after it was forgotten, lost or damaged, never gives an
    /// id that a help desk or a shop knows already.
    pub(crate) fn effect_id(&mut self, now: i64) -> String {
        self.effects = self.effects.saturating_add(1).max(now.max(0).unsigned_abs());
        format!("{}-{}", self.id, self.effects)
    }

    /// Leaves nothing of what the customer said or told. What stays is what keeps anything from happening twice: the number
    /// of the last effect, and hashes of the ids of messages that may be delivered again.
    pub(crate) fn forget(&mut self) {
        let mut seen = std::mem::take(&mut self.seen);
        if let Some(last) = self.replay.take() {
            seen.add(&last.id);
        }
        let (revision, effects) = (std::mem::take(&mut self.revision), self.effects);
        *self = Self { revision, effects, seen, ..Self::new(Arc::clone(&self.id)) };
    }

    /// Whether an effect with this id may have left the session at some time, also in a life before this one.
    pub(crate) fn has_issued(&self, id: &str) -> bool {
        let number = id.strip_prefix(&*self.id).and_then(|rest| rest.strip_prefix('-'));
        let number =
            number.filter(|digits| !digits.starts_with(['0', '+'])).and_then(|digits| digits.parse::<u64>().ok());
        let first = self.effects.saturating_sub(LATE).max(1);
        let is_awaited = self.pending.iter().chain(&self.unsettled).any(|known| known.id == id);
        is_awaited || number.is_some_and(|number| (first..=self.effects).contains(&number))
    }

    /// The slots of the flow on top: a frame that shares uses those of the nearest one below that does not.
    pub(crate) fn slots(&self) -> Option<&BTreeMap<SlotName, Value>> {
        self.slot_frame().map(|frame| &frame.slots)
    }

    /// The frame that owns the slots of the flow on top.
    pub(crate) fn slot_frame(&self) -> Option<&Frame> {
        self.stack.iter().rev().find(|frame| !frame.shares)
    }

    /// The frame that owns the slots of the flow on top.
    pub(crate) fn slot_frame_mut(&mut self) -> Option<&mut Frame> {
        self.stack.iter_mut().rev().find(|frame| !frame.shares)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
