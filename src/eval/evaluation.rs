use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::calibration::Bins;
use super::classes::Classes;
use super::confusion::Confusions;
use super::figures::{Figures, OfHandoff, OfIntent, OfReason, Share};
use super::labels::Labels;
use super::outcome::Outcomes;
use super::sweep::Sweep;
use super::{Expected, Repeats, Sample};
use crate::classify::{Candidate, Classification, Decision, Scratch};
use crate::dialog::{Effect, Event};
use crate::engine::Engine;
use crate::rules::IntentId;
use crate::session::Session;
use crate::text::Language;

/// The moment at which messages with a handoff column are sent: a Monday at noon in Europe, evening in Asia.
const NOON: Duration = Duration::from_secs(1_772_449_200);

/// What is written for a handoff that must not happen.
const NO_HANDOFF: &str = "none";

/// Measures an engine by labelled messages, one after another; it keeps figures, not messages.
///
/// # Examples
/// ```
/// use kefu::Engine;
/// use kefu::eval::{Evaluation, Sample};
///
/// let engine = Engine::builder()
///     .source("bot.yaml", "
/// languages: {default: en}
/// intents:
///   opening_hours: {keywords: {en: [opening hours]}}
///   returns: {keywords: {en: [return]}}
/// ")
///     .build()?;
/// let mut evaluation = Evaluation::new(&engine);
/// evaluation.judge(&Sample::new("your opening hours?", "opening_hours"));
/// evaluation.judge(&Sample::new("I want to send this back", "returns"));
/// evaluation.judge(&Sample::new("nice weather today", "none"));
/// let figures = evaluation.figures();
/// assert_eq!(figures.messages, 3);
/// assert_eq!(figures.in_scope_accuracy, Some(0.5));
/// assert_eq!(figures.out_of_scope_recall, Some(1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Evaluation<'e> {
    engine: &'e Engine,
    labels: Labels,
    scratch: Scratch,
    classes: Classes,
    all: Share,
    in_scope: Share,
    forced: Share,
    out_of_scope: Share,
    clarified: usize,
    languages: BTreeMap<Language, Share>,
    sweep: Sweep,
    bins: Bins,
    confusions: Confusions,
    unknown: BTreeMap<String, usize>,
    reasons: BTreeMap<String, OfReason>,
    handoffs: Share,
    outcomes: Outcomes,
    learnt: Repeats,
    repeated: Share,
}

/// How one message was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Whether it was understood as the suite says, at the rules' own thresholds.
    pub is_right: bool,
    /// What it was understood as; `None` below the threshold.
    pub intent: Option<IntentId>,
    /// How sure it was that the message is about something the rules know, 0 to 1.
    pub confidence: f32,
    /// The intent of the pack with an example that the message nearly repeats: it measures nothing.
    pub repeats: Option<String>,
}

impl<'e> Evaluation<'e> {
    /// Nothing measured yet.
    pub fn new(engine: &'e Engine) -> Self {
        let labels = Labels::new(engine);
        Self {
            engine,
            classes: Classes::new(labels.intents()),
            labels,
            scratch: Scratch::new(),
            all: Share::default(),
            in_scope: Share::default(),
            forced: Share::default(),
            out_of_scope: Share::default(),
            clarified: 0,
            languages: BTreeMap::new(),
            sweep: Sweep::default(),
            bins: Bins::default(),
            confusions: Confusions::default(),
            unknown: BTreeMap::new(),
            reasons: BTreeMap::new(),
            handoffs: Share::default(),
            outcomes: Outcomes::default(),
            learnt: learnt(engine),
            repeated: Share::default(),
        }
    }

    /// Understands a message and counts how it went.
    pub fn judge(&mut self, sample: &Sample) -> Judged {
        let said = self.engine.classify_with(&mut self.scratch, &sample.text);
        let expected = Wanted::new(&sample.expected, &self.labels);
        let place = |intent: &IntentId| self.labels.find(intent.as_str());
        let got = said.intent().and_then(place);
        let best = said.candidates().first().map(Candidate::intent).and_then(place);
        let right = expected.met(got, said, &self.labels);
        let judged = Judged {
            is_right: right.is_some(),
            intent: said.intent().cloned(),
            confidence: said.confidence(),
            repeats: self.learnt.find(&sample.text).map(str::to_owned),
        };
        self.all.count(judged.is_right);
        if judged.repeats.is_some() {
            self.repeated.count(judged.is_right);
        }
        if sample.expected.is_nothing() {
            self.out_of_scope.count(judged.is_right);
            self.sweep.out_of_scope(judged.confidence);
        } else {
            let forced = expected.met(best, said, &self.labels).is_some();
            self.in_scope.count(judged.is_right);
            self.forced.count(forced);
            self.sweep.in_scope(judged.confidence, forced);
        }
        let is_open = |decision: Decision<'_>| matches!(decision, Decision::Clarify(_));
        self.clarified += usize::from(said.requests().iter().any(|request| is_open(request.decision())));
        if let Some(best_candidate) = said.candidates().first() {
            self.bins.count(best_candidate.confidence(), expected.met(best, said, &self.labels).is_some());
        }
        self.languages.entry(sample.language.unwrap_or(said.language())).or_default().count(judged.is_right);
        let gold = right.unwrap_or_else(|| expected.first(&sample.expected));
        let (gold, got) = (self.classes.of(gold), self.classes.of(got.map_or(Class::Nothing, Class::Intent)));
        self.classes.count(gold, got);
        if !judged.is_right {
            self.confusions.count(gold, got, &sample.text, said);
        }
        for name in expected.unknown {
            *self.unknown.entry(name).or_default() += 1;
        }
        self.outcomes.note(sample, judged.is_right);
        if let Some(reason) = &sample.handoff {
            self.judge_handoff(&sample.text, reason);
        }
        judged
    }

