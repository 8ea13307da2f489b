//! Which words and phrases could tell intents apart.

use std::collections::{BTreeMap, BTreeSet};

use super::fit::{Row, Rows};
use crate::text::{Fnv, Folded, Language, Stems, TokenKind, strip_accents, tokens};

/// Longest phrase: words of spaced scripts, Chinese characters.
const LONGEST_PHRASE: usize = 3;
const LONGEST_RUN: usize = 6;
/// From how many messages on phrases of three words are looked at, and rare items left out.
const MANY: usize = 3000;
/// Chinese: neighbours that a run must have on each side, and the most that one of them may make up: else it is a piece
/// of a longer word.
const NEIGHBOURS: usize = 3;
const MOST_ALIKE: f64 = 0.9;
/// Chinese particles that tell nothing alone.
const PARTICLES: &str = "的了是啊呢吧呀啦哦噢嗯哈嘛哎唉呃诶喔咯哟";

/// A candidate: what its words have in common, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The commonest way customers write it.
    pub(super) text: String,
}

/// One unit of a message: a stem or character, and its writing.
pub(in crate::eval) struct Unit {
    key: String,
    written: String,
    /// Whether something parts it from the unit before.
    is_cut: bool,
}

/// The items of messages, and the messages as sets of items.
pub(super) struct Items {
    pub(super) items: Vec<Item>,
    pub(super) rows: Rows,
}

impl Items {
    /// Reads messages of one language, sorted.
    pub(super) fn read(messages: &[(&str, u32, f64)], classes: usize, language: Language) -> Self {
        let stems = Stems::new();
        let cut: Vec<Vec<Unit>> = messages.iter().map(|(text, ..)| units(text, language, &stems)).collect();
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        for (number, units) in cut.iter().enumerate() {
            each_phrase(units, language, |key, phrase, before, after| {
                let found = found.entry(key).or_default();
                if found.last != Some(number) {
                    found.last = Some(number);
                    found.messages += 1;
                }
                *found.writings.entry(written(phrase)).or_default() += 1;
                if language.is_unspaced() && phrase.len() > 1 {
                    found.before.note(before);
                    found.after.note(after);
                }
            });
        }
        found.retain(|key, found| found.is_kept(key, language, messages.len()));
        let numbers: BTreeMap<&str, u32> = found.keys().map(String::as_str).zip(0..).collect();
        let items: Vec<Item> = found.values().map(|found| Item { text: found.commonest() }).collect();
        let rows: Vec<Row> = cut
            .iter()
            .zip(messages)
            .map(|(units, (_, class, count))| {
                let mut features = BTreeSet::new();
                each_phrase(units, language, |key, _, _, _| features.extend(numbers.get(key.as_str()).copied()));
                Row { features: features.into_iter().collect(), class: *class, count: *count }
            })
            .collect();
        let (items, mut rows) = Self::without_doubles(items, rows, language);
        rows.sort_by(|a, b| (&a.features, a.class).cmp(&(&b.features, b.class)));
        rows.dedup_by(|next, kept| {
            let same = (&next.features, next.class) == (&kept.features, kept.class);
            if same {
                kept.count += next.count;
            }
            same
        });
        let features = items.len();
        Self { items, rows: Rows { kinds: rows, features, classes } }
    }

    /// Leaves out what says the same: of a phrase and a part of it, found in just the same messages, one is enough to read.
    fn without_doubles(mut items: Vec<Item>, mut rows: Vec<Row>, language: Language) -> (Vec<Item>, Vec<Row>) {
        let mut places: Vec<Fnv> = items.iter().map(|_| Fnv::new()).collect();
        for (number, row) in (0_u32..).zip(&rows) {
            for feature in &row.features {
                if let Some(place) = places.get_mut(*feature as usize) {
                    place.add(&number.to_le_bytes());
                }
            }
        }
        let mut order: Vec<usize> = (0..items.len()).collect();
        // Why so: of spaced scripts the shorter phrase is met more often; a Chinese character is mostly half a word.
        order.sort_by_key(|at| {
            let length = items.get(*at).map_or(0, |item| item.text.chars().count());
            if language.is_unspaced() { usize::MAX - length } else { length }
        });
        let mut seen: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
        let mut is_kept = vec![false; items.len()];
        for at in order {
            let (Some(place), Some(item), Some(kept)) = (places.get(at), items.get(at), is_kept.get_mut(at)) else {
                continue;
            };
            let same = seen.entry(place.value()).or_default();
            let says_it = |other: &&str| {
                if language.is_unspaced() { other.contains(&item.text) } else { item.text.contains(*other) }
            };
            if !same.iter().any(says_it) {
                *kept = true;
                same.push(&item.text);
            }
        }
        let mut number = 0;
        let numbers: Vec<Option<u32>> = is_kept
            .iter()
            .map(|kept| {
                number += u32::from(*kept);
                kept.then(|| number - 1)
            })
            .collect();
        for row in &mut rows {
            row.features = row.features.iter().filter_map(|of| *numbers.get(*of as usize)?).collect();
        }
        let mut kept = is_kept.iter();
        items.retain(|_| kept.next() == Some(&true));
        (items, rows)
    }
}

/// A phrase met in messages.
#[derive(Default)]
struct Found {
    messages: usize,
    last: Option<usize>,
    writings: BTreeMap<String, usize>,
    before: Neighbours,
    after: Neighbours,
}

#[derive(Default)]
struct Neighbours {
    all: usize,
    edges: usize,
    counts: BTreeMap<String, usize>,
}

