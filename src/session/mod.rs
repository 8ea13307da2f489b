//! The stored conversation: a small versioned document, opaque to the host.
//!
//! In goes what a turn decided to remember; out comes serde data that survives a restart, an older node and a rule
//! change. This room knows nothing of how decisions are made.

mod counters;
mod digits;
mod document;
mod frame;
mod handover;
mod last_said;
mod question;
mod replay;
mod seen;
mod transcript;

pub(crate) use counters::Counters;
pub(crate) use document::{Document, Held, HostResult, Later, Pending, Scheduled};
pub use document::{Session, SessionError};
pub(crate) use frame::{Frame, Phase};
pub(crate) use handover::{Consent, Ended, OpenHandoff, Owner, Reach};
pub(crate) use last_said::LastSaid;
pub(crate) use question::{Question, StoredChip};
pub(crate) use replay::{Replay, Said, SaidChips};
pub(crate) use seen::Seen;
pub use transcript::{Speaker, TranscriptLine};
