//! Choosing from a list in words: the label, a number, an ordinal, or words only one label has.

use crate::text::{Folded, is_han, tokens};

/// Ordinals a customer may write, folded, with the place they mean; `LAST` counts from the end.
const ORDINALS: [(&str, usize); 41] = [
    ("第一个", 1), ("第二个", 2), ("第三个", 3), ("第四个", 4), ("第五个", 5), ("第一", 1), ("第二", 2), ("第三", 3),
    ("第1个", 1), ("第2个", 2), ("第3个", 3), ("最后一个", LAST), ("最后那个", LAST), ("上面那个", 1), ("下面那个", LAST),
    ("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("1st", 1), ("2nd", 2), ("3rd", 3), ("last", LAST),
    ("primero", 1), ("primera", 1), ("segundo", 2), ("segunda", 2), ("tercero", 3), ("tercera", 3), ("cuarto", 4),
    ("ultimo", LAST), ("ultima", LAST), ("último", LAST), ("última", LAST), ("primeiro", 1), ("primeira", 1),
    ("terceiro", 3), ("terceira", 3), ("quarto", 4), ("former", 1), ("latter", LAST),
];

const LAST: usize = usize::MAX;

/// Longest text that can be a choice by ordinal: "the second one please" is, a sentence with "first" in it is not.
const ORDINAL_WORDS: usize = 5;

/// The index of the label the text chooses, if it chooses exactly one.
pub(super) fn choose(text: &str, labels: &[&str]) -> Option<usize> {
    let folded = Folded::new(text);
    let said = folded.as_str().trim().trim_end_matches(['.', '!', '。', '！', ')', '）', '、', ',']).trim();
    if said.is_empty() || labels.is_empty() {
        return None;
    }
    if let Ok(number) = said.parse::<usize>() {
        return number.checked_sub(1).filter(|index| *index < labels.len());
    }
    let labels: Vec<Folded> = labels.iter().map(|label| Folded::new(label)).collect();
    only(labels.iter().map(|label| label.as_str().trim() == said))
        .or_else(|| ordinal(said, labels.len()))
        .or_else(|| by_words(said, &labels))
}

/// Whether the text is one of the labels and nothing else.
pub(super) fn is_label(text: &str, labels: &[&str]) -> bool {
    let folded = Folded::new(text);
    let said = folded.as_str().trim();
    labels.iter().any(|label| Folded::new(label).as_str().trim() == said)
}

fn ordinal(said: &str, count: usize) -> Option<usize> {
    let words: Vec<&str> = tokens(said).filter_map(|token| said.get(token.span)).collect();
    if words.len() > ORDINAL_WORDS {
        return None;
    }
    let is_said = |ordinal: &str| {
        if ordinal.is_ascii() || !ordinal.starts_with(['第', '最', '上', '下']) {
            words.contains(&ordinal)
        } else {
            said.contains(ordinal)
        }
    };
    let place = ORDINALS.iter().find(|(ordinal, _)| is_said(ordinal)).map(|(_, place)| *place)?;
    if place == LAST { count.checked_sub(1) } else { Some(place - 1).filter(|index| *index < count) }
}

/// Words said beside those of a label that still make it a choice: "the red one please".
const SPARE_WORDS: usize = 3;

/// The one label that has most of the words said. Single letters and marks say nothing.
fn by_words(said: &str, labels: &[Folded]) -> Option<usize> {
    let words = words(said);
    let scores: Vec<usize> = labels.iter().map(|label| shared(&words, label.as_str())).collect();
    let best = scores.iter().copied().max().filter(|best| *best > 0)?;
    if words.len() > best + SPARE_WORDS {
        return None;
    }
    only(scores.iter().map(|score| *score == best))
}

/// How many of the words a label has, as whole words; Chinese has no spaces to tell by.
fn shared(words: &[&str], label: &str) -> usize {
    let known = self::words(label);
    words.iter().filter(|word| known.contains(word)).count()
}

/// Words with their digits, so that AB1 and AB2 share nothing; Chinese characters one by one.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    for piece in text.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
        if piece.chars().any(is_han) {
            words.extend(tokens(piece).filter_map(|token| piece.get(token.span)));
        } else if piece.len() > 1 {
            words.push(piece);
        }
    }
    words
}

/// The index of the only `true`.
fn only(hits: impl Iterator<Item = bool>) -> Option<usize> {
    let mut found = hits.enumerate().filter(|(_, hit)| *hit).map(|(index, _)| index);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
