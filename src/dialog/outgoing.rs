//! What a tick sends to the help desk is kept until the next tick, which sends it once more: what a message leads to is given
//! again when it is delivered twice, but nobody delivers a tick twice.

use super::replay::{Written, effect_of, stored};
use super::{Effect, Event, Turn};
use crate::session::Session;

/// Effects kept at most, the latest: a handoff and its updates are a few.
const KEPT: usize = 8;

/// Keeps what the desk must be told, whatever happens to the process next.
pub(crate) fn keep(session: &mut Session, turn: &Turn) {
    let kept = &mut session.document.outgoing;
    let for_desk = turn.effects.iter().filter(|effect| !matches!(effect, Effect::Action(_)));
    kept.extend(for_desk.filter_map(|effect| stored(effect, Written::Not)));
    kept.drain(..kept.len().saturating_sub(KEPT));
}

/// Whether anything is kept.
pub(crate) fn is_kept(session: &Session) -> bool {
    !session.document.outgoing.is_empty()
}

/// What was kept, to be sent once more under the same ids. A handoff that is over by now is not opened again.
pub(crate) fn take(session: &mut Session) -> Vec<Effect> {
    let doc = &mut session.document;
    let kept = std::mem::take(&mut doc.outgoing);
    let is_open = |id: &str| doc.handoff.as_ref().is_some_and(|open| open.id == id);
    let is_news = |effect: &Effect| match effect {
        Effect::HandoffOpened(handoff) | Effect::HandoffUpdated(handoff) => is_open(&handoff.id),
        Effect::ToAgent(message) => is_open(&message.handoff),
        Effect::HandoffWithdrawn(_) => true,
        Effect::Action(_) => false,
    };
    kept.iter().filter_map(|effect| effect_of(effect, doc, &Event::tick())).filter(is_news).collect()
}
