use std::cell::OnceCell;
use std::sync::Arc;

use jiff::civil::Date;

use crate::classify::{Classifier, Options};
use crate::expression::Expressions;
use crate::rules::Pack;

/// What the lints look at: the finished rules, and what several lints need made of them.
pub(super) struct Subject<'p> {
    pub(super) pack: &'p Arc<Pack>,
    pub(super) expressions: &'p Expressions,
    /// The day it is, if the caller knows.
    pub(super) today: Option<Date>,
    classifier: OnceCell<Classifier>,
}

impl<'p> Subject<'p> {
    pub(super) fn new(pack: &'p Arc<Pack>, expressions: &'p Expressions, today: Option<Date>) -> Self {
        Self { pack, expressions, today, classifier: OnceCell::new() }
    }

    /// Understands messages as the bot does.
    pub(super) fn classifier(&self) -> &Classifier {
        self.classifier.get_or_init(|| Classifier::new(Arc::clone(self.pack), Options::default()))
    }
}
