use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// A file of JSON objects, one a line, that is only ever appended to: the ledger, the audit log.
#[derive(Debug)]
pub(super) struct Lines {
    file: Option<Mutex<Tail>>,
}

/// The open end of a file.
#[derive(Debug)]
struct Tail {
    file: File,
    /// Whether the last line was cut short: the process was killed while it wrote, or the disk was full.
    is_torn: bool,
}

impl Lines {
    /// Lines at the end of a file, which is made if it is not there; without a file they are dropped.
    pub(super) fn open(path: Option<&Path>) -> io::Result<Self> {
        let open = |path| {
            let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
            let is_torn = ends_torn(&mut file)?;
            Ok::<_, io::Error>(Mutex::new(Tail { file, is_torn }))
        };
        Ok(Self { file: path.map(open).transpose()? })
    }

    pub(super) fn are_kept(&self) -> bool {
        self.file.is_some()
    }

    /// Appends a line for each object.
    ///
    /// # Errors
    /// If they could not all be written.
    pub(super) fn append<T: Serialize>(&self, objects: &[T]) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut lines = String::new();
        for object in objects {
            lines.push_str(&serde_json::to_string(object).map_err(io::Error::from)?);
            lines.push('\n');
        }
        if lines.is_empty() {
            return Ok(());
        }
        let mut tail = file.lock().unwrap_or_else(PoisonError::into_inner);
        if tail.is_torn {
            lines.insert(0, '\n');
        }
        // Why: one write, so that lines of two turns, or of two processes, do not run into each other.
        let written = tail.file.write_all(lines.as_bytes());
        tail.is_torn = written.is_err();
        written
    }
}

fn ends_torn(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
