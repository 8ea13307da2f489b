//! kefu
mod classify;
mod diagnostic;
mod entities;
mod expression;
mod matching;
mod rules;
mod text;

pub use classify::{Candidate, Classification, Decision, Evidence, Explanation, LexiconHit, Request, Scratch};
pub use rules::{Value, Money, Type, Field};
pub use text::{Language, Script};
