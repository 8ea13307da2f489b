use std::sync::Arc;
use std::time::SystemTime;

use super::{Document, Key, Kind, StoreError, Stored, Version};

/// Where sessions are kept: whole documents under keys, saved by compare-and-swap.
///
/// Time comes with the call, as everywhere in this library. What is kept is text, so that a store needs to know nothing of
/// sessions, and one that cannot be read any more is dealt with in one place, by [`Conversations`](crate::Conversations).
/// A store of your own implements the five calls; `tests/integration/store.rs` is the contract they are held to.
///
/// # Examples
/// ```
/// use std::time::{Duration, SystemTime};
/// use kefu::{Document, Key, Kind, MemoryStore, SessionStore, Version};
///
/// let store = MemoryStore::new(1000);
/// let now = SystemTime::UNIX_EPOCH;
/// let document = Document { text: "{}".to_owned(), deadline: None, expires: now + Duration::from_secs(60) };
/// let version = store.save(Key::session("c-1"), &document, Version::NEW, now)?;
/// assert_eq!(store.load(Key::session("c-1"), now)?.unwrap().version, version);
/// assert!(store.save(Key::session("c-1"), &document, Version::NEW, now).is_err());
/// # Ok::<(), kefu::StoreError>(())
/// ```
pub trait SessionStore: Send + Sync {
    /// What is kept under a key; nothing if it never was, was removed, or has expired.
    ///
    /// # Errors
    /// If the store cannot be used.
    fn load(&self, key: Key<'_>, now: SystemTime) -> Result<Option<Stored>, StoreError>;

    /// Keeps a document if the kept one has still the `expected` version, and returns the new version. An expired document
    /// counts as not kept: its version is [`Version::NEW`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another was quicker; the kept document is as it was after any error.
    fn save(
        &self,
        key: Key<'_>,
        document: &Document,
        expected: Version,
        now: SystemTime,
    ) -> Result<Version, StoreError>;

    /// The ids of up to `limit` documents of a kind whose deadline has come, the earliest first. An id is listed until a save moves
    /// its deadline.
    ///
    /// # Errors
    /// If the store cannot be used.
    fn due(&self, kind: Kind, now: SystemTime, limit: usize) -> Result<Vec<String>, StoreError>;

    /// Removes what is kept under a key; nothing happens if there is nothing.
    ///
    /// # Errors
    /// If the store cannot be used.
    fn remove(&self, key: Key<'_>) -> Result<(), StoreError>;

    /// Frees the room of up to `limit` expired documents and says how many there were. Call it now and then.
    ///
    /// # Errors
    /// If the store cannot be used.
    fn sweep(&self, now: SystemTime, limit: usize) -> Result<usize, StoreError>;
}

impl<S: SessionStore + ?Sized> SessionStore for Arc<S> {
    fn load(&self, key: Key<'_>, now: SystemTime) -> Result<Option<Stored>, StoreError> {
        (**self).load(key, now)
    }

    fn save(
        &self,
        key: Key<'_>,
        document: &Document,
        expected: Version,
        now: SystemTime,
    ) -> Result<Version, StoreError> {
        (**self).save(key, document, expected, now)
    }

    fn due(&self, kind: Kind, now: SystemTime, limit: usize) -> Result<Vec<String>, StoreError> {
        (**self).due(kind, now, limit)
    }

    fn remove(&self, key: Key<'_>) -> Result<(), StoreError> {
        (**self).remove(key)
    }

    fn sweep(&self, now: SystemTime, limit: usize) -> Result<usize, StoreError> {
        (**self).sweep(now, limit)
    }
}
