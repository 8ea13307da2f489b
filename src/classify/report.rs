//! What is told of a message that was understood: its requests with their candidates and evidence, and its lexicons.

use std::ops::Range;
use std::sync::Arc;

use super::classification::{Candidate, Evidence, LexiconHit, Outcome};
use super::finding::{Finding, State};
use super::reading::Reading;
use super::reused::Reused;
use super::score::{self, ASKING};
use super::source::Source;
use super::verdict::Verdict;
use super::{Classification, Classifier};
use crate::matching::Target;
use crate::text::TokenKind;

impl Classifier {
    /// Intents that would have been in scope had a negation not taken their words away.
    pub(super) fn report_declined(&self, classification: &mut Classification, findings: &[Finding]) {
        for finding in findings.iter().filter(|finding| finding.state == State::Negated) {
            let Some(intent) = finding.intent.and_then(|intent| self.pack.intents.get(intent as usize)) else {
                continue;
            };
            if self.scale.is_enough(finding.points)
                && !classification.asked.contains(&intent.id)
                && !classification.declined.contains(&intent.id)
            {
                classification.declined.push(intent.id.clone());
            }
        }
    }

    pub(super) fn report_lexicons(
        &self,
        classification: &mut Classification,
        findings: &[Finding],
        to_original: &impl Fn(Range<usize>) -> Range<usize>,
    ) {
        for finding in findings {
            let Some(item) = self.matcher.items().get(finding.item as usize) else { continue };
            let Target::Lexicon(lexicon) = item.target else { continue };
            if !matches!(finding.state, State::Stands | State::Negated) {
                continue;
            }
            if let Some(lexicon) = self.pack.lexicons.get(lexicon as usize) {
                classification.lexicons.push(LexiconHit {
                    lexicon: lexicon.name.clone(),
                    weight: item.weight.unwrap_or(1.0),
                    span: to_original(finding.bytes.start as usize..finding.bytes.end as usize),
                    negated: finding.state == State::Negated,
                });
            }
        }
    }

    pub(super) fn report_requests(
        &self,
        classification: &mut Classification,
        source: &Source,
        reading: &Reading,
        verdicts: &[Verdict],
        whole: Option<(usize, &[(u32, f32)])>,
        to_original: &impl Fn(Range<usize>) -> Range<usize>,
    ) {
        classification.requests.clear();
        classification.main = 0;
        let mut main: Option<(u8, f32)> = None;
        let mut at = 0;
        for (clause, (cut, verdict)) in reading.clauses.iter().zip(verdicts).enumerate() {
            let range = of_clause(&reading.findings, &mut at, clause);
            let tokens =
                source.scan.tokens().get(cut.tokens.start as usize..cut.tokens.end as usize).unwrap_or_default();
            // Why: a clause of nothing but marks asks for nothing.
            let mut said = tokens.iter().filter(|token| token.kind != TokenKind::Mark);
            let Some(first) = said.next() else { continue };
            let last = said.next_back().unwrap_or(first);
            let number = classification.requests.as_slice().len();
            let Some(request) = classification.requests.next(Default::default) else { continue };
            request.span = to_original(first.start as usize..last.end as usize);
            request.outcome = verdict.decided.outcome;
            request.confidence = verdict.decided.confidence;
            request.is_question = reading.is_question(clause);
            request.is_courtesy = verdict.is_courtesy;
            request.is_situation = is_situation(reading, verdicts, clause, source.share);
            let (findings, likeness) = match whole {
                Some((whole, likeness)) if whole == clause => (reading.findings.as_slice(), likeness),
                _ => (reading.findings.get(range).unwrap_or_default(), &[][..]),
            };
            request.is_guess = self.is_guess(verdict);
            request.is_learned = !self.scale.is_enough(verdict.written);
            self.report_candidates(&mut request.candidates, source, findings, likeness, verdict, to_original);
            // Requests in scope come first, then situations, then courtesies, then whatever is likeliest; of equals the first.
            let rank = match (verdict.decided.outcome, verdict.is_courtesy) {
                (Outcome::Nothing, _) => 0,
                (_, true) => 1,
                (_, false) => 3 - u8::from(request.is_situation),
            };
            let better = main.is_none_or(|(best, confidence)| {
                rank > best || (rank == 0 && best == 0 && verdict.decided.confidence > confidence)
            });
            if better {
                main = Some((rank, verdict.decided.confidence));
                classification.main = number;
            }
        }
    }

    /// Whether the best intent would not be in scope without the words that are misspelt.
    fn is_guess(&self, verdict: &Verdict) -> bool {
        verdict.sure < verdict.score() && !self.scale.is_enough(verdict.sure)
    }

    fn report_candidates(
        &self,
        candidates: &mut Reused<Candidate>,
        source: &Source,
        findings: &[Finding],
        likeness: &[(u32, f32)],
        verdict: &Verdict,
        to_original: &impl Fn(Range<usize>) -> Range<usize>,
    ) {
        candidates.clear();
        for (&(index, score), &p) in verdict.candidates().iter().zip(&verdict.probabilities) {
            let Some(intent) = self.pack.intents.get(index as usize) else { continue };
            let Some(candidate) = candidates.next(|| Candidate::new(intent.id.clone())) else { continue };
            if candidate.intent != intent.id {
                candidate.intent = intent.id.clone();
            }
            candidate.confidence = p;
            candidate.score = score;
            candidate.evidence.clear();
            let (mut author, mut learned) =
                (0.0, likeness.iter().find(|(of, _)| *of == index).map_or(0.0, |like| like.1));
            for finding in findings.iter().filter(|finding| finding.intent == Some(index) && finding.stands()) {
                let Some(item) = self.matcher.items().get(finding.item as usize) else { continue };
                *(if item.target.is_author() { &mut author } else { &mut learned }) += finding.points;
                candidate.evidence.push(Evidence {
                    span: to_original(finding.bytes.start as usize..finding.bytes.end as usize),
                    weight: source.counted(item, finding.points),
                    rule: Arc::clone(&item.rule),
                });
            }
            candidate.lift = score::lift(author, learned, source.share);
        }
    }
}

/// Whether a clause only tells what happened, and a later one asks for something else that this one does not outweigh.
fn is_situation(reading: &Reading, verdicts: &[Verdict], clause: usize, share: f32) -> bool {
    let Some((told, intent)) = verdicts.get(clause).and_then(|told| Some((told, told.asked_for()?))) else {
        return false;
    };
    if reading.asks(clause) {
        return false;
    }
    for (later, asked) in verdicts.iter().enumerate().skip(clause + 1) {
        // Why: what follows "another thing" is another request, and this one stands for itself.
        if reading.starts_anew(later) {
            return false;
        }
        let asks = asked.asked_for().is_some_and(|other| other != intent) && reading.asks(later);
        if asks && asked.score() + share * ASKING > told.score() {
            return true;
        }
    }
    false
}

/// The findings of a clause; clauses are asked for in order.
pub(super) fn of_clause(findings: &[Finding], at: &mut usize, clause: usize) -> Range<usize> {
    let start = *at;
    let count = findings
        .get(start..)
        .unwrap_or_default()
        .iter()
        .take_while(|finding| usize::from(finding.clause) == clause)
        .count();
    *at = start + count;
    start..*at
}
