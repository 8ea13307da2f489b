//! What breaks around the service: nothing is lost, nothing is done twice, and the customer is told something sensible.
//!
//! Short in every run; `KEFU_FAULTS=long` does each thing as often as the figures of `src/operating.md` say.

use std::process::Command;
use std::time::{Duration, Instant};

use kefu::{Key, SessionStore as _, SqliteStore};
use serde_json::{Value as Json, json};

use crate::chance::rounds;
use crate::process::{CHANNEL, DESK, Process, Shop, call, replies};
use crate::store::Folder;

#[allow(clippy::disallowed_methods)] // Why: the store is asked as of now.
fn now() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

#[allow(clippy::disallowed_methods)] // Why: a test measures.
fn started() -> Instant {
    Instant::now()
}

/// How many turns a conversation has had: each is one save.
fn turns(folder: &Folder, store: &str, chat: &str) -> u64 {
    let store = SqliteStore::open(folder.file(store)).unwrap();
    store.load(Key::session(chat), now()).unwrap().map_or(0, |kept| kept.version.number())
}

/// Goes on until the flow asks the shop for something.
fn up_to_the_shop(service: &Process, chat: &str) {
    assert_eq!(service.said(chat, "gift").last().unwrap(), "Which size?");
    assert_eq!(service.said(chat, "small"), ["Send a small one?"]);
}

#[test]
fn killed_while_the_shop_works_it_does_not_ask_twice_and_tells_the_customer() {
    let folder = Folder::new("killed-at-work");
    let shop = Shop::answering(None);
    let arguments = ["--work", &shop.address];
    let mut service = Process::start(&folder, &arguments);
    up_to_the_shop(&service, "c");
    let address = service.address;
    let yes = json!({"text": "yes", "id": "m-yes"}).to_string();
    let message = yes.clone();
    let asked =
        std::thread::spawn(move || call(address, ("POST", "/v1/conversations/c/events"), CHANNEL, &message).is_err());
    while shop.asked() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    service.kill();
    assert!(asked.join().unwrap(), "the customer's message was answered by a killed process");
    let service = Process::start(&folder, &arguments);
    let (status, again) = service.call("POST", "/v1/conversations/c/events", CHANNEL, &yes);
    assert_eq!((status, again["replay"].as_bool()), (200, Some(true)), "{again}");
    let told: Vec<String> = [replies(&again), service.later("c", 8)].concat();
    assert!(told.contains(&"Not sent.".to_owned()), "{told:?}");
    assert_eq!(shop.asked(), 1);
    let (_, again) = service.call("POST", "/v1/conversations/c/events", CHANNEL, &yes);
    assert_eq!((again["replay"].as_bool(), service.later("c", 0)), (Some(true), Vec::new()));
    assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
}

#[test]
fn killed_again_and_again_it_makes_each_turn_and_each_handoff_once() {
    const EACH: usize = 20;
    let folder = Folder::new("killed");
    let kills = rounds(4, 100);
    let mut service = Process::start(&folder, &["--log", "json", "--log-level", "warn"]);
    let (mut number, mut repeated, mut handoffs) = (0, 0, 0);
    for kill in 0..kills {
        // Why: at another moment of another turn each time.
        let after = Duration::from_micros(3_000 + (kill as u64 * 7_919) % 40_000);
        let pid = service.id().to_string();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(after);
            let _ = Command::new("kill").args(["-9", &pid]).status();
        });
        for step in 0..EACH {
            let (chat, text) =
                if step % 4 == 3 { (format!("h-{number}"), "human") } else { ("c".to_owned(), "opening hours") };
            handoffs += usize::from(text == "human");
            let event = json!({"text": text, "id": format!("m-{number}")}).to_string();
            let path = format!("/v1/conversations/{chat}/events");
            loop {
                match call(service.address, ("POST", &path), CHANNEL, &event) {
                    Ok((200, answer)) => {
                        assert!(!replies(&answer).is_empty(), "{answer}");
                        break;
                    }
                    Ok((status, answer)) => panic!("{status} {answer}"),
                    Err(_) => {
                        repeated += 1;
                        service.kill();
                        service = Process::start(&folder, &["--log", "json", "--log-level", "warn"]);
                    }
                }
            }
            number += 1;
        }
        killer.join().unwrap();
    }
    let messages = number - handoffs;
    let mut ids = std::collections::BTreeSet::new();
    let mut items = 0;
    service.kill();
    let service = Process::start(&folder, &[]);
    // Why with patience: what the killed process had leased comes again after half a minute, and nothing was leased here.
    loop {
        let news = service.call("GET", "/v1/desk/news?wait=1", DESK, "").1;
        let news = news["items"].as_array().unwrap().clone();
        if news.is_empty() {
            break;
        }
        for item in &news {
            // Why not of the one that asks the same again and again: for that, too, a person is called.
            if item["conversation"] != "c" {
                items += 1;
                ids.insert(item["id"].as_str().unwrap().to_owned());
            }
            let taken = json!({"ids": [item["id"]]}).to_string();
            let path = format!("/v1/desk/conversations/{}/taken", item["conversation"].as_str().unwrap());
            assert_eq!(service.call("POST", &path, DESK, &taken).0, 200);
        }
    }
    eprintln!("{kills} kills, {number} messages, {repeated} sent again, {items} handoffs");
    assert_eq!((items, ids.len()), (handoffs, handoffs));
    assert_eq!(turns(&folder, "s.db", "c"), messages as u64);
}

