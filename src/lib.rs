//! kefu
mod diagnostic;
mod entities;
mod expression;
mod rules;
mod text;

pub use rules::{Value, Money, Type, Field};
pub use text::{Language, Script};
