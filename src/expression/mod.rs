//! Conditions and texts: one small language, compiled and type-checked at load, evaluated without allocation to speak of.
//!
//! In come sources from the rules with a [`Scope`] (which names exist, of which type, and whether they may be unset); out
//! come numbers of compiled texts, conditions and expressions, or located [`Problem`]s in plain words. At run time values
//! come from [`Values`], the language, script, zone and day from [`Locale`].
//!
//! The grammar is minijinja's; only `source` and `lower` read its tree, everything behind them is our own typed tree.
//! This room knows nothing of sessions, flows or YAML, and it never looks at a clock.

mod arithmetic;
mod compare;
mod conform;
mod evaluate;
mod expressions;
mod filter;
mod format;
mod locale;
mod lower;
mod narrow;
mod problem;
mod render;
mod scope;
mod source;
#[cfg(test)]
mod tests;
mod tree;
mod typing;
mod vocabulary;

pub(crate) use expressions::{Expressions, Unset};
pub(crate) use format::written;
pub(crate) use locale::Locale;
pub(crate) use problem::{Problem, ProblemKind};
pub(crate) use scope::{Presence, Scope};
pub(crate) use tree::Values;
