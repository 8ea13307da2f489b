//! Typed values in what a customer writes: the pack's own entities and the built-in ones; and masking of private values.
//!
//! In come the folded message, the original and what the matcher found; out come [`Found`] values whose spans point into
//! the original, or the [`Reading`] of one answer. Dates are counted from the [`Clock`] of the event. This room knows
//! nothing of slots or dialogs: whether a value is wanted is decided elsewhere.

mod clock;
mod found;
mod reading;

pub(crate) use clock::Clock;
pub use found::Found;
pub(crate) use reading::Reading;
