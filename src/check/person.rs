use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Does, Intent};

/// Languages in which no intent asks for a person.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let asks = |intent: &&Intent| matches!(&intent.does, Does::Handoff(reason) if *reason == *"asked");
    let asking: Vec<&Intent> = pack.intents.iter().filter(asks).collect();
    let silent: Vec<&str> = pack
        .languages
        .all
        .iter()
        .filter(|language| {
            let speaks = |of: Option<crate::text::Language>| of.is_none_or(|of| of == **language);
            !asking.iter().any(|intent| {
                intent.keywords.iter().any(|each| speaks(each.language))
                    || intent.patterns.iter().any(|each| speaks(each.language))
            })
        })
        .map(|language| language.code())
        .collect();
    // Why: a pack of answers alone, with no flow to be stuck in, may be a search box.
    if silent.is_empty() || (asking.is_empty() && pack.flows.is_empty()) {
        return Vec::new();
    }
    let message = format!("customers who write {} cannot ask for a person", silent.join(", "));
    let place = asking.first().map(|intent| intent.origin).or_else(|| pack.flows.first().map(|flow| flow.origin));
    let finding = Finding::warning(Code::NO_PERSON, place.unwrap_or_default(), message);
    vec![finding.help("an intent with `handoff: asked` needs keywords in every language of the pack")]
}
