//! Runs dialog tests, each as a test of its own: those of the shop pack, and those of small packs under `tests/talks` that
//! show one thing each. `cargo test --test dialogs return` runs those with that word in their name.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kefu::{Engine, testing::DialogTest};
use libtest_mimic::{Arguments, Failed, Trial};

const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/shop");
const TALKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/talks");

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let all = packs().and_then(|packs| {
        let trials: Result<Vec<_>, _> = packs.iter().map(|pack| trials(pack)).collect();
        Ok(trials?.into_iter().flatten().collect())
    });
    match all {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Every folder of rules that has dialog tests.
fn packs() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut packs = vec![PathBuf::from(SHOP)];
    for entry in std::fs::read_dir(TALKS)? {
        let folder = entry?.path();
        if folder.join("tests").is_dir() {
            packs.push(folder);
        }
    }
    packs.sort();
    Ok(packs)
}

fn trials(pack: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    let engine = Engine::from_dir(pack).map_err(|error| format!("{}: {error}", pack.display()))?;
    let tests = DialogTest::from_dir(pack.join("tests")).map_err(|error| format!("{}: {error}", pack.display()))?;
    let trial = |test: DialogTest| {
        let engine = engine.clone();
        let file = test.file().rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
        Trial::test(format!("{file}: {}", test.name()), move || {
            let report = test.run(&engine);
            if report.passed() { Ok(()) } else { Err(Failed::from(report)) }
        })
    };
    Ok(tests.into_iter().map(trial).collect())
}
