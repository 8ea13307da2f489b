//! What evidence is worth, and when it is enough.
//!
//! All scores are in points; one point is 0.25 nat. An intent's score in a clause is the sum of the weights of the items
//! found there, each once, plus likeness to its examples; where `tune` found the author's rules to say too much beside what
//! it learnt, only a share of their points counts ([`score`]). "None of these" has a constant score. With temperature `T`,
//! over the best five intents and none:
//!
//! ```text
//! p(c) = e^(z_c / T) / (e^(none / T) + sum over k of e^(z_k / T))        confidence = 1 - p(none)
//! ```

use super::classification::Outcome;
use crate::matching::{Fit, Item, Target};
use crate::rules::{Learned, Thresholds};

/// Points of an ordinary keyword, weight 1.
///
/// Source: alone it must be in scope at the usual threshold 0.6, also inflected or misspelt:
/// `none + T ln(0.6 / 0.4) = 38.4 < 44 * 0.9`.
pub(super) const KEYWORD: f32 = 44.0;
/// Weight of a pattern without one: it is two words or more in order.
const PATTERN: f32 = 1.2;
/// What each further word adds to the weight of a phrase without one; two Chinese characters are a word.
const PER_WORD: f32 = 0.2;
/// What a misspelt word leaves of a weight.
const REPAIRED: f32 = 0.9;
/// The most a phrase without a weight is worth.
const LONGEST: f32 = 2.0;
/// Most points that the author's items give an intent in one clause.
pub(super) const CAP: f32 = 4.0 * KEYWORD;
/// Score of "none of these" (tuning: constant for all sets).
const NONE: f32 = 36.0;
/// Temperature (tuning: 1.5 nat).
const TEMPERATURE: f32 = 6.0;
/// Candidates that are weighed against each other.
pub(super) const BEST: usize = 5;
/// Most intents asked about in one clarification.
const MOST_CHOICES: usize = 3;

/// Points by which what a clause asks for may stay behind what an earlier one only tells, and still be what the message is
/// about: a whole keyword.
///
/// Source: "gift card expired, can it be extended?" is about the gift card, "it came broken, I want a refund" about the
/// refund. Measured: of 167 Chinese messages of two requests, with one label, 70 are right if the first always counts, and 79,
/// 82, 84 or 85 with 0, 22, 44 or 66 points here; of 608 English and Spanish ones these points lose 0, 1, 2 and 2.
pub(super) const ASKING: f32 = KEYWORD;

/// The constants of one pack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) none: f32,
    pub(super) temperature: f32,
    pub(super) act: f32,
    pub(super) margin: f32,
    /// The score from which on an intent is in scope if no other has any.
    enough: f32,
}

impl Scale {
    pub(super) fn new(learned: &Learned, thresholds: &Thresholds) -> Self {
        let none = learned.none.unwrap_or(NONE);
        let temperature = learned.temperature.filter(|t| *t > 0.0).unwrap_or(TEMPERATURE);
        let act = thresholds.act;
        // Why here: 1 / (1 + e^((none - z) / T)) >= act, solved for z, needs no power per intent and message.
        let enough = none + temperature * (act / (1.0 - act).max(f32::EPSILON)).ln();
        Self { none, temperature, act, margin: learned.margin.unwrap_or(thresholds.margin), enough }
    }

    /// Whether a score would be in scope if no other intent had any.
    pub(super) fn is_enough(&self, score: f32) -> bool {
        score >= self.enough
    }

    /// What phrases learnt for "none of these" give it: nothing where the author's rules alone are enough for the best intent.
    pub(super) fn learned_none(&self, written: f32, points: f32) -> f32 {
        if self.is_enough(written) { 0.0 } else { points }
    }

    /// What likeness alone comes to: a ranking, and never sure enough to act on, as a guess must not start a flow.
    pub(super) fn guessed(&self, decided: Decided) -> Decided {
        Decided { outcome: Outcome::Nothing, confidence: decided.confidence.min(self.act.next_down()) }
    }

    /// Whether the best is acted on whatever up to `most` points are given to any of the others.
    ///
    /// With the next and none at most at `r` of the best's likelihood, at worst all [`BEST`] - 1 others and none at just
    /// that: `p1 - p2 >= (1 - r) / (1 + BEST r) >= margin` as soon as `r <= (1 - margin) / (1 + BEST margin)`. None is at `r`
    /// where the confidence is `1 / (1 + r)`, and points given to anything only lower it.
    pub(super) fn stands(&self, gap: f32, confidence: f32, most: f32) -> bool {
        let r = (1.0 - self.margin) / (1.0 + BEST as f32 * self.margin);
        gap - most > -self.temperature * r.ln() && confidence >= self.act.max(1.0 / (1.0 + r))
    }

