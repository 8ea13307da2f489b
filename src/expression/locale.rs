use crate::text::{Language, Script};

/// How values are written for one customer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locale<'a> {
    /// The language of the text.
    pub(crate) language: Language,
    /// `Hant` turns the pack's simplified Chinese words into traditional ones; values stay as they are.
    pub(crate) script: Script,
    /// Where the customer's days begin.
    pub(crate) zone: &'a jiff::tz::TimeZone,
    /// The moment of the event: dates within half a year of its day are written without a year. `None` always writes it.
    pub(crate) now: Option<jiff::Timestamp>,
}

impl Locale<'_> {
    /// The day of the event. Hardly any text has a date in it, so it is worked out where one is written.
    pub(super) fn today(&self) -> Option<jiff::civil::Date> {
        self.now.map(|now| self.zone.to_datetime(now).date())
    }
}
