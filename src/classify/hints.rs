use crate::entities::Clock;
use crate::text::Language;

/// What is known before a message is read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hints<'a> {
    /// The language the session is held in.
    pub(crate) language: Option<Language>,
    /// The moment of the event; without it dates like "tomorrow" are not read.
    pub(crate) clock: Option<&'a Clock>,
}
