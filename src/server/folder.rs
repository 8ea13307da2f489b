use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// The deepest a pack's folders are looked into; a link to a folder above must not lead round for ever.
const DEEPEST: usize = 8;

/// A sign that changes when a file of rules in a folder is saved, added, renamed or taken away. Files are not opened.
pub(super) fn stamp(folder: &Path) -> u64 {
    let mut files = Vec::new();
    gather(folder, DEEPEST, &mut files);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let about = std::fs::metadata(&file).ok();
        (&file, about.as_ref().map(std::fs::Metadata::len)).hash(&mut hasher);
        about.and_then(|about| about.modified().ok()).hash(&mut hasher);
    }
    hasher.finish()
}

fn gather(folder: &Path, deep: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if deep > 0 {
                gather(&path, deep - 1, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(path);
        }
    }
}
