use std::ops::Range;

use crate::matching::Fit;

/// A hit weighed in its place: whether it stands, and what it is worth.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// Index into the matcher's items.
    pub(super) item: u32,
    /// The intent it speaks for.
    pub(super) intent: Option<u32>,
    /// The intent it takes out of its clause.
    pub(super) excepted: Option<u32>,
    pub(super) tokens: Range<u32>,
    /// Bytes of the folded text.
    pub(super) bytes: Range<u32>,
    pub(super) fit: Fit,
    pub(super) clause: u16,
    pub(super) points: f32,
    pub(super) state: State,
}

/// Whether a finding counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// It counts.
    #[default]
    Stands,
    /// Its language clearly lost.
    OtherLanguage,
    /// It lies inside a longer known word.
    InsideWord,
    /// It spans two clauses.
    AcrossClauses,
    /// A negation right before it takes it away.
    Negated,
    /// The intent was taken out of the clause by an `unless` phrase.
    Excepted,
    /// The same item counted already, in a better place.
    Repeated,
}

impl Finding {
    /// Whether it takes an intent out of its clause.
    pub(super) fn excepts(&self, intent: u32) -> bool {
        self.stands() && self.excepted == Some(intent)
    }

    pub(super) fn stands(&self) -> bool {
        self.state == State::Stands
    }

    /// Whether the message itself takes it away.
    pub(super) fn is_denied(&self) -> bool {
        matches!(self.state, State::Negated | State::Excepted)
    }

    pub(super) fn covers(&self, other: &Finding) -> bool {
        self.bytes.start <= other.bytes.start && self.bytes.end >= other.bytes.end
    }

    pub(super) fn length(&self) -> u32 {
        self.bytes.end - self.bytes.start
    }
}