#[test]
fn a_slow_shop_keeps_one_customer_waiting_and_no_other() {
    let folder = Folder::new("slow");
    let shop = Shop::answering(Some(Duration::from_millis(1200)));
    let service = Process::start(&folder, &["--work", &shop.address]);
    up_to_the_shop(&service, "c");
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| service.said("c", "yes"));
        while shop.asked() == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let begun = started();
        assert_eq!(service.said("other", "opening hours"), ["From 9 to 21."]);
        assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
        // The same customer writes on meanwhile: told to wait, and answered after.
        let meanwhile = service.said("c", "opening hours");
        assert_eq!(meanwhile.len(), 1, "{meanwhile:?}");
        let said = asked.join().unwrap();
        assert!(said.contains(&"Sent, T-7.".to_owned()), "{said:?}");
        assert!(meanwhile == ["From 9 to 21."] || said.contains(&"From 9 to 21.".to_owned()), "{meanwhile:?} {said:?}");
    });
    assert_eq!(shop.asked(), 1);
}

#[test]
fn a_shop_that_never_answers_is_given_up_and_the_customer_told() {
    let folder = Folder::new("never");
    let shop = Shop::answering(None);
    let service = Process::start(&folder, &["--work", &shop.address]);
    up_to_the_shop(&service, "c");
    let begun = started();
    let said = [service.said("c", "yes"), service.later("c", 0)].concat();
    eprintln!("told after {:?}", begun.elapsed());
    assert!(said.contains(&"Not sent.".to_owned()), "{said:?}");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(shop.asked(), 1);
    assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
}

/// A place that can be full: a file system of 2 MB of its own where the system allows it, else a limit on what the process
/// may write into one file.
enum Place {
    Mounted(std::path::PathBuf),
    Limited(std::path::PathBuf),
}

impl Place {
    fn new(folder: &Folder) -> Self {
        let path = folder.file("small");
        std::fs::create_dir_all(&path).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|output| output.status.success()) { Self::Mounted(path) } else { Self::Limited(path) }
    }

    fn path(&self) -> &std::path::Path {
        match self {
            Self::Mounted(path) | Self::Limited(path) => path,
        }
    }

    fn fill(&self, process: &Process) {
        match self {
            Self::Mounted(path) => {
                use std::io::Write as _;
                let mut ballast = std::fs::File::create(path.join("ballast")).unwrap();
                while ballast.write_all(&[0; 512]).is_ok() {}
            }
            Self::Limited(_) => limit(process, "1:unlimited"),
        }
    }

    fn free(&self, process: &Process) {
        match self {
            Self::Mounted(path) => std::fs::remove_file(path.join("ballast")).unwrap(),
            Self::Limited(_) => limit(process, "unlimited:unlimited"),
        }
    }
}

fn limit(process: &Process, size: &str) {
    let done = Command::new("prlimit").args(["--pid", &process.id().to_string(), &format!("--fsize={size}")]).status();
    assert!(done.unwrap().success());
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Mounted(path) = self {
            let _ = Command::new("umount").arg("-l").arg(path).status();
        }
    }
}

