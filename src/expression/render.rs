use super::tree::{Compiled, Piece, Template, Values};
use super::vocabulary::Vocabulary;
use super::Locale;
use crate::rules::Value;

impl Template {
    pub(super) fn render(&self, _: &Vocabulary, _: &dyn Values, _: &Locale<'_>, out: &mut String) {
        for piece in &self.pieces {
            if let Piece::Raw(raw) = piece {
                out.push_str(&raw.text);
            }
        }
    }
}

impl Compiled {
    pub(super) fn holds(&self, _: &Vocabulary, _: &dyn Values) -> bool {
        false
    }
    pub(super) fn value(&self, _: &Vocabulary, _: &dyn Values) -> Value {
        Value::None
    }
}
