//! `kefu serve` as a process of its own, which can be killed; and a shop that it asks.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::store::Folder;

pub(crate) const CHANNEL: &str = "channel-token-0123456789";
pub(crate) const DESK: &str = "desk-token-0123456789";
pub(crate) const SHOP: &str = "shop-token-0123456789";
pub(crate) const OPERATOR: &str = "operator-token-0123456789";

pub(crate) const RULES: &str = "
languages: {default: en, also: [zh]}
session: {remind: 10m, flow_expires: 1d, expires: 30d}
actions: {gift.send: {in: {size: size}, out: {ticket: text}, errors: [sold_out], timeout: 2s}}
entities: {size: {values: {small: {en: [small], zh: [小]}, large: {en: [large], zh: [大]}}}}
intents:
  hours: {keywords: {en: [opening hours], zh: [营业时间]}, say: {en: From 9 to 21., zh: 9 点到 21 点。}}
  gift: {title: {en: a gift, zh: 礼物}, keywords: {en: [gift], zh: [礼物]}, flow: gift}
  human: {keywords: {en: [human], zh: [人工]}, handoff: asked}
flows:
  gift:
    steps:
      - {ask: size, say: {en: Which size?, zh: 多大的？}}
      - {confirm: {en: 'Send a {{ size }} one?', zh: '寄{{ size }}的？'}, else: [{end: cancelled}]}
      - call: gift.send
        into: sent
        errors:
          sold_out: [{say: {en: Sold out., zh: 没货了。}}, {end: unresolved}]
          other: [{say: {en: Not sent., zh: 没有寄出。}}, {end: unresolved}]
      - {say: {en: 'Sent, {{ sent.ticket }}.', zh: '寄出了，{{ sent.ticket }}。'}}
      - {end: resolved}
";

/// A request, and its answer if there is one.
pub(crate) fn call(
    address: SocketAddr,
    (method, path): (&str, &str),
    token: &str,
    body: &str,
) -> Result<(u16, Json), ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(40)))
        .build()
        .into();
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("http://{address}{path}"))
        .header("Authorization", format!("Bearer {token}"))
        .header("Content-Type", "application/json")
        .body(body.to_owned())
        .unwrap();
    let mut response = agent.run(request)?;
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string()?;
    Ok((status, serde_json::from_str(&text).unwrap_or(Json::String(text))))
}

/// The texts of a turn.
pub(crate) fn replies(turn: &Json) -> Vec<String> {
    let replies = turn["replies"].as_array().cloned().unwrap_or_default();
    replies.iter().map(|reply| reply["text"].as_str().unwrap_or_default().to_owned()).collect()
}

/// A running `kefu serve`.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Process {
    /// Starts one over the rules, tokens and store in a folder, with more arguments.
    pub(crate) fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let rules = folder.file("rules");
        std::fs::create_dir_all(&rules).unwrap();
        if !rules.join("bot.yaml").exists() {
            std::fs::write(rules.join("bot.yaml"), RULES).unwrap();
        }
        let tokens = format!("channel {CHANNEL} webshop\ndesk {DESK}\noperator {OPERATOR}");
        std::fs::write(folder.file("tokens"), tokens).unwrap();
        // Why through a shell: a write beyond the limit of a file's size must fail, as on a full disk, and not kill.
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_kefu"), "serve"]);
        command.arg(&rules).arg("--tokens").arg(folder.file("tokens")).args(["--listen", "127.0.0.1:0"]);
        if !arguments.contains(&"--store") {
            command.arg("--store").arg(folder.file("s.db"));
        }
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (told, address) = mpsc::channel();
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            while let Some(Ok(line)) = lines.next() {
                if let Some(rest) = line.split("listening at http://").nth(1) {
                    let _ = told.send(rest.split(' ').next().unwrap().parse().unwrap());
                }
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let address = address.recv_timeout(Duration::from_secs(30));
        let address = address.unwrap_or_else(|_| panic!("it did not start: {}", log.lock().unwrap()));
        Self { child, address, log }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it at once, as the system does to who takes too much memory.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Stops it as a system does that shuts down; whether it ended well.
    pub(crate) fn stop(&mut self) -> bool {
        let told = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        told.is_ok_and(|told| told.success()) && self.child.wait().is_ok_and(|status| status.success())
    }

    /// All it has said so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn call(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Json) {
        call(self.address, (method, path), token, body).unwrap()
    }

    pub(crate) fn event(&self, chat: &str, event: &Json) -> (u16, Json) {
        self.call("POST", &format!("/v1/conversations/{chat}/events"), CHANNEL, &event.to_string())
    }

    pub(crate) fn said(&self, chat: &str, text: &str) -> Vec<String> {
        let (status, answer) = self.event(chat, &json!({"text": text}));
        assert_eq!(status, 200, "{answer}");
        replies(&answer)
    }

    /// What is said later, within some seconds, and taken.
    pub(crate) fn later(&self, chat: &str, seconds: u32) -> Vec<String> {
        let (_, news) = self.call("GET", &format!("/v1/conversations/{chat}/later?wait={seconds}"), CHANNEL, "");
        let items = news["items"].as_array().unwrap();
        let ids: Vec<&Json> = items.iter().map(|item| &item["id"]).collect();
        let taken = json!({"ids": ids}).to_string();
        assert_eq!(self.call("POST", &format!("/v1/conversations/{chat}/later/taken"), CHANNEL, &taken).0, 200);
        items.iter().flat_map(|item| replies(&item["turn"])).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A shop that answers each request after a while, or never, and counts them.
pub(crate) struct Shop {
    pub(crate) address: String,
    asked: Arc<AtomicUsize>,
}

impl Shop {
    /// One that takes so long; `None` never answers.
    pub(crate) fn answering(after: Option<Duration>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut bytes = Vec::new();
                let mut buffer = [0; 4096];
                while !String::from_utf8_lossy(&bytes).contains("\r\n\r\n{") {
                    match stream.read(&mut buffer) {
                        Ok(read) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
                        _ => break,
                    }
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let Some(after) = after else {
                    kept.push(stream);
                    continue;
                };
                std::thread::spawn(move || {
                    std::thread::sleep(after);
                    let body = "{\"ticket\":\"T-7\"}";
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
                    let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                });
            }
        });
        Self { address, asked }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}
