//! The library as a host sees it, in one binary.

mod classify;
mod cli;
mod diagnostics;
mod dialog;
mod escalation;
mod layering;
mod properties;
mod reply;
mod session;
mod shop;
mod testing;
mod traps;
