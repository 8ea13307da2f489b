use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::dialog::{Effect, Turn};
use crate::store::{Document, Key, Kind, SessionStore, StoreError, Version, millis};

/// What is on its way out of one conversation, in order, until the other side says it has it.
///
/// Kept in the store beside the session, so that it survives the process. Each item has the id of its effect: an item that
/// is put again (a redelivered message, a node that died) is not sent twice, as the ids of the last delivered are kept.
#[derive(Default, Serialize, Deserialize)]
struct Waiting {
    items: VecDeque<Item>,
    delivered: VecDeque<String>,
    /// How often the first item has failed in a row.
    #[serde(default)]
    failed: u32,
    /// Until when the items are leased, or another try would be too early: milliseconds since 1970.
    #[serde(default)]
    until: Option<i64>,
}

/// One thing on its way.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Item {
    /// The same whenever it is sent.
    pub(super) id: String,
    pub(super) conversation: String,
    #[serde(flatten)]
    pub(super) what: What,
}

/// What is sent, and to whom.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub(super) enum What {
    /// For the help desk: a handoff opened, updated or withdrawn, or words for the agent.
    Desk { effect: Effect },
    /// For the customer, said when no request of theirs waits for an answer.
    Channel { turn: Box<Turn> },
    /// For the customer, written by an agent.
    Agent { text: String },
}

/// Whom an item is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Desk,
    Channel,
}

/// Ids that are remembered after their delivery.
const REMEMBERED: usize = 64;
/// Items that may wait in one conversation; a desk that never fetches must not fill the store.
const MOST: usize = 200;
/// How long what is not delivered is kept.
const KEPT: Duration = Duration::from_secs(7 * 86_400);
/// How long an item that was fetched is nobody else's.
pub(super) const LEASE: Duration = Duration::from_secs(30);
/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(300);
/// A save that another node came before is tried again; as in `Conversations`.
const ROUNDS: usize = 256;

impl Side {
    fn place(self, conversation: &str) -> String {
        match self {
            Side::Desk => format!("desk:{conversation}"),
            Side::Channel => format!("channel:{conversation}"),
        }
    }
}

impl What {
    fn side(&self) -> Side {
        match self {
            What::Desk { .. } => Side::Desk,
            What::Channel { .. } | What::Agent { .. } => Side::Channel,
        }
    }

    /// Whether it is what was said, and not whether a person is needed.
    fn is_words(&self) -> bool {
        !matches!(self, What::Desk { effect } if !matches!(effect, Effect::ToAgent(_)))
    }
}

/// What a turn sends to the desk: its effects, each under an id that tells it from every other.
pub(super) fn for_desk(conversation: &str, turn: &Turn) -> Vec<Item> {
    let named = |effect: &Effect| match effect {
        Effect::Action(_) => None,
        Effect::HandoffOpened(handoff) => Some(format!("opened-{}", handoff.id)),
        Effect::HandoffUpdated(handoff) => Some(format!("updated-{}-{}", handoff.id, handoff.update)),
        Effect::HandoffWithdrawn(withdrawal) => Some(format!("withdrawn-{}", withdrawal.id)),
        Effect::ToAgent(message) => Some(message.id.clone()),
    };
    let items = turn.effects().iter().filter_map(|effect| {
        let id = named(effect)?;
        Some(Item { id, conversation: conversation.to_owned(), what: What::Desk { effect: effect.clone() } })
    });
    items.collect()
}

/// Adds items to what is on its way; how many old ones had to give way.
pub(super) fn put(store: &dyn SessionStore, items: Vec<Item>, now: SystemTime) -> Result<usize, StoreError> {
    let mut dropped = 0;
    for item in items {
        change(store, item.what.side(), &item.conversation, now, |waiting| {
            let known = waiting.delivered.contains(&item.id) || waiting.items.iter().any(|kept| kept.id == item.id);
            if known {
                return None;
            }
            if waiting.items.len() == MOST {
                // Why words first: what a handoff says comes again with its next update, a handoff does not.
                let words = waiting.items.iter().position(|item| item.what.is_words()).unwrap_or_default();
                waiting.items.remove(words);
                dropped += 1;
            }
            // Why: what is leased, or waits for another try, does so still; the new item goes after it.
            let until = waiting.until.filter(|_| !waiting.items.is_empty()).map_or(now, |until| moment(until, now));
            waiting.items.push_back(item.clone());
            Some(until)
        })?;
    }
    Ok(dropped)
}

