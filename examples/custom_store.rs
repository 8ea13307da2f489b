//! A store of your own: sessions in a map, where a shop's would be a table.
//!
//! `cargo run --example custom_store`. Five calls and one promise: a save succeeds only if what is kept still has the
//! expected version, and nobody else can save in between. Here a lock does that; in a database it is
//! `UPDATE … WHERE version = ?`.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use kefu::{
    Conversation, ConversationError, Conversations, Document, Engine, Event, Key, Kind, SessionStore, StoreError,
    Stored, Version,
};

const RULES: &str = "
languages: {default: en}
intents: {hours: {keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}}
";

/// What is kept, under its kind and id.
type Rows = BTreeMap<(Kind, String), (Document, Version)>;

/// A store in a map; think of a table with these columns.
#[derive(Default)]
struct OwnStore {
    rows: Mutex<Rows>,
}

impl OwnStore {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(key: Key<'_>) -> (Kind, String) {
    (key.kind, key.id.to_owned())
}

impl SessionStore for OwnStore {
    fn load(&self, key: Key<'_>, now: SystemTime) -> Result<Option<Stored>, StoreError> {
        let rows = self.rows();
        // What has expired counts as not kept, though it may still lie there.
        let row = rows.get(&place(key)).filter(|(document, _)| document.expires > now);
        Ok(row.map(|(document, version)| Stored { text: document.text.clone(), version: *version }))
    }

    fn save(
        &self,
        key: Key<'_>,
        document: &Document,
        expected: Version,
        now: SystemTime,
    ) -> Result<Version, StoreError> {
        let mut rows = self.rows();
        let kept = rows.get(&place(key)).filter(|(document, _)| document.expires > now);
        let version = kept.map_or(Version::NEW, |(_, version)| *version);
        if version != expected {
            return Err(StoreError::Conflict);
        }
        let next = version.next();
        rows.insert(place(key), (document.clone(), next));
        Ok(next)
    }

    fn due(&self, kind: Kind, now: SystemTime, limit: usize) -> Result<Vec<String>, StoreError> {
        let rows = self.rows();
        let mut due: Vec<(SystemTime, String)> = rows
            .iter()
            .filter(|((own, _), (document, _))| *own == kind && document.expires > now)
            .filter_map(|((_, id), (document, _))| Some((document.deadline?, id.clone())))
            .filter(|(deadline, _)| *deadline <= now)
            .collect();
        due.sort();
        Ok(due.into_iter().take(limit).map(|(_, id)| id).collect())
    }

    fn remove(&self, key: Key<'_>) -> Result<(), StoreError> {
        self.rows().remove(&place(key));
        Ok(())
    }

    fn sweep(&self, now: SystemTime, limit: usize) -> Result<usize, StoreError> {
        let mut rows = self.rows();
        let old: Vec<_> = rows
            .iter()
            .filter(|(_, (document, _))| document.expires <= now)
            .map(|(key, _)| key.clone())
            .take(limit)
            .collect();
        old.iter().for_each(|key| drop(rows.remove(key)));
        Ok(old.len())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::builder().source("bot.yaml", RULES).build()?;
    let conversations = Conversations::new(engine, OwnStore::default());
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_416_800);
    // The same message twice, as webhooks deliver it: one turn, told again.
    for round in ["first", "again"] {
        let event = Event::message("what are your opening hours?").with_id("m-1");
        let taken = conversations.handle(Conversation::new("chat-7"), event, now)?;
        for reply in taken.turn.replies() {
            println!("{round}: {} (replay: {})", reply.text(), taken.turn.is_replay());
        }
    }
    // Many at once: every save is by compare-and-swap, so none is lost.
    let turn = |number: usize| {
        let event = Event::message("opening hours?").with_id(format!("n-{number}"));
        conversations.handle(Conversation::new("chat-7"), event, now).map(|taken| taken.turn.is_replay())
    };
    let turn = &turn;
    std::thread::scope(|scope| -> Result<(), ConversationError> {
        let nodes: Vec<_> = (0..8).map(|number| scope.spawn(move || turn(number))).collect();
        for node in nodes {
            assert!(!node.join().unwrap_or(Ok(true))?, "each message made a turn of its own");
        }
        Ok(())
    })?;
    let stored = conversations.store().load(Key::session("chat-7"), now)?;
    println!("kept: {} bytes", stored.map_or(0, |stored| stored.text.len()));
    Ok(())
}
