use std::fmt;
use std::io::{self, BufRead};
use std::sync::Arc;

use serde::Deserialize;

use super::Sample;
use crate::diagnostic::did_you_mean_help;
use crate::text::Language;

/// Reads a suite row by row, so that a file of a million rows needs no more memory than its longest.
///
/// A row is `text<TAB>intent[<TAB>language[<TAB>handoff]]`, or a JSON object with these names. Empty rows are passed over,
/// and so is a first row that names the columns. What is no UTF-8 is replaced.
///
/// # Examples
/// ```
/// use kefu::eval::Suite;
///
/// let rows = "where is my parcel\ttrack_order\ten\n{\"text\": \"hola\", \"intent\": \"greet\"}\nno label here\n";
/// let mut suite = Suite::new("shop.tsv", rows.as_bytes());
/// assert_eq!(suite.next().unwrap().unwrap().text(), "where is my parcel");
/// assert_eq!(suite.next().unwrap().unwrap().expected().only(), Some("greet"));
/// assert_eq!(suite.next().unwrap().unwrap_err().to_string(), "shop.tsv:3: the row has no label after a tab");
/// assert!(suite.next().is_none());
/// ```
#[derive(Debug)]
pub struct Suite<R> {
    name: Arc<str>,
    rows: R,
    line: usize,
    bytes: Vec<u8>,
}

/// Why a row of a suite cannot be used, and where it stands.
#[derive(Debug)]
pub struct RowError {
    file: Arc<str>,
    line: usize,
    problem: RowProblem,
}

#[derive(Debug)]
enum RowProblem {
    NoLabel,
    NoText,
    Language(String),
    Json(String),
    Io(io::Error),
}

/// A row in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    text: String,
    intent: Option<String>,
    language: Option<String>,
    handoff: Option<String>,
}

impl<R: BufRead> Suite<R> {
    /// A suite in a file, which `name` calls in messages.
    pub fn new(name: impl Into<Arc<str>>, rows: R) -> Self {
        Self { name: name.into(), rows, line: 0, bytes: Vec::new() }
    }

    fn row(&mut self) -> Result<Option<Sample>, RowProblem> {
        loop {
            self.bytes.clear();
            if self.rows.read_until(b'\n', &mut self.bytes).map_err(RowProblem::Io)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            let row = String::from_utf8_lossy(&self.bytes);
            let row = row.trim_start_matches('\u{FEFF}').trim_end_matches(['\n', '\r']);
            let names_columns = self.line == 1 && row.starts_with("text\tintent");
            if !row.trim().is_empty() && !names_columns {
                return sample(row).map(|sample| Some(sample.standing_at(&self.name, self.line)));
            }
        }
    }
}

fn sample(row: &str) -> Result<Sample, RowProblem> {
    let (text, intent, language, handoff) = if row.starts_with('{') {
        let Row { text, intent, language, handoff } =
            serde_json::from_str(row).map_err(|error| RowProblem::Json(error.to_string()))?;
        (text, intent, language, handoff)
    } else {
        let mut fields = row.split('\t');
        let text = fields.next().unwrap_or_default().to_owned();
        let mut field = || fields.next().map(str::to_owned);
        (text, field(), field(), field())
    };
    let filled = |field: Option<String>| field.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    if text.trim().is_empty() {
        return Err(RowProblem::NoText);
    }
    let mut sample = Sample::new(text, &filled(intent).ok_or(RowProblem::NoLabel)?);
    if let Some(code) = filled(language) {
        let Some(language) = Language::from_code(&code) else { return Err(RowProblem::Language(code)) };
        sample = sample.in_language(language);
    }
    if let Some(reason) = filled(handoff) {
        sample = sample.handing_over(reason);
    }
    Ok(sample)
}

impl<R: BufRead> Iterator for Suite<R> {
    type Item = Result<Sample, RowError>;

    /// The next row. After a row that cannot be used the next one is read; after a failure to read there is none.
    fn next(&mut self) -> Option<Self::Item> {
        let row = self.row().transpose()?;
        Some(row.map_err(|problem| RowError { file: Arc::clone(&self.name), line: self.line, problem }))
    }
}

impl RowError {
    /// The failure to read the file, if the row itself is not at fault: nothing comes after it.
    pub fn io(&self) -> Option<&io::Error> {
        match &self.problem {
            RowProblem::Io(error) => Some(error),
            _ => None,
        }
    }

    /// The row, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        match &self.problem {
            RowProblem::NoLabel => f.write_str("the row has no label after a tab"),
            RowProblem::NoText => f.write_str("the row has a label, and no text before it"),
            RowProblem::Language(code) => {
                write!(f, "there is no language `{code}`")?;
                match did_you_mean_help(code, Language::ALL.iter().map(|language| language.code())) {
                    Some(help) => write!(f, "; {help}"),
                    None => f.write_str("; zh, en, es and pt are known"),
                }
            }
            RowProblem::Json(error) => write!(f, "the row is no JSON object of a suite: {error}"),
            RowProblem::Io(error) => write!(f, "cannot be read on: {error}"),
        }
    }
}

impl std::error::Error for RowError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_or_said_to_be_wrong() {
        for (row, expected) in [
            ("a\tb", Ok(("a", "b", None, None))),
            ("a\tb\ten", Ok(("a", "b", Some("en"), None))),
            ("a\tb\t\tasked\r\n", Ok(("a", "b", None, Some("asked")))),
            ("\u{FEFF}a\tb", Ok(("a", "b", None, None))),
            ("{\"text\": \"a\", \"intent\": \"b\", \"language\": \"zh\"}", Ok(("a", "b", Some("zh"), None))),
            ("a", Err("s:1: the row has no label after a tab")),
            ("a\t \ten", Err("s:1: the row has no label after a tab")),
            ("\tb", Err("s:1: the row has a label, and no text before it")),
            ("a\tb\tfr", Err("s:1: there is no language `fr`; zh, en, es and pt are known")),
        ] {
            let found = Suite::new("s", row.as_bytes()).next().unwrap();
            match (found, expected) {
                (Ok(sample), Ok((text, label, language, handoff))) => {
                    assert_eq!((sample.text(), sample.expected().label()), (text, label), "{row}");
                    assert_eq!((sample.language().map(Language::code), sample.handoff()), (language, handoff), "{row}");
                }
                (Err(error), Err(sentence)) => assert_eq!(error.to_string(), sentence, "{row}"),
                (found, _) => panic!("{row}: {found:?}"),
            }
        }
        assert!(Suite::new("s", &b"{\"text\": \"a\"}"[..]).next().unwrap().is_err());
        assert!(Suite::new("s", &b"{\"txet\": \"a\"}"[..]).next().unwrap().unwrap_err().to_string().contains("txet"));
    }

    #[test]
    fn a_row_of_column_names_and_empty_rows_are_passed_over() {
        let rows = "text\tintent\n\n  \na\tb\n";
        assert_eq!(Suite::new("s", rows.as_bytes()).count(), 1);
        assert_eq!(Suite::new("s", &b"\xff\tb"[..]).next().unwrap().unwrap().text(), "\u{FFFD}");
    }
}
