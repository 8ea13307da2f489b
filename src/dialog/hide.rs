//! What must not be read by others: private numbers wherever they stand, and every value the rules call private.

use std::ops::Range;

use super::message::Heard;
use super::run::Run;
use crate::entities::{mask, mask_value};
use crate::rules::{Privacy, StepKind, Type, Value};
use crate::session::Speaker;
use crate::text::is_han;

/// What stands for private words.
pub(super) const HIDDEN: &str = "••••••";

/// Letters and digits from which a value is looked for inside words as well; a shorter one would hide half a sentence.
const LEAST: usize = 3;
/// A Chinese character says as much as two letters.
const HAN: usize = 2;

impl Run<'_> {
    /// The text without private numbers, and without the private values this session knows.
    pub(super) fn hide(&self, text: &str) -> String {
        let mut hidden = String::new();
        self.hide_into(text, &mut hidden);
        hidden
    }

    /// The same, into an empty text that may have memory already.
    pub(super) fn hide_into(&self, text: &str, hidden: &mut String) {
        hidden.push_str(&mask(text));
        for (value, shown) in self.private_values() {
            replace(hidden, &value, &shown);
        }
    }

    /// Hides what a message was found to hold in its line of the transcript.
    pub(super) fn hide_found(&mut self, heard: Heard<'_>) {
        let rules = self.rules;
        for found in heard.said.entities() {
            let privacy = rules.entities().privacy(found.entity().as_str());
            let Some(words) = heard.text.get(found.span()).filter(|_| privacy != Privacy::Public) else { continue };
            let line = self.doc.transcript.back_mut().filter(|line| line.who == Speaker::Customer);
            if let Some(line) = line
                && let Some(range) = find(&line.text, words)
            {
                line.text.replace_range(range, HIDDEN);
            }
        }
    }

    /// Hides a private value that was just told in the lines in which it was told.
    pub(super) fn hide_told(&mut self) {
        let values = self.private_values();
        for line in &mut self.doc.transcript {
            for (value, shown) in &values {
                replace(&mut line.text, value, shown);
            }
        }
    }

    /// Whether the open question asks for something private.
    pub(super) fn asks_private(&self) -> bool {
        self.resting().is_some_and(|(_, _, node)| matches!(&node.kind, StepKind::Ask(ask) if self.is_private(ask)))
    }

    /// The private values of the session, each with what may be shown of it.
    fn private_values(&self) -> Vec<(String, String)> {
        let mut values = Vec::new();
        for frame in &self.doc.stack {
            let Some(flow) = self.rules.pack.flow(frame.flow.as_str()) else { continue };
            for (name, value) in &frame.slots {
                if let Some(slot) = flow.slot(name.as_str()) {
                    self.gather(&slot.ty, value, &mut values);
                }
            }
            for (entity, value) in frame.found.iter().chain(&frame.early) {
                self.gather(&Type::Entity(entity.clone()), value, &mut values);
            }
        }
        for (entity, value) in &self.doc.told {
            self.gather(&Type::Entity(entity.clone()), value, &mut values);
        }
        let last = self.doc.last_flow.as_ref().and_then(|flow| self.rules.pack.flow(flow.as_str()));
        for (name, value) in &self.doc.kept {
            if let Some(slot) = last.and_then(|flow| flow.slot(name.as_str())) {
                self.gather(&slot.ty, value, &mut values);
            }
        }
        for field in &self.rules.pack.customer {
            if let Some(value) = self.doc.customer.field(&field.name) {
                self.gather(&field.ty, value, &mut values);
            }
        }
        values
    }

    fn gather(&self, ty: &Type, value: &Value, into: &mut Vec<(String, String)>) {
        match (ty.required(), value) {
            (Type::Entity(entity), Value::Text(_) | Value::Integer(_) | Value::Decimal(_)) => {
                let privacy = self.rules.entities().privacy(entity.as_str());
                if privacy != Privacy::Public {
                    let written = match value {
                        Value::Integer(number) => number.to_string(),
                        Value::Decimal(number) => number.to_string(),
                        other => other.as_text().unwrap_or_default().to_owned(),
                    };
                    let shown = mask_value(value, privacy);
                    into.push((written, shown.as_text().unwrap_or(HIDDEN).to_owned()));
                }
            }
            (Type::List(ty), Value::List(items)) => {
                for item in items {
                    self.gather(ty, item, into);
                }
            }
            (Type::Record(fields), Value::Record(_)) => {
                for field in fields {
                    if let Some(value) = value.field(&field.name) {
                        self.gather(&field.ty, value, into);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Puts what may be shown in place of a value, wherever it stands. A short one counts only as a word of its own.
fn replace(text: &mut String, value: &str, shown: &str) {
    let size = value.chars().filter_map(plain).map(|c| if is_han(c) { HAN } else { 1 }).sum::<usize>();
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| find(rest, value)) {
        let range = from + found.start..from + found.end;
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = text.get(..range.start).and_then(|before| before.chars().next_back());
        let behind = text.get(range.end..).and_then(|behind| behind.chars().next());
        // Why as it is written: "al" is a word of Spanish, "Al" may be a name.
        let is_whole = !is_letter(before) && !is_letter(behind) && text.get(range.clone()) == Some(value);
        if size >= LEAST || is_whole {
            // Why: what stands there now is not looked at again, or a mask that keeps four digits were hidden for ever.
            from = range.start + shown.len();
            text.replace_range(range, shown);
        } else {
            from = range.end;
        }
    }
}

/// Where words stand in a text, whatever the case, width, blanks and punctuation between them.
fn find(text: &str, words: &str) -> Option<Range<usize>> {
    let wanted: Vec<char> = words.chars().filter_map(plain).collect();
    let letters: Vec<(usize, char, usize)> =
        text.char_indices().filter_map(|(at, c)| Some((at, plain(c)?, at + c.len_utf8()))).collect();
    if wanted.is_empty() {
        return None;
    }
    let found = letters.windows(wanted.len()).find(|window| window.iter().map(|(_, c, _)| c).eq(&wanted))?;
    Some(found.first()?.0..found.last()?.2)
}

/// A letter or digit in its plainest form.
fn plain(c: char) -> Option<char> {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0)?,
        other => other,
    };
    narrow.is_alphanumeric().then(|| narrow.to_lowercase().next()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_hidden_once_and_short_ones_as_words_alone() {
        for (text, value, shown, expected) in [
            ("#1234 and #1234", "#1234", "•1234", "#•1234 and #•1234"),
            ("王芳，还有什么？", "王芳", HIDDEN, "••••••，还有什么？"),
            ("I am Li, living in Lille", "Li", HIDDEN, "I am ••••••, living in Lille"),
            ("I am 42, order 4217", "42", HIDDEN, "I am ••••••, order 4217"),
        ] {
            let mut hidden = text.to_owned();
            replace(&mut hidden, value, shown);
            assert_eq!(hidden, expected);
        }
    }

    #[test]
    fn words_are_found_however_they_are_written() {
        for (text, words, expected) in [
            ("I live at 12 High St., Leeds", "12 high st leeds", Some("12 High St., Leeds")),
            ("地址：杭州市 余杭区１２号", "杭州市余杭区12号", Some("杭州市 余杭区１２号")),
            ("nothing here", "somewhere", None),
            ("anything", "…", None),
        ] {
            assert_eq!(find(text, words).and_then(|range| text.get(range)), expected, "{text}");
        }
    }
}
