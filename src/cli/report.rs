use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::Path;

use serde_json::json;

use super::arguments::{EvalFormat, Report};
use super::check::counted;
use super::exit::{Done, Stop, Verdict};
use super::lines::next_line;
use super::open::load_stop;
use crate::dialog::Record;
use crate::eval::{Comparison, Heard, Ledger, Line, Outline, Prices, Worksheet};
use crate::load::read_dir;

/// What came of conversations.
pub(super) fn run(report: &Report) -> Done {
    let mut log = Log::default();
    for file in &report.logs {
        log.read(file, report)?;
    }
    if log.strange > 0 {
        let strange = counted(log.strange, "line");
        eprintln!("{strange} left out: no record, answer of `kefu chat` or `kefu classify`, handoff or message");
    }
    if log.records == 0 && log.heard.is_empty() {
        return Err(Stop::Usage("there is no record to report on".to_owned()));
    }
    let outline = log.outline(report)?;
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

/// What was read of logs.
#[derive(Default)]
struct Log {
    now: Ledger,
    then: Ledger,
    heard: Heard,
    records: usize,
    strange: usize,
}

impl Log {
    fn read(&mut self, file: &Path, report: &Report) -> Result<(), Stop> {
        let cannot = |error: io::Error| Stop::Usage(format!("cannot read `{}`: {error}", file.display()));
        let mut input = BufReader::new(File::open(file).map_err(cannot)?);
        while let Some(line) = next_line(&mut input).map_err(cannot)? {
            if line.trim().is_empty() {
                continue;
            }
            let Some(Line { records, said }) = Line::read(&line) else {
                self.strange += 1;
                continue;
            };
            said.iter().for_each(|said| self.heard.say(said));
            records.iter().for_each(|record| self.count(record, report));
        }
        Ok(())
    }

    fn count(&mut self, record: &Record, report: &Report) {
        let is_then = report.compare.as_ref().is_some_and(|part| part.holds(record));
        if is_then {
            self.then.count(record);
        }
        // Why: of what is only compared with, nothing is proposed.
        if report.only.as_ref().map_or(!is_then, |part| part.holds(record)) {
            self.records += 1;
            self.now.count(record);
            self.heard.count(record);
        }
    }

    fn outline(self, report: &Report) -> Result<Outline, Stop> {
        let mut outline = self.now.outline();
        if !report.prices.is_empty() {
            outline.cost = Prices::of(&report.prices).cost(&outline);
        }
        if let Some(part) = &report.compare {
            outline.compared = Some(Comparison::new(part.to_string(), &self.then.outline(), &outline));
        }
        if self.heard.is_empty() {
            if report.pack.is_some() || report.suite.is_some() {
                eprintln!(
                    "no log holds what customers wrote: give the handoffs too, or the messages as they were sent"
                );
            }
            return Ok(outline);
        }
        let rules = report.pack.as_deref().map(read_dir).transpose().map_err(load_stop)?;
        let sheet = match &report.suite {
            Some(file) => sheet(file)?,
            None => Worksheet::default(),
        };
        let unmatched = self.heard.unmatched(rules, &sheet).map_err(load_stop)?;
        if let Some(file) = &report.suite {
            let written = sheet.with(&unmatched);
            fs::write(file, &written)
                .map_err(|error| Stop::Usage(format!("cannot write `{}`: {error}", file.display())))?;
            eprintln!("wrote {}", file.display());
        }
        outline.unmatched = Some(unmatched);
        Ok(outline)
    }
}

/// The sheet as it stands, or a new one.
fn sheet(file: &Path) -> Result<Worksheet, Stop> {
    match fs::read(file) {
        Ok(bytes) => Ok(Worksheet::read(&String::from_utf8_lossy(&bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Worksheet::default()),
        Err(error) => Err(Stop::Usage(format!("cannot read `{}`: {error}", file.display()))),
    }
}
