use super::StoreError;
use crate::dialog::{EventError, Turn};
use crate::session::SessionError;

/// A turn that was made and saved.
#[derive(Debug)]
#[must_use = "the turn holds what to say and what to do"]
#[non_exhaustive]
pub struct Taken {
    /// The turn.
    pub turn: Turn,
    /// What went wrong beside it, for the log; the turn holds all the same.
    pub troubles: Vec<Trouble>,
}

/// What went wrong beside a turn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// The session could not be read; it was set aside under [`Kind::Damaged`](crate::Kind::Damaged) and the conversation began anew.
    #[error("the session was damaged and has been set aside: {0}")]
    SetAside(SessionError),
    /// What is remembered of the customer could not be read or saved.
    #[error("the customer's history was not kept: {0}")]
    NoHistory(StoreError),
    /// What was remembered of the customer was damaged; it was set aside under
    /// [`Kind::DamagedHistory`](crate::Kind::DamagedHistory) and begins anew.
    #[error("the customer's history was damaged and has been set aside: line {line}, column {column}")]
    HistorySetAside {
        /// Where reading stopped, from 1.
        line: usize,
        /// Where in that line, from 1.
        column: usize,
    },
}

/// A customer who was forgotten.
#[derive(Debug)]
#[must_use = "the turns hold what the desk must be told"]
#[non_exhaustive]
pub struct Forgotten {
    /// The last turn of each conversation that was kept, with its id.
    pub turns: Vec<(String, Taken)>,
    /// What went wrong: a history that could not be read no longer names the conversations that stood in it, and they are
    /// kept until they expire.
    pub troubles: Vec<Trouble>,
}

/// Why there is no turn. Nothing has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConversationError {
    /// The event does not fit the session.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The session was written by a newer version of this library; a newer node must take it.
    #[error(transparent)]
    Session(SessionError),
}
