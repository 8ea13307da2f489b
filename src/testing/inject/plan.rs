//! What is put in at a point of a dialog, and in which words.

use super::Injection;
use super::material::Material;
use super::standing::{asks, is_with_bot, open_question};
use super::trial::{Trial, Wants};
use crate::classify::{Hints, Scratch};
use crate::engine::Engine;
use crate::rules::{Ask, Digress, EntityKind, StepKind, Value};
use crate::session::Session;
use crate::testing::DialogTest;
use crate::testing::line::{Delivery, Line, What};
use crate::testing::stage::Stage;
use crate::text::{Language, to_traditional};

/// The id of a message that is delivered twice.
const TWICE: &str = "delivered-twice";

/// Letters from which a word may be misspelt: shorter ones become other words.
const MISSPELT: usize = 6;

/// Everything that is tried before the line `at` of a test.
pub(super) fn trials(stage: &Stage<'_>, material: &Material, test: &DialogTest, at: usize) -> Vec<Trial> {
    let next = test.lines.get(at);
    let last = at.checked_sub(1).and_then(|before| test.lines.get(before));
    let Some(near) = last.or(next) else { return Vec::new() };
    let session = stage.session(&near.session);
    if session.is_some_and(|session| !is_with_bot(session)) {
        return Vec::new();
    }
    let top = session.and_then(|session| super::standing::Standing::of(session).top().cloned());
    // Why: what a message leads to is compared only where it is the next thing that happens.
    let message =
        next.filter(|next| next.session == near.session && matches!(next.what, What::User(_) | What::Choice(_)));
    let point = Point { engine: stage.engine(), material, near, top, message };
    let mut trials = point.persons(session);
    if let Some(session) = session {
        trials.extend(point.beside(session));
    }
    trials.extend(point.around_the_next());
    trials
}

/// A place in a dialog where the bot waits.
struct Point<'a> {
    engine: &'a Engine,
    material: &'a Material,
    /// The line whose session it is.
    near: &'a Line,
    top: Option<(String, String)>,
    message: Option<&'a Line>,
}

