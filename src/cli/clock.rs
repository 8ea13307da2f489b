use std::time::SystemTime;

/// The moment it is.
#[allow(clippy::disallowed_methods)] // Why: the command line is a host, and time comes from the host.
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}
