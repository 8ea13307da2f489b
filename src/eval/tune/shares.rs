//! How much of what was learnt counts beside what the author wrote, language by language, from messages left out.

use super::calibrate::{Calibrated, HIDDEN, LeftOut};
use crate::classify::{Mix, Outcome, Parts};
use crate::text::Language;

/// Shares of the author's points, the learnt weights and likeness that are tried where the author wrote rules, the least
/// first.
///
/// Why phrases always count: likeness only speaks where some phrase does. Why likeness never below its usual weight: that only refuses more, and gains where a suite was in sight when the rules
/// were written; on messages nobody had seen it lost a point.
const AUTHOR: [f32; 4] = [0.15, 0.25, 0.5, 1.0];
const LEARNED: [f32; 5] = [0.25, 0.5, 1.0, 1.5, 2.0];
const LIKE: [f32; 5] = [1.0, 1.25, 1.5, 2.0, 2.5];
/// A greater share of the author's points must gain as much as would be an accident once in six times, one standard error.
///
/// Why: rules were mostly written with such messages in sight, and then count for more than they are worth on others.
/// Source of the rule: Breiman and others, Classification and Regression Trees, 1984.
const ERRORS: f64 = 1.0;
/// Variance of whether a message is understood, if four in five are.
const VARIANCE: f64 = 0.16;
/// Gaps to the runner-up that are tried.
const MARGINS: [f32; 4] = [0.2, 0.1, 0.3, 0.05];
/// A question that names the right intent is worth half an answer, and a wrong answer costs a quarter of a right one.
///
/// With these an answer beats a question from a likelihood of 0.6 on, which is the usual margin of 0.2 between two.
const ASKED: f64 = 0.5;
const WRONG: f64 = -0.25;
/// What another gap must gain for each message: less is an accident of the messages left out.
const LEAST_GAIN: f64 = 0.002;

/// A message left out, and what speaks for which intent in it.
pub(super) struct Trial {
    /// Its number among the messages.
    pub(super) number: usize,
    pub(super) times: f64,
    pub(super) language: Language,
    /// By the author's rules alone.
    pub(super) before: Parts,
    /// With what was learnt, all of it.
    pub(super) parts: Parts,
    /// What is right, each by itself; nothing for what is out of scope.
    pub(super) gold: Vec<usize>,
}

/// What of the learnt counts in a language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    /// Of the author's points.
    pub(super) author: f32,
    pub(super) learned: f32,
    pub(super) like: f32,
}

impl Share {
    /// All of it, as where nothing else speaks.
    pub(super) const WHOLE: Share = Share { author: 1.0, learned: 1.0, like: 1.0 };

    /// What is tried where nothing else speaks. Of few messages, likeness says more than weights.
    pub(super) fn alone() -> [Share; 4] {
        [1.0, 0.75, 0.5, 0.25].map(|learned| Share { learned, ..Share::WHOLE })
    }

    /// What gains most where the author's rules speak too; nothing if nothing gains.
    ///
    /// The constants stay the author's, so that one keyword is still enough to act on.
    pub(super) fn beside_rules(trials: &[&Trial], untuned: Mix) -> Option<Share> {
        let before = value(trials, &untuned, |trial| &trial.before);
        let best = AUTHOR.map(|author| Self::beside_share(trials, untuned, author));
        let most = best.iter().map(|(value, _)| *value).fold(before, f64::max);
        let enough = (most - ERRORS * error(trials)).max(before + 1e-9);
        best.into_iter().find(|(value, _)| *value >= enough).map(|(_, share)| share)
    }

    /// What is best beside a share of the author's points, and how good it is.
    fn beside_share(trials: &[&Trial], untuned: Mix, author: f32) -> (f64, Share) {
        let mut best = (f64::MIN, Share { author, ..Share::WHOLE });
        for like in LIKE {
            for learned in LEARNED {
                let share = Share { author, learned, like };
                let value = value(trials, &untuned.with(share), |trial| &trial.parts);
                if value > best.0 + 1e-9 {
                    best = (value, share);
                }
            }
        }
        best
    }
}

