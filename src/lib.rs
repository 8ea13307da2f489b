//! kefu
mod classify;
mod diagnostic;
mod entities;
mod expression;
mod load;
mod matching;
mod rules;
mod text;

pub use classify::{Candidate, Classification, Decision, Evidence, Explanation, LexiconHit, Request, Scratch};
pub use diagnostic::{Code, Diagnostic, Place, Severity};
pub use load::{LoadError, LoadErrorKind, Source};
pub use rules::{Field, Money, Type, Value, ValueError};
pub use text::{Language, Script};
