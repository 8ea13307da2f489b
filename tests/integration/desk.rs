//! What is on its way to the help desk, and what the operator forgets, over a process of its own.

use std::time::{Duration, Instant};

use kefu::server::{Tokens, TokensError};
use kefu::{Document, Key, SessionStore as _, SqliteStore, Version};
use serde_json::{Value as Json, json};

use crate::process::{CHANNEL, DESK, OPERATOR, Process, RULES, Shop, replies};
use crate::store::Folder;

#[allow(clippy::disallowed_methods)] // Why: a test measures.
fn started() -> Instant {
    Instant::now()
}

/// A process by these rules.
fn serving(folder: &Folder, rules: &str, arguments: &[&str]) -> Process {
    std::fs::create_dir_all(folder.file("rules")).unwrap();
    std::fs::write(folder.file("rules").join("bot.yaml"), rules).unwrap();
    Process::start(folder, arguments)
}

/// What waits for the desk, not taken.
fn news(service: &Process) -> Vec<Json> {
    let (status, news) = service.call("GET", "/v1/desk/news", DESK, "");
    assert_eq!(status, 200, "{news}");
    news["items"].as_array().unwrap().clone()
}

fn kinds(items: &[Json]) -> Vec<&str> {
    items.iter().filter_map(|item| item["effect"]["kind"].as_str()).collect()
}

