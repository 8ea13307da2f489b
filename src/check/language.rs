use std::collections::BTreeSet;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Pack, Words};
use crate::text::Language;

/// Words that are given in some of the pack's languages and not in others.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut seen = BTreeSet::new();
    let said = pack.everything_said().into_iter();
    // Why: a text used by three flows is one text.
    let each = said.filter(|(_, words)| seen.insert(words.origin));
    each.filter_map(|(what, words)| missing(pack, words, &what)).collect()
}

fn missing(pack: &Pack, words: &Words, what: &str) -> Option<Finding> {
    let absent: Vec<&str> = pack
        .languages
        .all
        .iter()
        .filter(|language| !speaks(words, **language) && !has_fallback(pack, words, **language))
        .map(|language| language.code())
        .collect();
    (!absent.is_empty()).then(|| {
        let message = format!("{what}: nothing in {}", absent.join(", "));
        Finding::warning(Code::NO_WORDS, words.origin, message)
            .help("give the words, or name a language to fall back on in `languages: {fallback: …}`")
    })
}

fn speaks(words: &Words, language: Language) -> bool {
    words.wordings.iter().any(|wording| wording.language == language && !wording.variants.is_empty())
}

fn has_fallback(pack: &Pack, words: &Words, language: Language) -> bool {
    pack.languages.fallback.iter().any(|(from, to)| *from == language && speaks(words, *to))
}
