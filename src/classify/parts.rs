//! A message taken apart into what speaks for each intent, so that tuning can weigh it anew without reading it again.

use super::classification::Outcome;
use super::score::{self, BEST, Scale};
use crate::rules::{Learned, Thresholds};

/// What speaks for each intent in a message, its clauses taken together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) intents: Vec<Part>,
    /// What speaks for "none of these", and what was learnt to.
    pub(crate) none: f32,
    pub(crate) learned_none: f32,
}

/// What speaks for one intent, in points.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Part {
    pub(crate) intent: u32,
    /// Greetings, thanks and the like only count where nothing else is in scope.
    pub(crate) is_courtesy: bool,
    pub(crate) author: f32,
    pub(crate) learned: f32,
    pub(crate) like: f32,
}

/// How parts are weighed: the shares of the author's rules and of what was learnt that count, and the constants of a pack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mix {
    pub(crate) author: f32,
    pub(crate) learned: f32,
    pub(crate) like: f32,
    pub(crate) none: f32,
    pub(crate) temperature: f32,
    pub(crate) act: f32,
    pub(crate) margin: f32,
}

/// What a mix makes of a message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weighed {
    /// Intents and points, the best first, at most as many as are weighed against each other.
    pub(crate) scores: Vec<(u32, f32)>,
    /// What the message itself gives to "none of these".
    pub(crate) none: f32,
    pub(crate) outcome: Outcome,
}

impl Mix {
    /// What a message comes to. The rules of the classifier, for a message of one clause.
    pub(crate) fn weigh(&self, parts: &Parts) -> Weighed {
        let weighed = self.weigh_among(parts, |part| !part.is_courtesy);
        if weighed.outcome != Outcome::Nothing || parts.intents.iter().all(|part| !part.is_courtesy) {
            return weighed;
        }
        self.weigh_among(parts, |_| true)
    }

    fn weigh_among(&self, parts: &Parts, counts: impl Fn(&Part) -> bool) -> Weighed {
        let counted = parts.intents.iter().filter(|part| counts(part));
        let mut scores: Vec<(u32, f32)> =
            counted.map(|part| (part.intent, self.score(part))).filter(|(_, score)| *score > 0.0).collect();
        scores.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        scores.truncate(BEST);
        let best = scores.first().and_then(|(best, _)| parts.intents.iter().find(|part| part.intent == *best));
        let written = best.map_or(0.0, |part| score::score(part.author, 0.0, self.author));
        let scale = self.scale();
        let none = parts.none + scale.learned_none(written, self.learned * parts.learned_none);
        let outcome = scale.decide(&scores, none, &mut [0.0; BEST]).outcome;
        Weighed { scores, none, outcome }
    }

    fn score(&self, part: &Part) -> f32 {
        score::score(part.author, self.learned * part.learned + self.like * part.like, self.author)
    }

    fn scale(&self) -> Scale {
        let learned = Learned { none: Some(self.none), temperature: Some(self.temperature), ..Learned::default() };
        Scale::new(&learned, &Thresholds { act: self.act, margin: self.margin })
    }
}
