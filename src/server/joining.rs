//! Messages sent right after one another, gathered so that they become one turn.
//!
//! A message waits until the customer has been quiet for a moment; all that came until then is one turn, which answers the
//! request of the last one. Nothing is kept meanwhile: no request is answered before the turn is saved, so what a killed
//! process had gathered is delivered again by the channel.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::failure::Failure;
use super::service::{Later, Shared};
use crate::dialog::Event;
use crate::store::Taken;

/// The most messages of one turn: a session remembers the ids of 32.
const MOST: usize = 8;
/// The most pauses a message waits, however busily the customer writes on.
const PAUSES: usize = 4;

/// Conversations in which somebody is writing.
#[derive(Default)]
pub(super) struct Joining {
    open: Mutex<HashMap<String, Vec<Waiting>>>,
}

/// An event that waits, and whoever waits for its turn.
struct Waiting {
    customer: Option<String>,
    event: Event,
    answer: oneshot::Sender<Result<Part, Failure>>,
}

/// What came of an event that waited.
enum Part {
    /// It was the last of its turn: this one.
    Turn(Box<Taken>),
    /// It is part of the turn of a later one.
    OfLater,
}

impl Joining {
    /// Adds an event to those of its conversation that wait; whether it is the first. Gives it back if it need not wait.
    fn add(&self, id: &str, waiting: Waiting) -> Result<bool, Box<Waiting>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(id) {
            Some(group) => {
                group.push(waiting);
                Ok(false)
            }
            None if waiting.event.is_named_message() => {
                open.insert(id.to_owned(), vec![waiting]);
                Ok(true)
            }
            None => Err(Box::new(waiting)),
        }
    }

    fn count(&self, id: &str) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(id).map_or(0, Vec::len)
    }

    fn close(&self, id: &str) -> Vec<Waiting> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(id).unwrap_or_default()
    }
}

impl Shared {
    /// The turn of what a channel tells: at once, or with what else the customer writes in the same moment. A message that
    /// became part of a later one's turn has no outputs of its own.
    pub(super) async fn hear(
        self: &Arc<Self>,
        id: String,
        customer: Option<String>,
        event: Event,
    ) -> Result<Taken, Failure> {
        let Some(pause) = self.settings.join else { return self.take(id, customer, event, Later::No).await };
        let (answer, told) = oneshot::channel();
        let waiting = Waiting { customer: customer.clone(), event: event.clone(), answer };
        match self.joining.add(&id, waiting) {
            Err(waiting) => return self.take(id, waiting.customer, waiting.event, Later::No).await,
            // Why a task of its own: the others wait on it even if this request's client goes away.
            Ok(true) => drop(tokio::spawn(gather(Arc::clone(self), id.clone(), pause))),
            Ok(false) => {}
        }
        match told.await {
            Ok(Ok(Part::Turn(taken))) => Ok(*taken),
            // Why: the session knows its id now, so this is the empty replay that a late redelivery would get.
            Ok(Ok(Part::OfLater)) => self.take(id, customer, event, Later::No).await,
            Ok(Err(failure)) => Err(failure),
            Err(_) => Err(Failure::internal()),
        }
    }
}

/// Waits until a conversation is quiet, then makes the turns of what waits there, in order.
async fn gather(shared: Arc<Shared>, id: String, pause: Duration) {
    let mut known = 1;
    for _ in 0..PAUSES {
        tokio::time::sleep(pause).await;
        let count = shared.joining.count(&id);
        if count == known || count >= MOST {
            break;
        }
        known = count;
    }
    for group in groups(shared.joining.close(&id)) {
        let Group { customer, event, mut answers } = group;
        let taken = shared.take(id.clone(), customer, event, Later::No).await;
        let Some(last) = answers.pop() else { continue };
        for answer in answers {
            let _ = answer.send(taken.as_ref().map(|_| Part::OfLater).map_err(Failure::clone));
        }
        let _ = last.send(taken.map(|taken| Part::Turn(Box::new(taken))));
    }
}

/// Events that are one turn.
struct Group {
    customer: Option<String>,
    event: Event,
    answers: Vec<oneshot::Sender<Result<Part, Failure>>>,
}

/// Joins each event to the one before it, where that can be.
fn groups(waiting: Vec<Waiting>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for Waiting { customer, event, answer } in waiting {
        let Some(before) = groups.pop_if(|group| group.answers.len() < MOST) else {
            groups.push(Group { customer, event, answers: vec![answer] });
            continue;
        };
        match before.event.followed_by(event) {
            Ok(event) => {
                let mut answers = before.answers;
                answers.push(answer);
                groups.push(Group { customer: customer.or(before.customer), event, answers });
            }
            Err((earlier, event)) => {
                groups.push(Group { event: earlier, ..before });
                groups.push(Group { customer, event, answers: vec![answer] });
            }
        }
    }
    groups
}
