use std::io::{self, Write};

use serde_json::json;

use super::arguments::Classify;
use super::exit::{Done, Verdict};
use super::jsonl::rounded;
use super::lines::next_line;
use super::open;
use crate::classify::{Classification, Decision, Scratch};
use crate::rules::IntentId;

/// One message per line of stdin; what it asks for per line of stdout.
pub(super) fn run(classify: &Classify) -> Done {
    let engine = open::engine(&classify.pack, open::Explained::No)?;
    let mut scratch = Scratch::new();
    let mut input = io::stdin().lock();
    let mut output = io::BufWriter::new(io::stdout().lock());
    while let Some(text) = next_line(&mut input)? {
        let said = engine.classify_with(&mut scratch, &text);
        if classify.jsonl {
            writeln!(output, "{}", object(&text, said))?;
        } else {
            let intent = said.intent().map_or("none", IntentId::as_str);
            writeln!(output, "{intent}\t{:.2}\t{}\t{text}", said.confidence(), said.language())?;
        }
        output.flush()?;
    }
    Ok(Verdict::Fine)
}

fn object(text: &str, said: &Classification) -> serde_json::Value {
    let requests = said.requests().iter().filter_map(|request| match request.decision() {
        Decision::Act(intent) => Some(intent),
        _ => None,
    });
    json!({
        "text": text,
        "intent": said.intent(),
        "confidence": rounded(said.confidence()),
        "language": said.language(),
        "requests": requests.collect::<Vec<_>>(),
        "candidates": said.candidates().iter().map(|candidate| json!({
            "intent": candidate.intent(), "confidence": rounded(candidate.confidence()),
        })).collect::<Vec<_>>(),
        "entities": said.entities().iter().map(|found| json!({
            "entity": found.entity(), "value": found.value(), "span": [found.span().start, found.span().end],
        })).collect::<Vec<_>>(),
        "lexicons": said.lexicons().iter().map(|hit| json!({
            "lexicon": hit.lexicon(), "weight": hit.weight(), "span": [hit.span().start, hit.span().end],
            "negated": hit.negated(),
        })).collect::<Vec<_>>(),
    })
}
