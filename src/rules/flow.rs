use std::time::Duration;

use super::{
    ActionName, ConditionId, EntityName, ExpressionId, FlowId, ReasonId, SlotName, StepId, TemplateId, Type, Value,
    Words,
};
use crate::diagnostic::Origin;

/// A place in a flow's program. Branches are flattened: every step knows what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Pc(pub(crate) u32);

/// A named list of steps, flattened into a program.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) origin: Origin,
    pub(crate) id: FlowId,
    /// The host event that starts it.
    pub(crate) trigger: Option<Trigger>,
    /// Slots a start must bring (`in:`).
    pub(crate) arguments: Vec<SlotDecl>,
    /// Every slot the flow reads or writes, with its type, arguments included.
    pub(crate) slots: Vec<SlotDecl>,
    /// Slots offered to the next flow.
    pub(crate) keep: Vec<SlotName>,
    pub(crate) busy: Busy,
    pub(crate) digress: Digress,
    /// Where it starts; `None` for a flow without steps.
    pub(crate) start: Option<Pc>,
    pub(crate) program: Vec<Node>,
}

/// The flow that finds out what an action `needs`, such as who the customer is.
pub(crate) const VERIFY: &str = "verify";

/// The failure a `call` may have a branch for when that flow did not succeed.
pub(crate) const NOT_VERIFIED: &str = "not_verified";

/// The host event that starts a flow, and how long after it.
#[derive(Clone, Debug)]
pub(crate) struct Trigger {
    pub(crate) event: Box<str>,
    pub(crate) after: Option<Duration>,
}

/// A slot of a flow.
#[derive(Clone, Debug)]
pub(crate) struct SlotDecl {
    pub(crate) name: SlotName,
    pub(crate) ty: Type,
}

/// What a flow does when an event would start it while another is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Busy {
    #[default]
    Wait,
    Interrupt,
    Drop,
}

/// What happens to an open flow when the customer asks for another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Digress {
    /// "Finish this first, or switch?"
    #[default]
    Ask,
    /// The flow ends.
    Leave,
    /// The flow holds on; only people and cancel get through.
    Stay,
}

/// One step of a program.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) origin: Origin,
    /// Resting steps (ask, confirm, choose, call, wait, run) have one.
    pub(crate) id: Option<StepId>,
    /// The name the step had in an older version.
    pub(crate) was: Option<StepId>,
    pub(crate) kind: StepKind,
    /// What comes after; `None` returns from the flow.
    pub(crate) next: Option<Pc>,
    /// Slots and results it reads, for corrections (roots of paths: `order`, `order_no`).
    pub(crate) reads: Vec<SlotName>,
    /// Slots it writes.
    pub(crate) writes: Vec<SlotName>,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(crate) enum StepKind {
    Say(Words),
    Ask(Box<Ask>),
    Confirm(Box<Confirm>),
    Choose(Box<Choice>),
    Call(Box<Call>),
    Set(Vec<Preset>),
    /// `when` with `then` / `else`. A branch of no steps goes to `next`.
    When {
        condition: ConditionId,
        then: Option<Pc>,
        otherwise: Option<Pc>,
    },
    /// `when` with `is`: the arm whose value equals the subject.
    Switch {
        subject: ExpressionId,
        arms: Vec<(Value, Option<Pc>)>,
        otherwise: Option<Pc>,
    },
    Run {
        flow: FlowId,
        with: Vec<Preset>,
    },
    Wait {
        event: Option<Box<str>>,
        at_most: Option<Duration>,
        otherwise: Option<Pc>,
    },
    Handoff(HandOver),
    /// Clears a slot and goes back to the step that asks for it; counts against its tries.
    Redo {
        slot: SlotName,
        step: Pc,
    },
    End(Outcome),
    /// Goes on at `next`; where branches meet.
    Join,
}

/// A value given to a slot: by a template text, a literal or a bare expression (`from`).
#[derive(Clone, Debug)]
pub(crate) enum Preset {
    Value(SlotName, Value),
    Template(SlotName, TemplateId),
    From(SlotName, ExpressionId),
}

impl Preset {
    /// The slot or argument it is for.
    pub(crate) fn slot(&self) -> &SlotName {
        match self {
            Preset::Value(slot, _) | Preset::Template(slot, _) | Preset::From(slot, _) => slot,
        }
    }
}

