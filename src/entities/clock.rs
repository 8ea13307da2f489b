use jiff::civil::{Date, DateTime};

/// The moment of an event, and where the customer's days begin.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    /// The moment the host gave with the event.
    pub(crate) now: jiff::Timestamp,
    /// The shop's time zone.
    pub(crate) zone: jiff::tz::TimeZone,
}

impl Clock {
    /// The day it is there.
    pub(crate) fn today(&self) -> Date {
        self.local().date()
    }

    /// The day and the time it is there.
    pub(crate) fn local(&self) -> DateTime {
        self.zone.to_datetime(self.now)
    }
}
