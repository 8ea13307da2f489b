use crate::entities::Clock;
use crate::text::Language;

/// What is known before a message is read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hints<'a> {
    /// The language the session is held in.
    pub(crate) language: Option<Language>,
    /// The moment of the event; without it dates like "tomorrow" are not read.
    pub(crate) clock: Option<&'a Clock>,
    /// The example that the message is, which must not prove itself by its likeness to itself.
    pub(crate) left_out: Option<LeftOut>,
}

/// An example of the pack: the number of its intent, and its own among the intent's examples in its language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeftOut {
    pub(crate) intent: u32,
    pub(crate) example: u32,
}
