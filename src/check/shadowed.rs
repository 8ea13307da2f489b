use super::Subject;
use crate::classify::{Evidence, Hints, Scratch};
use crate::diagnostic::{Code, Finding};
use crate::rules::{Keyword, Part};

/// Keywords that, said alone, are understood as another intent, one of whose keywords holds all of their words.
///
/// One that its author made weaker than an ordinary keyword is a hint beside others, and may lose; one with choices may be
/// there for the others of its spellings.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut scratch = Scratch::new();
    let mut findings = Vec::new();
    for intent in &pack.intents {
        for keyword in intent.keywords.iter().filter(|keyword| is_claim(keyword)) {
            let hints = Hints { language: keyword.language, ..Hints::default() };
            let words = keyword.first_spelling(&pack.groups);
            let said = subject.classifier().classify(&mut scratch, &words, &hints);
            let Some(other) = said.intent().filter(|other| **other != intent.id) else { continue };
            let all = 0..words.len();
            let covers = |evidence: &&Evidence| evidence.span() == all && evidence.rule() != &*keyword.text;
            let best = said.candidates().first().filter(|best| best.intent() == other);
            // Why the whole of it: what wins by a part of the words may lose to them in a sentence.
            let Some(rule) = best.and_then(|best| best.evidence().iter().find(covers)) else { continue };
            let message = format!("`{words}`, a keyword of `{}`, is understood as `{other}`", intent.id);
            findings.push(
                Finding::warning(Code::KEYWORD_SHADOWED, keyword.origin, message)
                    .help(format!("`{other}` has `{}`; give this one more weight, or remove it", rule.rule())),
            );
        }
    }
    findings
}

fn is_claim(keyword: &Keyword) -> bool {
    keyword.weight.is_none_or(|weight| weight >= 1.0) && matches!(&*keyword.parts, [Part::Words(_)])
}
