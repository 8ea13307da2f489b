use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::clock::{earlier, millis};
use crate::dialog::{Happening, Record};
use crate::text::Language;

/// A week, the span over which contacts are counted.
const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// A conversation that was silent for so long and goes on is another contact: on many channels a customer has one
/// conversation for life.
const SILENCE: Duration = Duration::from_secs(86_400);

/// The newest contacts and handoffs that are remembered: a customer who comes again and again must not fill the store.
const CONTACTS: usize = 500;
const CASES: usize = 100;

/// What is remembered of a customer between conversations: little, nothing the customer wrote, and gone with
/// [`Conversations::forget`](crate::Conversations::forget).
///
/// # Examples
/// ```
/// let history = kefu::CustomerHistory::default();
/// assert_eq!(history.contacts_within_a_week(std::time::SystemTime::UNIX_EPOCH), 0);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomerHistory {
    /// The language of the last conversation.
    pub language: Option<Language>,
    /// The channel of the last conversation.
    pub channel: Option<String>,
    /// Handoffs that nobody has given back yet.
    pub open_cases: Vec<OpenCase>,
    /// The contacts whose sessions are still kept, the newest last.
    pub contacts: Vec<Contact>,
}

/// A handoff that nobody has given back yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenCase {
    /// Its conversation.
    pub session: String,
    /// The handoff's id.
    pub handoff: String,
}

/// One conversation of the past, or one time a long one was taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contact {
    /// Its conversation.
    pub session: String,
    /// When it began, milliseconds since 1970.
    pub began: i64,
    /// When the customer wrote last, milliseconds since 1970.
    pub last: i64,
    /// How it has ended so far.
    pub ending: Ending,
}

/// How a contact ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ending {
    /// It goes on, or was left.
    #[default]
    Open,
    /// A flow ended as resolved.
    Resolved,
    /// A flow ended as unresolved.
    Unresolved,
    /// A person took over.
    HandedOver,
}

impl CustomerHistory {
    /// How many contacts began in the week before a moment.
    pub fn contacts_within_a_week(&self, now: SystemTime) -> usize {
        let (now, from) = (millis(now), earlier(now, WEEK));
        self.contacts.iter().filter(|contact| contact.began > from && contact.began <= now).count()
    }

    /// The customer writes in a conversation: whether that is a contact of its own. Contacts older than `kept` are dropped,
    /// as their sessions are.
    pub(super) fn begin(&mut self, session: &str, now: SystemTime, kept: Duration) -> bool {
        let gone = earlier(now, kept);
        self.contacts.retain(|contact| contact.last > gone);
        // Why: what became of a handoff whose session is gone, nobody will ever tell.
        self.open_cases.retain(|case| self.contacts.iter().any(|contact| contact.session == case.session));
        let now_ms = millis(now);
        let known = self.contacts.iter_mut().rev().find(|contact| contact.session == session);
        match known {
            Some(contact) if contact.last > earlier(now, SILENCE) => {
                contact.last = contact.last.max(now_ms);
                false
            }
            _ => {
                let session = session.to_owned();
                self.contacts.push(Contact { session, began: now_ms, last: now_ms, ending: Ending::Open });
                self.contacts.drain(..self.contacts.len().saturating_sub(CONTACTS));
                true
            }
        }
    }

    /// Takes note of what happened in a conversation.
    pub(super) fn note(&mut self, session: &str, records: &[Record]) {
        for record in records {
            self.language = record.language.or(self.language);
            if record.channel.is_some() {
                self.channel = record.channel.as_deref().map(str::to_owned);
            }
            let ending = match &record.what {
                Happening::FlowEnded { outcome, .. } if outcome == "resolved" => Ending::Resolved,
                Happening::FlowEnded { outcome, .. } if outcome == "unresolved" => Ending::Unresolved,
                Happening::HandedOver { handoff, .. } => {
                    self.open_cases.push(OpenCase { session: session.to_owned(), handoff: handoff.clone() });
                    self.open_cases.drain(..self.open_cases.len().saturating_sub(CASES));
                    Ending::HandedOver
                }
                Happening::Released | Happening::Withdrawn => {
                    self.open_cases.retain(|case| case.session != session);
                    continue;
                }
                _ => continue,
            };
            if let Some(contact) = self.contacts.iter_mut().rev().find(|contact| contact.session == session) {
                contact.ending = ending;
            }
        }
    }

    /// The conversations of this customer that may still be kept.
    pub(super) fn sessions(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.contacts.iter().map(|contact| contact.session.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}