    /// Which handoff the message alone leads to, in a conversation of its own.
    fn judge_handoff(&mut self, text: &str, wanted: &str) {
        let mut session = Session::new("eval");
        let turn = self.engine.handle(&mut session, Event::message(text), SystemTime::UNIX_EPOCH + NOON);
        let found = turn.ok().and_then(|turn| {
            turn.effects().iter().find_map(|effect| match effect {
                Effect::HandoffOpened(handoff) => Some(handoff.reason.to_string()),
                _ => None,
            })
        });
        let found = found.unwrap_or_else(|| NO_HANDOFF.to_owned());
        self.handoffs.count(found == wanted);
        let reason = self.reasons.entry(wanted.to_owned()).or_default();
        reason.messages += 1;
        if found == wanted {
            reason.right += 1;
        } else {
            self.reasons.entry(found).or_default().false_alarms += 1;
        }
    }

    /// Everything measured so far.
    pub fn figures(&self) -> Figures {
        Figures {
            messages: self.all.messages,
            repeated: self.repeated,
            accuracy: self.all.share().unwrap_or(0.0),
            macro_f1: self.classes.macro_f1(),
            in_scope_accuracy: self.in_scope.share(),
            in_scope_accuracy_forced: self.forced.share(),
            out_of_scope_recall: self.out_of_scope.share(),
            clarified: self.clarified,
            sweep: self.sweep.points(),
            intents: self.classes.intents().collect::<BTreeMap<String, OfIntent>>(),
            languages: self.languages.iter().map(|(language, share)| (language.code().to_owned(), *share)).collect(),
            confusions: self.confusions.most(&self.classes),
            calibration: self.bins.points(),
            calibration_error: self.bins.error(),
            handoff: self.handoffs.share().map(|accuracy| OfHandoff { accuracy, reasons: self.reasons.clone() }),
            unknown_labels: self.unknown.clone(),
            messages_per_second: None,
        }
    }

    /// Which messages were right and which wrong, to compare another run with.
    pub fn outcomes(&self) -> &Outcomes {
        &self.outcomes
    }
}

/// The sentences a pack was made with: its own examples, and those that tuning added.
fn learnt(engine: &Engine) -> Repeats {
    let mut learnt = Repeats::default();
    let pack = &engine.rulebook().pack;
    for (number, intent) in pack.intents.iter().enumerate() {
        for example in Language::ALL.into_iter().flat_map(|language| pack.examples(number, language)) {
            learnt.note(&example.text, intent.id.as_str());
        }
    }
    learnt
}

/// An intent, nothing, or something the pack does not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Intent(usize),
    Nothing,
    Unknown(String),
}

/// What a suite expects, in the intents of the pack.
pub(super) struct Wanted {
    /// `None` for an alternative that names an intent the pack does not have.
    alternatives: Vec<Option<Vec<usize>>>,
    unknown: Vec<String>,
}

impl Wanted {
    pub(super) fn new(expected: &Expected, labels: &Labels) -> Self {
        let mut unknown = Vec::new();
        let mut place = |name: &String| {
            let found = labels.find(name);
            if found.is_none() {
                unknown.push(name.clone());
            }
            found
        };
        // Why not lazily: every unknown name is told, not only the first of an alternative.
        let alternatives = expected
            .alternatives()
            .iter()
            .map(|names| names.iter().map(&mut place).collect::<Vec<_>>().into_iter().collect())
            .collect();
        Self { alternatives, unknown }
    }

    /// The class that was hit, if the message was understood as one of the alternatives.
    pub(super) fn met(&self, got: Option<usize>, said: &Classification, labels: &Labels) -> Option<Class> {
        let asked = |intent: &usize| {
            got == Some(*intent)
                || said.requests().iter().any(|request| {
                    let best = match request.decision() {
                        Decision::Act(intent) => Some(intent),
                        Decision::Clarify(choices) => choices.first().map(Candidate::intent),
                        Decision::Nothing => None,
                    };
                    best.is_some_and(|best| labels.find(best.as_str()) == Some(*intent))
                })
        };
        self.alternatives.iter().flatten().find_map(|wanted| match wanted.as_slice() {
            [] => got.is_none().then_some(Class::Nothing),
            [only] => (got == Some(*only)).then_some(Class::Intent(*only)),
            [first, ..] => wanted.iter().all(asked).then_some(Class::Intent(*first)),
        })
    }

    /// The class that the first alternative names.
    fn first(&self, expected: &Expected) -> Class {
        if let Some(Some(wanted)) = self.alternatives.first() {
            return wanted.first().map_or(Class::Nothing, |first| Class::Intent(*first));
        }
        let name = expected.alternatives().first().and_then(|names| names.first());
        Class::Unknown(name.cloned().unwrap_or_default())
    }
}
