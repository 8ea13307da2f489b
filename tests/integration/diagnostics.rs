//! Every kind of mistake in rule files, with the text a person gets to read.
//!
//! `tests/diagnostics/*.yaml` hold one kind of mistake each; a line `#: name` begins another file of the same pack. What is
//! said about it is kept in `tests/diagnostics/snapshots`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use kefu::{Diagnostic, Engine, LoadError, LoadErrorKind, Severity, Source, check_at};

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

/// 2026-11-22, noon UTC.
const TODAY: u64 = 1_795_348_800;

#[test]
fn every_mistake_is_told_with_its_place() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../diagnostics/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut files: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    assert!(files.len() > 50, "the cases are gone");
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
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
