//! Temperature and the score of "none of these", from messages the rules did not see.

/// Temperatures tried, in points: 0.5 to 2 nat by 0.1. Warmer ones fit labels full of noise, and tell worse what is out of scope.
const COLDEST: usize = 5;
const WARMEST: usize = 20;
/// What refusing a hidden intent counts beside answering a known one (real matters out of scope lie further away).
const HIDDEN: f64 = 0.6;

/// A message that was left out: what the rules without it gave, and what is right.
#[derive(Clone, Debug)]
pub(super) struct LeftOut {
    /// Intents and scores in points, the best first.
    pub(super) scores: Vec<(usize, f64)>,
    /// `None` for what is out of scope.
    pub(super) gold: Option<usize>,
}

/// Constants of a pack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Calibrated {
    pub(super) temperature: f64,
    pub(super) none: f64,
    /// The strength from which a message is in scope.
    least: f64,
}

impl LeftOut {
    /// Whether the best intent is right.
    pub(super) fn is_right(&self) -> bool {
        self.gold.is_some() && self.scores.first().map(|best| best.0) == self.gold
    }

    /// All scores together, softly; without the right one if that is to be hidden.
    fn strength(&self, temperature: f64, hidden: Option<usize>) -> f64 {
        let sum: f64 = self
            .scores
            .iter()
            .filter(|(intent, _)| Some(*intent) != hidden)
            .map(|(_, score)| (score / temperature).exp())
            .sum();
        if sum > 0.0 { temperature * sum.ln() } else { 0.0 }
    }

    fn loss(&self, temperature: f64) -> Option<f64> {
        let gold = self.gold?;
        let found = self.scores.iter().find(|(intent, _)| *intent == gold).map_or(0.0, |(_, score)| *score);
        let missing = if self.scores.iter().any(|(intent, _)| *intent == gold) { 0.0 } else { 1.0 };
        let sum: f64 = self.scores.iter().map(|(_, score)| (score / temperature).exp()).sum();
        Some((sum + missing).ln() - found / temperature)
    }
}

impl Calibrated {
    /// The constants that fit messages left out best, for a pack that acts from a confidence on.
    pub(super) fn of(left_out: &[LeftOut], act: f64) -> Self {
        let loss = |temperature: f64| left_out.iter().filter_map(|one| one.loss(temperature)).sum::<f64>();
        let temperatures = (COLDEST..=WARMEST).map(|tenths| tenths as f64 * 0.4);
        let temperature = temperatures.min_by(|a, b| loss(*a).total_cmp(&loss(*b))).unwrap_or(6.0);
        let least = best_cut(left_out, temperature);
        Self { temperature, none: (least - temperature * (act / (1.0 - act)).ln()).round(), least }.settled(act)
    }

    /// The constants given, as they are.
    pub(super) fn fixed(temperature: f64, none: f64, act: f64) -> Self {
        Self { temperature, none, least: 0.0 }.settled(act)
    }

    fn settled(self, act: f64) -> Self {
        let temperature = (self.temperature * 10.0).round() / 10.0;
        Self { temperature, least: self.none + temperature * (act / (1.0 - act)).ln(), ..self }
    }

    /// Whether a message would be in scope.
    pub(super) fn takes(&self, one: &LeftOut) -> bool {
        one.strength(self.temperature, None) >= self.least
    }
}

/// The strength from which on to answer: most right answers and most refusals together.
fn best_cut(left_out: &[LeftOut], temperature: f64) -> f64 {
    let known = left_out.iter().filter(|one| one.gold.is_some()).count().max(1) as f64;
    let strange = left_out.iter().filter(|one| one.gold.is_none()).count() as f64;
    // What passing a strength costs or brings: a right answer is lost above its own, a refusal won.
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for one in left_out {
        match one.gold {
            None => steps.push((one.strength(temperature, None), 1.0 / strange)),
            Some(gold) => {
                if one.is_right() {
                    steps.push((one.strength(temperature, None), -1.0 / known));
                }
                // Why: real messages out of scope tell more than intents made strange by hiding them.
                if strange == 0.0 {
                    steps.push((one.strength(temperature, Some(gold)), HIDDEN / known));
                }
            }
        }
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut sum, mut best, mut cut) = (0.0, 0.0, 0.0);
    for (at, (strength, gain)) in steps.iter().enumerate() {
        sum += gain;
        if sum > best + 1e-9 {
            best = sum;
            // Why between two: a cut on a message is an accident of that message.
            cut = steps.get(at + 1).map_or(strength + 1.0, |next| f64::midpoint(*strength, next.0));
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_lies_between_what_is_known_and_what_is_not() {
        let one = |score: f64, gold: Option<usize>| LeftOut { scores: vec![(0, score)], gold };
        let left_out: Vec<LeftOut> =
            (0..20).flat_map(|n| [one(60.0 + f64::from(n), Some(0)), one(20.0 + f64::from(n), None)]).collect();
        let calibrated = Calibrated::of(&left_out, 0.6);
        assert!((35.0..65.0).contains(&calibrated.none), "{calibrated:?}");
        assert!(left_out.iter().all(|one| calibrated.takes(one) == one.gold.is_some()));
    }
}
