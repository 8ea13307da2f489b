//! The command line: parses what is asked, calls the library, prints.
//!
//! Data goes to stdout, talk to stderr. Exit codes: 0 fine, also with warnings; 1 errors or failures were found; 2 wrong
//! usage, or something missing or unreadable. This room alone looks at the clock and the terminal; it decides nothing
//! about conversations.

mod arguments;
mod check;
mod classify;
mod clock;
mod coverage;
mod crew;
mod eval;
mod exit;
mod explain;
mod graph;
mod init;
mod jsonl;
mod junit;
mod lines;
#[cfg(feature = "serve")]
mod log;
mod open;
mod report;
mod request;
mod search;
#[cfg(feature = "serve")]
mod serve;
mod talk;
mod test;
mod tune;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Command::Chat(chat) if chat.jsonl => jsonl::run(chat),
        Command::Chat(chat) => talk::run(chat),
        Command::Classify(classify) => classify::run(classify),
        Command::Check(check) => check::run(check),
        Command::Test(test) => test::run(test),
        Command::Eval(eval) => eval::run(eval),
        Command::Tune(tune) => tune::run(tune),
        Command::Report(report) => report::run(report),
        #[cfg(feature = "serve")]
        Command::Serve(serve) => serve::run(serve),
        Command::Init(init) => init::run(init),
        Command::Schema => graph::schema(),
        Command::Graph(graph) => graph::run(graph),
        Command::Search(search) => search::run(search),
    };
    exit::code(done)
}
