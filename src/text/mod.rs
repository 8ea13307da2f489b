//! Text as the matcher sees it: folded once, cut into tokens, with a way back to the original.
//!
//! In comes a customer's message or a phrase of a rule; out go folded tokens whose spans point into the original.
//! This room knows nothing of rules.

mod accent;
mod count;
mod distance;
mod fnv;
mod fold;
mod han;
mod language;
mod lookalike;
mod mail;
mod pinyin;
mod slip;
mod stem;
mod token;

pub(crate) use accent::{bare, strip_accents};
pub(crate) use count::count_between;
pub(crate) use distance::edits;
pub(crate) use fnv::Fnv;
pub(crate) use fold::Folded;
pub(crate) use han::{as_folded, shows_simplified, to_simplified, to_traditional};
pub use language::{Language, Script};
pub(crate) use lookalike::mixed_up_with;
pub(crate) use mail::written;
pub(crate) use pinyin::Sound;
pub(crate) use slip::slip_cost;
pub(crate) use stem::Stems;
pub(crate) use token::{TokenKind, is_han, is_letter, tokens, word_length};
