//! The service over real sockets: what each role may do, and what happens when it is treated badly.

mod connections;
mod reload;
mod served;
mod work;

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::process::{CHANNEL, DESK, OPERATOR, replies};
use served::{Served, clock};

#[test]
fn a_customer_asks_and_is_answered_once() {
    let service = Served::start(|_| {});
    let event = json!({"text": "opening hours", "id": "m-1", "channel": "web", "of_customer": "ana"});
    let (status, first) = service.event("chat%201", &event);
    assert_eq!((status, replies(&first)), (200, vec!["From 9 to 21.".to_owned()]));
    let (_, again) = service.event("chat%201", &event);
    assert_eq!((again["replay"].as_bool(), replies(&again)), (Some(true), replies(&first)));
    assert_eq!(service.request("GET", "/health", "", "").1["status"], "ok");
}

#[test]
fn a_handoff_reaches_the_desk_and_the_agents_words_the_customer() {
    let service = Served::start(|_| {});
    assert!(!service.said("c", "human").is_empty());
    let (_, news) = service.request("GET", "/v1/desk/news?wait=5", DESK, "");
    let item = &news["items"][0];
    assert_eq!(
        (item["to"].as_str(), item["effect"]["kind"].as_str()),
        (Some("desk"), Some("handoff_opened")),
        "{news}"
    );
    // Leased: nobody else gets it, until it is said to have arrived and is gone.
    assert_eq!(service.request("GET", "/v1/desk/news", DESK, "").1["items"], json!([]));
    let ids = json!({"ids": [item["id"]]}).to_string();
    assert_eq!(service.request("POST", "/v1/desk/conversations/c/taken", DESK, &ids).0, 200);
    assert_eq!(service.request("POST", "/v1/desk/conversations/c/accepted", DESK, "").0, 200);
    let (status, twice) = service.request("POST", "/v1/desk/conversations/c/accepted", DESK, "");
    assert_eq!((status, twice["error"]["code"].as_str()), (409, Some("does_not_fit")));
    assert_eq!(service.said("c", "are you there?"), Vec::<String>::new());
    let words = service.request("GET", "/v1/desk/news", DESK, "").1;
    assert_eq!(words["items"][0]["effect"]["kind"], "to_agent", "{words}");
    let message = json!({"text": "Hello, Ana here.", "id": "a-1"}).to_string();
    for _ in 0..2 {
        assert_eq!(service.request("POST", "/v1/desk/conversations/c/message", DESK, &message).0, 200);
    }
    let (_, later) = service.request("GET", "/v1/conversations/c/later?wait=5", CHANNEL, "");
    let texts: Vec<&str> = later["items"].as_array().unwrap().iter().filter_map(|item| item["text"].as_str()).collect();
    assert_eq!(texts, ["Hello, Ana here."]);
    assert_eq!(service.request("POST", "/v1/desk/conversations/c/released", DESK, "").0, 200);
    assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
}

#[test]
fn what_channels_never_fetch_does_not_stand_before_a_handoff() {
    // More conversations than the desk looks at in one round.
    const UNREAD: usize = 120;
    let service = Served::start(|settings| settings.rate = 100_000);
    let take_all = || {
        let mut seen = Vec::new();
        loop {
            let (_, news) = service.request("GET", "/v1/desk/news", DESK, "");
            let items = news["items"].as_array().unwrap().clone();
            if items.is_empty() {
                return seen;
            }
            for item in items {
                let chat = item["conversation"].as_str().unwrap().to_owned();
                let ids = json!({"ids": [item["id"]]}).to_string();
                assert_eq!(service.request("POST", &format!("/v1/desk/conversations/{chat}/taken"), DESK, &ids).0, 200);
                seen.push(chat);
            }
        }
    };
    for number in 0..UNREAD {
        let _ = service.said(&format!("c{number}"), "human");
        assert_eq!(service.request("POST", &format!("/v1/desk/conversations/c{number}/accepted"), DESK, "").0, 200);
        let words = json!({"text": "Hello."}).to_string();
        assert_eq!(service.request("POST", &format!("/v1/desk/conversations/c{number}/message"), DESK, &words).0, 200);
    }
    assert_eq!(take_all().len(), UNREAD);
    let _ = service.said("late", "human");
    assert_eq!(take_all(), ["late"]);
    // And what the channels did not fetch is still theirs.
    let unread = service.request("GET", "/v1/conversations/c0/later", CHANNEL, "").1;
    assert_eq!(unread["items"][0]["text"], "Hello.");
}

