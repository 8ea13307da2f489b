use std::collections::BTreeSet;

use crate::diagnostic::{Code, Finding};
use crate::rules::{Does, FactValue, Pack, StepKind, Words};
use crate::text::Language;

/// Words that are given in some of the pack's languages and not in others, and intents that customers of a language cannot
/// name.
pub(super) fn find(pack: &Pack) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    let mut look = |words: &Words, what: &str| {
        // Why: a text used by three flows is one text.
        if seen.insert(words.origin) {
            findings.extend(missing(pack, words, what));
        }
    };
    for intent in &pack.intents {
        if let Some(title) = &intent.title {
            look(title, &format!("the title of `{}`", intent.id));
        }
        if let Does::Say(words) = &intent.does {
            look(words, &format!("the answer of `{}`", intent.id));
        }
    }
    for fact in &pack.facts {
        if let FactValue::Words(words) = &fact.value {
            look(words, &format!("the fact `{}`", fact.name));
        }
    }
    for notice in &pack.notices {
        look(&notice.say, &format!("the notice `{}`", notice.name));
    }
    for (name, words) in &pack.texts {
        look(words, &format!("the text `{name}`"));
    }
    for flow in &pack.flows {
        let what = format!("these words of the flow `{}`", flow.id);
        for step in &flow.program {
            match &step.kind {
                StepKind::Say(words) => look(words, &what),
                StepKind::Confirm(confirm) => look(&confirm.say, &what),
                StepKind::Choose(choice) => {
                    look(&choice.say, &what);
                    choice.options.iter().for_each(|(_, label, _, _)| look(label, &what));
                }
                StepKind::Ask(ask) => {
                    look(&ask.say, &what);
                    ask.again.iter().chain(&ask.why).for_each(|words| look(words, &what));
                    ask.valid.iter().for_each(|validity| look(&validity.say, &what));
                }
                _ => {}
            }
        }
    }
    let escalation = &pack.escalation;
    let said = escalation.say.iter().chain(escalation.reasons.iter().filter_map(|reason| reason.say.as_ref()));
    said.for_each(|words| look(words, "what is said when handing over"));
    findings
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
