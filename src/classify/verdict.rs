use super::classification::Outcome;
use super::finding::{Finding, State};
use super::parts::{Part, Parts};
use super::roles::Role;
use super::score::{self, BEST, Decided, Scale};
use super::source::Source;
use crate::matching::{Fit, Target};

/// What the evidence of one clause, or of several together, comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub(super) decided: Decided,
    /// Intents and scores, the best first.
    pub(super) ranked: [(u32, f32); BEST],
    pub(super) probabilities: [f32; BEST],
    pub(super) count: usize,
    /// The score of the best intent without misspelt words.
    pub(super) sure: f32,
    /// The score of the best intent by the author's rules alone.
    pub(super) written: f32,
    /// Whether it is only a greeting, thanks or a goodbye.
    pub(super) is_courtesy: bool,
}

impl Verdict {
    /// The best intent, if the clause is in scope.
    pub(super) fn best(&self) -> Option<u32> {
        (self.decided.outcome != Outcome::Nothing && self.count > 0).then_some(self.ranked[0].0)
    }

    /// The same, unless it only keeps the conversation polite.
    pub(super) fn asked_for(&self) -> Option<u32> {
        self.best().filter(|_| !self.is_courtesy)
    }

    /// The score of the best intent.
    pub(super) fn score(&self) -> f32 {
        self.candidates().first().map_or(0.0, |(_, score)| *score)
    }

    /// The intents and scores that were weighed.
    pub(super) fn candidates(&self) -> &[(u32, f32)] {
        self.ranked.get(..self.count).unwrap_or_default()
    }
}

/// Sums of points per intent, and the ranking made of them.
#[derive(Clone, Default)]
pub(super) struct Tally {
    sums: Vec<Sum>,
    touched: Vec<u32>,
    /// What speaks for "none of these", and what was learnt to.
    none: f32,
    learned_none: f32,
    /// What share of the author's points counts.
    share: f32,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    author: f32,
    learned: f32,
    /// Of these, what rests on misspelt words.
    misspelt_author: f32,
    misspelt_learned: f32,
    touched: bool,
}

impl Sum {
    fn score(&self, share: f32) -> f32 {
        score::score(self.author, self.learned, share)
    }

    /// Without misspelt words.
    fn sure(&self, share: f32) -> f32 {
        score::score(self.author - self.misspelt_author, self.learned - self.misspelt_learned, share)
    }

    /// By the author's rules alone.
    fn written(&self, share: f32) -> f32 {
        score::score(self.author, 0.0, share)
    }
}

