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
pub(crate) fn redis(name: &str) -> kefu::RedisStore {
    kefu::RedisStore::open(&redis_address()).unwrap().with_prefix(&unique(name))
}

/// A prefix that nobody else has.
#[cfg(feature = "redis")]
#[allow(clippy::disallowed_methods)] // Why: by the clock.
fn unique(name: &str) -> String {
    let moment = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    format!("test-{name}-{moment}")
}

#[cfg(feature = "redis")]
#[allow(clippy::disallowed_methods)] // Why: where the server is.
fn redis_address() -> String {
    std::env::var("KEFU_REDIS").expect("KEFU_REDIS must name a Redis server, such as redis://localhost:6379")
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

/// What a store that outlives its process must still know when it is opened again.
fn outlives(open: impl Fn() -> Box<dyn SessionStore>) {
    let key = Key::session("c-1");
    let version = open().save(key, &document("一", Some(5), 5000), Version::NEW, at(0)).unwrap();
    let again = open();
    let kept = again.load(key, at(1)).unwrap().unwrap();
    assert_eq!((kept.text.as_str(), kept.version), ("一", version));
    assert_eq!(again.due(Kind::Session, at(6), 10).unwrap(), ["c-1"]);
    let stale = again.save(key, &document("b", None, 5000), Version::NEW, at(1));
    assert!(matches!(stale, Err(StoreError::Conflict)), "{stale:?}");
    let next = again.save(key, &document("b", None, 5000), version, at(1)).unwrap();
    assert_eq!(open().load(key, at(1)).unwrap().unwrap().version, next);
}

#[test]
fn what_was_saved_is_there_after_a_restart() {
    let folder = Folder::new("restart");
    outlives(|| Box::new(SqliteStore::open(folder.file("s.db")).unwrap()));
    #[cfg(feature = "redis")]
    {
        let name = unique("restart");
        outlives(|| Box::new(kefu::RedisStore::open(&redis_address()).unwrap().with_prefix(&name)));
    }
}

#[test]
fn a_file_that_was_damaged_says_so_and_gives_nothing_wrong() {
    let folder = Folder::new("damaged");
    let file = folder.file("s.db");
    let store = SqliteStore::open(&file).unwrap();
    for number in 0..200 {
        let text = format!("{number}").repeat(100);
        store.save(Key::session(&number.to_string()), &document(&text, None, 5000), Version::NEW, at(0)).unwrap();
    }
    drop(store);
    let whole = std::fs::read(&file).unwrap();
    // Every page but the first, which says what file it is, is overwritten in turn.
    let mut damaged = 0;
    for page in (4096..whole.len()).step_by(4096) {
        let mut bytes = whole.clone();
        let end = bytes.len().min(page + 4096);
        bytes[page..end].fill(0xA5);
        std::fs::write(&file, bytes).unwrap();
        let Ok(store) = SqliteStore::open(&file) else { continue };
        for number in 0..200 {
            match store.load(Key::session(&number.to_string()), at(0)) {
                Ok(kept) => assert!(kept.is_none_or(|kept| kept.text == format!("{number}").repeat(100))),
                Err(StoreError::Damaged(_)) => damaged += 1,
                Err(other) => panic!("{other}"),
            }
        }
    }
    assert!(damaged > 100, "{damaged}");
}

#[cfg(feature = "redis")]
#[test]
fn a_connection_that_is_lost_is_made_anew_and_a_foreign_key_is_told() {
    let name = unique("loss");
    let store = kefu::RedisStore::open(&redis_address()).unwrap().with_prefix(&name);
    let key = Key::session("c-1");
    let mut version = Version::NEW;
    let mut admin = ::redis::Client::open(redis_address()).unwrap().get_connection().unwrap();
    for round in 0..20 {
        // Why not all clients: other tests run at the same server.
        version = store.save(key, &document(&round.to_string(), None, 5000), version, at(0)).unwrap();
        let clients: String = ::redis::cmd("CLIENT").arg("LIST").query(&mut admin).unwrap();
        let scripts = clients.lines().filter(|line| line.contains("cmd=evalsha") || line.contains("cmd=eval"));
        for id in scripts.filter_map(|line| line.strip_prefix("id=")?.split(' ').next()) {
            let _: Result<i64, _> = ::redis::cmd("CLIENT").arg("KILL").arg("ID").arg(id).query(&mut admin);
        }
        assert_eq!(store.load(key, at(0)).unwrap().unwrap().version, version);
    }
    let place = format!("{{{name}}}:session:foreign");
    let _: () = ::redis::cmd("SET").arg(&place).arg("x").query(&mut admin).unwrap();
    assert!(matches!(store.load(Key::session("foreign"), at(0)), Err(StoreError::Damaged(_))));
    let _: () = ::redis::cmd("DEL").arg(&place).query(&mut admin).unwrap();
    let _: () = ::redis::cmd("HSET").arg(&place).arg("version").arg(1).query(&mut admin).unwrap();
    assert!(matches!(store.load(Key::session("foreign"), at(0)), Err(StoreError::Damaged(_))));
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
