use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::arguments::{Eval, EvalFormat};
use super::check::counted;
use super::clock::now;
use super::exit::{Done, Stop, Verdict};
use super::open::{self, Explained};
use crate::eval::{Baseline, Changed, Evaluation, Figures, Outcomes, Sample, Suite};

/// Faulty rows that are told; what comes after them is counted.
const TOLD: usize = 10;

/// How well labelled messages are understood.
pub(super) fn run(eval: &Eval) -> Done {
    let engine = open::engine(&eval.pack, Explained::No)?;
    engine.warm_up();
    let mut baseline = eval.baseline.as_deref().map(saved).transpose()?.map(Baseline::new);
    let mut evaluation = Evaluation::new(&engine);
    let mut undeclared = 0;
    let mut repeated = Repeated::default();
    let begun = now();
    let mut reading = Rows::default();
    for suite in &eval.suites {
        reading.each(suite, |sample| {
            let judged = evaluation.judge(&sample);
            repeated.note(&sample, judged.repeats.as_deref());
            undeclared +=
                usize::from(sample.language().is_some_and(|language| !engine.languages().contains(&language)));
            if let Some(baseline) = &mut baseline {
                baseline.compare(&sample, judged.is_right);
            }
        })?;
    }
    let spent = now().duration_since(begun).unwrap_or(Duration::ZERO);
    let mut figures = evaluation.figures();
    reading.tell();
    repeated.tell();
    if figures.messages == 0 {
        return Err(Stop::Usage("there is no message to measure with".to_owned()));
    }
    figures.messages_per_second = Some(figures.messages as f64 / spent.as_secs_f64().max(1e-9));
    if undeclared > 0 {
        eprintln!("{} in languages the pack does not declare", counted(undeclared, "message"));
    }
    if !figures.unknown_labels.is_empty() {
        let labels: Vec<&str> = figures.unknown_labels.keys().take(TOLD).map(String::as_str).collect();
        let count = figures.unknown_labels.len();
        eprintln!("{} that no intent of the pack has: {}", counted(count, "label"), labels.join(", "));
    }
    let changed = baseline.as_ref().map(Baseline::changed);
    let mut output = io::stdout().lock();
    match eval.format {
        EvalFormat::Text => {
            write!(output, "{figures}")?;
            if let Some(changed) = &changed {
                write!(output, "\n{changed}")?;
            }
        }
        EvalFormat::Html => output.write_all(figures.page(changed.as_ref()).as_bytes())?,
        EvalFormat::Json => {
            let run = Run {
                format: 1,
                revision: engine.revision().as_str(),
                figures: &figures,
                baseline: changed.as_ref(),
                outcomes: evaluation.outcomes(),
            };
            writeln!(output, "{}", serde_json::to_string(&run).map_err(io::Error::from)?)?;
        }
    }
    output.flush()?;
    Ok(Verdict::Fine)
}

/// A run, as it is written.
#[derive(Serialize)]
struct Run<'r> {
    format: u32,
    revision: &'r str,
    #[serde(flatten)]
    figures: &'r Figures,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'r Changed>,
    outcomes: &'r Outcomes,
}

/// What is read of a run.
#[derive(Deserialize)]
struct Saved {
    outcomes: Outcomes,
}

fn saved(file: &Path) -> Result<Outcomes, Stop> {
    let saved: Saved = serde_json::from_slice(&open::read(file)?).map_err(|error| {
        let file = file.display();
        Stop::Usage(format!("`{file}` is no run saved with `kefu eval --format json`: {error}"))
    })?;
    Ok(saved.outcomes)
}

/// Rows that nearly repeat what the pack was made with.
#[derive(Default)]
struct Repeated {
    told: Vec<String>,
    rows: usize,
}

impl Repeated {
    fn note(&mut self, sample: &Sample, intent: Option<&str>) {
        let Some(intent) = intent else { return };
        self.rows += 1;
        if self.told.len() < TOLD {
            let place = sample.place().unwrap_or_default();
            self.told.push(format!("{place}: nearly an example of `{intent}`"));
        }
    }

    /// Says which on stderr.
    fn tell(&self) {
        self.told.iter().for_each(|sentence| eprintln!("{sentence}"));
        if self.rows > self.told.len() {
            eprintln!("{} in all that the pack was made with: they measure nothing", counted(self.rows, "row"));
        }
    }
}

/// Rows of suites, and those that could not be used.
#[derive(Default)]
pub(super) struct Rows {
    faulty: usize,
    told: Vec<String>,
}

impl Rows {
    /// Hands over every row of a file that can be used.
    pub(super) fn each(&mut self, file: &Path, mut with: impl FnMut(Sample)) -> Result<(), Stop> {
        let name = file.to_string_lossy();
        let cannot = |error: &io::Error| Stop::Usage(format!("cannot read `{name}`: {error}"));
        let rows = File::open(file).map_err(|error| cannot(&error))?;
        for row in Suite::new(&*name, BufReader::new(rows)) {
            match row {
                Ok(sample) => with(sample),
                Err(error) => {
                    if let Some(error) = error.io() {
                        return Err(cannot(error));
                    }
                    self.faulty += 1;
                    if self.told.len() < TOLD {
                        self.told.push(error.to_string());
                    }
                }
            }
        }
        Ok(())
    }

    /// Says on stderr which rows were left out.
    pub(super) fn tell(&self) {
        for sentence in &self.told {
            eprintln!("{sentence}");
        }
        if self.faulty > 0 {
            eprintln!("{} left out", counted(self.faulty, "row"));
        }
    }
}
