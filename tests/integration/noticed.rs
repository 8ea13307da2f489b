//! How much of the shop pack is held: one keyword, step or branch is taken out, and `kefu check`, `kefu test` or
//! `kefu test --coverage --baseline` must say so. A measurement of minutes, not a test:
//!
//! `cargo build --release --features cli && KEFU=target/release/kefu KEFU_PLACES=300 cargo test --test integration noticed -- --ignored --nocapture`
//!
//! `KEFU_SEED` takes other places.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

/// Suites that were written to measure understanding: what they hold counts for coverage.
const SUITES: [&str; 4] = ["zh.tune.tsv", "en.tune.tsv", "es.tune.tsv", "pt.tune.tsv"];

/// A copy of the shop pack that may be spoilt, gone afterwards.
struct Copy {
    folder: PathBuf,
    kefu: PathBuf,
}

impl Copy {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("kefu-noticed-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        copy(Path::new(crate::shop::FOLDER), &folder.join("shop"));
        let kefu = std::env::var_os("KEFU").map_or_else(|| env!("CARGO_BIN_EXE_kefu").into(), PathBuf::from);
        Self { folder, kefu: fs::canonicalize(kefu).unwrap() }
    }

    fn kefu(&self, arguments: &[&str]) -> Json {
        let output = Command::new(&self.kefu).args(arguments).current_dir(&self.folder).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or(Json::Null)
    }

    /// Every diagnostic, without its place: lines move.
    fn told(&self) -> BTreeSet<String> {
        let document = self.kefu(&["check", "shop", "--format", "json"]);
        let diagnostics = document["diagnostics"].as_array().cloned().unwrap_or_default();
        diagnostics.iter().map(|each| format!("{} {} {}", each["code"], each["message"], each["source"])).collect()
    }

