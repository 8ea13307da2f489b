use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

use super::Language;

/// Snowball stems of the languages written with spaces.
pub(crate) struct Stems {
    english: Stemmer,
    spanish: Stemmer,
    portuguese: Stemmer,
}

impl Stems {
    pub(crate) fn new() -> Self {
        Self {
            english: Stemmer::create(Algorithm::English),
            spanish: Stemmer::create(Algorithm::Spanish),
            portuguese: Stemmer::create(Algorithm::Portuguese),
        }
    }

    /// The stem of a folded word; Chinese has none, so the word itself.
    pub(crate) fn stem<'a>(&self, language: Language, word: &'a str) -> Cow<'a, str> {
        match language {
            Language::Zh => Cow::Borrowed(word),
            Language::En => self.english.stem(word),
            Language::Es => self.spanish.stem(word),
            Language::Pt => self.portuguese.stem(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_meet() {
        let stems = Stems::new();
        for (language, a, b) in [
            (Language::En, "returning", "return"),
            (Language::En, "deliveries", "delivery"),
            (Language::Es, "devoluciones", "devolución"),
            (Language::Pt, "pedidos", "pedido"),
            (Language::Zh, "退货", "退货"),
        ] {
            assert_eq!(stems.stem(language, a), stems.stem(language, b), "{a} {b}");
        }
    }
}
