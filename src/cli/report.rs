use std::fs::File;
use std::io::{self, BufReader, Write};

use serde_json::{Value as Json, json};

use super::arguments::{EvalFormat, Report};
use super::check::counted;
use super::exit::{Done, Stop, Verdict};
use super::lines::next_line;
use crate::dialog::Record;
use crate::eval::Ledger;

/// What came of conversations.
pub(super) fn run(report: &Report) -> Done {
    let mut ledger = Ledger::default();
    let (mut records, mut strange) = (0, 0);
    for log in &report.logs {
        let cannot = |error: io::Error| Stop::Usage(format!("cannot read `{}`: {error}", log.display()));
        let mut input = BufReader::new(File::open(log).map_err(cannot)?);
        while let Some(line) = next_line(&mut input).map_err(cannot)? {
            if line.trim().is_empty() {
                continue;
            }
            match read(&line) {
                Some(found) => {
                    records += found.len();
                    found.iter().for_each(|record| ledger.count(record));
                }
                None => strange += 1,
            }
        }
    }
    if strange > 0 {
        eprintln!("{} left out: neither a record nor an answer of `kefu chat --jsonl`", counted(strange, "line"));
    }
    if records == 0 {
        return Err(Stop::Usage("there is no record to report on".to_owned()));
    }
    let outline = ledger.outline();
    let mut output = io::stdout().lock();
    match report.format {
        EvalFormat::Text => write!(output, "{outline}")?,
        EvalFormat::Html => output.write_all(outline.page().as_bytes())?,
        EvalFormat::Json => {
            let mut document = serde_json::to_value(&outline).map_err(io::Error::from)?;
            if let Some(fields) = document.as_object_mut() {
                fields.insert("format".to_owned(), json!(1));
            }
            writeln!(output, "{document}")?;
        }
    }
    output.flush()?;
    let missed: Vec<String> = report.targets.iter().filter_map(|target| target.missed(&outline)).collect();
    missed.iter().for_each(|sentence| eprintln!("{sentence}"));
    Ok(if missed.is_empty() { Verdict::Fine } else { Verdict::Found })
}

/// The records of a line: one record, or an answer of `kefu chat --jsonl` with those of its turn.
fn read(line: &str) -> Option<Vec<Record>> {
    let mut line: Json = serde_json::from_str(line).ok()?;
    match line.get_mut("records").map(Json::take) {
        Some(records) => serde_json::from_value(records).ok(),
        None => Some(vec![serde_json::from_value(line).ok()?]),
    }
}