impl Neighbours {
    fn note(&mut self, neighbour: Option<&str>) {
        self.all += 1;
        match neighbour {
            Some(neighbour) => *self.counts.entry(neighbour.to_owned()).or_default() += 1,
            // Why each by itself: at an edge a word surely ends.
            None => self.edges += 1,
        }
    }

    fn vary(&self) -> bool {
        let most = self.counts.values().copied().max().unwrap_or(0);
        self.counts.len() + self.edges >= NEIGHBOURS && (most as f64) < MOST_ALIKE * self.all as f64
    }
}

impl Found {
    fn is_kept(&self, key: &str, language: Language, messages: usize) -> bool {
        let length = if language.is_unspaced() { key.chars().count() } else { 1 + key.matches(' ').count() };
        let least = match (language.is_unspaced(), messages < MANY, length) {
            (false, true, 1) => 1,
            (true, _, 1) | (true, true, _) | (false, false, 1) | (false, true, 2) => 2,
            (true, false, _) | (false, false, 2) => 3,
            (false, true, _) => return false,
            (false, false, _) => 5,
        };
        let is_word =
            !language.is_unspaced() || length == 1 || messages < MANY || (self.before.vary() && self.after.vary());
        self.messages >= least && is_word && !PARTICLES.contains(key)
    }

    fn commonest(&self) -> String {
        let mut best: Option<(&String, usize)> = None;
        for (writing, count) in &self.writings {
            if best.is_none_or(|(_, most)| *count > most) {
                best = Some((writing, *count));
            }
        }
        best.map(|(writing, _)| writing.clone()).unwrap_or_default()
    }
}

/// The units of a message, as the engine's tokens; digits and marks that part clauses cut phrases.
pub(in crate::eval) fn units(text: &str, language: Language, stems: &Stems) -> Vec<Unit> {
    let folded = Folded::new(text);
    let mut units = Vec::new();
    let mut is_cut = true;
    for token in tokens(folded.as_str()) {
        let word = folded.as_str().get(token.span).unwrap_or_default();
        match token.kind {
            TokenKind::Word => {
                let plain: String = word.chars().filter(|c| *c != '\'').collect();
                let key = strip_accents(&stems.stem(language, &plain)).into_owned();
                units.push(Unit { key, written: word.to_owned(), is_cut });
                is_cut = false;
            }
            TokenKind::Han => {
                units.push(Unit { key: word.to_owned(), written: word.to_owned(), is_cut });
                is_cut = false;
            }
            TokenKind::Digits => is_cut = true,
            TokenKind::Mark => is_cut |= matches!(word, "," | "." | "?" | "!" | ";" | "。" | "、" | "…" | "¿" | "¡"),
        }
    }
    units
}

/// Every phrase of a message, with what stands around it.
pub(in crate::eval) fn each_phrase(
    units: &[Unit],
    language: Language,
    mut with: impl FnMut(String, &[Unit], Option<&str>, Option<&str>),
) {
    let longest = if language.is_unspaced() { LONGEST_RUN } else { LONGEST_PHRASE };
    let joint = if language.is_unspaced() { "" } else { " " };
    for run in runs(units) {
        for start in 0..run.len() {
            for end in start + 1..=(start + longest).min(run.len()) {
                let Some(phrase) = run.get(start..end) else { continue };
                let key = phrase.iter().map(|unit| unit.key.as_str()).collect::<Vec<_>>().join(joint);
                let before = start.checked_sub(1).and_then(|at| run.get(at)).map(|unit| unit.key.as_str());
                with(key, phrase, before, run.get(end).map(|unit| unit.key.as_str()));
            }
        }
    }
}

/// Units between two cuts.
fn runs(units: &[Unit]) -> impl Iterator<Item = &[Unit]> {
    units.chunk_by(|_, next| !next.is_cut)
}

/// A phrase as a person writes it: blanks between words of spaced scripts.
pub(in crate::eval) fn written(phrase: &[Unit]) -> String {
    let mut text = String::new();
    for unit in phrase {
        let is_spaced = |c: char| !crate::text::is_han(c);
        if text.chars().next_back().is_some_and(is_spaced) && unit.written.starts_with(is_spaced) {
            text.push(' ');
        }
        text.push_str(&unit.written);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_are_one_item_and_phrases_end_at_marks() {
        let texts = ["Returns please", "returning it, please", "return it"];
        let messages: Vec<(&str, u32, f64)> = texts.iter().map(|text| (*text, 0, 1.0)).collect();
        let read = Items::read(&messages, 1, Language::En);
        let texts: Vec<&str> = read.items.iter().map(|item| item.text.as_str()).collect();
        assert_eq!(texts, ["it", "please", "return"]);
    }

    #[test]
    fn chinese_items_are_runs_of_characters() {
        let messages: Vec<(&str, u32, f64)> = ["退货吗", "怎么退貨", "VIP会员"].iter().map(|t| (*t, 0, 1.0)).collect();
        let read = Items::read(&messages, 1, Language::Zh);
        let texts: Vec<&str> = read.items.iter().map(|item| item.text.as_str()).collect();
        assert_eq!(texts, ["退货"]);
    }

    #[test]
    fn equal_rows_are_counted() {
        let messages: Vec<(&str, u32, f64)> = vec![("same words", 1, 2.0); 50_000];
        let read = Items::read(&messages, 2, Language::En);
        assert_eq!(read.rows.kinds.len(), 1);
        assert!((read.rows.messages() - 100_000.0).abs() < 0.5);
    }
}
