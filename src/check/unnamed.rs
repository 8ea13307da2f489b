use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::text::Language;

/// Intents that customers of one language can name and those of another cannot.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut findings = Vec::new();
    for (place, intent) in pack.intents.iter().enumerate() {
        let named = |language: Language| {
            let speaks = |of: Option<Language>| of.is_none_or(|of| of == language);
            intent.keywords.iter().any(|each| speaks(each.language))
                || intent.patterns.iter().any(|each| speaks(each.language))
                || pack.examples(place, language).next().is_some()
        };
        let (with, without): (Vec<Language>, Vec<Language>) =
            pack.languages.all.iter().copied().partition(|language| named(*language));
        if !with.is_empty() && !without.is_empty() {
            let codes: Vec<&str> = without.into_iter().map(Language::code).collect();
            let message = format!("customers who write {} have no words for `{}`", codes.join(", "), intent.id);
            findings.push(
                Finding::warning(Code::NOT_IN_LANGUAGE, intent.origin, message)
                    .help("give it keywords in that language"),
            );
        }
    }
    findings
}
