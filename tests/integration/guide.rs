//! Every sample of the guide is loaded, checked and run.

use std::path::Path;
use std::time::{Duration, SystemTime};

use kefu::testing::DialogTest;
use kefu::{Engine, Source, check_at};

/// The fenced blocks of a page with this head.
fn blocks(page: &str, head: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(block), None) => {
                block.push_str(line);
                block.push('\n');
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(found)) => open = Some(String::new()).filter(|_| found == head),
            (None, None) => {}
        }
    }
    blocks
}

#[test]
fn every_sample_loads_without_a_warning_and_does_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide");
    let mut pages: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    assert!(pages.len() >= 5, "{pages:?}");
    for path in pages {
        let page = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let sources: Vec<Source> =
            blocks(&page, "yaml").into_iter().map(|text| Source::new(name.as_str(), text)).collect();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_348_800);
        let warnings = check_at(&sources, now).unwrap_or_else(|error| panic!("{error}"));
        let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{}", told.join("\n\n"));
        let builder =
            sources.iter().fold(Engine::builder(), |builder, source| builder.source(source.name(), source.bytes()));
        let engine = builder.build().unwrap();
        let dialogs = blocks(&page, "yaml test");
        assert!(!dialogs.is_empty(), "{name} tests nothing");
        for dialog in dialogs {
            for test in DialogTest::read(name.as_str(), dialog).unwrap_or_else(|error| panic!("{error}")) {
                let report = test.run(&engine);
                assert!(report.passed() && report.checked() > 0, "{report}");
            }
        }
    }
}

#[test]
fn the_rule_samples_of_the_front_page_load() {
    let page = include_str!("../../README.md");
    let blocks = blocks(page, "yaml");
    assert!(!blocks.is_empty());
    for block in blocks {
        let loaded = Engine::builder().source("README.md", block.as_str()).build();
        assert!(loaded.is_ok(), "{}\n{block}", loaded.err().unwrap());
    }
}