impl Tally {
    /// Sums up findings that stand.
    pub(super) fn sum<'a>(&mut self, source: &Source, findings: impl Iterator<Item = &'a Finding>) {
        for intent in self.touched.drain(..) {
            if let Some(sum) = self.sums.get_mut(intent as usize) {
                *sum = Sum::default();
            }
        }
        (self.none, self.learned_none) = (0.0, 0.0);
        self.share = source.share;
        for finding in findings {
            if finding.state != State::Stands {
                continue;
            }
            let Some(item) = source.matcher.items().get(finding.item as usize) else { continue };
            let (intent, is_learned) = match item.target {
                Target::Keyword(intent) | Target::Pattern(intent) => (intent, false),
                Target::Learned(intent) => (intent, true),
                Target::LearnedNone => {
                    self.learned_none += finding.points;
                    continue;
                }
                Target::Lexicon(_) if source.role(item) == Some(Role::OtherTopic) => {
                    self.none += finding.points;
                    continue;
                }
                Target::Unless(_) | Target::Value { .. } | Target::Lexicon(_) => continue,
            };
            if self.sums.len() <= intent as usize {
                self.sums.resize(intent as usize + 1, Sum::default());
            }
            let Some(sum) = self.sums.get_mut(intent as usize) else { continue };
            if !sum.touched {
                sum.touched = true;
                self.touched.push(intent);
            }
            let (points, misspelt) = if is_learned {
                (&mut sum.learned, &mut sum.misspelt_learned)
            } else {
                (&mut sum.author, &mut sum.misspelt_author)
            };
            *points += finding.points;
            if finding.fit == Fit::Repaired {
                *misspelt += finding.points;
            }
        }
    }

    /// The intents that any finding speaks for, in the order of the findings.
    pub(super) fn spoken_for(&self) -> &[u32] {
        &self.touched
    }

    /// What an intent comes to by the findings and so many points of likeness.
    pub(super) fn score(&self, intent: u32, likeness: f32) -> f32 {
        let Sum { author, learned, .. } = self.sums.get(intent as usize).copied().unwrap_or_default();
        score::score(author, learned + likeness, self.share)
    }

    /// Adds points that come from no finding.
    pub(super) fn add(&mut self, intent: u32, points: f32) {
        if self.sums.len() <= intent as usize {
            self.sums.resize(intent as usize + 1, Sum::default());
        }
        let Some(sum) = self.sums.get_mut(intent as usize) else { return };
        if !sum.touched {
            sum.touched = true;
            self.touched.push(intent);
        }
        sum.learned += points;
    }

    /// The sums taken apart, with what likeness would give.
    pub(super) fn parts(&self, likeness: &[(u32, f32)]) -> Parts {
        let mut parts = Parts { intents: Vec::new(), none: self.none, learned_none: self.learned_none };
        for &intent in &self.touched {
            let Sum { author, learned, .. } = self.sums.get(intent as usize).copied().unwrap_or_default();
            parts.intents.push(Part { intent, author, learned, ..Part::default() });
        }
        for &(intent, like) in likeness {
            match parts.intents.iter_mut().find(|part| part.intent == intent) {
                Some(part) => part.like = like,
                None => parts.intents.push(Part { intent, like, ..Part::default() }),
            }
        }
        parts
    }

    /// Intents that would be in scope if nothing else had been said.
    pub(super) fn asked(&self, scale: &Scale) -> impl Iterator<Item = u32> {
        let (scale, share) = (*scale, self.share);
        self.touched
            .iter()
            .copied()
            .filter(move |intent| self.sums.get(*intent as usize).is_some_and(|sum| scale.is_enough(sum.sure(share))))
    }

    /// Ranks the intents and decides. Courtesies only compete where nothing else is in scope.
    pub(super) fn decide(&mut self, scale: &Scale, is_courtesy: impl Fn(u32) -> bool) -> Verdict {
        let verdict = self.decide_among(scale, |intent| !is_courtesy(intent));
        if verdict.decided.outcome != Outcome::Nothing || !self.touched.iter().any(|intent| is_courtesy(*intent)) {
            return verdict;
        }
        let mut all = self.decide_among(scale, |_| true);
        all.is_courtesy = all.best().is_some_and(is_courtesy);
        all
    }

    fn decide_among(&mut self, scale: &Scale, counts: impl Fn(u32) -> bool) -> Verdict {
        let (mut ranked, mut count) = ([(0, 0.0); BEST], 0);
        for &intent in &self.touched {
            if let Some(sum) = self.sums.get(intent as usize)
                && counts(intent)
            {
                count = rank(&mut ranked, count, (intent, sum.score(self.share)));
            }
        }
        let ranked_first = ranked.first().filter(|_| count > 0);
        let best = ranked_first.and_then(|(best, _)| self.sums.get(*best as usize)).copied().unwrap_or_default();
        let mut verdict = Verdict {
            decided: Decided { outcome: Outcome::Nothing, confidence: 0.0 },
            ranked,
            probabilities: [0.0; BEST],
            count,
            sure: best.sure(self.share),
            written: best.written(self.share),
            is_courtesy: false,
        };
        let ranked = ranked.get(..count).unwrap_or_default();
        let none = self.none + scale.learned_none(verdict.written, self.learned_none);
        verdict.decided = scale.decide(ranked, none, &mut verdict.probabilities);
        verdict
    }
}

/// Puts an intent in its place among the best so far; returns how many they are then.
///
/// Why not all sorted: only the best few are weighed, and most intents come after all of these.
fn rank(best: &mut [(u32, f32); BEST], count: usize, ranked: (u32, f32)) -> usize {
    // Why the number second: equal scores must not depend on the order of the words.
    let comes_before = |other: &&(u32, f32)| other.1.total_cmp(&ranked.1).then(ranked.0.cmp(&other.0)).is_gt();
    let place = best.iter().take(count).rev().skip_while(|other| !comes_before(other)).count();
    let count = (count + 1).min(BEST);
    if let Some(after) = best.get_mut(place..count).filter(|after| !after.is_empty()) {
        after.rotate_right(1);
        after.iter_mut().take(1).for_each(|first| *first = ranked);
    }
    count
}