impl Point<'_> {
    fn trial(&self, injection: Injection, put: Vec<What>, wants: Wants) -> Trial {
        Trial {
            injection,
            session: self.near.session.clone(),
            put: put.into_iter().map(|what| self.line(what)).collect(),
            then: None,
            plain: None,
            wants,
            at: self.top.clone(),
        }
    }

    fn line(&self, what: What) -> Line {
        let delivery = Delivery { id: None, attachments: Vec::new(), ..self.near.delivery.clone() };
        Line { what, delivery, expected: Vec::new(), bot: None, parts: Vec::new(), ..self.near.clone() }
    }

    fn persons(&self, session: Option<&Session>) -> Vec<Trial> {
        // Why: who waits for a person already gets no second handoff.
        if session.is_some_and(|session| session.document.handoff.is_some()) {
            return Vec::new();
        }
        let ask =
            |(_, words): &(&str, String)| self.trial(Injection::Person, vec![What::User(words.clone())], Wants::Person);
        self.material.persons.iter().map(ask).collect()
    }

    /// What is said beside the open question.
    fn beside(&self, session: &Session) -> Vec<Trial> {
        let Some((flow, node)) = open_question(self.engine, session) else { return Vec::new() };
        let language = session.language().unwrap_or(self.engine.rulebook().pack.languages.default);
        let mut trials = Vec::new();
        if flow.digress == Digress::Ask {
            trials.extend(self.material.questions(language).map(|(text, intent)| {
                let mut trial = self.trial(
                    Injection::SideQuestion,
                    vec![What::User(text.to_owned())],
                    Wants::Answer(intent.to_string()),
                );
                trial.then = self.message.cloned();
                trial.plain = self.message.cloned();
                trial
            }));
        }
        if let Some(words) = self.material.cancel(language) {
            trials.push(self.trial(Injection::Cancel, vec![What::User(words.to_owned())], Wants::Cancelled));
        }
        let is_done =
            session.document.slot_frame().is_some_and(|frame| !frame.done.is_empty() || !frame.sealed.is_empty());
        let open = match &node.kind {
            StepKind::Ask(ask) => ask.entity.as_ref(),
            _ => None,
        };
        if let (Some(words), false) = (self.material.correction(language), is_done) {
            // Why: a value of the kind that is asked for is the answer, not a correction.
            let corrected = asks(flow).filter(|ask| ask.entity.as_ref() != open);
            trials.extend(corrected.filter_map(|ask| self.correction(session, ask, language, words)));
        }
        trials
    }

    fn correction(&self, session: &Session, ask: &Ask, language: Language, words: &str) -> Option<Trial> {
        let entity = ask.entity.as_ref()?;
        let Value::Text(known) = session.document.slots()?.get(&ask.slot)? else { return None };
        if !ask.valid.is_empty() || ask.list {
            return None;
        }
        let (_, declared) = self.engine.rulebook().pack.entity(entity.as_str())?;
        let (said, value) = match &declared.kind {
            EntityKind::Values(values) => {
                let other = values.iter().find(|value| *value.name != **known && !value.words.is_empty())?;
                let label = other.labels.iter().find(|(of, _)| *of == language)?;
                (label.1.to_string(), Value::from(&*other.name))
            }
            EntityKind::Pattern { .. } => {
                let other = other_number(known)?;
                (other.clone(), Value::Text(other))
            }
            EntityKind::Builtin(_) => return None,
        };
        let text = if language.is_unspaced() { format!("{words}，{said}") } else { format!("{words} {said}") };
        // Why: a value the bot cannot read in this sentence is a matter of its words, not of the dialog.
        let hints = Hints { language: Some(language), ..Hints::default() };
        let mut scratch = Scratch::new();
        let heard = self.engine.rulebook().classifier.classify(&mut scratch, &text, &hints);
        let mut found = heard.entities().iter().filter(|found| found.entity() == entity);
        if found.next().map(crate::entities::Found::value) != Some(&value) || found.next().is_some() {
            return None;
        }
        Some(self.trial(Injection::Correction, vec![What::User(text)], Wants::Corrected(ask.slot.to_string(), value)))
    }

    /// What happens to the next message, or right before it.
    fn around_the_next(&self) -> Vec<Trial> {
        let Some(next) = self.message else { return Vec::new() };
        let before = |injection: Injection, put: Vec<What>, wants: Wants| {
            let mut trial = self.trial(injection, put, wants);
            trial.then = Some(next.clone());
            trial.plain = Some(next.clone());
            trial
        };
        let mut trials = vec![
            before(Injection::Reload, vec![What::Reload], Wants::SameTurns),
            before(Injection::NewRules, vec![What::NewRules(None)], Wants::SameStanding),
        ];
        if self.top.is_some() {
            let expires = self.engine.rulebook().pack.session.flow_expires.as_millis() as i64;
            trials.push(before(Injection::Expiry, vec![What::Wait(expires + 60_000)], Wants::NoEffect));
        }
        let changed = |injection: Injection, text: String, wants: Wants| {
            let mut trial = before(injection, Vec::new(), wants);
            trial.then = Some(Line { what: What::User(text), ..next.clone() });
            trial
        };
        let mut twice = next.clone();
        twice.delivery.id = Some(TWICE.to_owned());
        let mut redelivered = self.trial(Injection::Redelivery, Vec::new(), Wants::OneTurn);
        redelivered.put = vec![twice];
        trials.push(redelivered);
        if let What::User(text) = &next.what {
            trials.extend(misspelt(text).map(|text| changed(Injection::Typo, text, Wants::NothingNew)));
            let traditional = to_traditional(text);
            let is_chinese = text.chars().any(crate::text::is_han);
            if is_chinese && traditional != *text {
                trials.push(changed(Injection::Traditional, traditional, Wants::SameStanding));
            }
        }
        trials
    }
}

/// The text with two letters of its longest word changed round.
fn misspelt(text: &str) -> Option<String> {
    let word = text
        .split(|sign: char| !sign.is_alphabetic() || crate::text::is_han(sign))
        .filter(|word| word.chars().count() >= MISSPELT)
        .max_by_key(|word| word.chars().count())?;
    let mut letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    letters.swap(middle - 1, middle);
    let other: String = letters.into_iter().collect();
    (other != word).then(|| text.replacen(word, &other, 1))
}

/// The same number with another last digit.
fn other_number(known: &str) -> Option<String> {
    let last = known.chars().next_back()?.to_digit(10)?;
    let mut other = known.to_owned();
    other.pop();
    other.push(char::from_digit((last + 1) % 10, 10)?);
    Some(other)
}