/// A question whose answer fills a slot.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) slot: SlotName,
    pub(crate) ty: Type,
    /// The entity that reads the answer; `None` takes free text.
    pub(crate) entity: Option<EntityName>,
    /// Whether the answer is a list (several values in one message).
    pub(crate) list: bool,
    pub(crate) say: Words,
    /// Said when the answer could not be used.
    pub(crate) again: Option<Words>,
    pub(crate) chips: Chips,
    /// A value to propose first ("is it about …?"); a yes keeps it.
    pub(crate) offer: Option<ExpressionId>,
    pub(crate) optional: bool,
    /// Whether a value in the message that started the flow may fill it.
    pub(crate) prefill: bool,
    /// How many words the message that started the flow must hold beside its request to be the answer in free text.
    pub(crate) told: Option<u32>,
    pub(crate) valid: Vec<Validity>,
    /// Failed answers before `otherwise`; 0 means no limit.
    pub(crate) tries: u32,
    pub(crate) otherwise: Option<Pc>,
    /// Branch for a list of chips without rows.
    pub(crate) empty: Option<Pc>,
    /// Slot that takes the chosen row.
    pub(crate) into: Option<SlotName>,
    /// "Why do you ask?"
    pub(crate) why: Option<Words>,
}

/// A condition an answer must meet, and what to say if it does not.
#[derive(Clone, Debug)]
pub(crate) struct Validity {
    pub(crate) condition: ConditionId,
    pub(crate) say: Words,
}

/// Choices offered under a text.
#[derive(Clone, Debug, Default)]
pub(crate) enum Chips {
    #[default]
    None,
    /// The values of the slot's entity, or a list of some of them.
    Values(Vec<Box<str>>),
    /// Rows of what the host returned.
    From(ChipSource),
}

/// Chips made from rows.
#[derive(Clone, Debug)]
pub(crate) struct ChipSource {
    pub(crate) rows: ExpressionId,
    /// The row's field that is the value.
    pub(crate) value: Box<str>,
    /// Sees the row as `item`.
    pub(crate) label: TemplateId,
    /// `one: take`: a single row is taken without asking.
    pub(crate) take_single: bool,
}

/// A yes/no question before something takes effect.
#[derive(Clone, Debug)]
pub(crate) struct Confirm {
    pub(crate) say: Words,
    /// Steps for "no"; `None` asks what to change, with the slots as chips.
    pub(crate) otherwise: Option<Pc>,
    /// Whether `else` was given (an empty `otherwise` then goes to `next`).
    pub(crate) has_else: bool,
    /// The slots the flow asked for before it: what "no" may change.
    pub(crate) slots: Vec<SlotName>,
}

/// An answer that can be chosen: its name, what the chip says, what else a customer may say, and its branch.
pub(crate) type Choosable = (Box<str>, Words, Vec<super::Keyword>, Option<Pc>);

/// A question with a branch for each answer.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) say: Words,
    pub(crate) options: Vec<Choosable>,
    pub(crate) otherwise: Option<Pc>,
    pub(crate) tries: u32,
}

/// Host work.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) action: ActionName,
    /// Arguments given here; the others come from slots of the same name.
    pub(crate) with: Vec<Preset>,
    pub(crate) into: Option<SlotName>,
    /// Branch per declared error.
    pub(crate) errors: Vec<(Box<str>, Option<Pc>)>,
    /// Branch for anything else: timeout, failure, broken contract.
    pub(crate) other: Option<Pc>,
    /// Whether `other` was given; without it a failure hands over with reason `backend`.
    pub(crate) has_other: bool,
}

/// A handoff asked for by a step.
#[derive(Clone, Debug)]
pub(crate) struct HandOver {
    pub(crate) reason: ReasonId,
}

/// How a flow or a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Resolved,
    Unresolved,
    Cancelled,
}

impl Flow {
    /// The step at a place.
    pub(crate) fn node(&self, pc: Pc) -> Option<&Node> {
        self.program.get(pc.0 as usize)
    }

    /// The place of the step with this id, or with this former id.
    pub(crate) fn step(&self, id: &str) -> Option<Pc> {
        let by = |test: &dyn Fn(&Node) -> bool| self.program.iter().position(test);
        by(&|node| node.id.as_ref().is_some_and(|known| known == id))
            .or_else(|| by(&|node| node.was.as_ref().is_some_and(|known| known == id)))
            .map(|index| Pc(index as u32))
    }

    /// The declaration of a slot of this flow.
    pub(crate) fn slot(&self, name: &str) -> Option<&SlotDecl> {
        self.slots.iter().find(|slot| slot.name == *name)
    }
}