/// The conversations with something due for a side, by the place their items are kept at.
pub(super) fn due(
    store: &dyn SessionStore,
    side: Side,
    now: SystemTime,
    limit: usize,
) -> Result<Vec<String>, StoreError> {
    let prefix = side.place("");
    let places = store.due(Kind::Outgoing, now, limit)?;
    Ok(places.into_iter().filter_map(|place| place.strip_prefix(&prefix).map(str::to_owned)).collect())
}

/// What is due in a conversation, leased: nobody else gets it until the lease is over. Nothing while another has it.
pub(super) fn lease(
    store: &dyn SessionStore,
    side: Side,
    conversation: &str,
    now: SystemTime,
) -> Result<Vec<Item>, StoreError> {
    let mut items = Vec::new();
    change(store, side, conversation, now, |waiting| {
        let is_due = waiting.until.is_none_or(|until| until <= millis(now));
        items = waiting.items.iter().filter(|_| is_due).cloned().collect();
        (!items.is_empty()).then(|| now + LEASE)
    })?;
    Ok(items)
}

/// The customer is forgotten: all that waits is dropped but that the desk need not call. What was delivered stays known.
pub(super) fn forget(store: &dyn SessionStore, conversation: &str, now: SystemTime) -> Result<(), StoreError> {
    for side in [Side::Desk, Side::Channel] {
        change(store, side, conversation, now, |waiting| {
            let before = waiting.items.len();
            let is_kept = |item: &Item| matches!(item.what, What::Desk { effect: Effect::HandoffWithdrawn(_) });
            waiting.items.retain(is_kept);
            (waiting.items.len() < before).then_some(now)
        })?;
    }
    Ok(())
}

/// The other side has these.
pub(super) fn delivered(
    store: &dyn SessionStore,
    side: Side,
    conversation: &str,
    ids: &[String],
    now: SystemTime,
) -> Result<(), StoreError> {
    change(store, side, conversation, now, |waiting| {
        let before = waiting.items.len();
        waiting.items.retain(|item| !ids.contains(&item.id));
        waiting.failed = 0;
        waiting.delivered.extend(ids.iter().cloned());
        while waiting.delivered.len() > REMEMBERED {
            waiting.delivered.pop_front();
        }
        (waiting.items.len() < before).then_some(now)
    })
}

/// The other side could not be reached: again after a pause that doubles each time.
pub(super) fn postpone(
    store: &dyn SessionStore,
    side: Side,
    conversation: &str,
    now: SystemTime,
) -> Result<(), StoreError> {
    change(store, side, conversation, now, |waiting| {
        waiting.failed = waiting.failed.saturating_add(1);
        let pause = Duration::from_secs(1 << waiting.failed.min(9)).min(LONGEST);
        Some(now + pause)
    })
}

/// Changes what waits at a place, by compare-and-swap. The change says when it is due next, or that there is none.
fn change(
    store: &dyn SessionStore,
    side: Side,
    conversation: &str,
    now: SystemTime,
    mut change: impl FnMut(&mut Waiting) -> Option<SystemTime>,
) -> Result<(), StoreError> {
    let place = side.place(conversation);
    let key = Key::outgoing(&place);
    for _ in 0..ROUNDS {
        let stored = store.load(key, now)?;
        let version = stored.as_ref().map_or(Version::NEW, |stored| stored.version);
        let mut waiting = stored.map(|stored| read(&stored.text)).transpose()?.unwrap_or_default();
        let Some(next) = change(&mut waiting) else { return Ok(()) };
        waiting.until = Some(millis(next));
        // Why the desk alone: a channel asks for its own conversation, and what it never fetches must not stand before handoffs.
        let deadline = (side == Side::Desk && !waiting.items.is_empty()).then_some(next);
        let text = serde_json::to_string(&waiting).unwrap_or_default();
        match store.save(key, &Document { text, deadline, expires: now + KEPT }, version, now) {
            Err(StoreError::Conflict) => {}
            saved => return saved.map(|_| ()),
        }
    }
    Err(StoreError::Conflict)
}

fn read(text: &str) -> Result<Waiting, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged("what was to be sent cannot be read".to_owned()))
}

/// A moment that was kept, but none before `now`.
fn moment(millis: i64, now: SystemTime) -> SystemTime {
    let kept = u64::try_from(millis).ok().map(|millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
    kept.map_or(now, |kept| kept.max(now))
}
