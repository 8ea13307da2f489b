//! Connections and requests beyond what is allowed, and those that are kept.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::served::{Served, clock};
use crate::process::CHANNEL;

#[test]
fn who_asks_too_often_is_told_to_come_again() {
    let service = Served::start(|settings| settings.rate = 5);
    let refused = (0..20).filter(|_| service.event("c", &json!({"text": "opening hours"})).0 == 429).count();
    assert!(refused > 5, "{refused}");
}

#[test]
fn connections_beyond_the_limit_and_endless_heads_end_alone() {
    let service = Served::start(|settings| settings.connections = 4);
    let idle: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(service.address()).unwrap()).collect();
    drop(idle);
    std::thread::sleep(Duration::from_millis(100));
    let mut flood = TcpStream::connect(service.address()).unwrap();
    let _ = flood.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n");
    for number in 0..200 {
        if flood.write_all(format!("x-{number}: {}\r\n", "y".repeat(1000)).as_bytes()).is_err() {
            break;
        }
    }
    let mut answer = String::new();
    let _ = flood.read_to_string(&mut answer);
    assert!(!answer.contains("200 OK"), "{answer}");
    assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
}

#[test]
fn a_client_with_a_token_keeps_its_connection_and_a_stranger_does_not() {
    let service = Served::start(|settings| settings.idle = Duration::from_secs(14));
    let ask = |token: &str| {
        let mut stream = TcpStream::connect(service.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        answered(&mut stream, token).unwrap();
        stream
    };
    std::thread::scope(|scope| {
        let known = scope.spawn(|| {
            let mut stream = ask(CHANNEL);
            std::thread::sleep(Duration::from_millis(11_500));
            answered(&mut stream, CHANNEL).unwrap();
            let begun = clock();
            assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0, "closed by the service");
            assert!((13..18).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
        });
        let stranger = scope.spawn(|| {
            let begun = clock();
            assert_eq!(ask("").read(&mut [0; 8]).unwrap_or(0), 0, "closed by the service");
            assert!((9..13).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
        });
        known.join().unwrap();
        stranger.join().unwrap();
    });
}

/// Asks for news over a connection, and reads the answer to its end.
fn answered(stream: &mut TcpStream, token: &str) -> std::io::Result<()> {
    let head = format!("GET /v1/conversations/c/later HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 1024]);
    loop {
        let read = stream.read(&mut buffer)?;
        assert!(read > 0, "closed before the answer");
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() == length.parse::<usize>().unwrap() {
            return Ok(());
        }
    }
}
