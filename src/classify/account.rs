//! An explanation as data: for `kefu chat --jsonl --explain` and for the operator of a service.

use serde_json::{Value as Json, json};

use super::{Decision, Explanation, Match, Mended, Request};

impl Explanation {
    /// Why a message was understood as it was, as data. It holds the words of the message and nothing else of a customer.
    pub(crate) fn account(&self, text: &str) -> Json {
        let said = self.classification();
        json!({
            "language": said.language(),
            "requests": said.requests().iter().map(|request| clause(text, request)).collect::<Vec<_>>(),
            "alike": self.alike().iter().map(|like| json!({
                "intent": like.intent(), "points": like.points(), "example": like.example(),
            })).collect::<Vec<_>>(),
            "withheld": self.matches().iter().filter(|found| found.is_taken_away()).map(|found| json!({
                "speaks_for": found.speaks_for(), "rule": found.rule(), "text": words(text, found.span()),
                "span": [found.span().start, found.span().end], "why": found.withheld(),
            })).collect::<Vec<_>>(),
            "entities": said.entities().iter().map(|found| json!({
                "entity": found.entity(), "text": words(text, found.span()), "value": found.value(),
                "span": [found.span().start, found.span().end],
            })).collect::<Vec<_>>(),
            "lexicons": said.lexicons().iter().map(|hit| json!({
                "lexicon": hit.lexicon(), "text": words(text, hit.span()), "weight": hit.weight(), "negated": hit.negated(),
                "span": [hit.span().start, hit.span().end],
            })).collect::<Vec<_>>(),
            "mended": self.mended().iter().map(|word| json!({
                "text": words(text, word.span()), "span": [word.span().start, word.span().end], "meant": word.meant(),
            })).collect::<Vec<_>>(),
        })
    }

    /// The words that some match rests on though they are written otherwise, each once.
    pub(crate) fn mended(&self) -> Vec<&Mended> {
        let mut all: Vec<&Mended> = Vec::new();
        let standing = self.matches().iter().filter(|found| found.withheld().is_none());
        for word in standing.flat_map(Match::mended) {
            if !all.contains(&word) {
                all.push(word);
            }
        }
        all
    }
}

fn clause(text: &str, request: &Request) -> Json {
    let decision = match request.decision() {
        Decision::Act(_) => "act",
        Decision::Clarify(_) => "clarify",
        Decision::Nothing => "nothing",
    };
    json!({
        "text": words(text, request.span()),
        "span": [request.span().start, request.span().end],
        "decision": decision,
        "confidence": rounded(request.confidence()),
        "is_situation": request.is_situation(),
        "candidates": request.candidates().iter().map(|candidate| json!({
            "intent": candidate.intent(),
            "confidence": rounded(candidate.confidence()),
            "score": candidate.score(),
            "lift": candidate.lift(),
            "evidence": candidate.evidence().iter().map(|hit| json!({
                "text": words(text, hit.span()), "span": [hit.span().start, hit.span().end],
                "weight": hit.weight(), "rule": hit.rule(),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

/// The words of a span, without the blanks around them.
pub(crate) fn words(text: &str, span: std::ops::Range<usize>) -> &str {
    text.get(span).unwrap_or_default().trim()
}

/// A confidence to four places; more would be noise.
pub(crate) fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 10_000.0).round() / 10_000.0
}
