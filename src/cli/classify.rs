use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use super::arguments::Classify;
use super::exit::{Done, Verdict};
use super::lines::next_line;
use super::open;
use crate::classify::rounded;
use crate::classify::{Candidate, Classification, Decision, LexiconHit, Request, Scratch};
use crate::entities::Found;
use crate::rules::{EntityName, IntentId, LexiconName, Value};
use crate::text::Language;

/// One message per line of stdin; what it asks for per line of stdout.
pub(super) fn run(classify: &Classify) -> Done {
    let engine = open::engine(&classify.pack, open::Explained::No)?;
    let mut scratch = Scratch::new();
    let mut input = io::stdin().lock();
    let mut output = io::BufWriter::new(io::stdout().lock());
    while let Some(text) = next_line(&mut input)? {
        let said = engine.classify_with(&mut scratch, &text);
        if classify.jsonl {
            let line = serde_json::to_string(&understood(&text, said)).map_err(io::Error::from)?;
            writeln!(output, "{line}")?;
        } else {
            let intent = said.intent().map_or("none", IntentId::as_str);
            writeln!(output, "{intent}\t{:.2}\t{}\t{text}", said.confidence(), said.language())?;
        }
        output.flush()?;
    }
    Ok(Verdict::Fine)
}

/// What a message asks for, as it is written.
#[derive(Serialize)]
struct Understood<'a> {
    text: &'a str,
    intent: Option<&'a IntentId>,
    confidence: f64,
    language: Language,
    requests: Vec<&'a IntentId>,
    candidates: Vec<Likely<'a>>,
    entities: Vec<Typed<'a>>,
    lexicons: Vec<Word<'a>>,
}

#[derive(Serialize)]
struct Likely<'a> {
    intent: &'a IntentId,
    confidence: f64,
}

#[derive(Serialize)]
struct Typed<'a> {
    entity: &'a EntityName,
    value: &'a Value,
    span: [usize; 2],
}

#[derive(Serialize)]
struct Word<'a> {
    lexicon: &'a LexiconName,
    weight: f32,
    span: [usize; 2],
    negated: bool,
}

fn understood<'a>(text: &'a str, said: &'a Classification) -> Understood<'a> {
    let acted = |request: &'a Request| match request.decision() {
        Decision::Act(intent) => Some(intent),
        _ => None,
    };
    let likely = |one: &'a Candidate| Likely { intent: one.intent(), confidence: rounded(one.confidence()) };
    let typed = |found: &'a Found| Typed { entity: found.entity(), value: found.value(), span: ends(found.span()) };
    let word = |hit: &'a LexiconHit| Word {
        lexicon: hit.lexicon(),
        weight: hit.weight(),
        span: ends(hit.span()),
        negated: hit.negated(),
    };
    Understood {
        text,
        intent: said.intent(),
        confidence: rounded(said.confidence()),
        language: said.language(),
        requests: said.requests().iter().filter_map(acted).collect(),
        candidates: said.candidates().iter().map(likely).collect(),
        entities: said.entities().iter().map(typed).collect(),
        lexicons: said.lexicons().iter().map(word).collect(),
    }
}

fn ends(span: Range<usize>) -> [usize; 2] {
    [span.start, span.end]
}
