use serde::Serialize;

use super::super::chance::shares_test;
use super::Outline;

/// Intents named whose share of messages changed.
const NAMED: usize = 15;
/// A change is told where chance alone would do as much only once in so many times.
const SURE: f64 = 0.05;

/// Two parts of a log side by side: periods, or revisions of the rules.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The other part.
    pub with: String,
    /// Figures of both.
    pub figures: Vec<Compared>,
    /// Intents whose share of all messages changed by more than chance, the greatest change first.
    pub intents: Vec<Compared>,
}

/// One figure of both parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// The figure, or the intent.
    pub name: String,
    /// In the other part.
    pub then: Option<f64>,
    /// In this one.
    pub now: Option<f64>,
    /// How likely chance alone would make shares differ as much (two-proportion z-test, two-sided); not for means.
    pub p: Option<f64>,
}

impl Compared {
    /// Whether it is more than chance, where that can be told.
    pub fn is_sure(&self) -> bool {
        self.p.is_some_and(|p| p < SURE)
    }
}

/// A figure by its name, its value, and what it is a share of.
type Figure = (&'static str, fn(&Outline) -> Option<f64>, Option<fn(&Outline) -> usize>);

const FIGURES: [Figure; 11] = [
    ("conversations", |of| Some(of.conversations as f64), None),
    ("messages", |of| Some(of.messages as f64), None),
    ("messages_per_conversation", |of| of.messages_per_conversation, None),
    ("containment", |of| of.containment, Some(|of| of.conversations)),
    ("resolution", |of| of.resolution, Some(|of| of.conversations)),
    ("escalation", |of| of.escalation, Some(|of| of.conversations)),
    ("miss_rate", |of| of.miss_rate, Some(|of| of.messages)),
    ("reopen_rate", |of| of.reopen_rate, None),
    ("median_wait_seconds", |of| of.median_wait_seconds, None),
    ("median_agent_response_seconds", |of| of.median_agent_response_seconds, None),
    ("satisfaction", |of| of.satisfaction, None),
];

impl Comparison {
    /// One part against another, which `with` calls by its name.
    pub fn new(with: String, then: &Outline, now: &Outline) -> Self {
        let figure = |(name, value, of): Figure| {
            let counts = |outline: &Outline| {
                let of = of?(outline);
                Some([(value(outline)? * of as f64).round() as usize, of])
            };
            let p = counts(then).zip(counts(now)).map(|(then, now)| shares_test(then, now));
            Compared { name: name.to_owned(), then: value(then), now: value(now), p }
        };
        Self { with, figures: FIGURES.map(figure).into(), intents: intents(then, now) }
    }
}

fn intents(then: &Outline, now: &Outline) -> Vec<Compared> {
    let counts = |outline: &Outline, name: &str| {
        [outline.by_intent.get(name).map_or(0, |group| group.messages), outline.messages]
    };
    let share = |[of, all]: [usize; 2]| (all > 0).then(|| of as f64 / all as f64);
    let names = then.by_intent.keys().chain(now.by_intent.keys().filter(|name| !then.by_intent.contains_key(*name)));
    let compared = names.map(|name| {
        let (then, now) = (counts(then, name), counts(now, name));
        Compared { name: name.clone(), then: share(then), now: share(now), p: Some(shares_test(then, now)) }
    });
    let mut sure: Vec<Compared> = compared.filter(Compared::is_sure).collect();
    let change = |one: &Compared| (one.now.unwrap_or(0.0) - one.then.unwrap_or(0.0)).abs();
    sure.sort_by(|a, b| change(b).total_cmp(&change(a)).then_with(|| a.name.cmp(&b.name)));
    sure.truncate(NAMED);
    sure
}
