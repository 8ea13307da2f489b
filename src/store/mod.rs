//! Where conversations live between turns, and the front that makes exactly one turn of each event.
//!
//! A [`SessionStore`] keeps documents under keys and saves them by compare-and-swap; it knows nothing of what is in them.
//! [`Conversations`] loads a session, makes the turn, saves it, and starts over when another node was quicker, so that two
//! nodes and a webhook that delivers twice still make one turn. Beside the sessions stands a small
//! [`CustomerHistory`] for each customer.
//!
//! | store | for | what is lost when the process is killed |
//! | --- | --- | --- |
//! | [`MemoryStore`] | tests, one short-lived process | everything |
//! | `SqliteStore` (feature `sqlite`) | one machine | nothing that was saved |
//! | `RedisStore` (feature `redis`) | many nodes | what Redis itself had not yet written (its `appendfsync`) |
//!
//! In come events with a moment; out go turns whose session has been saved. This room must not know of sockets, and only
//! the two feature stores do I/O.

mod clock;
mod conversations;
mod document;
mod error;
mod history;
mod key;
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod session_store;
#[cfg(feature = "sqlite")]
mod sqlite;
mod taken;

#[cfg(feature = "serve")]
pub(crate) use clock::millis;
pub use conversations::{Conversation, Conversations};
pub use document::{Document, Stored, Version};
pub use error::StoreError;
pub use history::{Contact, CustomerHistory, Ending, OpenCase};
pub use key::{Key, Kind};
pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
pub use session_store::SessionStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use taken::{ConversationError, Forgotten, Taken, Trouble};
