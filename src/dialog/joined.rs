//! Messages a customer wrote right after one another, which are one turn.
//!
//! A delivery that is repeated may come with others than the first time, so each message is looked for by itself: what is
//! known falls out, what is left is the message of the turn.

use super::run::Run;
use super::{Event, EventKind, Happening};
use crate::session::Document;

/// A message written right before the one of the event.
#[derive(Clone, PartialEq)]
pub(crate) struct Earlier {
    pub(super) id: Option<String>,
    pub(super) text: String,
}

/// How many messages became one, if more than one did.
pub(super) type Joined = Option<u32>;

/// The event with everything new in it as one message. Ids of what is not the last are remembered here, which is the only
/// change: a message is never refused later on.
pub(super) fn gather(doc: &mut Document, mut event: Event) -> (Event, Joined) {
    let earlier = std::mem::take(&mut event.earlier);
    let EventKind::Message(last) = &mut event.kind else { return (event, None) };
    if earlier.is_empty() {
        return (event, None);
    }
    let last = Earlier { id: event.id.take(), text: std::mem::take(last) };
    let (mut known, mut new): (Vec<Earlier>, Vec<Earlier>) = (Vec::new(), Vec::new());
    for message in earlier.into_iter().chain([last]) {
        let is_known = message.id.as_deref().is_some_and(|id| is_known(doc, id));
        // Why: a delivery may be repeated while the messages are still being gathered.
        let is_twice = message.id.is_some() && new.iter().any(|before| before.id == message.id);
        if is_known {
            known.push(message);
        } else if !is_twice {
            new.push(message);
        }
    }
    let Some(id) = new.last().map(|last| last.id.clone()) else {
        // Why: the message whose outputs are kept gives them again, whichever place it has here.
        let kept = doc.replay.as_ref().map(|replay| replay.id.as_str());
        let place =
            known.iter().position(|message| message.id.as_deref() == kept).unwrap_or(known.len().saturating_sub(1));
        if let Some(message) = known.into_iter().nth(place) {
            event.id = message.id;
            event.kind = EventKind::Message(message.text);
        }
        return (event, None);
    };
    let count = new.len();
    for id in new.iter().take(count - 1).filter_map(|message| message.id.as_deref()) {
        doc.seen.add(id);
    }
    let texts: Vec<String> = new.into_iter().map(|message| message.text).collect();
    event.id = id;
    // Why a line each: what was sent apart is a clause of its own.
    event.kind = EventKind::Message(texts.join("\n"));
    (event, (count > 1).then(|| u32::try_from(count).unwrap_or(u32::MAX)))
}

fn is_known(doc: &Document, id: &str) -> bool {
    doc.seen.has(id) || doc.replay.as_ref().is_some_and(|replay| replay.id == id)
}

impl Run<'_> {
    pub(super) fn note_joined(&mut self, joined: Joined) {
        if let Some(messages) = joined {
            self.note(Happening::Joined { messages });
        }
    }
}
