//! Whether what came is what a line of a test wants.

use super::expectation::{Ending, Expectation, HandoffWanted, RecordWanted, Said};
use super::subset::{join, show};
use super::{Exchange, Mismatch};
use crate::dialog::{Effect, Happening};
use crate::engine::Engine;
use crate::escalation::Handoff;
use crate::rules::{StepKind, Value};
use crate::session::Session;

/// What is judged: everything one line led to, and the session after it.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) engine: &'a Engine,
    pub(super) session: &'a Session,
    pub(super) exchange: &'a Exchange,
}

impl Expectation {
    /// Why it does not hold, if it does not.
    pub(super) fn judge(&self, seen: Evidence<'_>) -> Option<Mismatch> {
        let (holds, expected, came) = match self {
            Expectation::Says(wanted) => {
                let failed: Vec<&Said> = wanted.iter().filter(|said| !said.holds(seen.exchange)).collect();
                (failed.is_empty(), join(failed.into_iter().map(Said::describe)), String::new())
            }
            Expectation::Silent => {
                let count = seen.exchange.replies().count();
                (count == 0, "silence".to_owned(), format!("{count} replies"))
            }
            Expectation::Replay => (seen.exchange.is_replay(), "a replay".to_owned(), "a turn of its own".to_owned()),
            Expectation::Asks(step) => {
                let open = seen.open_question();
                let spoke = seen.exchange.replies().next().is_some();
                let came = match (&open, spoke) {
                    (Some(open), true) => open.clone(),
                    (Some(open), false) => format!("{open}, but not a word"),
                    (None, _) => "no open question".to_owned(),
                };
                (open.as_deref() == Some(step) && spoke, step.clone(), came)
            }
            Expectation::Confirms(step) => {
                let open = seen.open_confirm();
                let holds = open.is_some() && (step.is_none() || open == *step);
                let came = open.or_else(|| seen.open_question()).unwrap_or_else(|| "no open question".to_owned());
                (holds, step.clone().unwrap_or_else(|| "a yes or no".to_owned()), came)
            }
            Expectation::Answers(wanted) => {
                let given = seen.answers();
                let holds =
                    if wanted.is_empty() { given.is_empty() } else { wanted.iter().all(|id| given.contains(id)) };
                (holds, names(wanted), names(&given))
            }
            Expectation::Flow(wanted) => {
                let open = seen.flow();
                (open == *wanted, name(wanted.as_deref()), name(open.as_deref()))
            }
            Expectation::Slots(wanted) => {
                let slots = seen.slots();
                (wanted.matches(&slots), wanted.describe(), wanted.shown_of(&slots))
            }
            Expectation::Chips(wanted) => {
                let chips: Vec<_> = seen.exchange.replies().flat_map(crate::reply::Reply::chips).collect();
                let offered =
                    |wanted: &String| chips.iter().any(|chip| chip.label() == wanted || show(chip.value()) == *wanted);
                let holds = if wanted.is_empty() { chips.is_empty() } else { wanted.iter().all(offered) };
                let came: Vec<String> =
                    chips.iter().map(|chip| format!("{} ({})", chip.label(), show(chip.value()))).collect();
                (holds, names(wanted), names(&came))
            }
            Expectation::Calls(wanted) => seen.judge_calls(wanted),
            Expectation::Handoff(wanted) => seen.judge_handoff(wanted),
            Expectation::Records(wanted) => {
                let records: Vec<Value> = seen.exchange.records().filter_map(|record| Value::of(record).ok()).collect();
                let missing: Vec<String> =
                    wanted.iter().filter(|wanted| !wanted.is_in(&records)).map(RecordWanted::describe).collect();
                let came = records.iter().map(|record| show(record.field("event").unwrap_or(&Value::None)));
                (missing.is_empty(), names(&missing), names(&came.collect::<Vec<_>>()))
            }
            Expectation::Language(wanted) => {
                let language = seen.session.language().map(crate::text::Language::code);
                (language == Some(wanted), wanted.clone(), name(language))
            }
            Expectation::Ends(wanted) => {
                let ends = seen.ends();
                match wanted {
                    Ending::Not => (ends.is_empty(), "no flow ends".to_owned(), names(&ends)),
                    Ending::Any => (!ends.is_empty(), "a flow ends".to_owned(), names(&ends)),
                    Ending::With(outcome) => (ends.contains(outcome), outcome.clone(), names(&ends)),
                }
            }
        };
        (!holds).then(|| Mismatch { key: self.key().to_owned(), expected, came })
    }
}

