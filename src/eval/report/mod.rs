//! What came of conversations, from the records of their turns.
//!
//! In come [`Record`](crate::Record)s, in any order of sessions; out comes an [`Outline`]: figures a shop looks at every
//! week. Records hold no customer words, and neither does this.

mod ledger;
mod outline;
mod page;
mod target;

pub use ledger::Ledger;
pub use outline::{Group, OfFlow, Outline, Rise};
pub use target::Target;
