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
    /// The day of the event, in `zone`: dates within half a year of it are written without a year. `None` always writes it.
    pub(crate) today: Option<jiff::civil::Date>,
}
