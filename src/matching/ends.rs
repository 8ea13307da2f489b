use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, Look};

/// Most ways to begin or to end that are compared; a pattern of more is not told by them.
const MOST_WAYS: usize = 24;
/// Bytes of each that are compared.
const LONGEST: usize = 9;

/// What every match of a pattern begins and ends with, and how long it is: cheaper to test than the pattern is to run.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// Where a match can only begin at the start of a text: how it begins.
    first: Option<Box<[Box<[u8]>]>>,
    /// Where it can only end at the end: how it ends.
    last: Option<Box<[Box<[u8]>]>>,
    shortest: usize,
    /// Where a match is always all of a text.
    longest: Option<usize>,
}

impl Ends {
    /// Those of a pattern, by its syntax tree.
    pub(super) fn of(tree: &Hir) -> Self {
        let properties = tree.properties();
        let is_start = properties.look_set_prefix().contains(Look::Start);
        let is_end = properties.look_set_suffix().contains(Look::End);
        Self {
            first: is_start.then(|| ways(tree, ExtractKind::Prefix)).flatten(),
            last: is_end.then(|| ways(tree, ExtractKind::Suffix)).flatten(),
            shortest: properties.minimum_len().unwrap_or(0),
            longest: if is_start && is_end { properties.maximum_len() } else { None },
        }
    }

    /// Whether a text may hold a match.
    pub(super) fn allow(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.len() >= self.shortest
            && self.longest.is_none_or(|longest| bytes.len() <= longest)
            && self.first.as_ref().is_none_or(|ways| ways.iter().any(|way| bytes.starts_with(way)))
            && self.last.as_ref().is_none_or(|ways| ways.iter().any(|way| bytes.ends_with(way)))
    }
}

/// The literals that a match can begin or end with, if they are few and none is empty.
fn ways(tree: &Hir, kind: ExtractKind) -> Option<Box<[Box<[u8]>]>> {
    let is_prefix = matches!(kind, ExtractKind::Prefix);
    let mut found = Extractor::new().kind(kind).extract(tree);
    if is_prefix {
        found.keep_first_bytes(LONGEST);
    } else {
        found.keep_last_bytes(LONGEST);
    }
    found.sort();
    found.dedup();
    let ways: Box<[Box<[u8]>]> = found.literals()?.iter().map(|literal| literal.as_bytes().into()).collect();
    (!ways.is_empty() && ways.len() <= MOST_WAYS && ways.iter().all(|way| !way.is_empty())).then_some(ways)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_match_is_refused() {
        for (pattern, allowed, refused) in [
            ("^(hi|hello)\\b", &["hi there", "hello"][..], &["oh hi", "h", ""][..]),
            ("(thanks|ok)$", &["thanks", "it is ok"], &["ok so", "k"]),
            ("^.{0,4}退$", &["不想退", "退"], &["退货", "我今天是真的不想退"]),
            ("^[a-c]x?$", &["a", "bx"], &["dx", "axx"]),
            ("order", &["my order"], &["rder"]),
        ] {
            let ends = Ends::of(&regex_syntax::parse(pattern).unwrap());
            let regex = regex::Regex::new(pattern).unwrap();
            for text in allowed {
                assert!(ends.allow(text) && regex.is_match(text), "{pattern} in {text}");
            }
            for text in refused {
                assert!(!ends.allow(text) && !regex.is_match(text), "{pattern} in {text}");
            }
        }
    }
}
