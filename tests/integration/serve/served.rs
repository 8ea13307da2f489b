//! A service of its own for each test, and a shop that it asks.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use kefu::server::{Service, Settings, Tokens};
use kefu::{Engine, MemoryStore, SessionStore};
use serde_json::{Value as Json, json};

use crate::process::{CHANNEL, DESK, OPERATOR, SHOP, call, replies};
use crate::running::Running;

pub(super) const RULES: &str = "
languages: {default: en}
session: {remind: 10m, flow_expires: 1d, expires: 30d}
actions: {gift.send: {in: {size: size}, out: {ticket: text}, errors: [sold_out]}}
entities: {size: {values: {small: {en: [small]}, large: {en: [large]}}}}
intents:
  hours: {keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}
  gift: {title: {en: a gift}, keywords: {en: [gift]}, flow: gift}
  human: {keywords: {en: [human]}, handoff: asked}
flows:
  gift:
    steps:
      - {ask: size, say: {en: Which size?}}
      - {confirm: {en: 'Send a {{ size }} one?'}, else: [{end: cancelled}]}
      - call: gift.send
        into: sent
        errors:
          sold_out: [{say: {en: Sold out.}}, {end: unresolved}]
          other: [{say: {en: Not sent.}}, {end: unresolved}]
      - {say: {en: 'Sent, {{ sent.ticket }}.'}}
      - {end: resolved}
";

/// The rules, which are right.
pub(super) fn engine() -> Engine {
    Engine::builder().source("bot.yaml", RULES).build().unwrap()
}

/// A service that a test asks.
pub(super) struct Served {
    running: Running,
}

impl Served {
    pub(super) fn start(change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(Arc::new(MemoryStore::new(1000)), change)
    }

    pub(super) fn over(store: Arc<dyn SessionStore>, change: impl FnOnce(&mut Settings)) -> Self {
        Self::with(store, change, |service| service.reloading(|| Ok(engine())))
    }

    pub(super) fn with(
        store: Arc<dyn SessionStore>,
        change: impl FnOnce(&mut Settings),
        loading: impl FnOnce(Service) -> Service,
    ) -> Self {
        let tokens = format!("channel {CHANNEL}\ndesk {DESK}\nshop {SHOP}\noperator {OPERATOR}");
        let mut settings = Settings::new(Tokens::read(&tokens).unwrap());
        change(&mut settings);
        Self { running: Running::of(loading(Service::new(engine(), store, settings).unwrap())) }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.running.address
    }

    pub(super) fn stop(&self) {
        self.running.stop();
    }

    pub(super) fn request(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Json) {
        call(self.address(), (method, path), token, body).unwrap()
    }

    pub(super) fn event(&self, chat: &str, event: &Json) -> (u16, Json) {
        self.request("POST", &format!("/v1/conversations/{chat}/events"), CHANNEL, &event.to_string())
    }

    pub(super) fn said(&self, chat: &str, text: &str) -> Vec<String> {
        let (status, answer) = self.event(chat, &json!({"text": text}));
        assert_eq!(status, 200, "{answer}");
        replies(&answer)
    }
}

/// A shop that answers one request after another with what the test wants, and keeps what it was sent.
pub(super) fn shop(answers: Vec<(u16, &'static str)>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut heads = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut bytes = Vec::new();
            let mut buffer = [0; 4096];
            while !String::from_utf8_lossy(&bytes).contains("\r\n\r\n{") {
                let read = stream.read(&mut buffer).unwrap();
                assert!(read > 0, "the request ended early");
                bytes.extend_from_slice(&buffer[..read]);
            }
            heads.push(String::from_utf8_lossy(&bytes).into_owned());
            let answer = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
        heads
    });
    (address, thread)
}

#[allow(clippy::disallowed_methods)] // Why: a test measures.
pub(super) fn clock() -> Instant {
    Instant::now()
}