impl<'a> Evidence<'a> {
    fn happenings(self) -> impl Iterator<Item = &'a Happening> {
        self.exchange.records().map(|record| &record.what)
    }

    pub(super) fn answers(self) -> Vec<String> {
        self.happenings().filter_map(answered).collect()
    }

    pub(super) fn ends(self) -> Vec<String> {
        self.happenings().filter_map(ended).collect()
    }

    /// The open flow.
    pub(super) fn flow(self) -> Option<String> {
        self.exchange.turns().last().and_then(|turn| turn.flow()).map(str::to_owned)
    }

    pub(super) fn calls(self) -> Vec<&'a crate::dialog::ActionCall> {
        let effects = self.exchange.effects().filter_map(|effect| match effect {
            Effect::Action(call) => Some(call),
            _ => None,
        });
        effects.collect()
    }

    /// The step or the bot's own question that is open. A flow that waits for host work asks nothing.
    pub(super) fn open_question(self) -> Option<String> {
        let document = &self.session.document;
        if let Some(question) = &document.question {
            return Some(question.name().to_owned());
        }
        let frame = document.stack.last()?;
        let step = frame.step.as_ref()?;
        let flow = self.engine.rulebook().pack.flow(frame.flow.as_str())?;
        let node = flow.step(step.as_str()).and_then(|pc| flow.node(pc))?;
        matches!(node.kind, StepKind::Ask(_) | StepKind::Confirm(_) | StepKind::Choose(_)).then(|| step.to_string())
    }

    pub(super) fn open_confirm(self) -> Option<String> {
        let document = &self.session.document;
        let frame = document.stack.last().filter(|_| document.question.is_none())?;
        let step = frame.step.as_ref()?;
        let flow = self.engine.rulebook().pack.flow(frame.flow.as_str())?;
        let node = flow.step(step.as_str()).and_then(|pc| flow.node(pc))?;
        matches!(node.kind, StepKind::Confirm(_)).then(|| step.to_string())
    }

    pub(super) fn slots(self) -> Value {
        let slots = self.session.document.slots().into_iter().flatten();
        Value::record(slots.map(|(name, value)| (name.as_str(), value.clone())))
    }

    fn judge_calls(self, wanted: &[(String, Option<super::subset::Subset>)]) -> (bool, String, String) {
        let calls = self.calls();
        let made = |(name, arguments): &(String, Option<super::subset::Subset>)| {
            calls.iter().any(|call| {
                call.name().as_str() == name && arguments.as_ref().is_none_or(|wanted| wanted.matches(call.arguments()))
            })
        };
        let holds = if wanted.is_empty() { calls.is_empty() } else { wanted.iter().all(made) };
        let expected = wanted.iter().map(|(name, arguments)| match arguments {
            Some(arguments) => format!("{name} {}", arguments.describe()),
            None => name.clone(),
        });
        let came: Vec<String> =
            calls.iter().map(|call| format!("{} {}", call.name(), show(call.arguments()))).collect();
        (holds, names(&expected.collect::<Vec<_>>()), names(&came))
    }

    fn judge_handoff(self, wanted: &HandoffWanted) -> (bool, String, String) {
        let opened = self.exchange.handoff();
        let reason = |handoff: &Handoff| format!("{} to {}", handoff.reason, handoff.queue);
        let came = opened.map_or_else(|| "no handoff".to_owned(), reason);
        match wanted {
            HandoffWanted::No => (opened.is_none(), "no handoff".to_owned(), came),
            HandoffWanted::Any => (opened.is_some(), "a handoff".to_owned(), came),
            HandoffWanted::Reason(reason) => {
                (opened.is_some_and(|handoff| handoff.reason == *reason.as_str()), reason.clone(), came)
            }
            HandoffWanted::Fields(fields) => {
                // Why: what a line tells about an open handoff (a contact) comes as an update of it.
                let handoff = self.exchange.handoff_update().or(opened);
                match handoff.and_then(|handoff| Value::of(handoff).ok()) {
                    Some(value) => (fields.matches(&value), fields.describe(), fields.shown_of(&value)),
                    None => (false, fields.describe(), came),
                }
            }
        }
    }
}

impl Said {
    fn holds(&self, exchange: &Exchange) -> bool {
        let texts: Vec<&str> = exchange.replies().map(crate::reply::Reply::text).collect();
        let whole = texts.join("\n");
        match self {
            Said::Contains(wanted) => whole.contains(wanted),
            Said::Is(wanted) => whole == *wanted || texts.contains(&wanted.as_str()),
            Said::Like(regex) => regex.is_match(&whole),
            Said::Not(unwanted) => !whole.contains(unwanted),
        }
    }

    fn describe(&self) -> String {
        match self {
            Said::Contains(wanted) => format!("“{wanted}”"),
            Said::Is(wanted) => format!("just “{wanted}”"),
            Said::Like(regex) => format!("like `{regex}`"),
            Said::Not(unwanted) => format!("not “{unwanted}”"),
        }
    }
}

impl RecordWanted {
    fn is_in(&self, records: &[Value]) -> bool {
        records.iter().any(|record| match self {
            RecordWanted::Event(name) => record.field("event").and_then(Value::as_text) == Some(name),
            RecordWanted::Fields(fields) => fields.matches(record),
        })
    }

    fn describe(&self) -> String {
        match self {
            RecordWanted::Event(name) => name.clone(),
            RecordWanted::Fields(fields) => fields.describe(),
        }
    }
}

fn answered(what: &Happening) -> Option<String> {
    match what {
        Happening::Answered { intent } => Some(intent.to_string()),
        _ => None,
    }
}

fn ended(what: &Happening) -> Option<String> {
    match what {
        Happening::FlowEnded { outcome, .. } => Some(outcome.clone()),
        _ => None,
    }
}

fn name(name: Option<&str>) -> String {
    name.unwrap_or("none").to_owned()
}

fn names(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
