use std::ops::Range;
use std::sync::Arc;

use super::reused::Reused;
use crate::entities::Found;
use crate::rules::{IntentId, LexiconName};
use crate::text::{Language, Script};

/// What a message says: its language, one request per clause with content, the typed values and the lexicon words in it.
#[derive(Clone, Debug)]
pub struct Classification {
    pub(super) language: Language,
    pub(super) script: Script,
    pub(super) is_cut: bool,
    pub(super) requests: Reused<Request>,
    /// The request that speaks for the message.
    pub(super) main: usize,
    pub(super) entities: Vec<Found>,
    pub(super) lexicons: Vec<LexiconHit>,
    /// Intents with a hit that nothing took away, in the order of the message.
    pub(super) asked: Vec<IntentId>,
    /// Intents whose words a negation took away.
    pub(super) declined: Vec<IntentId>,
}

/// One clause of a message and what it may ask for.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // Why: five things that may each be so, read one by one.
pub struct Request {
    pub(super) span: Range<usize>,
    pub(super) outcome: Outcome,
    pub(super) confidence: f32,
    pub(super) is_question: bool,
    pub(super) is_courtesy: bool,
    pub(super) is_guess: bool,
    pub(super) is_learned: bool,
    pub(super) is_situation: bool,
    pub(super) candidates: Reused<Candidate>,
}

/// What to do about a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Decision<'a> {
    /// One intent is sure enough to act on.
    Act(&'a IntentId),
    /// Two or three are too close: ask which is meant. The best stands first.
    Clarify(&'a [Candidate]),
    /// Nothing is likely enough.
    Nothing,
}

/// How a request was decided, without the ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Outcome {
    Act,
    Clarify(usize),
    #[default]
    Nothing,
}

/// An intent that a request may mean.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub(super) intent: IntentId,
    pub(super) confidence: f32,
    pub(super) score: f32,
    pub(super) lift: f32,
    pub(super) evidence: Vec<Evidence>,
}

/// One match that speaks for a candidate.
#[derive(Clone, Debug)]
pub struct Evidence {
    pub(super) span: Range<usize>,
    pub(super) weight: f32,
    pub(super) rule: Arc<str>,
}

/// A word of a lexicon in the message.
#[derive(Clone, Debug)]
pub struct LexiconHit {
    pub(super) lexicon: LexiconName,
    pub(super) weight: f32,
    pub(super) span: Range<usize>,
    pub(super) negated: bool,
}

impl Classification {
    pub(super) fn new(language: Language) -> Self {
        Self {
            language,
            script: Script::default(),
            is_cut: false,
            requests: Reused::default(),
            main: 0,
            entities: Vec::new(),
            lexicons: Vec::new(),
            asked: Vec::new(),
            declined: Vec::new(),
        }
    }

    /// The language the message is written in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The script it is written in.
    pub fn script(&self) -> Script {
        self.script
    }

    /// Whether the message was too long and only its first part was read.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The clauses that say something, in the order of the message.
    pub fn requests(&self) -> &[Request] {
        self.requests.as_slice()
    }

    /// What the message asks for: the intent of its first request in scope, the likeliest where several are close.
    ///
    /// A greeting, thanks or a goodbye speaks for the message only when it asks for nothing else; so does a situation that is
    /// told before a request ([`Request::is_situation`]).
    pub fn intent(&self) -> Option<&IntentId> {
        match self.main_request()?.decision() {
            Decision::Act(intent) => Some(intent),
            Decision::Clarify(choices) => choices.first().map(Candidate::intent),
            Decision::Nothing => None,
        }
    }

    /// How sure it is, from 0 to 1, that the message is about something the pack knows.
    pub fn confidence(&self) -> f32 {
        self.main_request().map_or(0.0, Request::confidence)
    }

    /// The likely intents of the request that speaks for the message, the best first.
    pub fn candidates(&self) -> &[Candidate] {
        self.main_request().map_or(&[], Request::candidates)
    }

    /// The typed values in the message.
    pub fn entities(&self) -> &[Found] {
        &self.entities
    }

    /// The lexicon words in the message.
    pub fn lexicons(&self) -> &[LexiconHit] {
        &self.lexicons
    }

    /// Whether anything in the message speaks for an intent and nothing takes it away, whatever else outweighs it.
    pub fn asked(&self, intent: &IntentId) -> bool {
        self.asked.contains(intent)
    }

    /// Whether the customer says not to want an intent: "don't cancel my order", 不用退了.
    pub fn declined(&self) -> &[IntentId] {
        &self.declined
    }

    fn main_request(&self) -> Option<&Request> {
        self.requests().get(self.main)
    }
}

impl Request {
    /// Bytes of the original message.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What to do about it.
    pub fn decision(&self) -> Decision<'_> {
        let candidates = self.candidates();
        match self.outcome {
            Outcome::Act => candidates.first().map_or(Decision::Nothing, |best| Decision::Act(&best.intent)),
            Outcome::Clarify(count) => candidates.get(..count).map_or(Decision::Nothing, Decision::Clarify),
            Outcome::Nothing => Decision::Nothing,
        }
    }

    /// The likely intents, the best first; at most five.
    pub fn candidates(&self) -> &[Candidate] {
        self.candidates.as_slice()
    }

    /// How sure it is, from 0 to 1, that the clause is about something the pack knows.
    pub fn confidence(&self) -> f32 {
        self.confidence
    }

    /// Whether it is a question.
    pub fn is_question(&self) -> bool {
        self.is_question
    }

    /// Whether it is only a greeting, thanks or a goodbye, which needs no answer beside a real request.
    pub fn is_courtesy(&self) -> bool {
        self.is_courtesy
    }

    /// Whether it rests on misspelt words alone: enough for an answer, not for calling a person.
    pub fn is_guess(&self) -> bool {
        self.is_guess
    }

    /// Whether keywords and patterns alone are not enough for it: it rests on likeness to examples or on what was learnt, and what
    /// answers an open question is no such request.
    pub fn is_learned(&self) -> bool {
        self.is_learned
    }

    /// Whether it only tells what happened, before a request that the message is about: "it came broken, I want a refund".
    pub fn is_situation(&self) -> bool {
        self.is_situation
    }
}

impl Candidate {
    pub(super) fn new(intent: IntentId) -> Self {
        Self { intent, confidence: 0.0, score: 0.0, lift: 0.0, evidence: Vec::new() }
    }

    /// The intent.
    pub fn intent(&self) -> &IntentId {
        &self.intent
    }

    /// Its probability, from 0 to 1, beside the other candidates and "none of these".
    pub fn confidence(&self) -> f32 {
        self.confidence
    }

    /// Its score in points; an ordinary keyword is worth 44 of them.
    pub fn score(&self) -> f32 {
        self.score
    }

    /// Points of its score that come from no evidence: where only a share of the points of hand-written rules counts, one of
    /// them is still enough to act on, and this is what it lacked.
    pub fn lift(&self) -> f32 {
        self.lift
    }

    /// What speaks for it, in the order of the clause.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }
}

impl Evidence {
    /// Bytes of the original message.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What it adds to the score, in points.
    pub fn weight(&self) -> f32 {
        self.weight
    }

    /// The rule as it stands in the pack.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl LexiconHit {
    /// The lexicon.
    pub fn lexicon(&self) -> &LexiconName {
        &self.lexicon
    }

    /// The word's weight in the lexicon.
    pub fn weight(&self) -> f32 {
        self.weight
    }

    /// Bytes of the original message.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether a negation stands right before it.
    pub fn negated(&self) -> bool {
        self.negated
    }
}
