use std::collections::{BTreeMap, BTreeSet};

use super::tune::{letters, pieces};

/// The share of words and pairs of words that two messages must have in common, of all that either has.
///
/// A word more or less in six is above it, another word in six below: that may be another matter.
const NEARLY: f64 = 0.7;

/// Finds messages that nearly repeat an earlier one: the same letters, or nearly the same words in the same order.
///
/// What a pack was tuned with must not be what it is measured with.
///
/// # Examples
/// ```
/// use kefu::eval::Repeats;
///
/// let mut learnt = Repeats::default();
/// learnt.note("where is my parcel from last week", "train.tsv:1");
/// assert_eq!(learnt.find("Where is my parcel from last week?"), Some("train.tsv:1"));
/// assert_eq!(learnt.find("so where is my parcel from last week"), Some("train.tsv:1"));
/// assert_eq!(learnt.find("where is my refund from last week"), None);
/// ```
#[derive(Clone, Default)]
pub struct Repeats {
    /// Where each stands, and its words.
    noted: Vec<(Box<str>, Vec<u64>)>,
    /// By letters: the first of them.
    letters: BTreeMap<String, u32>,
    /// By some of the words: who nearly repeats a message shares one of these with it.
    words: BTreeMap<u64, Vec<u32>>,
}

impl std::fmt::Debug for Repeats {
    /// Shows no words: what customers write stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Repeats of {} messages", self.noted.len())
    }
}

impl Repeats {
    /// Remembers a message, and what its place is called.
    pub fn note(&mut self, text: &str, place: impl Into<String>) {
        let letters = letters(text);
        if letters.is_empty() {
            return;
        }
        let number = self.noted.len() as u32;
        let words = words(text);
        self.letters.entry(letters).or_insert(number);
        for word in telling(&words) {
            self.words.entry(*word).or_default().push(number);
        }
        self.noted.push((place.into().into_boxed_str(), words));
    }

    /// The place of the first message that this one nearly repeats.
    pub fn find(&self, text: &str) -> Option<&str> {
        self.first(text).and_then(|number| self.noted.get(number as usize)).map(|(place, _)| &**place)
    }

    /// How many messages are remembered.
    pub(super) fn len(&self) -> usize {
        self.noted.len()
    }

    /// Its number.
    pub(super) fn first(&self, text: &str) -> Option<u32> {
        let same = self.letters.get(&letters(text)).copied();
        let words = words(text);
        let near = telling(&words).iter().filter_map(|word| self.words.get(word)).flatten();
        let near: BTreeSet<u32> = near.copied().filter(|number| same.is_none_or(|same| *number < same)).collect();
        let is_near = |number: &u32| self.noted.get(*number as usize).is_some_and(|(_, other)| like(&words, other));
        near.into_iter().find(is_near).or(same)
    }
}

/// The words and pairs of a message, sorted.
fn words(text: &str) -> Vec<u64> {
    pieces(text).into_iter().collect()
}

/// The first of them in their order, so many that two messages which are nearly the same share one at least.
///
/// Source: prefix filtering, Chaudhuri and others, A Primitive Operator for Similarity Joins, 2006.
fn telling(words: &[u64]) -> &[u64] {
    let shared = (NEARLY * words.len() as f64).ceil() as usize;
    words.get(..(words.len() + 1).saturating_sub(shared).min(words.len())).unwrap_or_default()
}

fn like(words: &[u64], other: &[u64]) -> bool {
    let both = words.iter().filter(|word| other.binary_search(word).is_ok()).count();
    let all = words.len() + other.len() - both;
    both as f64 >= NEARLY * all as f64 && both > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_told_from_like() {
        let mut repeats = Repeats::default();
        for (text, place) in
            [("can I return the lamp I bought", "1"), ("退货怎么操作啊", "2"), ("hi", "3"), ("12 34", "4")]
        {
            repeats.note(text, place);
        }
        for (text, found) in [
            ("Can I return the lamp, I bought?", Some("1")),
            ("can I return the lamp I bought yesterday", Some("1")),
            ("can I return the lamp I bought 12345", Some("1")),
            ("can I return the vase I bought", None),
            ("退货怎么操作", Some("2")),
            ("换货怎么操作", None),
            ("hi there", None),
            ("HI!", Some("3")),
            ("56", None),
            ("", None),
        ] {
            assert_eq!(repeats.find(text), found, "{text}");
        }
    }
}