#[test]
fn a_desk_that_hangs_does_not_stop_the_clock_nor_the_end() {
    let folder = Folder::new("hanging-desk");
    let desk = Shop::answering(None);
    let mut service = serving(&folder, &RULES.replace("remind: 10m", "remind: 2s"), &["--desk", &desk.address]);
    for number in 0..5 {
        let _ = service.said(&format!("h-{number}"), "human");
    }
    while desk.asked() == 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(service.said("c", "gift").last().unwrap(), "Which size?");
    let reminded = service.later("c", 8);
    assert_eq!(reminded.len(), 1, "the reminder came too late: {reminded:?}");
    let begun = started();
    assert!(service.stop(), "it did not end well");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_forgotten_customer_is_gone_from_what_is_on_its_way_too() {
    let folder = Folder::new("forgotten");
    let collecting = RULES.replace(
        "entities: {",
        "escalation: {reasons: {asked: {collect: reach}}}\nentities: {phone: {builtin: phone, private: keep_last_4}, ",
    );
    let collecting = format!(
        "{collecting}  reach: {{steps: [{{ask: phone, say: {{en: Which number?, zh: 电话？}}}}, {{end: resolved}}]}}\n"
    );
    let service = serving(&folder, &collecting, &[]);
    let told = |text: &str| service.event("c", &json!({"text": text, "of_customer": "ana", "id": text}));
    assert_eq!(told("human").0, 200);
    assert_eq!(told("13800138000").0, 200);
    assert_eq!(service.call("POST", "/v1/desk/conversations/c/accepted", DESK, "").0, 200);
    let words = json!({"text": "I call 13800138000 now."}).to_string();
    assert_eq!(service.call("POST", "/v1/desk/conversations/c/message", DESK, &words).0, 200);
    let (status, done) = service.call("DELETE", "/v1/customers/ana", OPERATOR, "");
    assert_eq!((status, &done["conversations"]), (200, &json!(1)), "{done}");
    let items = news(&service);
    assert_eq!(kinds(&items), ["handoff_withdrawn"], "{items:?}");
    let later = service.call("GET", "/v1/conversations/c/later", CHANNEL, "").1;
    assert_eq!(later["items"], json!([]));
    let taken = json!({"ids": [items[0]["id"]]}).to_string();
    assert_eq!(service.call("POST", "/v1/desk/conversations/c/taken", DESK, &taken).0, 200);
    // A late second delivery starts nothing; a new message does, under ids the desk has not seen.
    assert_eq!(told("human").1["replay"], true);
    let (_, again) = service.event("c", &json!({"text": "human", "of_customer": "ana", "id": "m-9"}));
    assert_eq!(again["replay"], false, "{again}");
    let opened = news(&service);
    assert_eq!(kinds(&opened), ["handoff_opened"], "{opened:?}");
    assert_ne!(opened[0]["effect"]["id"], items[0]["effect"]["id"]);
}

#[test]
fn every_update_reaches_the_desk() {
    let folder = Folder::new("updates");
    let service = Process::start(&folder, &[]);
    let _ = service.said("c", "human");
    // More lines than a handoff carries.
    for number in 0..24 {
        let _ = service.said("c", &format!("it is about order number {number}"));
    }
    for text in ["I will call my lawyer", "and the charger caught fire"] {
        let _ = service.said("c", text);
    }
    let items = news(&service);
    let updates: Vec<&Json> = items.iter().filter(|item| item["effect"]["kind"] == "handoff_updated").collect();
    let numbers: Vec<u64> = updates.iter().filter_map(|item| item["effect"]["update"].as_u64()).collect();
    assert_eq!(numbers, (1..=updates.len() as u64).collect::<Vec<_>>());
    let reasons = updates.last().unwrap()["effect"]["reasons"].to_string();
    assert!(reasons.contains("legal") && reasons.contains("safety"), "{reasons}");
}

#[test]
fn a_refusal_says_whose_fault_it_is_and_repeats_nothing() {
    let folder = Folder::new("refusals");
    let service = Process::start(&folder, &[]);
    let _ = service.said("c", "opening hours");
    for (event, expected) in [
        (json!({"rating": 9}), 422),
        (json!({"event": "no_such_event"}), 422),
        (json!({"customer": {"shoe_size": 44}}), 422),
    ] {
        let (status, answer) = service.event("c", &event);
        assert_eq!((status, answer["error"]["code"].as_str()), (expected, Some("does_not_fit")), "{event}: {answer}");
    }
    for (method, path, body, expected) in [
        ("POST", "/v1/desk/conversations/c/accepted", "", 409),
        ("POST", "/v1/desk/conversations/c/promoted", "", 404),
        ("POST", "/v1/desk/conversations/c/taken", "{\"ids\":\"secret\"}", 400),
        ("POST", "/v1/desk/conversations/c/taken", "secret", 400),
        ("GET", "/v1/desk/news?wait=secret", "", 400),
    ] {
        let (status, answer) = service.call(method, path, DESK, body);
        assert_eq!(status, expected, "{path}: {answer}");
        assert!(answer["error"]["code"].is_string() && !answer.to_string().contains("secret"), "{path}: {answer}");
    }
    let (status, answer) = service.call("GET", "/v1/conversations/c/later?wait=secret", CHANNEL, "");
    assert!(status == 400 && answer["error"]["code"] == "bad_request", "{answer}");
    // A session of a newer version is a newer node's to show, too.
    let newer = Document {
        text: "{\"format\":9}".to_owned(),
        deadline: None,
        expires: std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(9_000_000_000),
    };
    let store = SqliteStore::open(folder.file("s.db")).unwrap();
    store.save(Key::session("new"), &newer, Version::NEW, std::time::SystemTime::UNIX_EPOCH).unwrap();
    for (status, answer) in
        [service.call("GET", "/v1/conversations/new", OPERATOR, ""), service.event("new", &json!({"text": "hi"}))]
    {
        assert_eq!((status, answer["error"]["code"].as_str()), (503, Some("newer_session")), "{answer}");
    }
    let (_, answer) = service.event("new", &json!({"text": "营业时间"}));
    assert!(replies(&answer)[0].contains("抱歉"), "{answer}");
}

#[test]
fn a_token_is_one_clients_and_whole() {
    let refused = |text: &str| Tokens::read(text).unwrap_err();
    let twice = "channel 0123456789abcdef\n# a comment\noperator 0123456789abcdef";
    assert_eq!(refused(twice), TokensError::Twice { line: 3, first: 1 });
    assert_eq!(refused("desk 0123456789#abcdefgh"), TokensError::Comment { line: 1 });
    assert_eq!(refused("desk"), TokensError::Malformed { line: 1 });
    let tokens = Tokens::read("  # who may\n\ndesk\t0123456789abcdef  big  desk # since May\n").unwrap();
    assert_eq!(tokens.holder("0123456789abcdef"), Some((kefu::server::Role::Desk, "big desk")));
}
