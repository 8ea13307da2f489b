//! The library as a host sees it, in one binary.

// Why: a test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod allocations;
mod chance;
mod classify;
mod cli;
mod conversations;
mod coverage;
#[cfg(feature = "serve")]
mod desk;
mod diagnostics;
mod dialog;
mod dialog_model;
mod dialog_traps;
mod escalation;
mod eval;
#[cfg(feature = "serve")]
mod faults;
mod guide;
mod handoff_suite;
mod handover;
#[cfg(feature = "serve")]
mod hostile;
mod hours;
mod injected;
mod joined;
mod layering;
mod ledger;
#[cfg(feature = "serve")]
mod logged;
mod misspelt;
mod mutated;
mod negation;
mod noticed;
mod privacy;
#[cfg(feature = "serve")]
mod process;
mod properties;
mod reasons;
mod replay;
mod reply;
mod report;
#[cfg(feature = "serve")]
#[path = "../../benches/running.rs"]
mod running;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod session;
mod shop;
mod starter;
mod store;
mod testing;
mod traps;
mod unsettled;
mod updated;
#[cfg(feature = "serve")]
mod watched;
// Why from there: packs and messages made from a seed, the same that are timed.
#[path = "../../benches/workload.rs"]
mod workload;
