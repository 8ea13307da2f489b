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

    /// What each stemmer makes of the words that shops use: a new version that makes something else of one shows here.
    #[test]
    fn stems_are_as_recorded() {
        for (language, recorded) in [
            (Language::En, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stems/en.tsv"))),
            (Language::Es, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stems/es.tsv"))),
            (Language::Pt, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stems/pt.tsv"))),
        ] {
            let stems = Stems::new();
            let words = recorded.lines().filter_map(|line| line.split_once('\t'));
            let found: String = words.map(|(word, _)| format!("{word}\t{}\n", stems.stem(language, word))).collect();
            assert_eq!(found, recorded, "{language}");
        }
    }

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