/// The standard error of [`value`].
fn error(trials: &[&Trial]) -> f64 {
    let times = |is_stranger: bool| -> f64 {
        let of_kind = trials.iter().filter(|trial| trial.gold.is_empty() == is_stranger);
        of_kind.map(|trial| trial.times).sum::<f64>().max(1.0)
    };
    let of_strangers = if times(true) > 1.0 { VARIANCE / times(true) } else { 0.0 };
    (VARIANCE / times(false) + of_strangers).sqrt()
}

/// How good it is to weigh so: right answers and refusals of what is out of scope, each as a share.
fn value(trials: &[&Trial], mix: &Mix, parts: impl Fn(&Trial) -> &Parts) -> f64 {
    let (mut known, mut right, mut hidden) = (0.0, 0.0, 0.0);
    let (mut strange, mut refused) = (0.0, 0.0);
    let has_strangers = trials.iter().any(|trial| trial.gold.is_empty());
    for trial in trials {
        let parts = parts(trial);
        let weighed = mix.weigh(parts);
        if trial.gold.is_empty() {
            strange += trial.times;
            refused += if weighed.outcome == Outcome::Nothing { trial.times } else { 0.0 };
            continue;
        }
        known += trial.times;
        let best = weighed.scores.first().map(|best| best.0 as usize);
        if weighed.outcome != Outcome::Nothing && best.is_some_and(|best| trial.gold.contains(&best)) {
            right += trial.times;
        }
        if !has_strangers {
            let mut rest = parts.clone();
            rest.intents.retain(|part| !trial.gold.contains(&(part.intent as usize)));
            hidden += if mix.weigh(&rest).outcome == Outcome::Nothing { trial.times } else { 0.0 };
        }
    }
    let refusals = if has_strangers { refused / strange } else { HIDDEN * hidden / f64::max(known, 1.0) };
    right / f64::max(known, 1.0) + refusals
}

/// The gap to the runner-up below which asking "A or B?" is worth more than answering, if the present one is not the best.
pub(super) fn margin(trials: &[Trial], present: f32, mix_of: impl Fn(Language) -> Option<Mix>) -> Option<f32> {
    let worth = |margin: f32| -> f64 {
        let of_known = trials.iter().filter(|trial| !trial.gold.is_empty());
        of_known.filter_map(|trial| Some(trial.worth(&Mix { margin, ..mix_of(trial.language)? }))).sum()
    };
    let mut best = (worth(present), None);
    for margin in MARGINS {
        let worth = worth(margin);
        if worth > best.0 + LEAST_GAIN * trials.len() as f64 {
            best = (worth, Some(margin));
        }
    }
    best.1
}

impl Trial {
    /// What an answer, a question or silence is worth to the customer.
    fn worth(&self, mix: &Mix) -> f64 {
        let weighed = mix.weigh(&self.parts);
        let is_right = |one: &(u32, f32)| self.gold.contains(&(one.0 as usize));
        self.times
            * match weighed.outcome {
                Outcome::Act if weighed.scores.first().is_some_and(is_right) => 1.0,
                Outcome::Act => WRONG,
                Outcome::Clarify(choices) if weighed.scores.iter().take(choices).any(is_right) => ASKED,
                _ => 0.0,
            }
    }

    /// What a mix makes of it.
    pub(super) fn left_out(&self, mix: &Mix) -> LeftOut {
        let weighed = mix.weigh(&self.parts);
        let scores = weighed.scores.iter().map(|(intent, score)| (*intent as usize, f64::from(*score))).collect();
        LeftOut { times: self.times, scores, none: f64::from(weighed.none), gold: self.gold.clone() }
    }
}

impl Mix {
    fn with(self, Share { author, learned, like }: Share) -> Self {
        Self { author, learned, like, ..self }
    }
}

impl Calibrated {
    /// These constants, with how much of the learnt counts.
    pub(super) fn mix(self, share: Share, act: f32, margin: f32) -> Mix {
        Mix {
            author: share.author,
            learned: share.learned,
            like: share.like,
            none: self.none as f32,
            temperature: self.temperature as f32,
            act,
            margin,
        }
    }
}
