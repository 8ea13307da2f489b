//! The packs that `kefu init` writes: whole, without a warning, and their dialogs hold.

use std::path::{Path, PathBuf};
use std::process::Command;

use kefu::testing::{Coverage, DialogTest, Injector, Reach, RuleKind, prove};
use kefu::{Engine, Source, check_at};

const KEFU: &str = env!("CARGO_BIN_EXE_kefu");

/// A folder of its own for each test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kefu-init-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn init(folder: &Path, more: &[&str]) -> std::process::Output {
    Command::new(KEFU).arg("init").arg(folder).args(more).output().unwrap()
}

#[test]
fn a_new_pack_is_whole_in_every_choice_of_language() {
    for language in [None, Some("zh"), Some("en"), Some("es"), Some("pt")] {
        let folder = Folder::new(language.unwrap_or("all"));
        let more: Vec<&str> = language.map(|code| vec!["--language", code]).unwrap_or_default();
        let output = init(&folder.0, &more);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let sources = Source::from_dir(&folder.0).unwrap();
        let warnings = check_at(&sources, std::time::SystemTime::UNIX_EPOCH).unwrap_or_else(|error| panic!("{error}"));
        assert!(warnings.is_empty(), "{language:?}: {warnings:?}");
        let reports = prove(&folder.0).unwrap_or_else(|failures| panic!("{failures}"));
        assert_eq!(reports.len(), if language.is_some() { 4 } else { 16 });
        let engine = Engine::from_dir(&folder.0).unwrap();
        assert_eq!(engine.languages().len(), if language.is_some() { 1 } else { 4 });
    }
}

#[test]
fn a_new_pack_keeps_its_promises_and_tests_its_flow() {
    let folder = Folder::new("promises");
    assert!(init(&folder.0, &["--language", "en"]).status.success());
    let engine = Engine::from_dir(&folder.0).unwrap();
    let tests = DialogTest::from_dir(folder.0.join("tests")).unwrap();
    let injector = Injector::new(&engine);
    for test in &tests {
        let breach = injector.run(test).breaches().first().map(ToString::to_string);
        assert_eq!(breach, None);
    }
    let coverage = Coverage::measure(&Source::from_dir(&folder.0).unwrap(), &tests, &[]).unwrap();
    let missed =
        |kind| coverage.items().iter().filter(move |item| item.kind() == kind && item.reach() == Reach::Missed);
    assert_eq!(missed(RuleKind::Intent).count(), 0);
    // Only the way out when the shop's systems fail is left for the newcomer to test.
    let steps: Vec<&str> = missed(RuleKind::Step).map(kefu::testing::CoverageItem::name).collect();
    assert_eq!(steps, ["track_order: handoff backend"]);
}

#[test]
fn the_shop_pack_can_be_taken_along() {
    let folder = Folder::new("shop");
    let output = init(&folder.0, &["--shop"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let here = Source::from_dir(crate::shop::FOLDER).unwrap();
    assert_eq!(Source::from_dir(&folder.0).unwrap().len(), here.len());
    assert!(!folder.0.join("suites").exists());
}

#[test]
fn nothing_is_overwritten() {
    let folder = Folder::new("full");
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("bot.yaml"), "mine").unwrap();
    let output = init(&folder.0, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(folder.0.join("bot.yaml")).unwrap(), "mine");
}
