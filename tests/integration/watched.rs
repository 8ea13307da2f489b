//! Rules that are saved while the service runs: taken when they are right, told about when they are not.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::process::{CHANNEL, OPERATOR, Process, RULES, replies};
use crate::store::Folder;

#[allow(clippy::disallowed_methods)] // Why: a test waits.
fn started() -> Instant {
    Instant::now()
}

/// Looks again and again until it is so.
fn soon(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let begun = started();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
    begun.elapsed()
}

fn rules(service: &Process) -> Json {
    service.call("GET", "/v1/rules", OPERATOR, "").1
}

#[test]
fn saved_rules_are_taken_faulty_ones_refused_and_conversations_go_on() {
    let folder = Folder::new("watched");
    let service = Process::start(&folder, &["--store", "memory", "--log", "json"]);
    let file = folder.file("rules/bot.yaml");
    let first = rules(&service);
    assert_eq!(first["refused"], Json::Null);
    assert_eq!(service.said("flow", "gift"), ["Which size?"]);

    // A slip: what is wrong is told with its place, and the old rules answer.
    std::fs::write(&file, RULES.replace("From 9 to 21.", "From 10 to 20.").replace("flow: gift}", "flow: gfit}"))
        .unwrap();
    soon("the rules are refused", || rules(&service)["refused"].is_object());
    let refused = rules(&service);
    let found = &refused["refused"]["diagnostics"][0];
    assert!(found["code"].is_string() && found["line"].is_u64(), "{refused}");
    assert!(refused["refused"].to_string().contains("gfit"), "{refused}");
    assert_eq!(refused["revision"], first["revision"]);
    assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
    let asked = service.call("POST", "/v1/reload", OPERATOR, "");
    assert_eq!((asked.0, &asked.1["error"]["diagnostics"][0]["code"]), (422, &found["code"]));
    assert!(service.log().contains("the rules were refused"), "{}", service.log());
    let told = service.call("GET", "/v1/rules", CHANNEL, "");
    assert_eq!(told.0, 403);

    // Mended: taken, and a conversation in the middle of a flow goes on.
    std::fs::write(&file, RULES.replace("From 9 to 21.", "From 10 to 20.")).unwrap();
    let took = soon("the rules are taken", || service.said("c", "opening hours") == ["From 10 to 20."]);
    eprintln!("taken after {took:?}");
    let now = rules(&service);
    assert!(now["refused"].is_null() && now["revision"] != first["revision"], "{now}");
    let (_, answer) = service.event("flow", &json!({"text": "small"}));
    assert_eq!(replies(&answer), ["Send a small one?"]);
    assert_eq!(answer["records"][0]["revision"], now["revision"]);

    // Another file, in a folder of its own.
    std::fs::create_dir(folder.file("rules/more")).unwrap();
    let more = "intents: {parking: {keywords: {en: [where can i park]}, say: {en: Behind the shop.}}}";
    std::fs::write(folder.file("rules/more/parking.yaml"), more).unwrap();
    soon("the new file is read", || service.said("c", "where can i park") == ["Behind the shop."]);

    // The folder is put in another's place, as when a release is unpacked and swapped in.
    std::fs::create_dir(folder.file("next")).unwrap();
    std::fs::write(folder.file("next/bot.yaml"), RULES.replace("From 9 to 21.", "Around the clock.")).unwrap();
    std::fs::rename(folder.file("rules"), folder.file("before")).unwrap();
    std::fs::rename(folder.file("next"), folder.file("rules")).unwrap();
    soon("the new folder is read", || service.said("c", "opening hours") == ["Around the clock."]);
}

#[test]
fn without_the_watch_rules_change_when_the_operator_asks() {
    let folder = Folder::new("unwatched");
    let service = Process::start(&folder, &["--store", "memory", "--no-watch"]);
    std::fs::write(folder.file("rules/bot.yaml"), RULES.replace("From 9 to 21.", "From 10 to 20.")).unwrap();
    std::thread::sleep(Duration::from_millis(800));
    assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
    assert_eq!(service.call("POST", "/v1/reload", OPERATOR, "").0, 200);
    assert_eq!(service.said("c", "opening hours"), ["From 10 to 20."]);
}
