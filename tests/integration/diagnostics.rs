//! Every kind of mistake in rule files, with the text a person gets to read.
//!
//! `tests/diagnostics/*.yaml` hold one kind of mistake each; a line `#: name` begins another file of the same pack. What is
//! said about it is kept in `tests/diagnostics/snapshots`. Files `lint_*` are looked at as `kefu check` does, files `talk_*` are
//! dialog tests.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use kefu::testing::DialogTest;
use kefu::{Code, Diagnostic, Engine, LoadError, LoadErrorKind, Severity, Source, check_at};

/// The engine for some files, or everything said about them.
fn build(files: &[(&str, &str)]) -> Result<Engine, LoadError> {
    let builder = files.iter().fold(Engine::builder(), |builder, (name, text)| builder.source(*name, *text));
    builder.build()
}

fn codes(files: &[(&str, &str)]) -> Vec<String> {
    let said: Vec<Diagnostic> = match build(files) {
        Ok(engine) => engine.warnings().to_vec(),
        Err(error) => error.diagnostics().to_vec(),
    };
    said.iter().map(|each| each.code().to_string()).collect()
}

/// A case file as the files of a pack.
fn parts(name: &str, text: &str) -> Vec<(String, String)> {
    let mut parts = vec![(format!("{name}.yaml"), String::new())];
    for line in text.split_inclusive('\n') {
        if let Some(next) = line.strip_prefix("#: ") {
            parts.push((next.trim().to_owned(), String::new()));
        } else {
            parts.last_mut().unwrap().1.push_str(line);
        }
    }
    parts
}

/// What is said about a file of dialog tests.
fn told_of_tests(name: &str, text: impl Into<Vec<u8>>) -> String {
    match DialogTest::read(name, text) {
        Err(error) => error.to_string(),
        Ok(tests) => {
            let warnings = tests.iter().flat_map(DialogTest::warnings);
            warnings.map(|warning| format!("{warning}\n\n")).collect::<String>() + "it can be held"
        }
    }
}

/// Snapshots beside the cases.
fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../diagnostics/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// 2026-11-22, noon UTC.
const TODAY: u64 = 1_795_348_800;

#[test]
fn every_mistake_is_told_with_its_place() {
    let settings = settings();
    let mut files: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    assert!(files.len() > 50, "the cases are gone");
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name.starts_with("talk_") {
            let said = told_of_tests(&format!("{name}.yaml"), fs::read(&path).unwrap());
            settings.bind(|| insta::assert_snapshot!(name, said));
            continue;
        }
        let parts = parts(&name, &fs::read_to_string(&path).unwrap());
        let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let found = if name.starts_with("lint_") {
            let sources: Vec<Source> = parts.iter().map(|(name, text)| Source::new(*name, *text)).collect();
            check_at(&sources, SystemTime::UNIX_EPOCH + Duration::from_secs(TODAY))
        } else {
            build(&parts).map(|engine| engine.warnings().to_vec())
        };
        let said = match found {
            Err(error) => error.to_string(),
            Ok(warnings) => {
                let mut said = String::new();
                for warning in warnings {
                    write!(said, "{warning}\n\n").unwrap();
                }
                said + "it loads"
            }
        };
        settings.bind(|| insta::assert_snapshot!(name, said));
    }
}

