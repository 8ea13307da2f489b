//! Typed values in what a customer writes: the pack's own entities and the built-in ones; and masking of private values.
//!
//! In come the folded message, the original and what the matcher found; out come [`Found`] values whose spans point into
//! the original, or the [`Reading`] of one answer. Dates are counted from the [`Clock`] of the event. This room knows
//! nothing of slots or dialogs: whether a value is wanted is decided elsewhere.

mod amount;
mod calendar;
mod card;
mod clock;
mod date;
mod digits;
mod email;
#[allow(clippy::module_inception)] // Why: a file is named after its type; here that is the folder's name too.
mod entities;
mod found;
mod free;
mod hit;
mod listed;
mod mask;
mod naming;
mod numeral;
mod pattern;
mod phone;
mod phrases;
mod reading;
mod sign;
mod slip;
#[cfg(test)]
mod tests;
mod time;
mod view;
mod yes_no;

pub(crate) use clock::Clock;
pub(crate) use entities::Entities;
pub use found::Found;
pub(crate) use mask::{mask, mask_value};
pub(crate) use phrases::{wordings, words};
pub(crate) use reading::Reading;
pub(crate) use sign::{Met, Signs, signs};
pub(crate) use slip::{is_slip, names_with_slips};
pub(crate) use view::View;
pub(crate) use yes_no::{Answer, turns_away};
