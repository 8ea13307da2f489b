//! The command line: `tests/cli/*.toml` are runs with what they must print; what needs a closer look stands here.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

use crate::shop::FOLDER;

const KEFU: &str = env!("CARGO_BIN_EXE_kefu");
const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/packs/tiny");

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(KEFU)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn objects(output: &Output) -> Vec<Json> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn chat(pack: &str, lines: &[&str]) -> Vec<Json> {
    let output = run(&["chat", pack, "--jsonl"], format!("{}\n", lines.join("\n")).as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let objects = objects(&output);
    assert_eq!(objects.len(), lines.len());
    objects
}

#[test]
fn runs_print_what_their_files_say() {
    trycmd::TestCases::new().register_bin("kefu", std::path::Path::new(KEFU)).case("tests/cli/*.toml");
}

#[test]
fn every_line_gives_one_object_with_the_same_keys() {
    let keys = [
        "format",
        "session",
        "replay",
        "replies",
        "intent",
        "requests",
        "confidence",
        "language",
        "waiting",
        "effects",
        "handoff",
        "rung",
        "records",
    ];
    let lines = [
        "hello",
        "",
        "   ",
        "[1, 2]",
        "12",
        "null",
        "\"quoted\"",
        "{broken",
        "{\"text\":\"where is my order\"}",
        "{\"text\":\"hi\",\"session\":\"b\",\"id\":\"m1\",\"channel\":\"sms\",\"public\":true,\"attachments\":[\"a.jpg\"]}",
        "{\"choice\":\"track_order\"}",
        "{\"rating\":5,\"session\":\"c\"}",
        "{\"tick\":true}",
        "{\"customer\":{\"level\":\"gold\"}}",
        "{\"attachments\":[\"photo.jpg\"]}",
        "{\"text\":\"转人工\",\"session\":\"d\",\"at\":\"2026-03-02T10:00:00+08:00\"}",
        "{\"host\":\"accepted\",\"session\":\"d\"}",
        "{\"host\":\"message\",\"text\":\"hello\",\"session\":\"d\"}",
        "{\"host\":\"released\",\"session\":\"d\"}",
    ];
    for (object, line) in chat(FOLDER, &lines).iter().zip(lines) {
        let mut expected = keys.to_vec();
        expected.sort_unstable();
        let mut found: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{line}");
        assert!(matches!(object["waiting"].as_str(), Some("customer" | "action" | "agent" | "closed")), "{line}");
    }
}

#[test]
fn what_cannot_be_done_is_an_error_and_the_program_goes_on() {
    let lines = [
        "{\"txet\":\"hi\"}",
        "{}",
        "{\"text\":5}",
        "{\"text\":\"a\",\"rating\":1}",
        "{\"rating\":9}",
        "{\"rating\":\"good\"}",
        "{\"host\":\"vanished\"}",
        "{\"host\":\"accepted\"}",
        "{\"text\":\"a\",\"at\":\"yesterday\"}",
        "{\"event\":\"no_such_event\"}",
        "{\"action_done\":{\"id\":\"nothing\",\"value\":{}}}",
        "{\"action_failed\":{}}",
        "{\"session\":7,\"text\":\"a\"}",
        "{\"attachments\":\"a.jpg\"}",
        "{\"customer\":\"gold\"}",
    ];
    for (object, line) in chat(FOLDER, &lines).iter().zip(lines) {
        assert_eq!(object["format"], 1, "{line}");
        assert_eq!(object["session"], "default", "{line}");
        assert!(object["error"].as_str().is_some_and(|error| !error.is_empty()), "{line}: {object}");
        assert_eq!(object.as_object().unwrap().len(), 3, "{line}");
    }
}

#[test]
fn bytes_that_are_no_text_are_replaced() {
    let output = run(&["chat", TINY, "--jsonl"], b"\xff\xfe\x00opening hours\nbook\r\nno end of line \xe4");
    assert!(output.status.success());
    assert_eq!(objects(&output).len(), 3);
}

#[test]
fn sessions_are_kept_apart_and_a_line_twice_is_a_replay() {
    let came = chat(
        TINY,
        &[
            "{\"session\":\"a\",\"text\":\"book\",\"id\":\"1\"}",
            "{\"session\":\"b\",\"text\":\"opening hours\"}",
            "{\"session\":\"a\",\"text\":\"book\",\"id\":\"1\"}",
        ],
    );
    assert_eq!(came[0]["replies"][0]["text"], "Which day?");
    assert_eq!(came[1]["intent"], "hours");
    assert_eq!(came[2]["replay"], true);
    assert_eq!(came[2]["replies"], came[0]["replies"]);
    let chip = &came[1]["replies"][0]["chips"][0];
    assert_eq!((chip["label"].as_str(), chip["value"].as_str()), (Some("Book a table"), Some("book")));
}

#[test]
fn without_answers_every_action_fails_at_once() {
    let came = chat(TINY, &["book", "Sunday"]);
    assert_eq!(came[1]["handoff"]["reason"], "backend");
    let kinds: Vec<&str> =
        came[1]["effects"].as_array().unwrap().iter().map(|effect| effect["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["action", "handoff_opened"]);
}

#[test]
fn an_action_that_the_file_does_not_name_waits() {
    let folder = std::env::temp_dir().join(format!("kefu-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("answers.yaml");
    std::fs::write(&file, "other.action: [{gives: {}}]\n").unwrap();
    let line = |second: u32, what: &str| format!("{{\"at\":\"1970-01-01T00:00:0{second}Z\",{what}}}\n");
    let done = "\"action_done\":{\"id\":\"default-2000\",\"value\":{\"table\":\"3\"}}";
    let output = run(
        &["chat", TINY, "--jsonl", "--actions", file.to_str().unwrap()],
        [line(1, "\"text\":\"book\""), line(2, "\"text\":\"Sunday\""), line(3, done)].concat().as_bytes(),
    );
    let came = objects(&output);
    assert_eq!(came[1]["waiting"], "action");
    assert_eq!(came[2]["replies"][0]["text"], "Table 3 is yours.");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn classify_gives_the_keys_of_the_manual() {
    let output = run(&["classify", FOLDER, "--jsonl"], "where is my order AB12345678\n退货\n\n".as_bytes());
    let came = objects(&output);
    assert_eq!(came.len(), 3);
    for object in &came {
        let keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
        for key in ["text", "intent", "confidence", "language", "requests", "candidates", "entities", "lexicons"] {
            assert!(keys.contains(&key), "{object}");
        }
    }
    assert_eq!(came[0]["intent"], "track_order");
    assert_eq!(came[2]["intent"], Json::Null);
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let mut child = Command::new(KEFU)
        .args(["classify", TINY])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all("hello\n".repeat(10_000).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn eval_gives_the_keys_of_the_manual_and_compares_runs() {
    let suite = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/suites/tiny.tsv");
    let output = run(&["eval", TINY, suite, "--format", "json"], b"");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("tiny.tsv:4: the row has no label after a tab"));
    let figures = &objects(&output)[0];
    for key in [
        "messages",
        "accuracy",
        "macro_f1",
        "in_scope_accuracy",
        "in_scope_accuracy_forced",
        "out_of_scope_recall",
        "sweep",
        "intents",
        "confusions",
        "calibration_error",
        "messages_per_second",
    ] {
        assert!(!figures[key].is_null(), "{key}: {figures}");
    }
    assert_eq!((figures["messages"].as_u64(), figures["out_of_scope_recall"].as_f64()), (Some(3), Some(1.0)));
    let file = std::env::temp_dir().join(format!("kefu-eval-{}.json", std::process::id()));
    std::fs::write(&file, &output.stdout).unwrap();
    let again = run(&["eval", TINY, suite, "--format", "json", "--baseline", file.to_str().unwrap()], b"");
    std::fs::remove_file(file).unwrap();
    let changed = &objects(&again)[0]["baseline"];
    assert_eq!((changed["same"].as_u64(), changed["broken"].as_u64()), (Some(3), Some(0)));
}

#[test]
fn tune_writes_a_pack_that_eval_reads() {
    let suite = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/suites/tiny.tsv");
    let folder = std::env::temp_dir().join(format!("kefu-tune-{}", std::process::id()));
    let pack = folder.to_str().unwrap();
    assert!(run(&["tune", pack, suite, "--write"], b"").status.success());
    let output = run(&["eval", pack, suite, "--format", "json"], b"");
    assert_eq!(objects(&output)[0]["in_scope_accuracy_forced"].as_f64(), Some(1.0));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn report_reads_what_chat_prints() {
    let chat = run(&["chat", TINY, "--jsonl"], b"opening hours\nbook\nqwerty\n");
    let file = std::env::temp_dir().join(format!("kefu-report-{}.jsonl", std::process::id()));
    std::fs::write(&file, &chat.stdout).unwrap();
    let output = run(&["report", file.to_str().unwrap(), "--format", "json"], b"");
    std::fs::remove_file(file).unwrap();
    let outline = &objects(&output)[0];
    assert_eq!((outline["format"].as_u64(), outline["conversations"].as_u64()), (Some(1), Some(1)), "{outline}");
    assert_eq!(outline["messages"].as_u64(), Some(3), "{outline}");
}
