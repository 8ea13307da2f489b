//! Temperature and the score of "none of these", from messages the rules did not see.

/// Temperatures tried, in points: 0.5 to 2 nat by 0.1. Warmer ones fit labels full of noise, and tell worse what is out of scope.
const COLDEST: usize = 5;
const WARMEST: usize = 20;
/// What refusing a hidden intent counts beside answering a known one (real matters out of scope lie further away).
pub(super) const HIDDEN: f64 = 0.6;

/// A message that was left out: what the rules without it gave, and what is right.
#[derive(Clone, Debug)]
pub(super) struct LeftOut {
    pub(super) times: f64,
    /// Intents and scores in points, the best first.
    pub(super) scores: Vec<(usize, f64)>,
    /// What the message itself gives to "none of these".
    pub(super) none: f64,
    /// What is right, each by itself; nothing for what is out of scope.
    pub(super) gold: Vec<usize>,
}

/// Constants of a pack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Calibrated {
    pub(super) temperature: f64,
    pub(super) none: f64,
}

impl LeftOut {
    /// Whether the best intent is right.
    pub(super) fn is_right(&self) -> bool {
        self.scores.first().is_some_and(|best| self.gold.contains(&best.0))
    }

    /// All scores together, softly, above what speaks for "none of these"; without some that are to be hidden.
    fn strength(&self, temperature: f64, hidden: &[usize]) -> f64 {
        let sum: f64 = self
            .scores
            .iter()
            .filter(|(intent, _)| !hidden.contains(intent))
            .map(|(_, score)| (score / temperature).exp())
            .sum();
        if sum > 0.0 { temperature * sum.ln() - self.none } else { 0.0 }
    }

    fn loss(&self, temperature: f64) -> Option<f64> {
        let gold = self.gold.first()?;
        let found = self.scores.iter().find(|(intent, _)| intent == gold).map_or(0.0, |(_, score)| *score);
        let missing = if self.scores.iter().any(|(intent, _)| intent == gold) { 0.0 } else { 1.0 };
        let sum: f64 = self.scores.iter().map(|(_, score)| (score / temperature).exp()).sum();
        Some(self.times * ((sum + missing).ln() - found / temperature))
    }
}

impl Calibrated {
    /// The constants that fit messages left out best, for a pack that acts from a confidence on.
    pub(super) fn of(left_out: &[LeftOut], act: f64) -> Self {
        let (temperature, _) = warmth(left_out);
        let least = best_cut(left_out, temperature);
        let none = (least - temperature * (act / (1.0 - act)).ln()).round();
        Self { temperature: (temperature * 10.0).round() / 10.0, none }
    }
}

/// The temperature at which the right intents are the likeliest, and how unlikely they are even so (log loss).
pub(super) fn warmth(left_out: &[LeftOut]) -> (f64, f64) {
    let loss = |temperature: f64| left_out.iter().filter_map(|one| one.loss(temperature)).sum::<f64>();
    let temperatures = (COLDEST..=WARMEST).map(|tenths| tenths as f64 * 0.4);
    let tried = temperatures.map(|temperature| (temperature, loss(temperature)));
    tried.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((6.0, 0.0))
}

/// The strength from which on to answer: most right answers and most refusals together.
fn best_cut(left_out: &[LeftOut], temperature: f64) -> f64 {
    let strange: f64 = left_out.iter().filter(|one| one.gold.is_empty()).map(|one| one.times).sum();
    let known = (left_out.iter().map(|one| one.times).sum::<f64>() - strange).max(1.0);
    // What passing a strength costs or brings: a right answer is lost above its own, a refusal won.
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for one in left_out {
        if one.gold.is_empty() {
            steps.push((one.strength(temperature, &[]), one.times / strange));
            continue;
        }
        if one.is_right() {
            steps.push((one.strength(temperature, &[]), -one.times / known));
        }
        // Why: real messages out of scope tell more than intents made strange by hiding them.
        if strange == 0.0 {
            steps.push((one.strength(temperature, &one.gold), one.times * HIDDEN / known));
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
        let one = |score: f64, gold: &[usize]| LeftOut {
            times: 1.0,
            scores: vec![(0, score)],
            none: 0.0,
            gold: gold.to_vec(),
        };
        let left_out: Vec<LeftOut> =
            (0..20).flat_map(|n| [one(60.0 + f64::from(n), &[0]), one(20.0 + f64::from(n), &[])]).collect();
        let calibrated = Calibrated::of(&left_out, 0.6);
        assert!((35.0..65.0).contains(&calibrated.none), "{calibrated:?}");
    }
}
