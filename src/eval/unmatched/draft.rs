use std::collections::{BTreeMap, BTreeSet};

use super::unmatched::Draft;
use crate::eval::tune::letters;
use crate::text::{Folded, TokenKind, tokens};

/// Shortest reply that says anything, in words or Chinese characters.
const SHORTEST: usize = 3;
/// In so many of a cluster's replies a word must stand to speak for the others.
const SEVERAL: usize = 2;

/// What a reply is worth that asks: it is a greeting, or wants to know more.
const ASKS: f64 = 0.5;

/// For each cluster, the reply that says most of what agents replied there and not everywhere.
///
/// A word is worth the share of the cluster's replies it stands in, for how few clusters' replies it stands in: greetings
/// stand in all. A reply's worth is the sum of its words' for the root of its length.
pub(super) fn drafts(replies: &[Vec<&str>]) -> Vec<Option<Draft>> {
    let mut clusters_with: BTreeMap<String, usize> = BTreeMap::new();
    for replies in replies {
        let words: BTreeSet<String> = replies.iter().flat_map(|reply| words(reply)).collect();
        words.into_iter().for_each(|word| *clusters_with.entry(word).or_default() += 1);
    }
    let all = replies.iter().filter(|replies| !replies.is_empty()).count() as f64;
    let rare = |word: &String| (1.0 + all / clusters_with.get(word).copied().unwrap_or(1) as f64).ln().powi(2);
    replies.iter().map(|replies| draft(replies, rare)).collect()
}

fn draft(replies: &[&str], rare: impl Fn(&String) -> f64) -> Option<Draft> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut same: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    for reply in replies {
        let words: BTreeSet<String> = words(reply).collect();
        if words.len() < SHORTEST {
            continue;
        }
        words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        same.entry(letters(reply)).or_insert((reply, 0)).1 += 1;
    }
    let several = same.values().map(|(_, times)| times).sum::<usize>() > SEVERAL;
    let worth = |reply: &str| {
        let words: BTreeSet<String> = words(reply).collect();
        // Why: a word that only one agent wrote once says nothing about the others, where there are others.
        let of_word = |word: &String| {
            let count = counts.get(word).copied().unwrap_or(0);
            if several && count < SEVERAL { 0.0 } else { count as f64 * rare(word) }
        };
        let asks = if reply.trim_end().ends_with(['?', '？']) { ASKS } else { 1.0 };
        asks * words.iter().map(of_word).sum::<f64>() / (words.len() as f64).sqrt()
    };
    let best = same.values().max_by(|a, b| worth(a.0).total_cmp(&worth(b.0)).then_with(|| b.0.cmp(a.0)))?;
    Some(Draft { text: best.0.to_owned(), times: best.1, replies: same.values().map(|(_, times)| times).sum() })
}

/// The words of a reply, folded; numbers too, for an answer is often one.
fn words(reply: &str) -> impl Iterator<Item = String> {
    let folded = Folded::new(reply);
    let words: Vec<String> = tokens(folded.as_str())
        .filter(|token| token.kind != TokenKind::Mark)
        .filter_map(|token| folded.as_str().get(token.span).map(str::to_owned))
        .collect();
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_that_answers_is_taken_and_not_the_greeting() {
        let hello = "Hello, this is Ann from the shop, how can I help you?";
        let replies = vec![
            vec![hello, "Gift wrapping is 3 EUR", hello, "Yes, gift wrapping costs 3 EUR", "ok"],
            vec![hello, "We ship to Alaska within ten days"],
            vec![hello],
            vec![],
        ];
        let drafts = drafts(&replies);
        let text = |at: usize| drafts[at].as_ref().map(|draft| draft.text.as_str());
        assert_eq!(text(0), Some("Gift wrapping is 3 EUR"));
        assert_eq!(text(1), Some("We ship to Alaska within ten days"));
        assert_eq!((text(2), text(3)), (Some(hello), None));
        assert_eq!(drafts[0].as_ref().unwrap().replies, 4);
    }
}
