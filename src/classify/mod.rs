//! What a message says: its language, its clauses, and for each clause the intents it may mean, scored and decided.
//!
//! In come a message and what the session knows; evidence from `matching` and values from `entities` are weighed by the
//! formulas written at `score`; out comes a [`Classification`], or an [`Explanation`] with every reason. This room knows
//! nothing of sessions, flows or answers.

#[cfg(any(feature = "cli", feature = "serve"))]
mod account;
mod classification;
mod classifier;
mod clause;
mod courtesy;
mod denial;
mod explanation;
mod finding;
mod fragments;
mod hints;
mod index;
mod index_maker;
mod joint;
mod likeness;
mod mended;
mod options;
mod parts;
mod reading;
mod report;
mod reused;
mod roles;
#[cfg(test)]
pub(crate) mod sample;
mod score;
mod scratch;
mod similarity;
mod source;
#[cfg(test)]
mod tests;
mod tongue;
mod verdict;

#[cfg(feature = "cli")]
pub(crate) use account::{rounded, words};
pub(crate) use classification::Outcome;
pub use classification::{Candidate, Classification, Decision, Evidence, LexiconHit, Request};
pub(crate) use classifier::Classifier;
pub use explanation::{Alike, Explanation, Match};
pub(crate) use hints::{Hints, LeftOut};
pub use mended::Mended;
pub(crate) use options::{Options, Switch};
pub(crate) use parts::{Mix, Parts};
pub(crate) use score::usual_weight;
pub use scratch::Scratch;