#[test]
fn news_wakes_who_waits() {
    let service = Served::start(|_| {});
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| service.request("GET", "/v1/desk/news?wait=20", DESK, ""));
        std::thread::sleep(Duration::from_millis(200));
        let _ = service.said("c", "human");
        assert_eq!(waiting.join().unwrap().1["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn nobody_does_what_their_token_does_not_allow() {
    let service = Served::start(|_| {});
    let paths = [
        ("POST", "/v1/conversations/c/events", CHANNEL),
        ("GET", "/v1/conversations/c/later", CHANNEL),
        ("GET", "/v1/desk/news", DESK),
        ("POST", "/v1/desk/conversations/c/accepted", DESK),
        ("POST", "/v1/work/c-1/done", OPERATOR),
        ("GET", "/v1/metrics", OPERATOR),
        ("POST", "/v1/reload", OPERATOR),
        ("GET", "/v1/rules", OPERATOR),
        ("POST", "/v1/explain", OPERATOR),
        ("GET", "/v1/flows/gift", OPERATOR),
        ("GET", "/v1/conversations/c", OPERATOR),
        ("DELETE", "/v1/customers/ana", OPERATOR),
    ];
    for (method, path, owner) in paths {
        for token in ["", "wrong", CHANNEL, DESK] {
            if token == owner {
                continue;
            }
            let (status, body) = service.request(method, path, token, "{\"text\":\"hi\"}");
            let expected = if token == CHANNEL || token == DESK { 403 } else { 401 };
            assert_eq!(status, expected, "{method} {path} {body}");
        }
        let (status, body) = service.request(method, path, OPERATOR, "{\"text\":\"opening hours\"}");
        assert!(status == 200 || status == 409, "{method} {path} {status} {body}");
    }
}

#[test]
fn a_bad_request_is_told_what_is_wrong_and_changes_nothing() {
    let service = Served::start(|_| {});
    let long = "x".repeat(201);
    for (chat, body, told) in [
        ("c", "", "no JSON"),
        ("c", "{\"text\":", "no JSON"),
        ("c", "[1]", "JSON object"),
        ("c", "{\"text\":\"hi\",\"secret\":1}", "unknown key `secret`"),
        ("c", "{\"text\":\"hi\",\"choice\":1}", "only one"),
        ("c", "{\"host\":\"accepted\"}", "not a channel's"),
        ("c", "{\"text\":\"hi\",\"of_customer\":7}", "of_customer"),
        (&long, "{\"text\":\"hi\"}", "an id has"),
        ("%00", "{\"text\":\"hi\"}", "an id has"),
    ] {
        let (status, answer) = service.request("POST", &format!("/v1/conversations/{chat}/events"), CHANNEL, body);
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(status == 400 && message.contains(told), "{body}: {status} {answer}");
    }
    let huge = format!("{{\"text\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(service.request("POST", "/v1/conversations/c/events", CHANNEL, &huge).0, 413);
    assert_eq!(service.request("GET", "/v1/nothing", CHANNEL, "").1["error"]["code"], "unknown_path");
    for what in ["action_done", "action_failed"] {
        let (status, answer) = service.event("c", &json!({what: {"id": "none"}}));
        assert_eq!((status, answer["error"]["code"].as_str()), (400, Some("bad_request")), "{answer}");
    }
    assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
}

#[test]
fn the_operator_sees_figures_reloads_and_forgets() {
    let service = Served::start(|_| {});
    let _ = service.event("c", &json!({"text": "human", "of_customer": "ana"}));
    let metrics = service.request("GET", "/v1/metrics", OPERATOR, "").1;
    assert!(metrics.as_str().unwrap().contains("kefu_handoffs_total{reason=\"asked\"} 1"), "{metrics}");
    assert!(service.request("POST", "/v1/reload", OPERATOR, "").1["revision"].is_string());
    assert_eq!(service.request("DELETE", "/v1/customers/ana", OPERATOR, "").1["conversations"], 1);
    assert_eq!(service.request("DELETE", "/v1/customers/ana", OPERATOR, "").1["conversations"], 0);
}

#[test]
fn the_operator_sees_why_a_message_is_understood_and_where_a_conversation_stands() {
    let service = Served::start(|_| {});
    let _ = service.said("c", "gift for my phone 13800138000");
    let seen = service.request("GET", "/v1/conversations/c", OPERATOR, "").1;
    assert_eq!(seen["flows"], json!([{"flow": "gift", "step": "size"}]), "{seen}");
    assert_eq!((seen["owner"].as_str(), seen["language"].as_str()), (Some("bot"), Some("en")));
    assert!(!seen.to_string().contains("13800138000"), "{seen}");
    assert_eq!(service.request("GET", "/v1/conversations/nobody", OPERATOR, "").0, 404);

    let text = json!({"text": "a gift, no human"}).to_string();
    let why = service.request("POST", "/v1/explain", OPERATOR, &text).1;
    let first = &why["requests"][0]["candidates"][0];
    assert_eq!((first["intent"].as_str(), &first["evidence"][0]["span"]), (Some("gift"), &json!([2, 6])), "{why}");
    for bad in ["", "{}", "{\"text\":1}", "{\"text\":\"a\",\"more\":1}"] {
        assert_eq!(service.request("POST", "/v1/explain", OPERATOR, bad).0, 400, "{bad}");
    }
}

#[test]
fn a_flow_is_told_step_by_step_with_what_leads_where() {
    let service = Served::start(|_| {});
    let flow = service.request("GET", "/v1/flows/gift", OPERATOR, "").1;
    let told: Vec<String> = flow["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let branch = step["branch"].as_str().map_or_else(String::new, |name| format!("{name}: "));
            let back = if step["returns"] == true { " ↩" } else { "" };
            format!(
                "{}{branch}{}{back}",
                "  ".repeat(step["depth"].as_u64().unwrap() as usize),
                step["title"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "ask size",
            "  else: handoff slot_failed",
            "confirm",
            "  else: end cancelled",
            "call gift.send",
            "  sold_out: say",
            "  end unresolved",
            "  other: say",
            "  end unresolved",
            "say",
            "end resolved"
        ]
    );
    assert_eq!(service.request("GET", "/v1/flows/nothing", OPERATOR, "").0, 404);
}

#[test]
fn the_playground_is_there_when_asked_for_and_loads_nothing_from_elsewhere() {
    let without = Served::start(|_| {});
    assert_eq!(without.request("GET", "/playground/", "", "").0, 404);
    let service = Served::start(|settings| settings.playground = true);
    let (status, page) = service.request("GET", "/", "", "");
    let page = page.as_str().unwrap();
    assert!(status == 200 && page.contains("<title>kefu"), "{page}");
    let mut files = vec![page.to_owned()];
    let is_file = |part: &&str| part.rsplit_once('.').is_some_and(|(_, kind)| matches!(kind, "css" | "js"));
    for name in page.split('"').filter(is_file) {
        let (status, file) = service.request("GET", &format!("/playground/{name}"), "", "");
        assert_eq!(status, 200, "{name}");
        files.push(file.as_str().unwrap().to_owned());
    }
    assert!(files.len() >= 4);
    for file in files {
        let elsewhere = file.replace("http://www.w3.org/2000/svg", "");
        assert!(!elsewhere.contains("http:") && !elsewhere.contains("https://") && !elsewhere.contains("style="));
    }
    assert_eq!(service.request("GET", "/playground/service.rs", "", "").0, 404);
}

#[test]
fn every_route_is_in_the_document_for_clients() {
    let service = Served::start(|_| {});
    let document = service.request("GET", "/openapi.json", "", "").1;
    let paths: Vec<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let routes = include_str!("../../../src/server/service.rs");
    let mut known = 0;
    for line in routes.lines().filter_map(|line| line.trim().strip_prefix(".route(\"")) {
        let path = line.split('"').next().unwrap();
        assert!(paths.contains(&path), "{path}");
        known += 1;
    }
    assert_eq!(known, paths.len());
}

#[test]
fn messages_sent_right_after_one_another_are_one_turn_and_each_is_known() {
    let service = Served::start(|settings| settings.join = Some(Duration::from_millis(300)));
    let event = |number: usize, text: &str| json!({"text": text, "id": format!("m-{number}"), "channel": "web"});
    let texts = ["hi", "I would like a gift", "a small one"];
    let answers: Vec<Json> = std::thread::scope(|scope| {
        let sent: Vec<_> = texts
            .into_iter()
            .enumerate()
            .map(|(number, text)| {
                let sending = scope.spawn({
                    let service = &service;
                    move || service.event("c", &event(number, text)).1
                });
                std::thread::sleep(Duration::from_millis(60));
                sending
            })
            .collect();
        sent.into_iter().map(|sending| sending.join().unwrap()).collect()
    });
    let replays: Vec<bool> = answers.iter().map(|answer| answer["replay"].as_bool().unwrap()).collect();
    assert_eq!(replays, [true, true, false], "{answers:?}");
    assert_eq!(replies(&answers[2]).last().unwrap(), "Send a small one?");
    let joined = answers[2]["records"].as_array().unwrap().iter().find(|record| record["event"] == "joined").unwrap();
    assert_eq!(joined["messages"], 3);
    // A second delivery of any of them, alone, is no second turn; one that has not been seen is a turn.
    for (number, text) in texts.into_iter().enumerate() {
        assert_eq!(service.event("c", &event(number, text)).1["replay"], true);
    }
    let begun = clock();
    let (_, answer) = service.event("c", &event(9, "yes"));
    assert_eq!(answer["replay"], false);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    // What is no message, or has no id, waits for nothing.
    let begun = clock();
    let _ = service.event("d", &json!({"text": "opening hours"}));
    let _ = service.event("d", &json!({"rating": 5}));
    assert!(begun.elapsed() < Duration::from_millis(290), "{:?}", begun.elapsed());
}
