use std::collections::BTreeMap;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Intent, Keyword};
use crate::text::{Folded, Language};

/// Keywords that speak for two intents equally.
///
/// Compared as they are written: where two keywords share only one of many spellings, both mostly mean to.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let mut first: BTreeMap<(Option<Language>, String), (&Intent, &Keyword)> = BTreeMap::new();
    let mut findings = Vec::new();
    for intent in &subject.pack.intents {
        for keyword in &intent.keywords {
            let folded = Folded::new(&keyword.text);
            let words: Vec<&str> = folded.as_str().split_whitespace().collect();
            let key = (keyword.language, words.join(" "));
            let Some((other, twin)) = first.get(&key) else {
                first.insert(key, (intent, keyword));
                continue;
            };
            // Why: whoever gives them different weights has thought of it, and a small weight is a hint, not a claim.
            if other.id == intent.id
                || weight(twin) != weight(keyword)
                || keyword.weight.is_some_and(|weight| weight < 1.0)
            {
                continue;
            }
            let message = format!("`{}` is also a keyword of `{}`", keyword.text, other.id);
            findings.push(
                Finding::warning(Code::SAME_KEYWORD, keyword.origin, message)
                    .related(twin.origin, "the other one")
                    .help(format!(
                        "keep it in one of the two, or give the second guess a small weight: `{}: 0.5`",
                        keyword.text
                    )),
            );
        }
    }
    findings
}

fn weight(keyword: &Keyword) -> Option<u32> {
    keyword.weight.map(f32::to_bits)
}
