use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::arguments::{Test, TestFormat};
use super::check::counted;
use super::exit::{Done, Stop, Verdict};
use super::{coverage, crew, junit, open};
use crate::diagnostic::Diagnostic;
use crate::engine::Engine;
use crate::testing::{Breach, Coverage, DialogTest, Injected, Injector, Lost, Report, updated};

/// The dialog tests of a pack.
pub(super) fn run(test: &Test) -> Done {
    let engine = open::engine(&test.pack, open::Explained::Yes)?;
    let mut tests = Vec::new();
    if test.files.is_empty() {
        let folder = test.pack.join("tests");
        if !folder.is_dir() {
            return Err(Stop::Usage(format!("`{}` has no folder `tests`", test.pack.display())));
        }
        tests.extend(read(&folder)?);
    }
    for file in &test.files {
        tests.extend(read(file)?);
    }
    let all = tests.len();
    if let Some(part) = &test.filter {
        tests.retain(|each| each.name().contains(part) || format!("{}:{}", each.file(), each.line()).contains(part));
        if tests.is_empty() {
            return Err(Stop::Usage(format!("none of the {all} tests has `{part}` in its name")));
        }
    }
    if tests.is_empty() {
        eprintln!("there are no dialog tests in `{}`", test.pack.display());
        return Ok(Verdict::Found);
    }
    for warning in tests.iter().flat_map(DialogTest::warnings) {
        eprintln!("{warning}\n");
    }
    if test.update {
        return update(&tests, &engine);
    }
    let bar = bar(tests.len());
    let injector = test.inject.then(|| Injector::new(&engine));
    let results = crew::each(&tests, |each| {
        let report = each.run(&engine);
        // Why: repairs put into a dialog that fails by itself say nothing new.
        let injected = injector.as_ref().filter(|_| report.passed()).map(|injector| injector.run(each));
        bar.inc(1);
        (report, injected)
    });
    bar.finish_and_clear();
    let (reports, injected): (Vec<Report>, Vec<Option<Injected>>) = results.into_iter().unzip();
    let breaches: Vec<&Breach> = injected.iter().flatten().flat_map(Injected::breaches).collect();
    let coverage = if test.coverage { Some(coverage::measure(test, &tests)?) } else { None };
    let lost = match (&test.baseline, &coverage) {
        (Some(file), Some(coverage)) => coverage::lost(file, coverage)?,
        _ => Vec::new(),
    };
    let covered = coverage.as_ref().map(|coverage| (coverage, lost.as_slice()));
    print(test.format, &reports, &breaches, covered, tests.iter().flat_map(DialogTest::warnings))?;
    let failed = reports.iter().filter(|report| !report.passed()).count();
    eprintln!("{}: {} passed, {failed} failed", counted(reports.len(), "dialog test"), reports.len() - failed);
    if test.inject {
        let tried: usize = injected.iter().flatten().map(Injected::tried).sum();
        eprintln!("{}: {}", counted(tried, "injected repair"), counted(breaches.len(), "broken promise"));
    }
    if test.baseline.is_some() {
        eprintln!("{} reached before and not now", counted(lost.len(), "rule"));
    }
    Ok(if failed == 0 && breaches.is_empty() && lost.is_empty() { Verdict::Fine } else { Verdict::Found })
}

/// Writes what the bot did into the files.
fn update(tests: &[DialogTest], engine: &Engine) -> Done {
    let files = updated(tests, engine);
    for (file, text) in &files {
        fs::write(file, text).map_err(|error| Stop::Usage(format!("cannot write `{file}`: {error}")))?;
        println!("{file}");
    }
    eprintln!("{} changed", counted(files.len(), "file"));
    Ok(Verdict::Fine)
}

fn read(path: &Path) -> Result<Vec<DialogTest>, Stop> {
    let tests = if path.is_dir() {
        DialogTest::from_dir(path)
    } else {
        DialogTest::read(path.to_string_lossy(), open::read(path)?)
    };
    tests.map_err(|error| {
        if error.diagnostics().is_empty() { Stop::Usage(error.to_string()) } else { Stop::Faulty(error.to_string()) }
    })
}

/// A bar on a terminal, nothing anywhere else.
fn bar(count: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} dialog tests");
    ProgressBar::new(count as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn print<'d>(
    format: TestFormat,
    reports: &[Report],
    breaches: &[&Breach],
    covered: Option<(&Coverage, &[Lost])>,
    warnings: impl Iterator<Item = &'d Diagnostic>,
) -> Result<(), Stop> {
    let mut output = io::stdout().lock();
    match format {
        TestFormat::Text => {
            for report in reports.iter().filter(|report| !report.passed()) {
                writeln!(output, "{report}\n")?;
            }
            for breach in breaches {
                writeln!(output, "{breach}")?;
            }
            if let Some((coverage, lost)) = covered {
                coverage::table(&mut output, coverage)?;
                for each in lost {
                    writeln!(output, "{each}")?;
                }
            }
        }
        TestFormat::Json => {
            let failed = reports.iter().filter(|report| !report.passed()).count();
            let document = json!({
                "format": 1, "tests": reports.len(), "passed": reports.len() - failed, "failed": failed,
                "results": reports.iter().map(object).collect::<Vec<_>>(),
                "injected": breaches.iter().map(|breach| broken(breach)).collect::<Vec<_>>(),
                "coverage": covered.map(|(coverage, _)| coverage.record()),
                "lost": covered.map(|(_, lost)| lost.iter().map(ToString::to_string).collect::<Vec<_>>()),
                "warnings": warnings.collect::<Vec<_>>(),
            });
            writeln!(output, "{document}")?;
        }
        TestFormat::Html => match covered {
            Some((coverage, _)) => writeln!(output, "{}", coverage.page())?,
            None => return Err(Stop::Usage("`--format html` shows what `--coverage` finds; give both".to_owned())),
        },
        TestFormat::Junit => write!(output, "{}", junit::document(reports, breaches))?,
    }
    Ok(output.flush()?)
}

fn broken(breach: &Breach) -> serde_json::Value {
    json!({
        "test": breach.test(), "file": breach.file(), "line": breach.line(), "injection": breach.injection().as_str(),
        "promise": breach.promise().as_str(), "came": breach.came(), "dialog": breach.dialog(),
    })
}

fn object(report: &Report) -> serde_json::Value {
    let failure = report.failure().map(|failure| {
        json!({
            "line": failure.line(),
            "what": failure.what(),
            "mismatches": failure.mismatches().iter().map(|mismatch| json!({
                "key": mismatch.key(), "expected": mismatch.expected(), "came": mismatch.came(),
            })).collect::<Vec<_>>(),
            "said": failure.said(),
            "taken_by": failure.taken_by(),
            "trace": failure.trace(),
        })
    });
    json!({
        "test": report.name(), "file": report.file(), "line": report.line(), "passed": report.passed(),
        "checked": report.checked(), "failure": failure,
    })
}
