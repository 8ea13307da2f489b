//! Requests that are wrong, huge, slow or far too many: refused or bounded, while others are served as before.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::chance::rounds;
use crate::process::{CHANNEL, DESK, Process, call};
use crate::store::Folder;

#[allow(clippy::disallowed_methods)] // Why: a test measures.
fn started() -> Instant {
    Instant::now()
}

/// The longest of some turns of an ordinary customer, each over a connection of its own.
fn slowest_turn(service: &Process) -> Duration {
    let turn = |number: u32| {
        let begun = started();
        assert_eq!(service.said(&format!("honest-{number}"), "opening hours").first().unwrap(), "From 9 to 21.");
        begun.elapsed()
    };
    (0..10).map(turn).max().unwrap()
}

/// Sends bytes as they are; what comes back until the service closes, or for two seconds.
fn raw(service: &Process, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read) = stream.read(&mut buffer) {
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn what_is_no_event_is_refused_and_no_conversation_begins() {
    let folder = Folder::new("hostile-json");
    let service = Process::start(&folder, &["--store", "memory"]);
    let deep = "[".repeat(30_000);
    let objects = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let digits = format!("{{\"rating\":{}}}", "9".repeat(5_000));
    let keys = format!("{{{}}}", (0..5_000).map(|key| format!("\"k{key}\":1")).collect::<Vec<_>>().join(","));
    for body in [
        deep.as_bytes(),
        objects.as_bytes(),
        digits.as_bytes(),
        keys.as_bytes(),
        b"{\"text\":\"\xff\xfe\"}",
        b"{\"text\":\"\\ud800\"}",
        b"{\"text\":1e999}",
        b"\"text\"",
        b"null",
        b"\xef\xbb\xbf{\"text\":\"hi\"}",
        b"{\"text\":\"hi\"} {\"text\":\"hi\"}",
        b"{\"rating\":6.5}",
        b"{\"customer\":\"gold\"}",
        b"{\"attachments\":[{}]}",
    ] {
        let head = format!(
            "POST /v1/conversations/bad/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {CHANNEL}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let answer = raw(&service, &[head.as_bytes(), body].concat());
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "400" | "422"), "{}: {answer}", String::from_utf8_lossy(body));
    }
    // Lengths that lie, and none that could be kept.
    for length in ["99999999999", "18446744073709551616", "-1", "70000"] {
        let head = format!(
            "POST /v1/conversations/bad/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {CHANNEL}\r\ncontent-length: {length}\r\n\r\n"
        );
        let answer = raw(&service, head.as_bytes());
        assert!(!answer.contains("200 OK"), "{length}: {answer}");
    }
    // A text of the full size is a message like any other: its beginning is read.
    let long = json!({"text": "x".repeat(60_000), "id": "long"});
    assert_eq!(service.event("long", &long).0, 200);
    // A conversation nobody knows: the desk is told, the channel finds nothing, and neither begins one.
    assert_eq!(service.call("POST", "/v1/desk/conversations/nobody/accepted", DESK, "").0, 409);
    assert_eq!(service.call("POST", "/v1/desk/conversations/nobody/taken", DESK, "{\"ids\":[\"x\"]}").0, 200);
    assert_eq!(service.call("GET", "/v1/conversations/nobody/later", CHANNEL, "").1["items"], json!([]));
    assert_eq!(service.call("DELETE", "/v1/customers/nobody", crate::process::OPERATOR, "").1["conversations"], 0);
    assert_eq!(service.said("bad", "opening hours"), ["From 9 to 21."]);
}

#[test]
fn what_is_no_request_ends_its_connection_alone() {
    let folder = Folder::new("hostile-http");
    let service = Process::start(&folder, &["--store", "memory"]);
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    let many = format!("GET /health HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(65));
    let long = format!("GET /health HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n", "b".repeat(17 * 1024));
    let path = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(17 * 1024));
    for bytes in [
        hello.as_slice(),
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        many.as_bytes(),
        long.as_bytes(),
        path.as_bytes(),
    ] {
        let answer = raw(&service, bytes);
        assert!(!answer.contains("200 OK"), "{answer}");
        assert_eq!(service.call("GET", "/health", "", "").0, 200);
    }
}

#[test]
fn a_flood_of_connections_keeps_nobody_out() {
    let folder = Folder::new("hostile-many");
    let service = Process::start(&folder, &["--store", "memory"]);
    let quiet = slowest_turn(&service);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let kept_alive = || {
        let mut answer = agent
            .post(format!("http://{}/v1/conversations/kept/events", service.address))
            .header("Authorization", format!("Bearer {CHANNEL}"))
            .send("{\"text\":\"opening hours\"}")
            .unwrap();
        answer.body_mut().read_to_string().unwrap();
        answer.status().as_u16()
    };
    assert_eq!(kept_alive(), 200);
    // More than the service keeps, as far as the system lets this process open them: nothing said, half a request said, no token.
    let mut flood = Vec::new();
    for number in 0..rounds(5_000, 10_000) {
        let Ok(mut stream) = TcpStream::connect(service.address) else { break };
        let _ = match number % 3 {
            0 => Ok(()),
            1 => stream.write_all(b"POST /v1/conversations/c/events HTTP/1.1\r\nhost: x\r\n"),
            _ => stream.write_all(b"GET /v1/metrics HTTP/1.1\r\nhost: x\r\n\r\n"),
        };
        flood.push(stream);
    }
    let flooded = slowest_turn(&service);
    assert_eq!(kept_alive(), 200);
    let still = std::fs::read_dir(format!("/proc/{}/fd", service.id())).map_or(0, Iterator::count);
    eprintln!(
        "{} connections, {still} files open; the slowest turn {quiet:?} before, {flooded:?} among them",
        flood.len()
    );
    assert!(still <= 4096 + 100, "{still}");
    assert!(flooded < Duration::from_secs(2), "{flooded:?}");
}

#[test]
fn slow_clients_and_wrong_tokens_cost_others_nothing() {
    let folder = Folder::new("hostile-slow");
    let service = Process::start(&folder, &["--store", "memory"]);
    // More than are handled at once by far: each says it will send a body, and sends none of it.
    let slow: Vec<TcpStream> = (0..400)
        .map(|_| {
            let mut stream = TcpStream::connect(service.address).unwrap();
            let head = "POST /v1/conversations/slow/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer nobody's\r\ncontent-length: 1000\r\n\r\n{";
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let known: Vec<TcpStream> = (0..400)
        .map(|_| {
            let mut stream = TcpStream::connect(service.address).unwrap();
            let head = format!("POST /v1/conversations/slow/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {CHANNEL}\r\ncontent-length: 1000\r\n\r\n{{");
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let refused: Vec<u16> =
        (0..200).map(|_| call(service.address, ("GET", "/v1/desk/news"), "nobody's token", "").unwrap().0).collect();
    assert!(refused.iter().all(|status| *status == 401));
    let among = slowest_turn(&service);
    eprintln!("{} slow clients; the slowest turn {among:?}", slow.len() + known.len());
    assert!(among < Duration::from_secs(2), "{among:?}");
}