#[test]
fn a_full_disk_refuses_in_the_customers_language_and_loses_nothing() {
    let folder = Folder::new("full");
    let place = Place::new(&folder);
    let (store, ledger) = (place.path().join("s.db"), place.path().join("ledger.jsonl"));
    let service = Process::start(&folder, &["--store", store.to_str().unwrap(), "--ledger", ledger.to_str().unwrap()]);
    let event = |number: usize, text: &str| json!({"text": text, "id": format!("m-{number}")});
    let mut number = 0;
    let mut refused = 0;
    for _ in 0..rounds(2, 25) {
        assert_eq!(service.event("c", &event(number, "opening hours")).0, 200);
        number += 1;
        place.fill(&service);
        // What the log of the store still has room for is taken; then everything is refused, and nothing half done.
        let mut told = Vec::new();
        for _ in 0..600 {
            let (status, answer) = service.event("c", &event(number, "营业时间"));
            if status == 200 {
                number += 1;
                continue;
            }
            assert_eq!((status, answer["error"]["code"].as_str()), (503, Some("store")), "{answer}");
            told = replies(&answer);
            refused += 1;
            break;
        }
        assert!(told.first().is_some_and(|text| text.contains("抱歉")), "{told:?}");
        assert_eq!(service.event("c", &event(number, "营业时间")).0, 503);
        place.free(&service);
        let (status, answer) = service.event("c", &event(number, "营业时间"));
        assert_eq!((status, answer["replay"].as_bool()), (200, Some(false)), "{answer}");
        number += 1;
    }
    eprintln!("{number} messages, {refused} times full");
    assert_eq!(turns(&folder, "small/s.db", "c"), number as u64);
    // Lines of the ledger may be missing, as the disk was full, but each is whole but those that were cut short.
    let ledger = std::fs::read_to_string(ledger).unwrap();
    let whole = ledger.lines().filter(|line| serde_json::from_str::<Json>(line).is_ok()).count();
    assert!(ledger.lines().count() - whole <= refused, "{ledger}");
    assert!(serde_json::from_str::<Json>(ledger.lines().last().unwrap()).is_ok());
}

#[test]
fn an_agents_words_that_are_sent_again_reach_the_customer_once() {
    let folder = Folder::new("agent");
    let mut service = Process::start(&folder, &[]);
    let _ = service.said("c", "human");
    assert_eq!(service.call("POST", "/v1/desk/conversations/c/accepted", DESK, "").0, 200);
    let words = json!({"text": "Hello, Ana here.", "id": "a-1"}).to_string();
    let mut texts = Vec::new();
    for _ in 0..2 {
        assert_eq!(service.call("POST", "/v1/desk/conversations/c/message", DESK, &words).0, 200);
        let news = service.call("GET", "/v1/conversations/c/later", CHANNEL, "").1;
        for item in news["items"].as_array().unwrap() {
            texts.push(item["text"].clone());
            let taken = json!({"ids": [item["id"]]}).to_string();
            assert_eq!(service.call("POST", "/v1/conversations/c/later/taken", CHANNEL, &taken).0, 200);
        }
        service.kill();
        service = Process::start(&folder, &[]);
    }
    assert_eq!(texts, ["Hello, Ana here."]);
}

#[test]
fn a_backup_made_while_it_runs_brings_the_conversations_back() {
    let folder = Folder::new("backup");
    let service = Process::start(&folder, &[]);
    assert_eq!(service.said("c", "gift").last().unwrap(), "Which size?");
    let copy = folder.file("backup.db");
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| (0..40).for_each(|_| drop(service.said("other", "opening hours"))));
        let file = rusqlite::Connection::open(folder.file("s.db")).unwrap();
        file.busy_timeout(Duration::from_secs(5)).unwrap();
        file.execute("VACUUM INTO ?", [copy.to_str().unwrap()]).unwrap();
        writing.join().unwrap();
    });
    assert_eq!(service.said("c", "small"), ["Send a small one?"]);
    drop(service);
    for name in ["s.db", "s.db-wal", "s.db-shm"] {
        let _ = std::fs::remove_file(folder.file(name));
    }
    std::fs::rename(copy, folder.file("s.db")).unwrap();
    let service = Process::start(&folder, &[]);
    // As it was when the copy was made: the question is still open.
    assert_eq!(service.said("c", "large"), ["Send a large one?"]);
}

