use std::fmt;

/// What came of a dialog test.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a report says whether the test passed"]
pub struct Report {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) checked: usize,
    pub(super) failure: Option<Failure>,
}

impl Report {
    /// What the test is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file it stands in.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line it begins at, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Whether every expectation held.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }

    /// How many expectations were looked at.
    pub fn checked(&self) -> usize {
        self.checked
    }

    /// The first line where something else came; what follows it is not run.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            None => write!(f, "{}:{}: {}: passed", self.file, self.line, self.name),
            Some(failure) => write!(f, "{}:{}: {}\n{failure}", self.file, failure.line, self.name),
        }
    }
}

/// The line of a dialog test at which it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub(super) line: usize,
    pub(super) what: String,
    pub(super) mismatches: Vec<Mismatch>,
    pub(super) said: Vec<String>,
    pub(super) taken_by: String,
    pub(super) trace: Vec<String>,
}

impl Failure {
    /// The line in the file, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What happened in that line, such as `user: 我想退货`.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Each expectation that did not hold.
    pub fn mismatches(&self) -> &[Mismatch] {
        &self.mismatches
    }

    /// What the bot said.
    pub fn said(&self) -> &[String] {
        &self.said
    }

    /// Which rung of the turn order took the event, and what it was understood as.
    pub fn taken_by(&self) -> &str {
        &self.taken_by
    }

    /// Why: the rungs that passed, if the engine was built with tracing on, and what spoke for what in the message.
    pub fn trace(&self) -> &[String] {
        &self.trace
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}", self.what)?;
        for mismatch in &self.mismatches {
            writeln!(f, "    {}", mismatch.key)?;
            writeln!(f, "      expected  {}", mismatch.expected)?;
            // Why: what was said stands below, in whole.
            if !mismatch.came.is_empty() {
                writeln!(f, "      came      {}", mismatch.came)?;
            }
        }
        for (index, text) in self.said.iter().enumerate() {
            let lead = if index == 0 { "the bot said" } else { "            " };
            writeln!(f, "    {lead}  “{}”", text.replace('\n', "\n                   "))?;
        }
        if self.said.is_empty() {
            writeln!(f, "    the bot said nothing")?;
        }
        write!(f, "    taken by      {}", self.taken_by)?;
        for (index, line) in self.trace.iter().enumerate() {
            let lead = if index == 0 { "trace       " } else { "            " };
            write!(f, "\n    {lead}  {line}")?;
        }
        Ok(())
    }
}

/// One expectation that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    pub(super) key: String,
    pub(super) expected: String,
    pub(super) came: String,
}

impl Mismatch {
    /// The key of the expectation, such as `asks`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the test wants.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What came instead; empty for `says`, as [`Failure::said`] has it.
    pub fn came(&self) -> &str {
        &self.came
    }
}
