use std::collections::BTreeMap;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::Keyword;
use crate::text::{Folded, Language};

/// Lexicons that mean the opposite of each other.
const OPPOSITES: [(&str, &str); 3] = [("praise", "frustration"), ("praise", "legal_threat"), ("harmless", "safety")];

/// Words of a lexicon that have two weights, or that another lexicon says the opposite of.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lexicon in &subject.pack.lexicons {
        let mut known: BTreeMap<(Option<Language>, String), &Keyword> = BTreeMap::new();
        for entry in &lexicon.entries {
            if let Some(twin) = known.insert(key(entry), entry)
                && twin.weight != entry.weight
            {
                let (twin, entry) = in_order(twin, entry);
                let message = format!("`{}` has two weights in `{}`", entry.text, lexicon.name);
                let finding = Finding::warning(Code::CONTRADICTION, entry.origin, message);
                findings.push(finding.related(twin.origin, "the other one").help("keep one of the two"));
            }
        }
    }
    for (left, right) in OPPOSITES {
        let lexicon = |name: &str| subject.pack.lexicon(name).map(|(_, lexicon)| lexicon);
        let (Some(left), Some(right)) = (lexicon(left), lexicon(right)) else { continue };
        let known: BTreeMap<_, _> = left.entries.iter().map(|entry| (key(entry), entry)).collect();
        for entry in &right.entries {
            let Some(twin) = known.get(&key(entry)) else { continue };
            let (twin, entry) = in_order(twin, entry);
            let message = format!("`{}` stands in `{}` and in `{}`", entry.text, left.name, right.name);
            let finding = Finding::warning(Code::CONTRADICTION, entry.origin, message);
            findings.push(finding.related(twin.origin, "the other one").help("keep one of the two"));
        }
    }
    findings
}

/// The pack's own word last: the base pack's is no shop's to change.
fn in_order<'k>(one: &'k Keyword, other: &'k Keyword) -> (&'k Keyword, &'k Keyword) {
    if one.origin <= other.origin { (one, other) } else { (other, one) }
}

fn key(entry: &Keyword) -> (Option<Language>, String) {
    (entry.language, Folded::new(&entry.text).as_str().to_owned())
}
