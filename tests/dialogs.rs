//! Runs the dialog tests of the shop pack, each as a test of its own: `cargo test --test dialogs return`.

use std::process::ExitCode;

use kefu::{Engine, testing::DialogTest};
use libtest_mimic::{Arguments, Failed, Trial};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/shop");

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let engine = match Engine::from_dir(PACK) {
        Ok(engine) => engine,
        Err(error) => return refuse(&error),
    };
    let tests = match DialogTest::from_dir(format!("{PACK}/tests")) {
        Ok(tests) => tests,
        Err(error) => return refuse(&error),
    };
    let trials = tests.into_iter().map(|test| {
        let engine = engine.clone();
        let file = test.file().rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
        Trial::test(format!("{file}: {}", test.name()), move || {
            let report = test.run(&engine);
            if report.passed() { Ok(()) } else { Err(Failed::from(report)) }
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn refuse(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}
