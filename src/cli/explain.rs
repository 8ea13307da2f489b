use serde_json::{Value as Json, json};

use super::jsonl::rounded;
use crate::classify::{Candidate, Explanation, Mended, Request};
use crate::engine::Engine;

/// Why a message is understood as it is, as data.
pub(super) fn explanation(engine: &Engine, text: &str) -> Json {
    let explanation = engine.explain(text);
    let said = explanation.classification();
    json!({
        "language": said.language(),
        "requests": said.requests().iter().map(|request| clause(text, request)).collect::<Vec<_>>(),
        "entities": said.entities().iter().map(|found| json!({
            "entity": found.entity(), "text": words(text, found.span()), "value": found.value(),
        })).collect::<Vec<_>>(),
        "lexicons": said.lexicons().iter().map(|hit| json!({
            "lexicon": hit.lexicon(), "text": words(text, hit.span()), "weight": hit.weight(), "negated": hit.negated(),
        })).collect::<Vec<_>>(),
        "mended": mended(&explanation).iter().map(|word| json!({
            "text": words(text, word.span()), "span": [word.span().start, word.span().end], "meant": word.meant(),
        })).collect::<Vec<_>>(),
    })
}

fn clause(text: &str, request: &Request) -> Json {
    json!({
        "text": words(text, request.span()),
        "confidence": rounded(request.confidence()),
        "candidates": request.candidates().iter().map(|candidate| json!({
            "intent": candidate.intent(),
            "confidence": rounded(candidate.confidence()),
            "score": candidate.score(),
            "evidence": candidate.evidence().iter().map(|hit| json!({
                "text": words(text, hit.span()), "span": [hit.span().start, hit.span().end],
                "weight": hit.weight(), "rule": hit.rule(),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

/// The same for people, one line per clause, candidate and hit.
pub(super) fn explained(text: &str, explanation: &Explanation) -> Vec<String> {
    let said = explanation.classification();
    let mut lines = Vec::new();
    for word in mended(explanation) {
        let span = word.span();
        lines.push(format!("“{}” {}..{} read as “{}”", words(text, span.clone()), span.start, span.end, word.meant()));
    }
    for request in said.requests() {
        lines.push(format!("“{}”  confidence {:.2}", words(text, request.span()), request.confidence()));
        lines.extend(request.candidates().iter().map(|candidate| candidate_line(text, candidate)));
    }
    for found in said.entities() {
        lines.push(format!("{} “{}” at {:?}", found.entity(), words(text, found.span()), found.span()));
    }
    for hit in said.lexicons() {
        let negated = if hit.negated() { ", negated" } else { "" };
        lines.push(format!("{} “{}” weighs {}{negated}", hit.lexicon(), words(text, hit.span()), hit.weight()));
    }
    lines
}

/// The words that some match rests on though they are written otherwise, each once.
fn mended(explanation: &Explanation) -> Vec<&Mended> {
    let mut all: Vec<&Mended> = Vec::new();
    let standing = explanation.matches().iter().filter(|found| found.withheld().is_none());
    for word in standing.flat_map(|found| found.mended()) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

fn candidate_line(text: &str, candidate: &Candidate) -> String {
    let hits = candidate.evidence().iter().map(|hit| {
        let span = hit.span();
        format!("`{}` on “{}” {}..{} {:+.0}", hit.rule(), words(text, span.clone()), span.start, span.end, hit.weight())
    });
    let hits: Vec<String> = hits.collect();
    format!(
        "  {} {:.2} (score {:.0}): {}",
        candidate.intent(),
        candidate.confidence(),
        candidate.score(),
        hits.join(", ")
    )
}

fn words(text: &str, span: std::ops::Range<usize>) -> &str {
    text.get(span).unwrap_or_default().trim()
}
