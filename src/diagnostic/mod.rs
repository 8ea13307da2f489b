//! What is wrong with a rule pack, said so that a service lead can mend it.
//!
//! Every problem has a stable code ([`code`]), a place ([`Origin`] until the file is re-read, then line and column),
//! a message, and mostly a suggestion. Rendering is plain text or JSON; nothing here reads rules.

mod code;
mod origin;

pub use code::Code;
pub(crate) use origin::Origin;