    fn tested(&self, more: &[&str]) -> Json {
        let suites: Vec<String> = SUITES.iter().map(|suite| format!("shop/suites/{suite}")).collect();
        let mut arguments = vec!["test", "shop", "--coverage", "--format", "json"];
        suites.iter().for_each(|suite| arguments.extend(["--suite", suite]));
        arguments.extend(more);
        self.kefu(&arguments)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn indentation(line: &str) -> usize {
    line.chars().take_while(|sign| *sign == ' ').count()
}

/// Where an entry of a flow list or map ends: before the comma or bracket that closes it.
fn end(signs: &[char], from: usize) -> usize {
    let (mut depth, mut quote): (u32, Option<char>) = (0, None);
    for (index, sign) in signs.iter().enumerate().skip(from) {
        if let Some(open) = quote {
            quote = Some(open).filter(|open| open != sign);
            continue;
        }
        match sign {
            '\'' | '"' => quote = Some(*sign),
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' if depth > 0 => depth -= 1,
            ',' | ']' | '}' if depth == 0 => return index,
            _ => {}
        }
    }
    signs.len()
}

/// The lines without those from `at` on that belong to it.
fn without_block(lines: &[&str], at: usize) -> String {
    let inner = |line: &&str| line.trim().is_empty() || indentation(line) > indentation(lines[at]);
    let count = lines[at + 1..].iter().take_while(|line| inner(line)).count();
    let kept = lines[..at].iter().chain(&lines[at + 1 + count..]);
    kept.copied().collect::<Vec<_>>().join("\n") + "\n"
}

/// The lines without the entry of a flow list or map that begins at a column.
fn without_entry(lines: &[&str], at: usize, column: usize) -> String {
    let signs: Vec<char> = lines[at].chars().collect();
    let end = end(&signs, column);
    let comma = usize::from(signs.get(end) == Some(&','));
    let line: String = signs[..column].iter().chain(&signs[(end + comma).min(signs.len())..]).collect();
    let line = line.replace(", ]", "]").replace(", }", "}");
    let kept = lines[..at].iter().copied().chain([line.as_str()]).chain(lines[at + 1..].iter().copied());
    kept.collect::<Vec<_>>().join("\n") + "\n"
}

/// The text without a rule; `None` where the rule cannot be told from what is around it.
fn without(text: &str, item: &Json) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let at = item["line"].as_u64()? as usize - 1;
    let column = item["column"].as_u64()? as usize - 1;
    let before: String = lines.get(at)?.chars().take(column).collect();
    let is_own_line = before.trim() == "-";
    if !matches!(item["kind"].as_str()?, "branch" | "error exit") {
        return Some(if is_own_line { without_block(&lines, at) } else { without_entry(&lines, at, column) });
    }
    // A branch is its key with all its steps; its place is its first step.
    if is_own_line {
        let key =
            at.checked_sub(1).filter(|key| lines[*key].trim_end().ends_with(':') && lines[*key].trim() != "steps:")?;
        return Some(without_block(&lines, key));
    }
    let list = before.trim_end().strip_suffix('[')?.trim_end().strip_suffix(':')?;
    let key = list.rfind(|sign: char| !sign.is_alphanumeric() && sign != '_').map_or(0, |found| found + 1);
    if list[..key].trim().is_empty() {
        return Some(without_block(&lines, at));
    }
    Some(without_entry(&lines, at, list[..key].chars().count()))
}

#[test]
#[ignore = "a measurement of minutes"]
#[allow(clippy::disallowed_methods)] // Why: how many and which, as asked for.
fn what_is_taken_out_is_noticed() {
    let asked = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<usize>().ok());
    let places = asked("KEFU_PLACES").unwrap_or(30);
    let copy = Copy::new();
    let before = copy.told();
    let whole = copy.tested(&[]);
    assert_eq!(whole["failed"], 0);
    fs::write(copy.folder.join("whole.json"), whole.to_string()).unwrap();
    let items = whole["coverage"]["items"].as_array().unwrap();
    let mut dice = asked("KEFU_SEED").unwrap_or(2026) as u64;
    let mut sum = (0, 0);
    for kinds in [&["keyword", "pattern"][..], &["step"], &["branch", "error exit"]] {
        let of_kind: Vec<&Json> = items.iter().filter(|item| kinds.contains(&item["kind"].as_str().unwrap())).collect();
        let mut open: Vec<usize> = (0..of_kind.len()).collect();
        let (mut tried, mut by) = (0, [0_usize; 4]);
        let mut silent = Vec::new();
        while tried < places / 3 && !open.is_empty() {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let item = of_kind[open.swap_remove((dice >> 33) as usize % open.len())];
            let file = copy.folder.join(item["file"].as_str().unwrap());
            let text = fs::read_to_string(&file).unwrap();
            let Some(shorter) = without(&text, item) else { continue };
            tried += 1;
            fs::write(&file, shorter).unwrap();
            // The quickest first: a tool that has noticed spares those after it.
            let noticed = if copy.told().difference(&before).next().is_some() {
                0
            } else if copy.kefu(&["test", "shop", "--format", "json"])["failed"] != 0 {
                1
            } else {
                let run = copy.tested(&["--baseline", "whole.json"]);
                if run["lost"].as_array().is_some_and(|lost| !lost.is_empty()) { 2 } else { 3 }
            };
            fs::write(&file, text).unwrap();
            by[noticed] += 1;
            if noticed == 3 {
                silent.push(format!("{}:{} {} {}", item["file"], item["line"], item["kind"], item["name"]));
            }
        }
        println!("{kinds:?}: {tried} of {} taken out", of_kind.len());
        println!("  by check {}, by test {}, by coverage {}, by nothing {}", by[0], by[1], by[2], by[3]);
        silent.iter().for_each(|place| println!("  {place}"));
        sum = (sum.0 + tried, sum.1 + by[3]);
    }
    println!("{} of {} noticed: {:.1} %", sum.0 - sum.1, sum.0, 100.0 * (sum.0 - sum.1) as f64 / sum.0 as f64);
}