    /// Decides among scores, the best first; gives each its probability.
    ///
    /// `none_bonus` is what the message itself gives to "none of these".
    pub(super) fn decide(&self, ranked: &[(u32, f32)], none_bonus: f32, probabilities: &mut [f32; BEST]) -> Decided {
        let none = (self.none + none_bonus) / self.temperature;
        let best = ranked.get(..BEST.min(ranked.len())).unwrap_or_default();
        // Why the largest taken off: exponents of long messages would overflow.
        let largest = best.iter().map(|(_, score)| score / self.temperature).fold(none, f32::max);
        let nothing = (none - largest).exp();
        let mut sum = nothing;
        for ((_, score), p) in best.iter().zip(probabilities.iter_mut()) {
            *p = (score / self.temperature - largest).exp();
            sum += *p;
        }
        let confidence = 1.0 - nothing / sum;
        let mut close = 0;
        let mut first = 0.0;
        for (place, p) in probabilities.iter_mut().take(best.len()).enumerate() {
            *p /= sum;
            if place == 0 {
                first = *p;
            }
            if place == close && place < MOST_CHOICES && first - *p < self.margin {
                close += 1;
            }
        }
        let outcome = if best.is_empty() || confidence < self.act {
            Outcome::Nothing
        } else if close < 2 {
            Outcome::Act
        } else {
            Outcome::Clarify(close)
        };
        Decided { outcome, confidence }
    }
}

/// What the author's points and those learnt come to, if a share of the author's counts: a keyword of the author's is still
/// enough to act on where nothing learnt speaks, so what is learnt only counts as far as it is more than the share left out
/// of one.
///
/// ```text
/// z = share * author + max(learned, (1 - share) * min(author, 44))
/// ```
///
/// Why: several words of a rule that nobody proved drown what many labelled messages tell. Source: messages of authors
/// who were left out, benches/record/2026-11-22-shop-pack.md.
pub(super) fn score(author: f32, learned: f32, share: f32) -> f32 {
    share * author.min(CAP) + learned + lift(author, learned, share)
}

/// What a score is raised by so that a keyword alone is enough.
pub(super) fn lift(author: f32, learned: f32, share: f32) -> f32 {
    // Why not below 0: what speaks against an intent speaks against a keyword of it too.
    ((1.0 - share) * author.min(KEYWORD) - learned.max(0.0)).max(0.0)
}

/// What became of a ranking.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decided {
    pub(super) outcome: Outcome,
    pub(super) confidence: f32,
}

/// What a phrase of so many words weighs if its author does not say: longer ones more.
pub(crate) fn usual_weight(words: f32) -> f32 {
    (1.0 + PER_WORD * (words - 1.0)).clamp(1.0, LONGEST)
}

/// The points of an item found with so many words (two Chinese characters are one).
pub(super) fn points(item: &Item, words: f32, fit: Fit) -> f32 {
    let weight = match item.target {
        // Learnt weights are points already, and were learnt on stems.
        Target::Learned(_) | Target::LearnedNone => {
            return item.weight.unwrap_or(0.0) * if fit == Fit::Repaired { REPAIRED } else { 1.0 };
        }
        Target::Pattern(_) => KEYWORD * item.weight.unwrap_or(PATTERN),
        _ => KEYWORD * item.weight.unwrap_or_else(|| usual_weight(words)),
    };
    weight
        * match fit {
            Fit::Exact => 1.0,
            Fit::Bare => 0.98,
            Fit::Stem => 0.95,
            Fit::Repaired => REPAIRED,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale() -> Scale {
        Scale::new(&Learned::default(), &Thresholds { act: 0.6, margin: 0.2 })
    }

    fn decide(scores: &[f32]) -> (Outcome, f32) {
        let ranked: Vec<(u32, f32)> = scores.iter().map(|score| (0, *score)).collect();
        let decided = scale().decide(&ranked, 0.0, &mut [0.0; BEST]);
        (decided.outcome, decided.confidence)
    }

    #[test]
    fn scores_are_decided() {
        for (scores, outcome) in [
            (&[][..], Outcome::Nothing),
            (&[KEYWORD], Outcome::Act),
            (&[KEYWORD * 0.9], Outcome::Act),
            (&[KEYWORD * 0.8], Outcome::Nothing),
            (&[KEYWORD, KEYWORD], Outcome::Clarify(2)),
            (&[KEYWORD, KEYWORD, KEYWORD, KEYWORD], Outcome::Clarify(3)),
            (&[KEYWORD * 1.2, KEYWORD], Outcome::Act),
            (&[4000.0, 10.0], Outcome::Act),
        ] {
            assert_eq!(decide(scores).0, outcome, "{scores:?}");
        }
    }

    #[test]
    fn a_keyword_alone_is_enough_whatever_share_of_it_counts() {
        for share in [0.0, 0.25, 1.0] {
            assert!((score(KEYWORD, 0.0, share) - KEYWORD).abs() < 1e-4);
            assert!((score(KEYWORD, -10.0, share) - KEYWORD + 10.0).abs() < 1e-4);
        }
        for (author, learned, share, points) in
            [(88.0, 30.0, 1.0, 118.0), (88.0, 30.0, 0.25, 55.0), (88.0, 60.0, 0.25, 82.0), (0.0, 20.0, 0.25, 20.0)]
        {
            assert!((score(author, learned, share) - points).abs() < 1e-4, "{author} {learned} {share}");
        }
    }

    #[test]
    fn confidences_are_probabilities() {
        let mut p = [0.0; BEST];
        let decided = scale().decide(&[(0, 60.0), (1, 50.0), (2, 10.0)], 0.0, &mut p);
        assert!((p.iter().sum::<f32>() - decided.confidence).abs() < 1e-5);
        assert!(scale().is_enough(KEYWORD * 0.9) && !scale().is_enough(KEYWORD * 0.8));
    }
}
