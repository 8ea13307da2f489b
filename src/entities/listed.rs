use super::phrases::{wordings, words};
use super::slip::names_with_slips;
use super::view::View;
use crate::rules::{EntityValue, Pack};
use crate::text::Folded;

/// Words beside a misspelt wording that leave it an answer; a longer sentence may be about something else.
const BESIDE: usize = 3;

/// The words of an entity's listed values, for reading an answer.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    /// In the pack's order.
    names: Vec<Box<str>>,
    /// Sorted; a wording and the index of its value.
    wordings: Vec<(Vec<Box<str>>, usize)>,
    longest: usize,
}

impl Listed {
    pub(super) fn new(values: &[EntityValue], pack: &Pack) -> Self {
        let mut all: Vec<(Vec<Box<str>>, usize)> = Vec::new();
        for (index, value) in values.iter().enumerate() {
            all.push((words(&value.name), index));
            all.extend(value.labels.iter().map(|(_, label)| (words(label), index)));
            all.extend(value.words.iter().flat_map(|keyword| wordings(keyword, pack)).map(|words| (words, index)));
        }
        all.retain(|(words, _)| !words.is_empty());
        all.sort();
        all.dedup();
        let longest = all.iter().map(|(words, _)| words.len()).max().unwrap_or(0);
        Self { names: values.iter().map(|value| value.name.clone()).collect(), wordings: all, longest }
    }

    /// The name of a value by its place in the pack.
    pub(super) fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(|name| &**name)
    }

    /// The values an answer names, each once, in its order; the longest wording at a place counts.
    pub(super) fn read(&self, text: &Folded) -> Vec<&str> {
        let view = View::new(text.as_str());
        let mut found: Vec<usize> = Vec::new();
        let mut at = 0;
        while at < view.len() {
            let longest = self.longest.min(view.len() - at);
            let hit = (1..=longest).rev().find_map(|length| Some((self.lookup(&view, at, length)?, length)));
            match hit {
                Some((index, length)) => {
                    if !found.contains(&index) {
                        found.push(index);
                    }
                    at += length;
                }
                None => at += 1,
            }
        }
        found.into_iter().filter_map(|index| self.name(index)).collect()
    }

    /// The one value that an answer names with slips of the finger, if its words as they are written name none.
    pub(super) fn read_misspelt(&self, text: &str) -> Option<&str> {
        let said = words(text);
        let named = self.wordings.iter().filter(|(known, _)| names_with_slips(&said, known, BESIDE));
        let mut values: Vec<usize> = named.map(|(_, index)| *index).collect();
        values.sort_unstable();
        values.dedup();
        match values.as_slice() {
            [only] => self.name(*only),
            _ => None,
        }
    }

    fn lookup(&self, view: &View, at: usize, length: usize) -> Option<usize> {
        let said = (at..at + length).map(|index| view.at(index));
        let place =
            self.wordings.binary_search_by(|(known, _)| known.iter().map(|word| &**word).cmp(said.clone())).ok()?;
        self.wordings.get(place).map(|(_, index)| *index)
    }
}
