//! What was not understood, put together by likeness, with what could be done about it.
//!
//! In come the lines of conversations with the records of their turns, and the files of a pack; out comes [`Unmatched`]:
//! clusters of messages, each with the intent it is nearest to, keywords that would catch it, what those would change,
//! measured with the engine, and an answer drawn from what agents replied. Nothing is changed: a person decides. Private
//! numbers, and values the pack calls private, are masked before anything is kept.

mod cluster;
mod draft;
mod heard;
mod keywords;
mod measured;
mod survey;
#[allow(clippy::module_inception)] // Why: a file is named after its type; here that is the folder's name too.
mod unmatched;
mod vectors;
mod worksheet;

pub use heard::{Fate, Heard, Said};
pub use unmatched::{Cluster, Draft, Proposal, Unmatched};
pub use worksheet::Worksheet;
