use crate::classify::{Candidate, Decision, Explanation, Request, words};

/// Why a message is understood as it is, for people: one line per clause, candidate, example, value and lexicon word, and what does not count, with why.
pub(super) fn explained(text: &str, explanation: &Explanation) -> Vec<String> {
    let said = explanation.classification();
    let mut lines = Vec::new();
    for word in explanation.mended() {
        let span = word.span();
        lines.push(format!("“{}” {}..{} read as “{}”", words(text, span.clone()), span.start, span.end, word.meant()));
    }
    for request in said.requests() {
        let told = if request.is_situation() { ", told before a request" } else { "" };
        lines.push(format!("“{}”  confidence {:.2}{told}", words(text, request.span()), request.confidence()));
        lines.extend(request.candidates().iter().map(|candidate| candidate_line(text, candidate)));
        lines.extend(outcome(request, said.requests()));
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
fn outcome(request: &Request, all: &[Request]) -> Option<String> {
    let [first, others @ ..] = request.candidates() else { return None };
    let second = others.first();
    let by = second.map(|second| first.score() - second.score());
    Some(match (request.decision(), second, by) {
        (Decision::Act(intent), Some(second), Some(by)) => {
            format!("  {intent}: ahead of {} by {by:.0} points", second.intent())
        }
        (Decision::Clarify(choices), ..) => format!("  too close to choose: {} are asked about", choices.len()),
        (Decision::Nothing, ..) if all.iter().any(|other| is_for(other, first)) => {
            format!("  {}: asked for in another clause already", first.intent())
        }
        (Decision::Nothing, ..) => format!("  nothing is sure enough; the likeliest is {}", first.intent()),
        _ => return None,
    })
}

/// Whether a request is for the intent of a candidate.
fn is_for(request: &Request, candidate: &Candidate) -> bool {
    matches!(request.decision(), Decision::Act(intent) if intent == candidate.intent())
}

fn candidate_line(text: &str, candidate: &Candidate) -> String {
    let hits = candidate.evidence().iter().map(|hit| {
        let span = hit.span();
        format!("`{}` on “{}” {}..{} {:+.0}", hit.rule(), words(text, span.clone()), span.start, span.end, hit.weight())
    });
    let lift = (candidate.lift() >= 0.5).then(|| format!("a rule alone is enough {:+.0}", candidate.lift()));
    let hits: Vec<String> = hits.chain(lift).collect();
    format!(
        "  {} {:.2} (score {:.0}): {}",
        candidate.intent(),
        candidate.confidence(),
        candidate.score(),
        hits.join(", ")
    )
}
