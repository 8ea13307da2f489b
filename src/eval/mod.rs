//! How well rules understand labelled messages.
//!
//! In come an [`Engine`](crate::Engine) and suites; out come [`Figures`]. Pure functions: no clock and no files; a suite is
//! read from whatever can be read line by line. What is measured is what runs: messages go through the engine as a host's
//! would.
//!
//! ```
//! use kefu::Engine;
//! use kefu::eval::{Evaluation, Suite};
//!
//! let engine = Engine::builder()
//!     .source("bot.yaml", "languages: {default: en}\nintents:\n  hours: {keywords: {en: [opening hours]}}\n")
//!     .build()?;
//! let mut evaluation = Evaluation::new(&engine);
//! for sample in Suite::new("suite.tsv", &b"your opening hours?\thours\nhow tall are you\tnone\n"[..]) {
//!     evaluation.judge(&sample?);
//! }
//! assert_eq!(evaluation.figures().accuracy, 1.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod baseline;
mod calibration;
mod chance;
mod chart;
mod classes;
mod confusion;
mod evaluation;
mod figures;
mod labels;
mod outcome;
mod page;
mod repeats;
mod report;
mod sample;
mod suite;
mod sweep;
mod table;
mod tune;
mod unmatched;

pub use baseline::{Baseline, Changed};
pub use evaluation::{Evaluation, Judged};
pub use figures::{
    CalibrationPoint, Confusion, Figures, Misled, Mistaken, OfHandoff, OfIntent, OfReason, Share, SweepPoint,
};
pub use outcome::Outcomes;
pub use repeats::Repeats;
#[cfg(feature = "cli")]
pub(crate) use report::Line;
pub use report::{
    Compared, Comparison, Cost, Group, Ledger, OfFlow, OfQueue, Outline, Price, Prices, Rise, Target, Window,
};
pub use sample::{Expected, Sample};
pub use suite::{RowError, Suite};
pub use tune::{Change, Contradiction, Doubt, Progress, TuneError, Tuned, Tuner};
pub use unmatched::{Cluster, Draft, Fate, Heard, Proposal, Said, Unmatched, Worksheet};
