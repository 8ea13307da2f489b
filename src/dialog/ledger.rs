//! Lines of the ledger that span turns: how long a customer waited, how a conversation ended, that it was taken up again.
//!
//! All by the times of the host's events; each line means one thing, and `handoff.md` says which.

use super::record::{Happening, Responder};
use super::run::Run;
use crate::session::{Ended, Owner};

/// For how long a matter that was settled counts as the same when it comes back: most who were not helped try again
/// within three days.
const REOPENED_WITHIN: i64 = 72 * 3_600_000;

/// The matter of a conversation that a person has given back.
const HANDED_OVER: &str = "handoff";

impl Run<'_> {
    /// The customer wrote something in this turn.
    pub(super) fn note_asked(&mut self) {
        self.doc.abandoned = false;
        if self.doc.waits_since.is_none() && (self.doc.owner == Owner::Human || self.replies.is_empty()) {
            self.doc.waits_since = Some(self.now());
        }
    }

    /// Somebody answered, in a later turn than the customer asked.
    pub(super) fn note_response(&mut self, by: Responder) {
        let Some(since) = self.doc.waits_since.take() else { return };
        self.note(Happening::Responded { by, waited_ms: self.now() - since });
    }

    /// The bot's own replies are the response while it has the conversation.
    pub(super) fn note_replies(&mut self) {
        if self.doc.owner == Owner::Bot && !self.replies.is_empty() {
            if self.doc.waits_since.is_some_and(|since| since < self.now()) {
                self.note_response(Responder::Bot);
            }
            self.doc.waits_since = None;
        }
    }

    /// The conversation goes to a person, who has yet to answer.
    pub(super) fn note_waiting(&mut self) {
        self.doc.waits_since = Some(self.now());
        self.doc.handed_over = true;
        self.note_reopened(HANDED_OVER);
    }

    /// A matter is settled: a flow that resolved it, or a person who gave the conversation back.
    pub(super) fn note_settled(&mut self, matter: Option<&str>) {
        self.doc.ended = Some(Ended { matter: matter.unwrap_or(HANDED_OVER).to_owned(), at: self.now() });
    }

    /// The same matter comes up again soon after it was settled.
    pub(super) fn note_reopened(&mut self, matter: &str) {
        let now = self.now();
        let Some(ended) = self.doc.ended.take_if(|ended| ended.matter == matter) else { return };
        let after_ms = now - ended.at;
        if after_ms <= REOPENED_WITHIN {
            self.note(Happening::Reopened { matter: ended.matter, after_ms });
        }
    }

    /// The customer has left the open flow for longer than it lives.
    pub(super) fn note_abandoned(&mut self) {
        let frame = self.doc.slot_frame();
        let flow = frame.map(|frame| frame.flow.to_string());
        let step = self.doc.stack.last().and_then(|frame| frame.step.as_ref()).map(ToString::to_string);
        self.doc.abandoned = true;
        self.note(Happening::Abandoned { flow, step });
    }

    /// The conversation is over: who was handed over is told by that, everyone else was contained or left.
    pub(super) fn note_end(&mut self) {
        if self.doc.handed_over || self.doc.abandoned || self.doc.counters.messages() == 0 {
            return;
        }
        if !self.doc.stack.is_empty() || self.doc.question.is_some() || self.doc.counters.misses_in_a_row > 0 {
            self.note_abandoned();
        } else {
            self.note(Happening::Contained);
        }
    }
}
