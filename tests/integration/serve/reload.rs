//! Rules that are loaded anew while the service runs.

use std::sync::Arc;

use kefu::{Engine, MemoryStore};
use serde_json::Value as Json;

use super::served::{RULES, Served};
use crate::process::OPERATOR;

#[test]
fn rules_are_loaded_when_a_file_was_saved_and_their_errors_are_told_until_they_are_mended() {
    let folder = tempfolder("reload");
    let file = folder.join("bot.yaml");
    std::fs::write(&file, RULES).unwrap();
    let load = folder.clone();
    let loads = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&loads);
    let service = Served::with(
        Arc::new(MemoryStore::new(10)),
        // Why not watched: the test counts how often they are read.
        |settings| settings.watch = false,
        |service| {
            service.reloading_from(&folder, move || {
                counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                Engine::from_dir(&load)
            })
        },
    );
    let reload = || service.request("POST", "/v1/reload?if=changed", OPERATOR, "");
    assert_eq!((reload().0, loads.load(std::sync::atomic::Ordering::Relaxed)), (200, 0), "nothing was saved");
    std::fs::write(&file, RULES.replace("keywords: {en: [opening", "keywrods: {en: [all our opening")).unwrap();
    for _ in 0..2 {
        let (status, refused) = reload();
        let problem = &refused["error"]["diagnostics"][0];
        assert_eq!((status, problem["line"].as_u64()), (422, Some(7)), "{refused}");
        assert!(problem["file"].as_str().unwrap().ends_with("bot.yaml"), "{refused}");
        assert!(problem["help"].as_str().unwrap().contains("keywords"));
    }
    assert_eq!(loads.load(std::sync::atomic::Ordering::Relaxed), 1, "faulty rules are read once");
    let state = service.request("GET", "/v1/rules", OPERATOR, "").1;
    assert_eq!(state["refused"]["diagnostics"][0]["code"], "K0201", "{state}");
    assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
    std::fs::write(&file, RULES.replace("From 9 to 21.", "Always and every day.")).unwrap();
    assert_eq!(reload().0, 200);
    assert_eq!(service.said("c", "your opening hours"), ["Always and every day."]);
    assert_eq!(service.request("GET", "/v1/rules", OPERATOR, "").1["refused"], Json::Null);
    assert_eq!(service.request("POST", "/v1/reload?if=maybe", OPERATOR, "").0, 400);
}

/// An empty folder of this test.
fn tempfolder(name: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn of_reloads_at_the_same_moment_the_last_one_read_is_answered_by() {
    const RELOADS: usize = 40;
    let hours = |number: usize| RULES.replace("From 9 to 21.", &format!("From {number} to 21."));
    let engines: Vec<Engine> =
        (0..8).map(|number| Engine::builder().source("bot.yaml", hours(number)).build().unwrap()).collect();
    let (read, rules) = (Arc::new(std::sync::atomic::AtomicUsize::new(0)), engines.clone());
    let counted = Arc::clone(&read);
    let service = Served::with(
        Arc::new(MemoryStore::new(10)),
        |settings| settings.rate = u32::MAX,
        |service| {
            service.reloading(move || {
                let number = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                Ok(rules[number % rules.len()].clone())
            })
        },
    );
    for round in 1..=RELOADS {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(service.request("POST", "/v1/reload", OPERATOR, "").0, 200));
            }
        });
        assert_eq!(read.load(std::sync::atomic::Ordering::SeqCst), round * 4);
        let last = &engines[(round * 4 - 1) % engines.len()];
        assert_eq!(service.request("GET", "/v1/rules", OPERATOR, "").1["revision"], last.revision().to_string());
    }
}

#[test]
fn who_asks_what_is_wrong_with_the_rules_waits_for_no_reload() {
    let (begun, told) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let (begun, gone) = (std::sync::Mutex::new(begun), std::sync::Mutex::new(gone));
    let service = Served::with(
        Arc::new(MemoryStore::new(10)),
        |_| {},
        |service| {
            service.reloading(move || {
                begun.lock().unwrap().send(()).unwrap();
                gone.lock().unwrap().recv().unwrap();
                Engine::builder().source("bot.yaml", RULES).build()
            })
        },
    );
    std::thread::scope(|scope| {
        let reload = scope.spawn(|| service.request("POST", "/v1/reload", OPERATOR, "").0);
        told.recv().unwrap();
        for _ in 0..8 {
            assert_eq!(service.request("GET", "/v1/rules", OPERATOR, "").0, 200);
        }
        assert_eq!(service.said("c", "opening hours"), ["From 9 to 21."]);
        go.send(()).unwrap();
        assert_eq!(reload.join().unwrap(), 200);
    });
}
