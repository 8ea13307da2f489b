use std::collections::{BTreeMap, BTreeSet};

use super::super::keys;
use super::super::node::{Content, Node};
use super::Lowering;
use super::conversation;
use super::presence::{Place, SlotTypes};
use super::program::flatten;
use super::shape::Fields;
use crate::diagnostic::{Code, Finding, Origin};
use crate::expression::{Presence, Scope};
use crate::rules::{
    Action, Busy, Digress, Entity, EntityKind, Flow, FlowId, SlotDecl, SlotName, StepId, Trigger, Type,
};

/// Names that a slot cannot have, because texts and conditions read something else by them.
const TAKEN: [&str; 6] = ["facts", "customer", "item", "loop", "none", "self"];

/// What is known while the steps of one flow are lowered.
pub(super) struct Steps<'p> {
    pub(super) types: SlotTypes,
    pub(super) actions: &'p [Action],
    pub(super) entities: &'p [Entity],
    /// What each flow lowered so far needs and surely sets.
    pub(super) others: &'p BTreeMap<Box<str>, Brings>,
    /// Slots asked for so far, in order.
    pub(super) asked: Vec<SlotName>,
    /// Every slot that some step asks for.
    pub(super) every_ask: BTreeSet<SlotName>,
    pub(super) ids: BTreeMap<StepId, Origin>,
}

/// What running a flow needs and gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Brings {
    pub(super) arguments: Vec<SlotDecl>,
    pub(super) types: SlotTypes,
    pub(super) sets: BTreeSet<SlotName>,
}

impl Steps<'_> {
    pub(super) fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.name == *name)
    }

    /// The names of an entity's listed values.
    pub(super) fn values(&self, ty: &Type) -> Option<Vec<&str>> {
        let item = match ty.required() {
            Type::List(item) => item.required(),
            other => other,
        };
        let Type::Entity(name) = item else { return None };
        match &self.entity(name.as_str())?.kind {
            EntityKind::Values(values) => Some(values.iter().map(|value| &*value.name).collect()),
            _ => None,
        }
    }
}

