//! The house keeps its shape: a room names only rooms above it, and its borders to other crates hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the top down.
const ROOMS: [&str; 19] = [
    "text",
    "diagnostic",
    "rules",
    "expression",
    "matching",
    "entities",
    "classify",
    "session",
    "reply",
    "escalation",
    "dialog",
    "load",
    "check",
    "engine",
    "testing",
    "eval",
    "store",
    "server",
    "cli",
];

/// Crates that one room keeps to itself.
const KEPT: [(&str, &str); 4] =
    [("minijinja", "expression"), ("serde_yaml", "load"), ("clap", "cli"), ("indicatif", "cli")];

/// Longest file, in lines.
const LONGEST: usize = 600;

struct File {
    path: PathBuf,
    room: String,
    code: String,
    lines: usize,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
                let inner = path.strip_prefix(&root).unwrap();
                let first = inner.components().next().unwrap().as_os_str().to_string_lossy();
                let text = fs::read_to_string(&path).unwrap();
                let code = text.lines().map(without_comment).collect::<Vec<_>>().join("\n");
                files.push(File {
                    room: first.trim_end_matches(".rs").to_owned(),
                    code,
                    lines: text.lines().count(),
                    path: inner.to_owned(),
                });
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

/// Whether the file is a module of its folder for tests alone.
fn is_test(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_string_lossy();
    let folder = fs::read_to_string(path.with_file_name("mod.rs")).unwrap_or_default();
    folder.contains(&format!("#[cfg(test)]\nmod {name};"))
}

/// Why: documentation may name any room.
fn without_comment(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// The first names behind each `crate::`, groups in braces included.
fn named(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (index, _) in code.match_indices("crate::") {
        let rest = &code[index + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0_usize;
            let mut item = String::new();
            for sign in group.chars() {
                match sign {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => names.extend(first_name(&std::mem::take(&mut item))),
                    _ if depth == 0 => item.push(sign),
                    _ => {}
                }
            }
            names.extend(first_name(&item));
        } else {
            names.extend(first_name(rest));
        }
    }
    names
}

fn first_name(path: &str) -> Option<String> {
    let name: String = path.trim_start().chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The room behind a name at the root: a room, or what lib.rs lets out of one.
fn room_of(name: &str) -> String {
    if ROOMS.contains(&name) {
        return name.to_owned();
    }
    let root = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let code = root.lines().map(without_comment).collect::<Vec<_>>().join(" ");
    let from = code.split("pub use ").skip(1).find(|export| {
        let names = export.split(';').next().unwrap_or_default();
        names.split(|sign: char| !sign.is_alphanumeric() && sign != '_').skip(1).any(|known| known == name)
    });
    from.and_then(first_name).unwrap_or_else(|| panic!("`crate::{name}` is neither a room nor let out by lib.rs"))
}

#[test]
fn a_room_names_only_rooms_above_it() {
    let rank = |room: &str| ROOMS.iter().position(|known| *known == room).unwrap_or(ROOMS.len());
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| ROOMS.contains(&file.room.as_str())) {
        for name in named(&file.code) {
            let room = room_of(&name);
            if rank(&room) > rank(&file.room) {
                wrong.push(format!("{}: {} must not know {room} (`crate::{name}`)", file.path.display(), file.room));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn super_stays_inside_the_room() {
    let mut wrong = Vec::new();
    for file in files() {
        let depth = file.path.components().count();
        let is_mod = file.path.ends_with("mod.rs");
        // Why: `room/file.rs` may go up once and stays in `room`, `room/mod.rs` not at all; a `mod tests` adds one.
        let allowed = depth.saturating_sub(if is_mod { 2 } else { 1 });
        let body = file.code.split("#[cfg(test)]").next().unwrap_or_default();
        let longest = (1..8).rev().find(|count| body.contains(&"super::".repeat(*count))).unwrap_or(0);
        if longest > allowed {
            wrong.push(format!("{}: `super::` {longest} times leaves the room", file.path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_a_room() {
    let known = |room: &str| ROOMS.contains(&room) || matches!(room, "lib" | "main");
    let strange: Vec<String> =
        files().iter().filter(|file| !known(&file.room)).map(|file| file.path.display().to_string()).collect();
    assert!(strange.is_empty(), "not in the list of rooms: {strange:?}");
}

#[test]
fn other_crates_stay_in_their_room() {
    let mut wrong = Vec::new();
    for file in files() {
        for (name, room) in KEPT {
            if file.room != room && file.code.contains(&format!("{name}::")) {
                wrong.push(format!("{}: only {room} names {name}", file.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn clocks_and_files_stay_outside_the_core() {
    let allowed = |file: &File, what: &str| match what {
        "std::fs" | "fs::read" => matches!(file.room.as_str(), "load" | "cli" | "server" | "store"),
        _ => matches!(file.room.as_str(), "cli" | "server"),
    };
    let mut wrong = Vec::new();
    for file in files() {
        for what in [
            "SystemTime::now",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "std::fs",
            "fs::read",
            "std::env",
            "println!",
        ] {
            let body = file.code.split("#[cfg(test)]").next().unwrap_or_default();
            if body.contains(what) && !allowed(&file, what) {
                wrong.push(format!("{}: `{what}`", file.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = files()
        .iter()
        .filter(|file| file.lines > LONGEST)
        .map(|file| format!("{}: {} lines", file.path.display(), file.lines))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
