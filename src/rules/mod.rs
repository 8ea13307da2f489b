//! The rule model: what a pack says, typed and immutable.
//!
//! `load` builds it, everything else reads it. It holds no YAML, does no I/O, and a rule that could be wrong is not
//! representable here. Compiled conditions and texts live in `expression` and are named by number.

mod action;
mod branch;
mod contract;
mod entity;
mod escalation;
mod fact;
mod flow;
mod id;
mod intent;
mod lexicon;
mod pack;
mod phrase;
mod places;
mod said;
mod types;
mod value;
mod wording;

pub(crate) use action::{Action, ActionError, Effects};
pub use contract::Contract;
pub(crate) use entity::{Builtin, Entity, EntityKind, EntityValue, Form, Privacy};
pub use escalation::Priority;
pub(crate) use escalation::{
    Adjust, At, Closed, DateRule, Escalation, Hours, OpenSpan, Reason, Target, Unanswered, WhileHuman,
};
pub(crate) use fact::{Fact, FactValue};
pub(crate) use flow::{
    Ask, Busy, Call, ChipSource, Chips, Choice, Confirm, Digress, Flow, HandOver, NOT_VERIFIED, Node, Outcome, Pc,
    Preset, SlotDecl, StepKind, Trigger, VERIFY, Validity,
};
pub use id::{ActionName, EntityName, FactName, FlowId, IntentId, LexiconName, Queue, ReasonId, SlotName, StepId};
pub(crate) use intent::{Does, Example, Intent, Notice, Pattern};
pub(crate) use lexicon::Lexicon;
pub use pack::Revision;
pub(crate) use pack::{Channel, Consent, Languages, Learned, LearnedItem, Lifetimes, Pack, Stems, Thresholds};
pub(crate) use phrase::{Keyword, Part, join};
pub(crate) use places::Places;
pub use types::{Field, Type};
pub use value::{Money, Value, ValueError};
pub(crate) use wording::{ConditionId, ExpressionId, ShowItem, TemplateId, Variant, Wording, Words};
