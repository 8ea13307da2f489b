use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// What was measured. As JSON, shares are rounded to four places.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// How many messages.
    pub messages: usize,
    /// Those that nearly repeat an example of the pack: they say little of messages it never saw.
    pub repeated: Share,
    /// The share understood as the suite says, at the rules' own thresholds, `none` included.
    #[serde(serialize_with = "rounded")]
    pub accuracy: f64,
    /// The mean of F1 over everything the suite asks for, `none` included.
    #[serde(serialize_with = "rounded")]
    pub macro_f1: f64,
    /// Accuracy of the messages that ask for something, at the rules' own thresholds; `None` without such.
    #[serde(serialize_with = "maybe_rounded")]
    pub in_scope_accuracy: Option<f64>,
    /// The same if the best intent were always taken, however unsure.
    #[serde(serialize_with = "maybe_rounded")]
    pub in_scope_accuracy_forced: Option<f64>,
    /// The share of `none` that was understood as nothing; `None` without such.
    #[serde(serialize_with = "maybe_rounded")]
    pub out_of_scope_recall: Option<f64>,
    /// Messages with a part that the bot would ask "A or B?" about.
    pub clarified: usize,
    /// What other thresholds would give.
    pub sweep: Vec<SweepPoint>,
    /// By intent, and `none`.
    pub intents: BTreeMap<String, OfIntent>,
    /// By language: the suite's word for it, or the one the message was taken to be in.
    pub languages: BTreeMap<String, Share>,
    /// What was taken for what, the most frequent first.
    pub confusions: Vec<Confusion>,
    /// Confidence against accuracy.
    pub calibration: Vec<CalibrationPoint>,
    /// The mean gap between the two.
    #[serde(serialize_with = "rounded")]
    pub calibration_error: f64,
    /// How well handoffs were seen, if the suite has the column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handoff: Option<OfHandoff>,
    /// Labels that no intent of the pack has, and how often they came.
    pub unknown_labels: BTreeMap<String, usize>,
    /// Messages understood in a second; the one who measures has the clock.
    #[serde(serialize_with = "maybe_rounded")]
    pub messages_per_second: Option<f64>,
}

/// A count of messages and how many of them were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Share {
    /// How many.
    pub messages: usize,
    /// How many of them were right.
    pub right: usize,
}

impl Share {
    pub(super) fn count(&mut self, is_right: bool) {
        self.messages += 1;
        self.right += usize::from(is_right);
    }

    /// The share that was right; `None` without messages.
    pub fn share(&self) -> Option<f64> {
        (self.messages > 0).then(|| self.right as f64 / self.messages as f64)
    }
}

/// One intent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OfIntent {
    /// How many ask for it.
    pub messages: usize,
    /// How many were understood as it.
    pub understood: usize,
    /// How many of both.
    pub right: usize,
    /// Of those understood as it, the share that is right.
    #[serde(serialize_with = "rounded")]
    pub precision: f64,
    /// Of those that ask for it, the share that is found.
    #[serde(serialize_with = "rounded")]
    pub recall: f64,
    /// The harmonic mean of the two.
    #[serde(serialize_with = "rounded")]
    pub f1: f64,
}

/// What one threshold would give.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SweepPoint {
    /// Confidence from which a message would be in scope.
    pub threshold: f64,
    /// Messages in scope that reach it and whose best intent is right.
    #[serde(serialize_with = "maybe_rounded")]
    pub in_scope_accuracy: Option<f64>,
    /// Messages out of scope that do not reach it.
    #[serde(serialize_with = "maybe_rounded")]
    pub out_of_scope_recall: Option<f64>,
}

/// Best candidates of about one confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CalibrationPoint {
    /// How many.
    pub messages: usize,
    /// Their mean confidence.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// How many of them are right.
    #[serde(serialize_with = "rounded")]
    pub accuracy: f64,
}

/// Messages of one intent that were taken for another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Confusion {
    /// What they ask for.
    pub expected: String,
    /// What they were taken for.
    pub got: String,
    /// How many.
    pub messages: usize,
    /// The first of them.
    pub samples: Vec<Mistaken>,
}

/// A message that was misunderstood.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Mistaken {
    /// The message.
    pub text: String,
    /// What spoke for the best candidate, the heaviest first.
    pub misled: Vec<Misled>,
}

/// A rule that spoke for a wrong intent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Misled {
    /// The rule as it stands in the pack.
    pub rule: String,
    /// The words it matched.
    pub words: String,
    /// What it added.
    pub points: f64,
}

/// Handoffs to people.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OfHandoff {
    /// The share of messages with exactly the right reason, or rightly none.
    #[serde(serialize_with = "rounded")]
    pub accuracy: f64,
    /// By reason, and `none`.
    pub reasons: BTreeMap<String, OfReason>,
}

/// One reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OfReason {
    /// How many have it.
    pub messages: usize,
    /// How many of them were seen to have it.
    pub right: usize,
    /// How many were wrongly seen to have it.
    pub false_alarms: usize,
}

impl Figures {
    /// How many were understood as the suite says.
    pub(super) fn right(&self) -> usize {
        (self.accuracy * self.messages as f64).round() as usize
    }
}

fn rounded<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 1e4).round() / 1e4)
}

#[allow(clippy::ref_option)] // Why: serde hands references.
fn maybe_rounded<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => rounded(value, serializer),
        None => serializer.serialize_none(),
    }
}
