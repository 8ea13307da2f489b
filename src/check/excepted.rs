use std::collections::BTreeMap;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::text::Folded;

/// Keywords that the same intent takes out again by `unless`.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for intent in subject.pack.intents.iter().filter(|intent| !intent.unless.is_empty()) {
        let folded = |text: &str| Folded::new(text).as_str().to_owned();
        let exceptions: BTreeMap<_, _> = intent.unless.iter().map(|phrase| (folded(&phrase.text), phrase)).collect();
        for keyword in &intent.keywords {
            let Some(exception) = exceptions.get(&folded(&keyword.text)) else { continue };
            if exception.language == keyword.language {
                let message = format!("`{}` is an exception of the same intent, so it never counts", keyword.text);
                findings.push(
                    Finding::warning(Code::KEYWORD_EXCEPTED, keyword.origin, message)
                        .related(exception.origin, "the exception")
                        .help("remove one of the two"),
                );
            }
        }
    }
    findings
}
