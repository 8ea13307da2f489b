use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::dialog::Record;

/// The records of all turns, appended to a file, one JSON object a line: what `kefu report` reads.
#[derive(Debug)]
pub(super) struct Ledger {
    file: Option<Mutex<File>>,
}

impl Ledger {
    pub(super) fn open(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { file: file.map(Mutex::new) })
    }

    /// Appends records; whether they could be written.
    pub(super) fn append(&self, records: &[Record]) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut lines = String::new();
        for record in records {
            lines.push_str(&serde_json::to_string(record).map_err(io::Error::from)?);
            lines.push('\n');
        }
        // Why: one write, so that lines of two turns, or of two processes, do not run into each other.
        file.lock().unwrap_or_else(PoisonError::into_inner).write_all(lines.as_bytes())
    }
}
