use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::clock::millis;
use super::{Document, Key, Kind, SessionStore, StoreError, Stored, Version};

/// Sessions in the memory of this process, up to a number of documents: gone when it ends.
pub struct MemoryStore {
    limit: usize,
    shelf: Mutex<Shelf>,
}

type Place = (&'static str, String);

#[derive(Default)]
struct Shelf {
    rows: HashMap<Place, Row>,
    /// Deadlines by moment.
    deadlines: BTreeSet<(i64, Place)>,
    /// Ends of all documents, by moment.
    ends: BTreeSet<(i64, Place)>,
}

struct Row {
    text: String,
    version: Version,
    deadline: Option<i64>,
    expires: i64,
}

impl MemoryStore {
    /// A store for up to `limit` documents.
    pub fn new(limit: usize) -> Self {
        Self { limit, shelf: Mutex::new(Shelf::default()) }
    }

    /// How many documents are kept, expired ones among them until they are swept.
    pub fn len(&self) -> usize {
        self.shelf().rows.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // Why: a thread that panicked left whole rows behind, as every change to the shelf is complete before it can panic.
    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn take(&mut self, place: &Place) {
        let Some(row) = self.rows.remove(place) else { return };
        self.ends.remove(&(row.expires, place.clone()));
        if let Some(deadline) = row.deadline {
            self.deadlines.remove(&(deadline, place.clone()));
        }
    }

    fn put(&mut self, place: Place, row: Row) {
        self.take(&place);
        if let Some(deadline) = row.deadline {
            self.deadlines.insert((deadline, place.clone()));
        }
        self.ends.insert((row.expires, place.clone()));
        self.rows.insert(place, row);
    }

    fn sweep(&mut self, now: i64, limit: usize) -> usize {
        let over: Vec<Place> =
            self.ends.iter().take_while(|(end, _)| *end <= now).take(limit).map(|(_, place)| place.clone()).collect();
        for place in &over {
            self.take(place);
        }
        over.len()
    }
}

impl SessionStore for MemoryStore {
    fn load(&self, key: Key<'_>, now: SystemTime) -> Result<Option<Stored>, StoreError> {
        let place = (key.kind.name(), key.id.to_owned());
        let shelf = self.shelf();
        let row = shelf.rows.get(&place).filter(|row| row.expires > millis(now));
        Ok(row.map(|row| Stored { text: row.text.clone(), version: row.version }))
    }

    fn save(
        &self,
        key: Key<'_>,
        document: &Document,
        expected: Version,
        now: SystemTime,
    ) -> Result<Version, StoreError> {
        document.check_size()?;
        let place = (key.kind.name(), key.id.to_owned());
        let now = millis(now);
        let mut shelf = self.shelf();
        let kept = shelf.rows.get(&place).filter(|row| row.expires > now).map_or(Version::NEW, |row| row.version);
        if kept != expected {
            return Err(StoreError::Conflict);
        }
        if !shelf.rows.contains_key(&place) && shelf.rows.len() >= self.limit {
            shelf.sweep(now, usize::MAX);
            if shelf.rows.len() >= self.limit {
                return Err(StoreError::Full { limit: self.limit });
            }
        }
        let version = expected.next();
        let deadline = document.deadline.map(millis);
        shelf.put(place, Row { text: document.text.clone(), version, deadline, expires: millis(document.expires) });
        Ok(version)
    }

    fn due(&self, kind: Kind, now: SystemTime, limit: usize) -> Result<Vec<String>, StoreError> {
        let now = millis(now);
        let shelf = self.shelf();
        let due = shelf.deadlines.iter().take_while(|(deadline, _)| *deadline <= now);
        let kept = due
            .filter(|(_, place)| place.0 == kind.name() && shelf.rows.get(place).is_some_and(|row| row.expires > now));
        Ok(kept.take(limit).map(|(_, (_, id))| id.clone()).collect())
    }

    fn remove(&self, key: Key<'_>) -> Result<(), StoreError> {
        self.shelf().take(&(key.kind.name(), key.id.to_owned()));
        Ok(())
    }

    fn sweep(&self, now: SystemTime, limit: usize) -> Result<usize, StoreError> {
        Ok(self.shelf().sweep(millis(now), limit))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("limit", &self.limit).field("len", &self.len()).finish_non_exhaustive()
    }
}
