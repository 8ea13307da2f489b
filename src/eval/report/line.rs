use serde_json::{Map, Value as Json};

use crate::dialog::Record;
use crate::eval::unmatched::{Fate, Said};
use crate::session::{Speaker, TranscriptLine};

/// What one line of a log holds.
///
/// Five kinds are known: a record; an answer of `kefu chat --jsonl` with the records of its turn; a handoff, by itself or
/// as an effect, with its transcript; an event as it was sent (what a customer or an agent wrote); an answer of
/// `kefu classify --jsonl`.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) records: Vec<Record>,
    pub(crate) said: Vec<Said>,
}

/// Keys by which an event is known that says nothing here.
const EVENTS: [&str; 9] =
    ["choice", "host", "event", "rating", "customer", "action_done", "action_failed", "tick", "error"];

impl Line {
    /// Reads a line; `None` if it is none of these.
    pub(crate) fn read(line: &str) -> Option<Self> {
        // Why first: most lines of a log are records, and reading them straight costs half.
        if let Ok(record) = serde_json::from_str::<Record>(line) {
            return Some(Self { records: vec![record], said: Vec::new() });
        }
        let Json::Object(mut fields) = serde_json::from_str(line).ok()? else { return None };
        let mut read = Self::default();
        if let Some(records) = fields.remove("records") {
            read.records = serde_json::from_value(records).ok()?;
            let effects = fields.remove("effects");
            let effects = effects.as_ref().and_then(Json::as_array).into_iter().flatten();
            effects.filter_map(Json::as_object).for_each(|effect| read.hear_transcript(effect));
            return Some(read);
        }
        if fields.contains_key("transcript") {
            read.hear_transcript(&fields);
            return Some(read);
        }
        let is_known = read.hear_message(&fields) || EVENTS.iter().any(|key| fields.contains_key(*key));
        is_known.then_some(read)
    }

    fn hear_transcript(&mut self, handoff: &Map<String, Json>) {
        let Some(session) = text(handoff, "session") else { return };
        let Some(lines) = handoff.get("transcript") else { return };
        let lines: Vec<TranscriptLine> = serde_json::from_value(lines.clone()).unwrap_or_default();
        self.said.extend(lines.into_iter().map(|line| Said {
            session: session.to_owned(),
            at: Some(line.at()),
            who: line.who(),
            text: line.text().to_owned(),
            fate: Fate::Open,
        }));
    }

    /// What a customer or an agent wrote; whether it was that.
    fn hear_message(&mut self, fields: &Map<String, Json>) -> bool {
        let Some(said) = text(fields, "text") else { return false };
        let (who, fate) = match (text(fields, "host"), fields.get("intent")) {
            (Some("message"), _) => (Speaker::Agent, Fate::Open),
            (Some(_), _) => return false,
            (None, None) => (Speaker::Customer, Fate::Open),
            (None, Some(Json::Null)) => (Speaker::Customer, Fate::Missed),
            (None, Some(_)) => (Speaker::Customer, Fate::Understood),
        };
        let at = text(fields, "at").and_then(|at| at.parse::<jiff::Timestamp>().ok());
        self.said.push(Said {
            session: text(fields, "session").unwrap_or("default").to_owned(),
            at: at.map(jiff::Timestamp::as_millisecond),
            who,
            text: said.to_owned(),
            fate,
        });
        true
    }
}

fn text<'f>(fields: &'f Map<String, Json>, key: &str) -> Option<&'f str> {
    fields.get(key).and_then(Json::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_is_read() {
        let record = r#"{"format":1,"at":"2026-03-02T10:00:00Z","session":"a","revision":"r","language":"en","channel":null,"event":"overdue"}"#;
        for (line, records, said) in [
            (record.to_owned(), 1, 0),
            (format!(r#"{{"format":1,"session":"a","effects":[],"records":[{record},{record}]}}"#), 2, 0),
            (
                r#"{"session":"a","reason":"asked","transcript":[{"at":1,"who":"customer","text":"x"},{"at":2,"who":"agent","text":"y"}]}"#
                    .to_owned(),
                0,
                2,
            ),
            (r#"{"session":"a","text":"where is it"}"#.to_owned(), 0, 1),
            (r#"{"session":"a","host":"message","text":"on its way"}"#.to_owned(), 0, 1),
            (r#"{"text":"where is it","intent":null,"candidates":[]}"#.to_owned(), 0, 1),
            (r#"{"session":"a","tick":true}"#.to_owned(), 0, 0),
            (r#"{"session":"a","host":"accepted"}"#.to_owned(), 0, 0),
        ] {
            let read = Line::read(&line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((read.records.len(), read.said.len()), (records, said), "{line}");
        }
        for line in ["where is it", "12", "{}", "{\"a\": 1}", "[]", "{\"format\":1"] {
            assert!(Line::read(line).is_none(), "{line}");
        }
    }
}
