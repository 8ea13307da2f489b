//! A turn: one event in, replies and effects out, the session changed.
//!
//! The order of a turn stands in [`Rung::ORDER`]; flows run in `execute`, their steps in `steps/`, repairs in `repair`.
//! This room never looks at a clock, draws no lots and does no I/O: time comes with the event, host work leaves as
//! [`Effect`]s.

mod actions;
mod agreement;
mod ahead;
mod answer;
mod choice;
mod chosen;
mod clause;
mod correct;
mod digress;
mod effect;
mod error;
mod event;
mod execute;
mod handover;
mod hide;
mod host;
mod joined;
mod known;
mod ledger;
mod masked;
mod message;
mod migrate;
mod mood;
pub(crate) mod outgoing;
mod own;
mod question;
mod record;
mod repair;
mod replay;
mod rulebook;
mod run;
mod rung;
mod search;
mod signal;
mod speak;
mod stamp;
mod started;
mod steps;
mod time;
#[cfg(any(feature = "cli", feature = "serve"))]
mod told;
mod turn;
mod unsettled;
mod walk;

pub use actions::Actions;
pub(crate) use actions::handle_with;
pub use effect::{ActionCall, AgentMessage, Effect, Withdrawal};
pub use error::EventError;
pub use event::Event;
pub(crate) use event::EventKind;
pub(crate) use host::acquaint;
#[cfg(feature = "serve")]
pub(crate) use masked::masked_slots;
pub use record::{Happening, Record, Responder};
pub(crate) use rulebook::Rulebook;
pub(crate) use run::{STEP_LIMIT, handle};
pub use rung::{Passed, Rung};
pub use search::Answer;
pub(crate) use search::Catalogue;
#[cfg(any(feature = "cli", feature = "serve"))]
pub(crate) use told::told;
pub use turn::{Turn, Waiting};
pub(crate) use walk::Walked;
