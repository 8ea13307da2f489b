use std::sync::Arc;

use super::{Classification, Explanation, Hints, Options, Scratch};
use crate::rules::Pack;

/// Understands messages by the rules of one pack.
pub(crate) struct Classifier {
    pack: Arc<Pack>,
    options: Options,
}

impl Classifier {
    pub(crate) fn new(pack: Arc<Pack>, options: Options) -> Self {
        Self { pack, options }
    }

    /// What a message says. The result stands in the scratch until the next message.
    pub(crate) fn classify<'s>(&self, scratch: &'s mut Scratch, text: &str, hints: &Hints) -> &'s Classification {
        scratch.folded.fold(text);
        let classification = &mut scratch.classification;
        classification.requests.clear();
        classification.entities.clear();
        classification.lexicons.clear();
        classification.asked.clear();
        classification.script = scratch.folded.script();
        classification.language = hints.language.unwrap_or(self.pack.languages.default);
        classification
    }

    /// What a message says, and why.
    pub(crate) fn explain(&self, text: &str, hints: &Hints) -> Explanation {
        let mut scratch = Scratch::new();
        self.classify(&mut scratch, text, hints);
        let _ = self.options;
        Explanation { classification: scratch.classification }
    }
}
