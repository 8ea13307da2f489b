use std::io::{self, Write};

use serde::Serialize;

use super::arguments::{Search, SearchFormat};
use super::exit::{Done, Stop, Verdict};
use super::open;
use crate::classify::rounded;
use crate::dialog::Answer;
use crate::rules::IntentId;
use crate::text::Language;

/// The answers of a pack for a few words, the best first.
pub(super) fn run(search: &Search) -> Done {
    let engine = open::engine(&search.pack, open::Explained::No)?;
    let language = match &search.language {
        None => engine.languages().first().copied().unwrap_or(Language::En),
        Some(code) => Language::from_code(code)
            .filter(|language| engine.languages().contains(language))
            .ok_or_else(|| Stop::Usage(format!("the pack does not speak `{code}`")))?,
    };
    let answers = engine.search(&search.words.join(" "), language);
    let mut output = io::stdout().lock();
    let shown: Vec<Shown<'_>> = answers.iter().map(Shown::new).collect();
    if search.jsonl {
        for answer in &shown {
            writeln!(output, "{}", serde_json::to_string(answer).map_err(io::Error::from)?)?;
        }
    } else if search.format == SearchFormat::Json {
        writeln!(output, "{}", serde_json::to_string_pretty(&shown).map_err(io::Error::from)?)?;
    } else {
        for answer in &answers {
            writeln!(output, "{}  ({}, {:.2})", answer.title(), answer.intent(), answer.score())?;
            if let Some(text) = answer.text() {
                writeln!(output, "  {}", text.replace('\n', "\n  "))?;
            }
        }
    }
    Ok(if answers.is_empty() { Verdict::Found } else { Verdict::Fine })
}

#[derive(Serialize)]
struct Shown<'a> {
    intent: &'a IntentId,
    title: &'a str,
    /// None of a flow or a person.
    text: Option<&'a str>,
    score: f64,
}

impl<'a> Shown<'a> {
    fn new(answer: &'a Answer) -> Self {
        Self { intent: answer.intent(), title: answer.title(), text: answer.text(), score: rounded(answer.score()) }
    }
}