impl Lowering<'_> {
    /// All flows, and the slots of all of them for conditions that look at any session.
    pub(super) fn flows(
        &mut self,
        node: Option<&Node>,
        base: &Scope,
        actions: &[Action],
        entities: &[Entity],
    ) -> (Vec<Flow>, Vec<(SlotName, Type)>) {
        let named = self.named(node, "flows");
        let mut heads: BTreeMap<Box<str>, Head<'_>> = BTreeMap::new();
        for (name, key, value) in named {
            let Some(fields) = self.fields_of(&name, key, value, &keys::FLOW) else { continue };
            let arguments = self.slot_arguments(fields.get("in"));
            heads.insert(name, Head { origin: key.origin, key, fields, arguments });
        }
        let types = self.slot_types(&heads, base, actions, entities);
        let mut done: BTreeMap<Box<str>, Brings> = BTreeMap::new();
        let mut flows: Vec<Flow> = Vec::new();
        for name in order(&heads) {
            let (Some(head), Some(types)) = (heads.get(&name), types.get(&name)) else { continue };
            let (flow, sets) = self.flow(&name, head, types, base, actions, entities, &done);
            done.insert(name, Brings { arguments: flow.arguments.clone(), types: types.clone(), sets });
            flows.push(flow);
        }
        flows.sort_by(|left, right| left.id.cmp(&right.id));
        let mut every: SlotTypes = BTreeMap::new();
        for (name, ty) in types.into_values().flatten() {
            match every.get_mut(&name) {
                Some(known) => widen(known, &ty),
                None => {
                    every.insert(name, ty);
                }
            }
        }
        (flows, every.into_iter().collect())
    }

    #[allow(clippy::too_many_arguments, reason = "one call; the pieces have no common meaning")]
    fn flow(
        &mut self,
        name: &str,
        head: &Head<'_>,
        types: &SlotTypes,
        base: &Scope,
        actions: &[Action],
        entities: &[Entity],
        others: &BTreeMap<Box<str>, Brings>,
    ) -> (Flow, BTreeSet<SlotName>) {
        let fields = &head.fields;
        let mut steps = Steps {
            types: types.clone(),
            actions,
            entities,
            others,
            asked: Vec::new(),
            every_ask: BTreeSet::new(),
            ids: BTreeMap::new(),
        };
        let mut built = Vec::new();
        let mut sets = BTreeSet::new();
        match fields.get("steps") {
            Some(node) => {
                asks(node, &mut steps.every_ask);
                let arguments: Vec<SlotName> = head.arguments.iter().map(|slot| slot.name.clone()).collect();
                let start = Place::start(base, types, &arguments);
                let (blocks, end) = self.block(node, start, &mut steps);
                built = blocks;
                sets = end.map(|place| place.set().clone()).unwrap_or_default();
            }
            None => self.error(Code::EMPTY_FLOW, head.key, format!("the flow `{name}` has no `steps`")),
        }
        let (start, program) = flatten(built);
        let mut keep = Vec::new();
        if let Some(node) = fields.get("keep") {
            let known: Vec<&str> = types.keys().map(SlotName::as_str).collect();
            for item in self.items(node) {
                let slot = self.reference(item, "slot", Code::UNKNOWN_SLOT, &known);
                keep.extend(slot.map(|name| SlotName::from(&*name)));
            }
        }
        let after = fields.get("after").and_then(|node| self.duration(node));
        let trigger = fields
            .get("event")
            .and_then(|node| self.name(node, "the name of an event"))
            .map(|event| Trigger { event, after });
        if let (Some(node), None) = (fields.key("after"), fields.get("event")) {
            self.error(Code::MISSING, node, "`after` needs an `event`");
        }
        let busy = [("wait", Busy::Wait), ("interrupt", Busy::Interrupt), ("drop", Busy::Drop)];
        let digress = [("ask", Digress::Ask), ("leave", Digress::Leave), ("stay", Digress::Stay)];
        let flow = Flow {
            origin: head.origin,
            id: FlowId::from(name),
            trigger,
            arguments: head.arguments.clone(),
            slots: types.iter().map(|(name, ty)| SlotDecl { name: name.clone(), ty: ty.clone() }).collect(),
            keep,
            busy: fields.get("busy").and_then(|node| self.choice(node, &busy)).unwrap_or_default(),
            digress: fields.get("digress").and_then(|node| self.choice(node, &digress)).unwrap_or_default(),
            start,
            program,
        };
        (flow, sets)
    }

    fn slot_arguments(&mut self, node: Option<&Node>) -> Vec<SlotDecl> {
        let Some(node) = node else { return Vec::new() };
        let fields = self.type_fields(node);
        fields.into_iter().map(|field| SlotDecl { name: SlotName::from(field.name), ty: field.ty }).collect()
    }

    /// The types of every flow's slots, flows that are run included: they share their slots.
    fn slot_types(
        &mut self,
        heads: &BTreeMap<Box<str>, Head<'_>>,
        base: &Scope,
        actions: &[Action],
        entities: &[Entity],
    ) -> BTreeMap<Box<str>, SlotTypes> {
        let mut types: BTreeMap<Box<str>, SlotTypes> = BTreeMap::new();
        for (name, head) in heads {
            let mut found = Declared { types: BTreeMap::new(), origins: BTreeMap::new() };
            for argument in &head.arguments {
                found.add(self, argument.name.clone(), argument.ty.clone(), head.origin);
            }
            if let Some(node) = head.fields.get("steps") {
                self.declare(node, base, actions, entities, &mut found);
            }
            types.insert(name.clone(), found.types);
        }
        // Why: a flow may run one that runs another; each round carries slots one call further.
        for _ in 0..heads.len() {
            let before = types.clone();
            for (name, head) in heads {
                for run in head.fields.get("steps").map(runs).unwrap_or_default() {
                    let Some(shared) = before.get(&run) else { continue };
                    if let Some(own) = types.get_mut(name) {
                        for (slot, ty) in shared {
                            own.entry(slot.clone()).or_insert_with(|| ty.clone());
                        }
                    }
                }
            }
            if types == before {
                break;
            }
        }
        types
    }

    /// Gathers the slots that a list of steps fills, with their types.
    fn declare(&mut self, steps: &Node, base: &Scope, actions: &[Action], entities: &[Entity], found: &mut Declared) {
        for step in steps.as_list().unwrap_or_default() {
            let text = |name: &str| step.field(name).and_then(Node::as_text);
            if let Some(slot) = text("ask") {
                let entity = text("entity").unwrap_or(slot);
                let list = step.field("list").is_some_and(|node| matches!(node.content, Content::Bool(true)));
                let known = entities.iter().any(|known| known.name == *entity);
                let ty = if known { Type::Entity(entity.into()) } else { Type::Text };
                let ty = if list { Type::List(Box::new(ty)) } else { ty };
                found.add(self, slot.into(), ty, step.origin);
                if let (Some(into), Some(rows)) =
                    (text("into"), step.field("chips").and_then(|chips| chips.field("from")).and_then(Node::as_text))
                {
                    let scope = found.scope(base);
                    let row = self.expressions.expression(rows, &scope).ok().and_then(|(_, ty)| match ty.required() {
                        Type::List(row) => Some((**row).clone()),
                        _ => None,
                    });
                    if let Some(row) = row {
                        found.add(self, into.into(), row, step.origin);
                    }
                }
            } else if let (Some(name), Some(into)) = (text("call"), text("into"))
                && let Some(action) = actions.iter().find(|action| action.name == *name)
            {
                found.add(self, into.into(), Type::Record(action.results.clone()), step.origin);
            }
            for (key, value) in step.field("set").and_then(Node::as_map).unwrap_or_default() {
                let Some(slot) = key.as_text() else { continue };
                let source = value.field("from").and_then(Node::as_text);
                let source = source.or_else(|| value.as_text().and_then(super::call::sole_expression));
                let ty = match (source, &value.content) {
                    (Some(source), _) => {
                        let scope = found.scope(base);
                        self.expressions.expression(source, &scope).ok().map(|(_, ty)| ty)
                    }
                    (None, Content::Bool(_)) => Some(Type::Bool),
                    (None, Content::Integer(_)) => Some(Type::Integer),
                    (None, Content::Decimal(_)) => Some(Type::Decimal),
                    (None, Content::Text(_)) => Some(Type::Text),
                    _ => None,
                };
                // Why: a literal given to a slot of an entity is one of its values, not a slot of two types.
                let is_known = found.types.contains_key(slot) && ty == Some(Type::Text);
                if let Some(ty) = ty
                    && !is_known
                {
                    found.add(self, slot.into(), ty.required().clone(), key.origin);
                }
            }
            for branch in branches(step) {
                self.declare(branch, base, actions, entities, found);
            }
        }
    }
}

