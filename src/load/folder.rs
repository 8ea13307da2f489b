use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{LoadError, Source};

/// Folders of a pack that hold no rules.
const SKIPPED: [&str; 2] = ["tests", "suites"];

/// Every rule file (`.yaml`, `.yml`) of a folder and the folders in it, sorted by path; `tests/` and `suites/` are left out.
///
/// # Errors
/// If the folder does not exist, a file cannot be read, or there is no rule file.
pub(crate) fn read_dir(folder: &Path) -> Result<Vec<Source>, LoadError> {
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => {
            return Err(LoadError::unreadable(format!(
                "`{}` is a file; a rule pack is a folder of .yaml files",
                folder.display()
            )));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(LoadError::unreadable(format!("the folder `{}` does not exist", folder.display())));
        }
        Err(error) => return Err(unreadable(folder, &error)),
    }
    let mut files = Vec::new();
    collect(folder, &mut files, 0)?;
    files.sort();
    if files.is_empty() {
        return Err(LoadError::empty(format!("the folder `{}` holds no .yaml file", folder.display())));
    }
    files
        .iter()
        .map(|file| {
            let bytes = fs::read(file).map_err(|error| unreadable(file, &error))?;
            Ok(Source::new(file.to_string_lossy().replace('\\', "/"), bytes))
        })
        .collect()
}

/// Folders inside folders, at most; also what ends a circle of links.
const DEEPEST: usize = 16;

fn collect(folder: &Path, files: &mut Vec<PathBuf>, depth: usize) -> Result<(), LoadError> {
    if depth > DEEPEST {
        return Err(LoadError::unreadable(format!("`{}`: folders are nested too deeply", folder.display())));
    }
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Why: editors leave hidden copies (`.#bot.yaml`) beside the file.
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                collect(&path, files, depth + 1)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(path);
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> LoadError {
    let why = match error.kind() {
        ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        ErrorKind::NotFound => "it does not exist".to_owned(),
        _ => error.to_string(),
    };
    LoadError::unreadable(format!("cannot read `{}`: {why}", path.display()))
}
