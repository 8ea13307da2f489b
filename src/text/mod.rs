//! Text as the matcher sees it: folded once, cut into tokens, with a way back to the original.
//!
//! In comes a customer's message or a phrase of a rule; out go folded tokens whose spans point into the original.
//! This room knows nothing of rules.

mod language;

pub use language::{Language, Script};
