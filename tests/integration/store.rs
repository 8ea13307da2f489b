//! The contract of a session store, held by every store of the library.

use std::sync::Arc;
#[cfg(feature = "redis")]
use std::time::SystemTime;

use kefu::{Document, Key, Kind, MemoryStore, SessionStore, SqliteStore, StoreError, Version};
use proptest::prelude::*;

use crate::chance::draws;
use crate::shop::at;

/// A folder of this test alone, gone at its end.
pub(crate) struct Folder(std::path::PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kefu-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> std::path::PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An empty Redis under a prefix of its own. With the feature on, the server must be there: `KEFU_REDIS` says where.
#[cfg(feature = "redis")]
#[allow(clippy::disallowed_methods)] // where the server is, and a prefix nobody else has
pub(crate) fn redis(name: &str) -> kefu::RedisStore {
    let address =
        std::env::var("KEFU_REDIS").expect("KEFU_REDIS must name a Redis server, such as redis://localhost:6379");
    let unique = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    kefu::RedisStore::open(&address).unwrap().with_prefix(&format!("test-{name}-{unique}"))
}

/// Runs a piece of the contract on every store, empty each time.
fn on_every_store(name: &str, contract: impl Fn(&dyn SessionStore)) {
    contract(&MemoryStore::new(1000));
    let folder = Folder::new(name);
    contract(&SqliteStore::open(folder.file("sessions.db")).unwrap());
    #[cfg(feature = "redis")]
    contract(&redis(name));
}

fn document(text: &str, deadline: Option<u64>, expires: u64) -> Document {
    Document { text: text.to_owned(), deadline: deadline.map(at), expires: at(expires) }
}

#[test]
fn what_was_saved_is_loaded_and_versions_go_up() {
    on_every_store("saved", |store| {
        let key = Key::session("c-1");
        assert_eq!(store.load(key, at(0)).unwrap(), None);
        let first = store.save(key, &document("一", None, 100), Version::NEW, at(0)).unwrap();
        let second = store.save(key, &document("二 \u{0} \"'; DROP", None, 100), first, at(1)).unwrap();
        assert!(second > first && first > Version::NEW);
        let kept = store.load(key, at(2)).unwrap().unwrap();
        assert_eq!((kept.text.as_str(), kept.version), ("二 \u{0} \"'; DROP", second));
        assert_eq!(store.load(Key::customer("c-1"), at(2)).unwrap(), None);
        store.remove(key).unwrap();
        store.remove(key).unwrap();
        assert_eq!(store.load(key, at(3)).unwrap(), None);
    });
}

#[test]
fn a_save_over_another_version_is_a_conflict_and_changes_nothing() {
    on_every_store("conflict", |store| {
        let key = Key::session("c-1");
        let first = store.save(key, &document("a", None, 100), Version::NEW, at(0)).unwrap();
        let second = store.save(key, &document("b", None, 100), first, at(0)).unwrap();
        for stale in [Version::NEW, first, second.next()] {
            let refused = store.save(key, &document("c", None, 100), stale, at(0));
            assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        }
        assert_eq!(store.load(key, at(0)).unwrap().unwrap().text, "b");
        let elsewhere = store.save(Key::session("c-2"), &document("c", None, 100), first, at(0));
        assert!(matches!(elsewhere, Err(StoreError::Conflict)));
    });
}

#[test]
fn an_expired_document_is_gone_and_its_key_is_free() {
    on_every_store("expiry", |store| {
        let key = Key::session("c-1");
        let version = store.save(key, &document("a", Some(5), 10), Version::NEW, at(0)).unwrap();
        assert!(store.load(key, at(9)).unwrap().is_some());
        assert_eq!(store.load(key, at(10)).unwrap(), None);
        let stale = store.save(key, &document("b", None, 100), version, at(11));
        assert!(matches!(stale, Err(StoreError::Conflict)));
        store.save(key, &document("b", None, 100), Version::NEW, at(11)).unwrap();
        assert_eq!(store.load(key, at(12)).unwrap().unwrap().text, "b");
    });
}

#[test]
fn sessions_are_due_in_order_until_a_save_moves_their_deadline() {
    on_every_store("due", |store| {
        for (id, deadline) in [("late", Some(30)), ("soon", Some(10)), ("never", None), ("then", Some(20))] {
            store.save(Key::session(id), &document("x", deadline, 1000), Version::NEW, at(0)).unwrap();
        }
        store.save(Key::customer("soon"), &document("x", Some(1), 1000), Version::NEW, at(0)).unwrap();
        assert_eq!(store.due(Kind::Customer, at(9), 10).unwrap(), ["soon"]);
        assert_eq!(store.due(Kind::Session, at(9), 10).unwrap(), Vec::<String>::new());
        assert_eq!(store.due(Kind::Session, at(25), 10).unwrap(), ["soon", "then"]);
        assert_eq!(store.due(Kind::Session, at(40), 2).unwrap(), ["soon", "then"]);
        let kept = store.load(Key::session("soon"), at(25)).unwrap().unwrap();
        store.save(Key::session("soon"), &document("x", Some(50), 1000), kept.version, at(25)).unwrap();
        store.remove(Key::session("then")).unwrap();
        assert_eq!(store.due(Kind::Session, at(40), 10).unwrap(), ["late"]);
    });
}

#[test]
fn expired_documents_are_swept() {
    on_every_store("sweep", |store| {
        for (id, expires) in [("a", 1000), ("b", 2000), ("c", 9_000_000)] {
            store.save(Key::session(id), &document("x", Some(500), expires), Version::NEW, at(0)).unwrap();
        }
        store.sweep(at(5000), 100).unwrap();
        assert_eq!(store.load(Key::session("c"), at(5000)).unwrap().unwrap().text, "x");
        assert_eq!(store.load(Key::session("a"), at(5000)).unwrap(), None);
        assert_eq!(store.sweep(at(5000), 100).unwrap(), 0);
    });
}

#[test]
fn a_document_too_large_is_refused_and_the_kept_one_stays() {
    on_every_store("size", |store| {
        let key = Key::session("c-1");
        let version = store.save(key, &document("small", None, 100), Version::NEW, at(0)).unwrap();
        let large = "x".repeat(256 * 1024 + 1);
        let refused = store.save(key, &document(&large, None, 100), version, at(0));
        assert!(matches!(refused, Err(StoreError::TooLarge { .. })), "{refused:?}");
        assert_eq!(store.load(key, at(0)).unwrap().unwrap().text, "small");
        store.save(key, &document(&large[1..], None, 100), version, at(0)).unwrap();
    });
}

/// Nodes at one store; for a file each has its own connection, as another process would.
type Nodes = Vec<Box<dyn SessionStore>>;

#[test]
fn only_one_of_many_writers_wins_each_version() {
    let folder = Folder::new("race");
    let file = folder.file("sessions.db");
    let memory = Arc::new(MemoryStore::new(10));
    let memories: Nodes = (0..4).map(|_| Box::new(Arc::clone(&memory)) as Box<dyn SessionStore>).collect();
    let files: Nodes = (0..4).map(|_| Box::new(SqliteStore::open(&file).unwrap()) as Box<dyn SessionStore>).collect();
    #[allow(unused_mut)]
    let mut all = vec![memories, files];
    #[cfg(feature = "redis")]
    {
        let shared = Arc::new(redis("race"));
        all.push((0..4).map(|_| Box::new(Arc::clone(&shared)) as Box<dyn SessionStore>).collect());
    }
    for nodes in all {
        let won: u64 = std::thread::scope(|scope| {
            let threads: Vec<_> = nodes.iter().map(|node| scope.spawn(|| raced(node.as_ref()))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        let kept = nodes[0].load(Key::session("one"), at(0)).unwrap().unwrap();
        assert_eq!((won, kept.version.number(), kept.text), (200, 200, "200".to_owned()));
    }
}

/// Counts up 50 times, beginning anew whenever another was quicker; how often it won.
fn raced(store: &dyn SessionStore) -> u64 {
    let key = Key::session("one");
    let mut won = 0;
    while won < 50 {
        let kept = store.load(key, at(0)).unwrap();
        let (count, version) = kept.map_or((0, Version::NEW), |kept| (kept.text.parse::<u64>().unwrap(), kept.version));
        match store.save(key, &document(&(count + 1).to_string(), None, 1000), version, at(0)) {
            Ok(_) => won += 1,
            Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
    won
}

#[test]
fn a_full_memory_refuses_and_makes_room_from_what_has_expired() {
    let store = MemoryStore::new(2);
    store.save(Key::session("a"), &document("x", None, 10), Version::NEW, at(0)).unwrap();
    store.save(Key::session("b"), &document("x", None, 100), Version::NEW, at(0)).unwrap();
    let full = store.save(Key::session("c"), &document("x", None, 100), Version::NEW, at(5));
    assert!(matches!(full, Err(StoreError::Full { limit: 2 })));
    store.save(Key::session("c"), &document("x", None, 100), Version::NEW, at(20)).unwrap();
    assert_eq!((store.len(), store.is_empty()), (2, false));
}

#[test]
fn a_file_outlives_its_process_and_a_foreign_one_is_refused() {
    let folder = Folder::new("file");
    let file = folder.file("sessions.db");
    let version =
        SqliteStore::open(&file).unwrap().save(Key::session("a"), &document("x", None, 9), Version::NEW, at(0));
    let again = SqliteStore::open(&file).unwrap();
    assert_eq!(again.load(Key::session("a"), at(0)).unwrap().unwrap().version, version.unwrap());
    let foreign = folder.file("foreign.db");
    std::fs::write(&foreign, "this is no database, but long enough to be looked at".repeat(100)).unwrap();
    assert!(matches!(SqliteStore::open(&foreign), Err(StoreError::Damaged(_))));
    assert!(matches!(SqliteStore::open(folder.file("no/such/folder.db")), Err(StoreError::Unavailable(_))));
}

#[test]
fn a_new_file_can_be_opened_by_many_at_once() {
    for round in 0..10 {
        let folder = Folder::new(&format!("open-{round}"));
        let file = folder.file("sessions.db");
        let opened = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| SqliteStore::open(&file).map(|_| ()))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(opened.iter().all(Result::is_ok), "{opened:?}");
    }
}

#[cfg(feature = "redis")]
#[test]
fn a_redis_that_is_away_is_an_error_at_once() {
    let store = kefu::RedisStore::open("redis://127.0.0.1:1").unwrap();
    assert!(matches!(store.load(Key::session("a"), at(0)), Err(StoreError::Unavailable(_))));
    let refused = kefu::RedisStore::open("no address: secret").unwrap_err();
    assert!(!refused.to_string().contains("secret"));
}

/// What a caller may do with a store.
#[derive(Clone, Debug)]
enum Call {
    Save { id: u8, text: String, stale: bool, deadline: Option<u64>, lives: u64 },
    Remove(u8),
    Wait(u64),
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        5 => (0..3_u8, "[a-z]{0,4}", proptest::bool::weighted(0.2), proptest::option::of(0..50_u64), 1000..9000_u64)
            .prop_map(|(id, text, stale, deadline, lives)| Call::Save { id, text, stale, deadline, lives }),
        1 => (0..3_u8).prop_map(Call::Remove),
        2 => (1..2000_u64).prop_map(Call::Wait),
    ]
}

proptest! {
    #![proptest_config(draws(12))]

    #[test]
    fn every_store_does_what_a_plain_table_does(calls in proptest::collection::vec(call(), 1..40)) {
        on_every_store("model", |store| {
            let mut table: std::collections::BTreeMap<String, (Version, String, Option<u64>, u64)> = std::collections::BTreeMap::new();
            let mut now = 0;
            for call in calls.clone() {
                match call {
                    Call::Wait(seconds) => now += seconds,
                    Call::Remove(id) => {
                        table.remove(&id.to_string());
                        store.remove(Key::session(&id.to_string())).unwrap();
                    }
                    Call::Save { id, text, stale, deadline, lives } => {
                        let id = id.to_string();
                        let kept = table.get(&id).filter(|row| row.3 > now).map_or(Version::NEW, |row| row.0);
                        let named = if stale { kept.next() } else { kept };
                        let deadline = deadline.map(|after| now + after);
                        let saved = store.save(Key::session(&id), &document(&text, deadline, now + lives), named, at(now));
                        assert_eq!(saved.is_ok(), !stale, "{saved:?}");
                        if let Ok(version) = saved {
                            table.insert(id, (version, text, deadline, now + lives));
                        }
                    }
                }
                table.retain(|_, row| row.3 > now);
                for id in ["0", "1", "2"] {
                    let kept = store.load(Key::session(id), at(now)).unwrap();
                    assert_eq!(kept.map(|kept| (kept.version, kept.text)), table.get(id).map(|row| (row.0, row.1.clone())));
                }
                let mut due: Vec<String> = table.iter().filter(|(_, row)| row.2.is_some_and(|due| due <= now)).map(|(id, _)| id.clone()).collect();
                let mut listed = store.due(Kind::Session, at(now), 10).unwrap();
                due.sort();
                listed.sort();
                assert_eq!(listed, due);
            }
        });
    }
}
