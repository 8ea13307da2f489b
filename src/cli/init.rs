use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::arguments::Init;
use super::check::counted;
use super::exit::{Done, Stop, Verdict};
use crate::text::Language;

static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/starter");
static SHOP: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/shop");

/// Where the packs of this checkout find the schema, seen from a pack's own folder; a new pack has it beside its files.
const SCHEMA_IN_CHECKOUT: &str = "$schema=../";

/// Writes a pack to start from.
pub(super) fn run(init: &Init) -> Done {
    let only = match &init.language {
        Some(code) => Some(Language::from_code(code).ok_or_else(|| {
            Stop::Usage(format!("`{code}` is no language of this bot; possible are zh, en, es and pt"))
        })?),
        None => None,
    };
    let folder = &init.folder;
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Stop::Usage(format!("`{}` is not empty, and nothing in it is overwritten", folder.display())));
    }
    let mut written = vec![(PathBuf::from("schema.json"), crate::load::schema())];
    collect(if init.shop { &SHOP } else { &STARTER }, only, &mut written);
    for (path, text) in &written {
        write(&folder.join(path), text)?;
        println!("{}", folder.join(path).display());
    }
    let shown = folder.display();
    eprintln!(
        "{} written. Next:\n  kefu chat {shown}     talk to it\n  kefu check {shown}    see what could be wrong\n  kefu test {shown}     run its dialogs",
        counted(written.len(), "file")
    );
    Ok(Verdict::Fine)
}

fn write(path: &Path, text: &str) -> Result<(), Stop> {
    let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
    parent
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Stop::Usage(format!("cannot write `{}`: {error}", path.display())))
}

/// The files of a pack as they are written: those of other languages left out, the schema found beside them.
fn collect(dir: &Dir<'_>, only: Option<Language>, written: &mut Vec<(PathBuf, String)>) {
    for file in dir.files() {
        let path = file.path();
        let is_other = only.is_some_and(|only| {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).and_then(Language::from_code);
            stem.is_some_and(|language| language != only)
        });
        // Why: labelled messages measure this shop's words; a new shop collects its own.
        if is_other || path.starts_with("suites") {
            continue;
        }
        let Some(text) = file.contents_utf8() else { continue };
        let text = text.replacen(SCHEMA_IN_CHECKOUT, "$schema=", 1);
        let text = match only {
            Some(only) => in_one_language(&text, only),
            None => text,
        };
        written.push((path.to_owned(), text));
    }
    for inner in dir.dirs() {
        collect(inner, only, written);
    }
}

/// The line that names the pack's languages, with one of them.
fn in_one_language(text: &str, only: Language) -> String {
    let line = |line: &str| {
        if line.starts_with("languages:") {
            format!("languages: {{default: {}}}", only.code())
        } else {
            line.to_owned()
        }
    };
    let mut lines: Vec<String> = text.lines().map(line).collect();
    lines.push(String::new());
    lines.join("\n")
}
