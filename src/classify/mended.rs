use std::ops::Range;

/// A word of a message that was read as another one, because it looked misspelt.
///
/// # Examples
/// ```
/// let engine = kefu::Engine::builder()
///     .source("bot.yaml", "
/// languages: {default: en}
/// intents:
///   refund: {keywords: {en: [refund]}, say: {en: Refunds take three days.}}
/// ")
///     .build()?;
/// let text = "I want a refudn";
/// let explanation = engine.explain(text);
/// let [mended] = explanation.matches()[0].mended() else { panic!("one word") };
/// assert_eq!((&text[mended.span()], mended.meant()), ("refudn", "refund"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    pub(super) span: Range<usize>,
    pub(super) meant: String,
}

impl Mended {
    /// Bytes of the original message.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What was read there.
    pub fn meant(&self) -> &str {
        &self.meant
    }
}
