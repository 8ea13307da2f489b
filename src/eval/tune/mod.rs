//! From labelled messages to rules a person can read.
//!
//! In come the files of a pack (or none) and labelled messages; out comes [`Tuned`]: per intent a few weighted phrases,
//! examples for similarity, temperature and the score of "none of these", as the text of `tuned.yaml`, with what it gains
//! and loses on messages that were left out. The author's rules stay as they are and are learnt around. What is measured
//! is measured with the engine.

mod calibrate;
mod course;
mod fit;
mod items;
mod kept;
mod learn;
mod lesson;
mod pack;
mod shares;
mod split;
mod tuned;
mod tuner;
mod yaml;

pub(super) use items::{each_phrase, units, written};
pub(super) use kept::pieces;
pub(super) use split::letters;
pub use tuned::{Change, Contradiction, Doubt, Tuned};
pub use tuner::{Progress, TuneError, Tuner};
pub(super) use yaml::scalar;
