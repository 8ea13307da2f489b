//! What is wrong with a rule pack, said so that a service lead can mend it.
//!
//! In come findings: a [`Code`], the node it is about ([`Origin`]), a sentence, mostly a suggestion. Out go diagnostics
//! with file, line, column and the source line, as text for people or JSON for machines. Codes and their explanations all
//! stand in one file. Nothing here reads rules or files.

mod code;
mod finding;
mod origin;
mod problem;
mod sample;
mod suggestion;

pub use code::Code;
pub(crate) use finding::Finding;
pub(crate) use origin::Origin;
pub use problem::{Diagnostic, Place, Severity};
pub(crate) use suggestion::{did_you_mean, did_you_mean_help};
