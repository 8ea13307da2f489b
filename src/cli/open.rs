use std::path::Path;

use super::exit::Stop;
use crate::engine::{Engine, EngineBuilder};
use crate::load::{LoadError, LoadErrorKind};
use crate::testing::Script;

/// The engine for a folder, with the reasons of every turn if they are to be shown.
pub(super) fn engine(pack: &Path, explained: Explained) -> Result<Engine, Stop> {
    builder(pack, explained).and_then(EngineBuilder::build).map_err(load_stop)
}

/// What builds it.
pub(super) fn builder(pack: &Path, explained: Explained) -> Result<EngineBuilder, LoadError> {
    let builder = EngineBuilder::default().dir(pack)?;
    Ok(if explained == Explained::Yes { builder.tracing() } else { builder })
}

/// Whether turns say why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Explained {
    Yes,
    No,
}

impl From<bool> for Explained {
    fn from(flag: bool) -> Self {
        if flag { Explained::Yes } else { Explained::No }
    }
}

/// What stops a command when rules cannot be loaded.
#[allow(clippy::needless_pass_by_value)] // Why: it is handed to `map_err`.
pub(super) fn load_stop(error: LoadError) -> Stop {
    match error.kind() {
        LoadErrorKind::Unreadable => Stop::Usage(error.to_string()),
        _ => Stop::Faulty(error.to_string()),
    }
}

/// The answers in a file.
pub(super) fn script(file: &Path) -> Result<Script, Stop> {
    let bytes = read(file)?;
    Script::read(file.to_string_lossy(), bytes).map_err(|error| Stop::Faulty(error.to_string()))
}

/// The bytes of a file.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(file).map_err(|error| Stop::Usage(format!("cannot read `{}`: {error}", file.display())))
}
