//! The stored conversation: a small versioned document, opaque to the host.
//!
//! In goes what a turn decided to remember; out comes serde data that survives a restart, an older node and a rule
//! change. This room knows nothing of how decisions are made.

mod counters;
mod document;
mod frame;
mod handover;
mod question;
mod replay;
mod transcript;

pub(crate) use counters::Counters;
pub(crate) use document::{Document, Later, Pending, Scheduled};
pub use document::{Session, SessionError};
pub(crate) use frame::{Frame, Phase};
pub(crate) use handover::{Consent, Ended, OpenHandoff, Owner};
pub(crate) use question::{Question, StoredChip};
pub(crate) use replay::{Replay, Said, SaidChips, Seen};
pub use transcript::{Speaker, TranscriptLine};
