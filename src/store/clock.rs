//! Moments as stores keep them: milliseconds since 1970.

use std::time::{Duration, SystemTime};

/// A moment as milliseconds; one before 1970 is negative, one too far away is the furthest there is.
pub(crate) fn millis(moment: SystemTime) -> i64 {
    let clamped = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    match moment.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => clamped(after),
        Err(before) => -clamped(before.duration()),
    }
}

/// The moment a span before another, as milliseconds.
pub(super) fn earlier(moment: SystemTime, span: Duration) -> i64 {
    millis(moment).saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
}