/// A flow before its steps are looked at.
struct Head<'n> {
    origin: Origin,
    key: &'n Node,
    fields: Fields<'n>,
    arguments: Vec<SlotDecl>,
}

struct Declared {
    types: SlotTypes,
    origins: BTreeMap<SlotName, Origin>,
}

impl Declared {
    fn add(&mut self, lowering: &mut Lowering<'_>, name: SlotName, ty: Type, origin: Origin) {
        let plain = name.as_str().starts_with(|sign: char| sign.is_ascii_alphabetic())
            && name.as_str().chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
        if !plain || TAKEN.contains(&name.as_str()) || conversation::NAMES.contains(&name.as_str()) {
            let finding = Finding::error(Code::BAD_NAME, origin, format!("a slot cannot be called `{name}`"));
            lowering.report(finding.help("use letters, digits and `_`, and no name that the bot itself provides"));
            return;
        }
        match self.types.get_mut(&name) {
            None => {
                self.types.insert(name.clone(), ty);
                self.origins.insert(name, origin);
            }
            Some(known) if known.required() == ty.required() => {
                if ty.is_optional() {
                    *known = ty;
                }
            }
            Some(known) => {
                let message = format!("the slot `{name}` is {known} elsewhere, and {ty} here");
                let mut finding = Finding::error(Code::SLOT_TYPE, origin, message);
                if let Some(first) = self.origins.get(&name) {
                    finding = finding.related(*first, format!("{known} here"));
                }
                lowering.report(finding.help("use a slot of another name"));
            }
        }
    }

    fn scope(&self, base: &Scope) -> Scope {
        let mut scope = base.clone();
        for (name, ty) in &self.types {
            scope.declare(name.clone(), ty.clone(), Presence::Set);
        }
        scope
    }
}

/// The lists of steps inside a step.
pub(super) fn branches(step: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    for name in ["then", "else", "empty"] {
        found.extend(step.field(name).filter(|node| node.as_list().is_some()));
    }
    for name in ["is", "errors"] {
        let map = step.field(name).and_then(Node::as_map).unwrap_or_default();
        found.extend(map.iter().map(|(_, value)| value));
    }
    let options = step.field("options").and_then(Node::as_map).unwrap_or_default();
    found.extend(options.iter().filter_map(|(_, option)| option.field("then")));
    found
}

fn asks(steps: &Node, found: &mut BTreeSet<SlotName>) {
    for step in steps.as_list().unwrap_or_default() {
        found.extend(step.field("ask").and_then(Node::as_text).map(SlotName::from));
        for branch in branches(step) {
            asks(branch, found);
        }
    }
}

/// The flows that a list of steps runs.
fn runs(steps: &Node) -> Vec<Box<str>> {
    let mut found = Vec::new();
    for step in steps.as_list().unwrap_or_default() {
        found.extend(step.field("run").and_then(Node::as_text).map(Box::from));
        found.extend(branches(step).into_iter().flat_map(runs));
    }
    found
}

/// Flows in an order in which those that are run come before those that run them, as far as there is one.
fn order(heads: &BTreeMap<Box<str>, Head<'_>>) -> Vec<Box<str>> {
    fn visit(
        name: &str,
        heads: &BTreeMap<Box<str>, Head<'_>>,
        seen: &mut BTreeSet<Box<str>>,
        order: &mut Vec<Box<str>>,
    ) {
        let Some(head) = heads.get(name) else { return };
        if !seen.insert(name.into()) {
            return;
        }
        for run in head.fields.get("steps").map(runs).unwrap_or_default() {
            visit(&run, heads, seen, order);
        }
        order.push(name.into());
    }
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    for name in heads.keys() {
        visit(name, heads, &mut seen, &mut order);
    }
    order
}

/// Records of two flows under one name: fields of both.
fn widen(known: &mut Type, other: &Type) {
    if let (Type::Record(fields), Type::Record(more)) = (known, other) {
        for field in more {
            if !fields.iter().any(|known| known.name == field.name) {
                fields.push(field.clone());
            }
        }
    }
}
