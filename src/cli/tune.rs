use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::arguments::Tune;
use super::eval::Rows;
use super::exit::{Done, Stop, Verdict};
use super::open::load_stop;
use crate::eval::{TuneError, Tuner};
use crate::load::{LoadErrorKind, Source, read_dir};

/// Learns from suites, and shows or writes what it learnt.
pub(super) fn run(tune: &Tune) -> Done {
    let sources = match read_dir(&tune.pack) {
        Ok(sources) => sources,
        Err(error) if error.kind() == LoadErrorKind::Empty => Vec::new(),
        Err(_) if tune.write && !tune.pack.exists() => Vec::new(),
        Err(error) => return Err(load_stop(error)),
    };
    let written = sources.iter().map(Source::name).filter(|name| Tuner::writes(name));
    let earlier: Vec<PathBuf> = written.map(PathBuf::from).collect();
    let (mut samples, mut unseen) = (Vec::new(), Vec::new());
    let mut rows = Rows::default();
    for (suites, samples) in [(&tune.suites, &mut samples), (&tune.unseen, &mut unseen)] {
        for suite in suites {
            rows.each(suite, |sample| samples.push(sample))?;
        }
    }
    rows.tell();
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
    let tuner = Tuner::new(sources).items(tune.items).examples(tune.examples).unseen(unseen);
    let tuned = tuner.tune(&samples, &mut |progress| {
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
    });
    bar.finish_and_clear();
    let tuned = tuned.map_err(|error| match error {
        TuneError::Pack(error) => load_stop(error),
        error => Stop::Usage(error.to_string()),
    })?;
    let mut output = io::stdout().lock();
    write!(output, "{tuned}")?;
    output.flush()?;
    if tune.write {
        for path in &earlier {
            fs::remove_file(path)?;
        }
        fs::create_dir_all(&tune.pack)?;
        for file in tuned.files() {
            let path = tune.pack.join(file.name());
            fs::write(&path, file.bytes())?;
            eprintln!("wrote {}", path.display());
        }
    } else {
        eprintln!("nothing is written without --write");
    }
    Ok(Verdict::Fine)
}
