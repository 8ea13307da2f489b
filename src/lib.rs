//! kefu
mod classify;
mod diagnostic;
mod entities;
mod expression;
mod matching;
mod rules;
mod text;

pub use classify::{Candidate, Classification, Decision, Evidence, Explanation, LexiconHit, Request, Scratch};
pub use rules::{Field, Money, Type, Value, ValueError};
pub use diagnostic::{Code, Diagnostic, Place, Severity};
pub use text::{Language, Script};
