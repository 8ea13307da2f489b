use serde_json::{Value as Json, json};

use super::jsonl::rounded;
use crate::classify::{Candidate, Decision, Explanation, Match, Mended, Request};
use crate::engine::Engine;

/// Why a message is understood as it is, as data.
pub(super) fn explanation(engine: &Engine, text: &str) -> Json {
    let explanation = engine.explain(text);
    let said = explanation.classification();
    json!({
        "language": said.language(),
        "requests": said.requests().iter().map(|request| clause(text, request)).collect::<Vec<_>>(),
        "alike": explanation.alike().iter().map(|like| json!({
            "intent": like.intent(), "points": like.points(), "example": like.example(),
        })).collect::<Vec<_>>(),
        "withheld": explanation.matches().iter().filter(|found| found.is_taken_away()).map(|found| json!({
            "speaks_for": found.speaks_for(), "rule": found.rule(), "text": words(text, found.span()),
            "span": [found.span().start, found.span().end], "why": found.withheld(),
        })).collect::<Vec<_>>(),
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
        "is_situation": request.is_situation(),
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

/// The same for people: one line per clause, candidate, example, value and lexicon word, and what does not count, with why.
pub(super) fn explained(text: &str, explanation: &Explanation) -> Vec<String> {
    let said = explanation.classification();
    let mut lines = Vec::new();
    for word in mended(explanation) {
        let span = word.span();
        lines.push(format!("“{}” {}..{} read as “{}”", words(text, span.clone()), span.start, span.end, word.meant()));
    }
    for request in said.requests() {
        let told = if request.is_situation() { ", told before a request" } else { "" };
        lines.push(format!("“{}”  confidence {:.2}{told}", words(text, request.span()), request.confidence()));
        lines.extend(request.candidates().iter().map(|candidate| candidate_line(text, candidate)));
        lines.extend(outcome(request));
    }
    for like in explanation.alike() {
        lines.push(format!(
            "  {} {:+.0} by likeness to its example `{}`",
            like.intent(),
            like.points(),
            like.example()
        ));
    }
    for found in explanation.matches().iter().filter(|found| found.is_taken_away()) {
        let why = found.withheld().unwrap_or_default();
        let on = words(text, found.span());
        lines.push(format!("  not counted: {} by `{}` on “{on}”: {why}", found.speaks_for(), found.rule()));
    }
    for found in said.entities() {
        lines.push(format!("{} “{}” at {:?}", found.entity(), words(text, found.span()), found.span()));
    }
    for hit in said.lexicons() {
        let negated = if hit.negated() { ", negated" } else { "" };
        lines.push(format!("{} “{}” weighs {}{negated}", hit.lexicon(), words(text, hit.span()), hit.weight()));
    }
    // Why: "don't" and "dont" of one lexicon both fit a word, and say the same.
    lines.dedup();
    lines
}

/// Why the first candidate was taken and the next was not, or why none was.
fn outcome(request: &Request) -> Option<String> {
    let [first, others @ ..] = request.candidates() else { return None };
    let second = others.first();
    let by = second.map(|second| first.score() - second.score());
    Some(match (request.decision(), second, by) {
        (Decision::Act(intent), Some(second), Some(by)) => {
            format!("  {intent}: ahead of {} by {by:.0} points", second.intent())
        }
        (Decision::Clarify(choices), ..) => format!("  too close to choose: {} are asked about", choices.len()),
        (Decision::Nothing, ..) => format!("  nothing is sure enough; the likeliest is {}", first.intent()),
        _ => return None,
    })
}

/// The words that some match rests on though they are written otherwise, each once.
fn mended(explanation: &Explanation) -> Vec<&Mended> {
    let mut all: Vec<&Mended> = Vec::new();
    let standing = explanation.matches().iter().filter(|found| found.withheld().is_none());
    for word in standing.flat_map(Match::mended) {
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
