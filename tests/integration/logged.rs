//! What the running service writes down: the log, the audit log, the ledger. Who did what is in it; what customers said and
//! what is private is not.

use serde_json::{Value as Json, json};

use crate::process::{CHANNEL, DESK, OPERATOR, Process, Shop, call};
use crate::store::Folder;

/// Things no log may hold.
const PRIVATE: [&str; 7] = [
    "4111 1111 1111 1111",
    "4111111111111111",
    "13800138000",
    "ana@example.com",
    "marmalade",
    CHANNEL,
    "a-wrong-token-0123456789",
];

/// Puts private things wherever a request has room for them.
fn everything_private(service: &Process) {
    let path = |chat: &str| format!("/v1/conversations/{chat}/events");
    let said =
        |chat: &str, event: &Json| call(service.address, ("POST", &path(chat)), CHANNEL, &event.to_string()).unwrap().0;
    let text = "marmalade, my card is 4111 1111 1111 1111, phone 13800138000, ana@example.com";
    assert_eq!(said("chat-7", &json!({"text": text, "id": "4111111111111111"})), 200);
    assert_eq!(said("13800138000", &json!({"text": "human", "of_customer": "ana@example.com"})), 200);
    assert_eq!(said("13800138000", &json!({"text": text})), 200);
    // In a flow that asks the shop.
    for text in ["gift", "small", "yes"] {
        assert_eq!(said("ana@example.com", &json!({"text": text})), 200);
    }
    // What is wrong about a request is told to whoever sent it, and to nobody else.
    assert_eq!(said("c", &json!({"marmalade 4111111111111111": 1})), 400);
    assert_eq!(said("c", &json!({"event": "marmalade"})), 422);
    assert_eq!(said("c", &json!({"text": "hi", "of_customer": ["13800138000"]})), 400);
    let broken = format!("{{\"text\": \"{text}");
    assert_eq!(call(service.address, ("POST", &path("c")), CHANNEL, &broken).unwrap().0, 400);
    assert_eq!(call(service.address, ("POST", &path("c")), "a-wrong-token-0123456789", "{}").unwrap().0, 401);
    assert_eq!(call(service.address, ("GET", "/v1/13800138000?ana@example.com"), CHANNEL, "").unwrap().0, 404);
    // The desk.
    assert_eq!(call(service.address, ("GET", "/v1/desk/news"), DESK, "").unwrap().0, 200);
    let accepted = "/v1/desk/conversations/13800138000/accepted";
    assert_eq!(call(service.address, ("POST", accepted), DESK, "").unwrap().0, 200);
    let message = json!({"text": text}).to_string();
    let answer = "/v1/desk/conversations/13800138000/message";
    assert_eq!(call(service.address, ("POST", answer), DESK, &message).unwrap().0, 200);
    assert_eq!(call(service.address, ("GET", "/v1/desk/news"), CHANNEL, "").unwrap().0, 403);
    assert_eq!(call(service.address, ("DELETE", "/v1/customers/ana@example.com"), OPERATOR, "").unwrap().0, 200);
}

#[test]
fn the_log_tells_requests_and_turns_and_nothing_private() {
    for format in ["json", "text"] {
        let folder = Folder::new(&format!("log-{format}"));
        let shop = Shop::answering(Some(std::time::Duration::ZERO));
        let arguments = ["--log", format, "--log-level", "trace", "--work", &shop.address];
        let service = Process::start(&folder, &arguments);
        everything_private(&service);
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let log = service.log();
        for private in PRIVATE {
            assert!(!log.contains(private), "`{private}` is in the log:\n{log}");
        }
        assert!(log.contains("/v1/conversations/{id}/events") && log.contains("chat-7"), "{log}");
        if format == "json" {
            let lines: Vec<Json> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            let spans = |line: &Json, name: &str| {
                let spans = line["spans"].as_array().cloned().unwrap_or_default();
                spans.into_iter().find(|span| span["name"] == name)
            };
            let turn = lines.iter().find(|line| line["message"] == "turn").unwrap_or_else(|| panic!("{log}"));
            assert_eq!(spans(turn, "turn").unwrap()["event"], "message", "{turn}");
            assert_eq!(spans(turn, "request").unwrap()["who"], "webshop", "{turn}");
            assert!(spans(turn, "turn").unwrap()["rung"].is_string(), "{turn}");
        }
    }
}

#[test]
fn the_audit_log_tells_who_read_or_changed_what() {
    let folder = Folder::new("audit");
    let file = folder.file("audit.jsonl");
    let start = || Process::start(&folder, &["--audit", file.to_str().unwrap()]);
    let mut service = start();
    everything_private(&service);
    let log = std::fs::read_to_string(&file).unwrap();
    for private in PRIVATE {
        assert!(!log.contains(private), "`{private}` is in the audit log:\n{log}");
    }
    let lines: Vec<Json> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = |who: &str, what: &str| {
        let found = lines.iter().find(|line| line["who"] == who && line["what"] == what);
        found.unwrap_or_else(|| panic!("no `{what}` by `{who}`:\n{log}")).clone()
    };
    let event = line("webshop", "POST /v1/conversations/{id}/events");
    assert_eq!(
        (&event["role"], &event["does"], &event["of"], &event["status"]),
        (&json!("channel"), &json!("change"), &json!(["chat-7"]), &json!(200))
    );
    assert!(event["at"].as_str().unwrap().ends_with('Z'));
    // The desk read a handoff of a conversation whose id is a phone number: found by the hash of it.
    let veiled = "sha256:a6942f9771d67f34";
    let news = line("desk", "GET /v1/desk/news");
    assert_eq!((&news["does"], &news["of"]), (&json!("read"), &json!([veiled])), "{news}");
    let accepted = line("desk", "POST /v1/desk/conversations/{id}/{what}");
    assert_eq!(accepted["of"], news["of"]);
    assert_eq!(line("webshop", "GET /v1/desk/news")["status"], 403);
    assert_eq!(line("operator", "DELETE /v1/customers/{id}")["does"], "change");
    // Nothing of a token that nobody has: that would be a file anyone may fill.
    assert_eq!(lines.iter().filter(|line| line["status"] == 401).count(), 0);
    // After a kill in the middle of a line the next one begins anew.
    service.kill();
    std::fs::write(&file, format!("{log}{{\"format\":1,\"at\":")).unwrap();
    let service = start();
    let _ = service.said("c", "opening hours");
    let after = std::fs::read_to_string(&file).unwrap();
    let last: Json = serde_json::from_str(after.lines().last().unwrap()).unwrap();
    assert_eq!(last["of"], json!(["c"]));
}

#[test]
fn a_ledger_that_was_cut_short_goes_on_with_whole_lines() {
    let folder = Folder::new("torn");
    let file = folder.file("ledger.jsonl");
    std::fs::write(&file, "{\"format\":1,\"at\":\"20").unwrap();
    let service = Process::start(&folder, &["--ledger", file.to_str().unwrap()]);
    let _ = service.said("c", "opening hours");
    let lines = std::fs::read_to_string(&file).unwrap();
    let whole: Vec<Json> = lines.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(whole.iter().any(|line| line["event"] == "message"), "{lines}");
}
