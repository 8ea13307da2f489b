use std::io;
use std::process::ExitCode;

/// What a command that did its work found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// Errors in rules, tests that failed, an empty pack.
    Found,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(super) enum Stop {
    /// Wrong usage, something missing or unreadable: a sentence for stderr.
    Usage(String),
    /// The input itself is wrong: what to print before giving up.
    Faulty(String),
    /// Reading or writing failed.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Io(error)
    }
}

pub(super) type Done = Result<Verdict, Stop>;

/// The exit code of a command, after saying on stderr why it stopped.
pub(super) fn code(done: Done) -> ExitCode {
    match done {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Found) => ExitCode::from(1),
        // Why: `kefu … | head` is no failure.
        Err(Stop::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Stop::Io(error)) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
        Err(Stop::Usage(sentence)) => {
            eprintln!("error: {sentence}");
            ExitCode::from(2)
        }
        Err(Stop::Faulty(text)) => {
            eprintln!("{text}");
            ExitCode::from(1)
        }
    }
}
