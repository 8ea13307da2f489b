use std::fmt;

use super::{Injection, Promise};

/// A promise that was not kept when something was put into a dialog test.
#[derive(Clone, Debug)]
pub struct Breach {
    pub(super) test: String,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) injection: Injection,
    pub(super) promise: Promise,
    pub(super) came: String,
    pub(super) dialog: String,
}

impl Breach {
    /// The test it was put into.
    pub fn test(&self) -> &str {
        &self.test
    }

    /// The file of that test.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line behind which it was put, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What was put in.
    pub fn injection(&self) -> Injection {
        self.injection
    }

    /// What was not kept.
    pub fn promise(&self) -> Promise {
        self.promise
    }

    /// What came instead.
    pub fn came(&self) -> &str {
        &self.came
    }

    /// The shortest dialog that shows it, as a dialog test that fails until it is mended.
    pub fn dialog(&self) -> &str {
        &self.dialog
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}: {}, with {}", self.file, self.line, self.test, self.injection)?;
        writeln!(f, "  promised      {}", self.promise)?;
        writeln!(f, "  came          {}", self.came)?;
        writeln!(f, "  the shortest dialog that shows it:")?;
        for line in self.dialog.lines() {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}
