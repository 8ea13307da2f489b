//! What the customer is told: variants, languages, channels, chips and rich items.
//!
//! In come the pack's words, a language and a channel; out go [`Reply`]s. This room chooses how something is said,
//! never what.

mod channel;
mod chip;
mod choose;
mod item;

pub(crate) use channel::fit;
pub use chip::Chip;
pub(crate) use choose::{Speech, pick};
pub use item::{Card, Reply};