/// Files that no editor would keep as they are.
#[test]
fn bytes_that_are_no_rules_are_told_with_their_place() {
    let large = [GOOD.as_bytes(), b"# ", &vec![b'x'; 10 * 1024 * 1024]].concat();
    let cases: [(&str, Vec<u8>); 3] = [
        ("bytes_not_utf8", [GOOD.as_bytes(), b"    note: caf\xE9\n"].concat()),
        ("bytes_utf16", GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("bytes_too_large", large),
    ];
    for (name, bytes) in cases {
        let rules = Engine::builder().source("bot.yaml", bytes.clone()).build().err().unwrap().to_string();
        let tests = told_of_tests("tests/bot.yaml", bytes);
        settings().bind(|| insta::assert_snapshot!(name, format!("{rules}\n\nas dialog tests:\n\n{tests}")));
    }
}

#[test]
#[allow(clippy::disallowed_methods)] // Why: how long it takes is what is tested.
fn what_would_stall_a_reader_is_refused_in_dialog_tests_too() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (letter, before) in ('b'..='i').zip('a'..) {
        bomb.push_str(&format!("{letter}: &{letter} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
    }
    let code = |text: &str| {
        let started = std::time::Instant::now();
        let error = DialogTest::read("t.yaml", text).err().unwrap();
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
        error.diagnostics()[0].code().to_string()
    };
    assert_eq!(code(&bomb), "K0105");
    for text in ["[", "{a: ", "- ", "? "] {
        assert_eq!(code(&text.repeat(100_000)), "K0107", "{text}");
    }
    assert_eq!(code("test: a\ntalk:\n\t- {user: hi}\n"), "K0102");
}

#[test]
fn dialog_tests_with_a_mark_and_windows_lines_are_fine() {
    let talk = "test: hours\ntalk:\n  - {user: opening hours, bot: {answers: hours}}\n";
    let windows = format!("\u{FEFF}{}", talk.replace('\n', "\r\n"));
    assert_eq!(told_of_tests("t.yaml", windows.as_str()), "it can be held");
    let engine = build(&[("bot.yaml", GOOD)]).unwrap();
    let tests = DialogTest::read("t.yaml", windows).unwrap();
    assert!(tests[0].run(&engine).passed());
    assert_eq!(tests[0].line(), 1);
}

#[test]
fn every_page_has_a_sample_that_shows_it_and_one_that_mends_it() {
    let bytes = ["K0103", "K0106"];
    for code in Code::all() {
        let name = code.to_string();
        let (Some(wrong), Some(right)) = (code.wrong(), code.right()) else {
            assert!(bytes.contains(&name.as_str()), "no sample of {code}");
            continue;
        };
        if name == "K0901" {
            assert!(told_of_tests("t.yaml", wrong).contains("[K0901]"));
            assert_eq!(told_of_tests("t.yaml", right), "it can be held");
            continue;
        }
        let told = |sample: &str| -> Vec<String> {
            let mut files = parts("bot", sample);
            if !sample.contains("languages:") {
                files.push(("languages.yaml".to_owned(), "languages: {default: en}".to_owned()));
            }
            let sources: Vec<Source> = files.iter().map(|(name, text)| Source::new(name, text.as_str())).collect();
            let found = match check_at(&sources, SystemTime::UNIX_EPOCH + Duration::from_secs(TODAY)) {
                Ok(warnings) => warnings,
                Err(error) => error.diagnostics().to_vec(),
            };
            let loud = found.iter().filter(|each| each.severity() == Severity::Error || each.code() == code);
            loud.map(|each| format!("{} {}", each.code(), each.message())).collect()
        };
        assert!(told(wrong).iter().any(|line| line.starts_with(&name)), "{code}: {:?}", told(wrong));
        assert!(told(right).is_empty(), "{code}: {:?}", told(right));
    }
}

#[test]
fn every_code_is_shown_by_a_snapshot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics/snapshots");
    let shown: String =
        fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    let missing: Vec<String> =
        Code::all().filter(|code| !shown.contains(&format!("[{code}]: "))).map(|code| code.to_string()).collect();
    assert!(missing.is_empty(), "no case in tests/diagnostics shows {missing:?}");
}

const GOOD: &str = "kefu: 1\nlanguages: {default: en}\nintents:\n  hours:\n    keywords: {en: [opening hours]}\n    say: {en: From nine.}\n";

#[test]
fn a_byte_order_mark_and_windows_lines_are_fine() {
    let windows = format!("\u{FEFF}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(codes(&[("bot.yaml", &windows)]), Vec::<String>::new());
    let wrong = windows.replace("keywords", "keyword");
    let error = build(&[("bot.yaml", &wrong)]).err().unwrap();
    let place = error.diagnostics()[0].place().unwrap();
    assert_eq!((place.line(), place.column(), place.source()), (5, 5, "    keyword: {en: [opening hours]}"));
}

#[test]
fn an_alias_bomb_is_refused_at_once() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (letter, before) in ('b'..='i').zip('a'..) {
        bomb.push_str(&format!("{letter}: &{letter} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
    }
    assert_eq!(codes(&[("bomb.yaml", &bomb)]), ["K0105"]);
}

#[test]
fn a_hundred_thousand_brackets_are_refused_at_once() {
    // Why: read as they stand, they would take minutes.
    for text in ["[", "{a: ", "- ", "? "] {
        assert_eq!(codes(&[("deep.yaml", &text.repeat(100_000))]), ["K0107"], "{text}");
    }
}

#[test]
fn a_file_of_ten_megabytes_is_refused() {
    let large = format!("{GOOD}# {}", "x".repeat(10 * 1024 * 1024));
    let error = build(&[("large.yaml", &large)]).err().unwrap();
    assert_eq!(error.diagnostics()[0].message(), "`large.yaml` has 10.0 MB, and a rule file may have 8 MB");
}

#[test]
fn folders_are_unreadable_empty_or_faulty() {
    let folder = std::env::temp_dir().join(format!("kefu-load-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let load = || Engine::from_dir(&folder).err().unwrap();
    assert_eq!(load().kind(), LoadErrorKind::Unreadable);
    assert!(load().to_string().ends_with("does not exist"), "{}", load());
    fs::create_dir_all(folder.join("tests")).unwrap();
    fs::write(folder.join("tests/dialog.yaml"), "test: no rules").unwrap();
    assert_eq!(load().kind(), LoadErrorKind::Empty);
    fs::write(folder.join("bot.yaml"), b"intents: {}\nfacts: {name: \xE9t\xE9}\n").unwrap();
    assert_eq!(load().kind(), LoadErrorKind::Faulty);
    let error = load();
    let place = error.diagnostics()[0].place().unwrap();
    assert_eq!((error.diagnostics()[0].code().to_string().as_str(), place.line(), place.column()), ("K0103", 2, 15));
    fs::write(folder.join("bot.yaml"), GOOD).unwrap();
    assert!(Engine::from_dir(&folder).is_ok());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn machines_get_every_field() {
    let error = build(&[("bot.yaml", &GOOD.replace("say", "sya"))]).err().unwrap();
    let json = serde_json::to_value(error.diagnostics()).unwrap();
    let first = &json[0];
    assert_eq!(first["code"], "K0201");
    assert_eq!(first["severity"], "error");
    assert_eq!(
        (first["line"].as_u64(), first["column"].as_u64(), first["end_column"].as_u64()),
        (Some(6), Some(5), Some(8))
    );
    assert_eq!(first["help"], "did you mean `say`?");
    assert!(first["related"].as_array().unwrap().is_empty());
}

#[test]
fn the_shop_pack_has_no_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/shop");
    let engine = Engine::from_dir(folder).unwrap_or_else(|error| panic!("{error}"));
    assert!(engine.warnings().iter().all(|warning| warning.severity() == Severity::Warning));
}

#[test]
fn the_revision_is_of_the_rules_and_not_of_the_files() {
    let revision = |files: &[(&str, &str)]| build(files).unwrap().revision().to_string();
    let split = [
        ("b.yaml", "intents: {hours: {say: {en: From nine.}}} # a comment\n"),
        ("a.yaml", "languages: {default: en}\nintents: {hours: {keywords: {en: [opening hours]}, note: for people}}\n"),
    ];
    assert_eq!(revision(&[("bot.yaml", GOOD)]), revision(&split));
    assert_ne!(revision(&[("bot.yaml", GOOD)]), revision(&[("bot.yaml", &GOOD.replace("nine", "ten"))]));
}

/// A pack with something of everything, to be broken in every way.
const EVERYTHING: &str = include_str!("../diagnostics/unknown_references.yaml");

proptest::proptest! {
    #![proptest_config(crate::chance::draws(40))]

    /// Whatever stands in a file, loading ends with an engine or with problems that have a place in it.
    #[test]
    fn a_broken_file_is_reported_and_never_a_panic(
        at in 0usize..1_000,
        length in 0usize..40,
        put in "[\\PC]{0,6}|[-\\[\\]{}:,#&*!|>'\"%@`? \n\t]{1,4}",
    ) {
        let signs: Vec<char> = EVERYTHING.chars().collect();
        let at = at.min(signs.len());
        let text: String = signs[..at].iter().copied().chain(put.chars()).chain(signs[(at + length).min(signs.len())..].iter().copied()).collect();
        if let Err(error) = build(&[("bot.yaml", &text)]) {
            proptest::prop_assert!(!error.diagnostics().is_empty());
            let lines = text.lines().count() + 1;
            for diagnostic in error.diagnostics() {
                let place = diagnostic.place().unwrap();
                proptest::prop_assert!(place.file() != "bot.yaml" || place.line() <= lines, "{}", diagnostic);
            }
        }
    }
}
