//! Whether a file of the rules was saved.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

use super::service::clock;

/// How long a folder must be quiet: editors and copying programs write in several steps.
const QUIET: Duration = Duration::from_millis(200);
/// The longest a busy folder is waited for.
const LONGEST: Duration = Duration::from_secs(3);
/// How often to look without being told: some file systems tell nothing, and a folder that was put in another's place is
/// another folder.
const GLANCE: Duration = Duration::from_secs(5);

/// Calls back whenever something in a folder may have changed, until it is dropped.
pub(super) struct Watch {
    _watcher: Option<notify::RecommendedWatcher>,
    _end: std::sync::mpsc::Sender<()>,
}

impl Watch {
    /// Watches a folder and all in it. What the call does must see for itself whether there is anything new.
    pub(super) fn new(folder: &Path, changed: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let (end, told) = channel();
        let tell = end.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Why: that a file was read is no news, and the rules are read after every change.
            if !event.is_ok_and(|event| event.kind.is_access()) {
                let _ = tell.send(());
            }
        });
        let watcher = watcher.and_then(|mut watcher| watcher.watch(folder, RecursiveMode::Recursive).map(|()| watcher));
        let watcher = watcher
            .inspect_err(
                |error| tracing::warn!(%error, "the folder of rules tells no changes; it is looked at now and then"),
            )
            .ok();
        std::thread::Builder::new().name("rules".to_owned()).spawn(move || {
            loop {
                match told.recv_timeout(GLANCE) {
                    Ok(()) => {
                        let (_, begun) = clock();
                        while begun.elapsed() < LONGEST && told.recv_timeout(QUIET).is_ok() {}
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
                changed();
            }
        })?;
        Ok(Self { _watcher: watcher, _end: end })
    }
}
