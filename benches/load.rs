//! What the service does under load: requests a second and how long they take, beside a route of the same server that does
//! nothing; and what 100,000 live sessions take in each store.
//!
//! `cargo bench --profile release --features serve,redis --bench load [requests|sessions]`; with `KEFU_REDIS` also for Redis.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod running;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use kefu::server::{Service, Settings, Tokens};
use kefu::{Conversation, Conversations, Engine, Event, MemoryStore, SessionStore, SqliteStore};

use running::Running;

const TOKEN: &str = "channel-token-0123456789";
/// How long each figure is measured.
const SPAN: Duration = Duration::from_secs(5);
/// Clients at once, each with a connection of its own and one request under way.
const CLIENTS: [usize; 3] = [1, 16, 64];
/// Sessions that are alive at once.
const SESSIONS: usize = 100_000;
/// What the customers write, in turn: a question, an answer of a flow, a side question.
const SAID: [&str; 4] =
    ["where is my order AB12345678?", "do you ship to Spain?", "你们发货要几天？", "quiero devolver un pedido"];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wants = |what: &str| asked.is_empty() || asked.iter().any(|known| known == what);
    let folder = std::env::temp_dir().join(format!("kefu-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let engine = Engine::from_dir("rules/shop").unwrap();
    engine.warm_up();
    if wants("requests") {
        for (name, store) in stores(&folder, "requests") {
            requests(name, &engine, store);
        }
    }
    if wants("sessions") {
        for (name, store) in stores(&folder, "sessions") {
            sessions(name, &engine, store, &folder);
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

fn stores(folder: &std::path::Path, name: &str) -> Vec<(&'static str, Arc<dyn SessionStore>)> {
    let file: PathBuf = folder.join(format!("{name}.db"));
    #[allow(unused_mut)]
    let mut stores: Vec<(&str, Arc<dyn SessionStore>)> =
        vec![("memory", Arc::new(MemoryStore::new(1_000_000))), ("SQLite", Arc::new(SqliteStore::open(file).unwrap()))];
    #[cfg(feature = "redis")]
    if let Ok(address) = std::env::var("KEFU_REDIS") {
        let prefix = format!("load-{name}-{}", std::process::id());
        stores.push(("Redis", Arc::new(kefu::RedisStore::open(&address).unwrap().with_prefix(&prefix))));
    }
    stores
}

fn requests(name: &str, engine: &Engine, store: Arc<dyn SessionStore>) {
    let mut settings = Settings::new(Tokens::read(&format!("channel {TOKEN}")).unwrap());
    settings.rate = u32::MAX;
    let service = Service::new(engine.clone(), store, settings).unwrap();
    let running = Running::of(service);
    println!("{name}: clients | requests/s | p50 ms | p99 ms");
    for clients in CLIENTS {
        report(
            "nothing",
            clients,
            &load(running.address, clients, |_, _| "GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()),
        );
        report("a turn", clients, &load(running.address, clients, turn));
    }
}

/// A message of a customer who writes some and is followed by another.
fn turn(client: usize, number: usize) -> String {
    let body = format!("{{\"text\":\"{}\",\"id\":\"m-{number}\"}}", SAID[number % SAID.len()]);
    format!(
        "POST /v1/conversations/{client}-{}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\ncontent-length: {}\r\n\r\n{body}",
        number / 20,
        body.len()
    )
}

/// Sends requests one after another on each connection; how long each took, sorted, and the whole span.
fn load(address: SocketAddr, clients: usize, request: fn(usize, usize) -> String) -> (Vec<Duration>, Duration) {
    let begun = Instant::now();
    let mut all: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let mut stream = TcpStream::connect(address).unwrap();
                    stream.set_nodelay(true).unwrap();
                    let mut took = Vec::new();
                    let mut buffer = vec![0; 64 * 1024];
                    while begun.elapsed() < SPAN {
                        let text = request(client, took.len());
                        let sent = Instant::now();
                        stream.write_all(text.as_bytes()).unwrap();
                        answered(&mut stream, &mut buffer);
                        took.push(sent.elapsed());
                    }
                    took
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort();
    (all, begun.elapsed())
}

/// Reads one whole answer.
fn answered(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut length = 0;
    loop {
        length += stream.read(&mut buffer[length..]).unwrap();
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        let Some(head) = text.find("\r\n\r\n") else { continue };
        assert!(text.starts_with("HTTP/1.1 200") || text.starts_with("HTTP/1.1 404"), "{text}");
        let declared = text[..head].lines().find_map(|line| line.strip_prefix("content-length: "));
        if length >= head + 4 + declared.unwrap().parse::<usize>().unwrap() {
            return;
        }
    }
}

fn report(what: &str, clients: usize, (took, span): &(Vec<Duration>, Duration)) {
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)].as_secs_f64() * 1000.0;
    let rate = took.len() as f64 / span.as_secs_f64();
    println!("  {what:8} {clients:3} | {rate:8.0} | {:7.2} | {:7.2}", at(50), at(99));
}

/// Begins conversations that are in the middle of something, and says what they take.
fn sessions(name: &str, engine: &Engine, store: Arc<dyn SessionStore>, folder: &std::path::Path) {
    let before = resident();
    let conversations = Conversations::new(engine.clone(), store);
    let begun = Instant::now();
    let threads = std::thread::available_parallelism().unwrap().get();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let conversations = &conversations;
            scope.spawn(move || {
                for number in (thread..SESSIONS).step_by(threads) {
                    let id = format!("chat-{number}");
                    let event = Event::message(SAID[number % SAID.len()]).with_id("m-1");
                    let taken = conversations.handle(Conversation::new(&id), event, SystemTime::now()).unwrap();
                    assert!(!taken.turn.is_replay());
                }
            });
        }
    });
    let span = begun.elapsed().as_secs_f64();
    let memory = resident().saturating_sub(before);
    let file = std::fs::metadata(folder.join("sessions.db")).map_or(0, |file| file.len());
    let log = std::fs::metadata(folder.join("sessions.db-wal")).map_or(0, |file| file.len());
    println!(
        "{name}: {SESSIONS} sessions begun in {span:.1} s; process memory +{} KiB ({} bytes each)",
        memory / 1024,
        memory as usize / SESSIONS
    );
    if name == "SQLite" {
        println!(
            "  file {} KiB ({} bytes each), write-ahead log {} KiB",
            file / 1024,
            file as usize / SESSIONS,
            log / 1024
        );
    }
    if name == "Redis" {
        println!("  see used_memory of `redis-cli info memory` beside an empty server's");
    }
    let mut took: Vec<Duration> = (0..2_000)
        .map(|number| {
            let id = format!("chat-{}", (number * 7_919) % SESSIONS);
            let begun = Instant::now();
            let event = Event::message("do you ship to Spain?").with_id("m-2");
            let _ = conversations.handle(Conversation::new(&id), event, SystemTime::now()).unwrap();
            begun.elapsed()
        })
        .collect();
    took.sort();
    println!("  a turn among them: p50 {:?}, p99 {:?}", took[took.len() / 2], took[took.len() * 99 / 100]);
}

/// Bytes of this process in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}
