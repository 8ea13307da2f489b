//! What came of conversations, from the records of their turns.
//!
//! In come [`Record`](crate::Record)s, in any order of sessions; out comes an [`Outline`]: figures a shop looks at every
//! week. Records hold no customer words, and neither do these figures; what customers wrote, where a log holds it, is
//! for `unmatched`.

mod comparison;
mod cost;
mod groups;
mod ledger;
#[cfg(feature = "cli")]
mod line;
mod outline;
mod page;
mod target;
mod text;
mod window;

pub use comparison::{Compared, Comparison};
pub use cost::{Cost, Price, Prices};
pub use groups::Group;
pub use ledger::Ledger;
#[cfg(feature = "cli")]
pub(crate) use line::Line;
pub use outline::{OfFlow, OfQueue, Outline, Rise};
pub use target::Target;
pub use window::Window;
