//! kefu
mod diagnostic;
mod rules;
mod text;

pub use rules::{Value, Money, Type, Field};
pub use text::{Language, Script};
