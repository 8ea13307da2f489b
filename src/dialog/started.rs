//! What the message that started a flow says besides its request: a row it names, or the answer to a question in free text.

use std::ops::Range;

use super::choice::choose_as_written;
use super::run::Run;
use crate::classify::{Candidate, Classification, Evidence, Hints, Request, Scratch};
use crate::rules::{Ask, Value};
use crate::text::is_han;

impl Run<'_> {
    /// The one row that the message which started the flow names: "I want to return the lamp".
    pub(super) fn take_row_named(&mut self, ask: &Ask) -> bool {
        let Some(words) = self.doc.slot_frame().and_then(|frame| frame.started_by.as_deref()) else { return false };
        let chips = self.ask_chips(ask);
        let labels: Vec<&str> = chips.iter().map(|chip| chip.label.as_str()).collect();
        let chip = choose_as_written(words, &labels).and_then(|index| chips.into_iter().nth(index));
        let Some(chip) = chip.filter(|chip| self.accepts(ask, &chip.value).is_ok()) else { return false };
        let row = self.chip_row(ask, &chip.value);
        self.fill(ask, chip.value, row);
        true
    }

    /// The message that started the flow as the answer in free text, if it says enough besides the request: "my wife loves
    /// cooking" in "I need a gift, my wife loves cooking".
    pub(super) fn take_words_told(&mut self, ask: &Ask) -> bool {
        let Some(least) = ask.told else { return false };
        let Some(words) = self.doc.slot_frame().and_then(|frame| frame.started_by.clone()) else { return false };
        let value = Value::from(words.trim());
        if self.told_besides(&words) < least as usize || self.accepts(ask, &value).is_err() {
            return false;
        }
        self.fill(ask, value, None);
        true
    }

    /// Words of the message beside those that ask for the open flow, its typed values and the small words of every sentence; two
    /// Chinese characters count as one.
    fn told_besides(&self, text: &str) -> usize {
        let mut scratch = Scratch::default();
        let hints = Hints { language: self.doc.language, clock: Some(&self.clock), left_out: None };
        let said = self.rules.classifier.classify(&mut scratch, text, &hints);
        let asking = self.asking(said);
        let small = self.rules.pack.lexicons.iter().filter(|lexicon| lexicon.name.as_str() == "function_words");
        let small: Vec<&str> = small.flat_map(|lexicon| &lexicon.entries).map(|entry| &*entry.text).collect();
        let tells = |word: &Range<usize>| {
            let words = text.get(word.clone()).unwrap_or_default().to_lowercase();
            let is_letter = !words.chars().any(is_han) && words.chars().count() == 1;
            !is_letter
                && !asking.iter().any(|span| span.start <= word.start && word.end <= span.end)
                && !small.contains(&words.as_str())
        };
        let words = pieces(text).into_iter().filter(tells);
        let (han, others): (Vec<_>, Vec<_>) =
            words.partition(|word| text.get(word.clone()).is_some_and(|word| word.chars().all(is_han)));
        han.len() / 2 + others.len()
    }

    /// What asks for the open flow in a message, and its typed values.
    fn asking(&self, said: &Classification) -> Vec<Range<usize>> {
        let own = said.requests().iter().flat_map(Request::candidates);
        let own = own.filter(|candidate| self.is_about_open_flow(candidate.intent()));
        let values = said.entities().iter().map(crate::entities::Found::span);
        own.flat_map(Candidate::evidence).map(Evidence::span).chain(values).collect()
    }
}

/// Words, and Chinese characters one by one.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let is_letter = letter.is_alphanumeric() || letter == '\'' || letter == '’';
        let goes_on = is_letter && !is_han(letter) && before.is_some_and(|before| !is_han(before));
        match pieces.last_mut() {
            Some(last) if goes_on && last.end == at => last.end = end,
            _ if is_letter => pieces.push(at..end),
            _ => {}
        }
        before = is_letter.then_some(letter);
    }
    pieces
}