#[cfg(feature = "redis")]
mod redis {
    use super::*;
    use std::net::TcpListener;
    use std::process::{Child, Stdio};

    use kefu::RedisStore;

    /// A Redis of this test alone that writes every change to disk before it answers.
    struct Server {
        child: Child,
        port: u16,
    }

    impl Server {
        fn start(folder: &Folder, port: u16) -> Self {
            Self::with(folder, port, &["--appendonly", "yes", "--appendfsync", "always"])
        }

        fn with(folder: &Folder, port: u16, arguments: &[&str]) -> Self {
            let child = Command::new("redis-server")
                .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
                .args(arguments)
                .arg("--dir")
                .arg(folder.file(""))
                .stdout(Stdio::null())
                .spawn()
                .expect("redis-server must be installed for the tests of the feature `redis`");
            let server = Self { child, port };
            let begun = started();
            let store = RedisStore::open(&server.address()).unwrap();
            while store.load(Key::session("none"), now()).is_err() {
                assert!(begun.elapsed() < Duration::from_secs(20), "redis-server does not answer");
                std::thread::sleep(Duration::from_millis(20));
            }
            server
        }

        fn address(&self) -> String {
            format!("redis://127.0.0.1:{}", self.port)
        }

        fn kill(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.kill();
        }
    }

    #[test]
    fn a_backup_of_redis_brings_the_conversations_back() {
        let folder = Folder::new("redis-backup");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut redis = Server::start(&folder, port);
        let service = Process::start(&folder, &["--store", &redis.address()]);
        assert_eq!(service.said("c", "gift").last().unwrap(), "Which size?");
        let client = ::redis::Client::open(redis.address()).unwrap();
        let _: () = ::redis::cmd("SAVE").query(&mut client.get_connection().unwrap()).unwrap();
        assert_eq!(service.said("c", "small"), ["Send a small one?"]);
        redis.kill();
        // As the page says: without the log of changes, from the copy, and with the log from then on.
        std::fs::remove_dir_all(folder.file("appendonlydir")).unwrap();
        let mut redis = Server::with(&folder, port, &["--appendonly", "no"]);
        assert_eq!(service.said("c", "large"), ["Send a large one?"]);
        let mut admin = client.get_connection().unwrap();
        let _: () = ::redis::cmd("CONFIG").arg("SET").arg("appendonly").arg("yes").query(&mut admin).unwrap();
        let begun = started();
        let written = || {
            let about: String =
                ::redis::cmd("INFO").arg("persistence").query(&mut client.get_connection().unwrap()).unwrap();
            about.contains("aof_rewrite_in_progress:0") && about.contains("aof_rewrite_scheduled:0")
        };
        while !written() {
            assert!(begun.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(50));
        }
        redis.kill();
        let _redis = Server::start(&folder, port);
        // The side question is answered, and the open one comes back.
        let said = service.said("c", "opening hours");
        assert!(said[0] == "From 9 to 21." && said.last().unwrap().contains("large"), "{said:?}");
    }

    #[test]
    fn a_redis_that_is_restarted_is_found_again_and_every_turn_is_made_once() {
        let folder = Folder::new("redis-restart");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut redis = Server::start(&folder, port);
        let service = Process::start(&folder, &["--store", &redis.address()]);
        let (mut number, mut refused) = (0, 0);
        let restarts = rounds(2, 25);
        for _ in 0..restarts {
            for step in 0..40 {
                if step == 20 {
                    redis.kill();
                    let (status, answer) =
                        service.event("c", &json!({"text": "营业时间", "id": format!("m-{number}")}));
                    assert_eq!((status, answer["error"]["code"].as_str()), (503, Some("store")), "{answer}");
                    assert!(replies(&answer)[0].contains("抱歉"), "{answer}");
                    assert_eq!(service.call("GET", "/health", "", "").0, 503);
                    refused += 1;
                    redis = Server::start(&folder, port);
                }
                let (status, answer) =
                    service.event("c", &json!({"text": "opening hours", "id": format!("m-{number}")}));
                assert_eq!(status, 200, "{answer}");
                number += 1;
            }
        }
        let store = RedisStore::open(&redis.address()).unwrap();
        let kept = store.load(Key::session("c"), now()).unwrap().unwrap();
        eprintln!("{restarts} restarts, {number} messages, {refused} refused meanwhile");
        assert_eq!(kept.version.number(), number);
    }
}
