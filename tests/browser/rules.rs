use std::fs;
use std::path::{Path, PathBuf};

/// The shop's rules in a folder of the test's own, with a desk that never closes: tests run at any hour.
pub(crate) fn always_open(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/shop"), &folder);
    let file = folder.join("escalation.yaml");
    let rules = fs::read_to_string(&file).unwrap();
    let open = rules.replace("mon-sun: ['09:00-21:00']", "mon-sun: ['00:00-24:00']");
    assert_ne!(rules, open, "the hours stand elsewhere");
    fs::write(file, open).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}
