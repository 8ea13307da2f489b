//! When, why and to whom a conversation goes, and what the agent is told.
//!
//! In come counters, lexicon weights and the pack's policy; out come a decision and the [`Handoff`]. It decides only:
//! telling a help desk is the host's work.

mod handoff;
mod hours;
mod policy;
mod summary;

pub use handoff::{Handoff, Mode, Quote};
pub(crate) use hours::{is_open, next_open};
pub(crate) use policy::{Decision, Signals, Watch, decide, still_settled};
pub(crate) use summary::{Situation, summary};
