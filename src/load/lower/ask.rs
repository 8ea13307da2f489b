use super::super::keys;
use super::super::node::{Content, Node};
use super::Lowering;
use super::call::fits;
use super::flow::Steps;
use super::phrases::Groups;
use super::presence::Place;
use super::program::{Built, Role};
use super::shape::Fields;
use super::step::{leaf, slots};
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::expression::{Presence, Unset};
use crate::rules::{
    Ask, ChipSource, Chips, Choice, Confirm, EntityName, HandOver, ReasonId, SlotName, StepKind, Type, Validity,
};

/// Failed answers to a question that does not say how many it takes.
const TRIES: u32 = 3;

impl Lowering<'_> {
    pub(super) fn ask(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        mut place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let Some(name) = fields.get("ask").and_then(|node| self.name(node, "the name of a slot")) else {
            return (None, Some(place));
        };
        let slot = SlotName::from(&*name);
        // Why: a name that no slot can have is reported where its type was gathered.
        let Some(ty) = steps.types.get(&slot).cloned() else { return (None, Some(place)) };
        let entity = match fields.get("entity") {
            Some(node) => self.known(node, "entity", Code::UNKNOWN_ENTITY, |names| &names.entities),
            None => Some(name.clone()),
        };
        let entity = entity.filter(|name| steps.entity(name).is_some()).map(|name| EntityName::from(&*name));
        let list = fields.get("list").and_then(|node| self.flag(node)).unwrap_or(false);
        let optional = fields.get("optional").and_then(|node| self.flag(node)).unwrap_or(false);
        let mut reads = Vec::new();
        let (chips, row) = self.chips(fields.get("chips"), &ty, &place, steps, &mut reads);
        let offer = fields.get("offer").and_then(|node| {
            // Why: a value to propose that is not there is simply not proposed.
            let scope = place.lenient(&steps.types);
            self.expression_at(node, &scope)
        });
        reads.extend(offer.iter().flat_map(|(id, _)| self.expressions.reads_expression(*id)).cloned());
        let Some(say) = self.question(node, fields, "ask", &place, &mut reads) else { return (None, Some(place)) };
        let mut answered = place.branch();
        answered.fill(&slot, &ty);
        let mut words = |lowering: &mut Self, name: &str, place: &Place| {
            let words = fields.get(name).and_then(|node| lowering.words(node, &place.scope));
            reads.extend(words.iter().flat_map(|words| lowering.words_read(words)));
            words
        };
        let again = words(self, "again", &place);
        let why = words(self, "why", &place);
        let valid = self.validity(fields.get("valid"), &answered, &mut reads);
        let tries = fields.get("tries").and_then(|node| self.whole(node, 0, 100)).unwrap_or(TRIES);
        let mut branches = Vec::new();
        let mut ends = Vec::new();
        if let Some(node) = fields.get("else") {
            let (built, end) = self.block(node, place.branch(), steps);
            branches.push((Role::Else, built));
            ends.push(end);
        } else if optional {
            branches.push((Role::Else, Vec::new()));
        } else {
            // Why: without an own branch a question that failed too often goes to a person; the third miss never happens.
            branches.push((Role::Else, vec![gives_up(node)]));
        }
        if let Some(empty) = fields.get("empty") {
            let (built, end) = self.block(empty, place.branch(), steps);
            branches.push((Role::Empty, built));
            ends.push(end);
        }
        let told = fields.get("told").and_then(|node| {
            let least = self.whole(node, 1, 100);
            if entity.is_some() || *ty.required() != Type::Text {
                let message = format!("`told` is for an answer in free text, and this one is {ty}");
                let finding = Finding::error(Code::WRONG_TYPE, node.origin, message);
                self.report(finding.help("remove it: a value in the first message is taken by itself"));
            }
            least
        });
        let into = fields.get("into").and_then(|node| self.row_slot(node, row.as_ref(), steps));
        if optional {
            place.leave_unset(&slot, &ty);
        } else {
            place.fill(&slot, &ty);
        }
        if let (Some(into), Some(row)) = (&into, &row) {
            // Why: without rows the answer is typed in, and there is no chosen row.
            if fields.has("empty") && !optional {
                place.fill(into, row);
            } else {
                place.leave_unset(into, row);
            }
        }
        let before = place.clone();
        ends.push(Some(place));
        steps.asked.push(slot.clone());
        let mut built = leaf(
            node,
            StepKind::Ask(Box::new(Ask {
                slot: slot.clone(),
                ty,
                entity,
                list,
                say,
                again,
                chips,
                offer: offer.map(|(id, _)| id),
                optional,
                prefill: fields.get("prefill").and_then(|node| self.flag(node)).unwrap_or(true),
                told,
                valid,
                tries,
                otherwise: None,
                empty: None,
                into: into.clone(),
                why,
            })),
        );
        // Why: the slot itself is what the step writes; checking it is no reading.
        reads.retain(|read| *read != slot);
        built.step.reads = slots(reads, steps);
        built.step.writes = std::iter::once(slot).chain(into).collect();
        built.branches = branches;
        self.identify(&mut built.step, fields, node, &name, steps);
        (Some(built), Place::join(&before, ends, &steps.types))
    }

    /// Conditions on an answer, read where it is there.
    fn validity(&mut self, node: Option<&Node>, answered: &Place, reads: &mut Vec<SlotName>) -> Vec<Validity> {
        let mut valid = Vec::new();
        for (key, value) in node.and_then(Node::as_map).unwrap_or_default() {
            let condition = self.condition_at(key, &answered.scope, Unset::IsAnError);
            let say = self.words(value, &answered.scope);
            if let (Some(condition), Some(say)) = (condition, say) {
                reads.extend_from_slice(self.expressions.reads_condition(condition));
                reads.extend(self.words_read(&say));
                valid.push(Validity { condition, say });
            }
        }
        valid
    }

    fn row_slot(&mut self, node: &Node, row: Option<&Type>, steps: &Steps<'_>) -> Option<SlotName> {
        let name = self.name(node, "the name of a slot")?;
        if row.is_none() {
            let finding =
                Finding::error(Code::MISSING, node.origin, "`into` keeps the chosen row, and there are no rows");
            self.report(finding.help("give the question `chips: {from: …}`"));
            return None;
        }
        let slot = SlotName::from(&*name);
        steps.types.contains_key(&slot).then_some(slot)
    }

    /// The words of a question, with `show` beside them.
    fn question(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        kind: &str,
        place: &Place,
        reads: &mut Vec<SlotName>,
    ) -> Option<crate::rules::Words> {
        let Some(say) = fields.get("say") else {
            let key = fields.key(kind).unwrap_or(node);
            self.error(Code::MISSING, key, format!("`{kind}` needs `say`: the question"));
            return None;
        };
        let mut words = self.words(say, &place.scope)?;
        self.words_beside(fields, &place.scope, &mut words);
        reads.extend(self.words_read(&words));
        Some(words)
    }

    /// `true`, a list of values, or rows; with the type of a row.
    fn chips(
        &mut self,
        node: Option<&Node>,
        ty: &Type,
        place: &Place,
        steps: &Steps<'_>,
        reads: &mut Vec<SlotName>,
    ) -> (Chips, Option<Type>) {
        let Some(node) = node else { return (Chips::None, None) };
        let values: Option<Vec<Box<str>>> = steps.values(ty).map(|values| values.into_iter().map(Box::from).collect());
        match &node.content {
            Content::Bool(false) => (Chips::None, None),
            Content::Bool(true) => match values {
                Some(values) => (Chips::Values(values), None),
                None if matches!(ty, Type::Bool) => (Chips::Values(vec!["yes".into(), "no".into()]), None),
                None => {
                    let finding = Finding::error(
                        Code::WRONG_TYPE,
                        node.origin,
                        format!("`chips: true` shows the values of an entity, and {ty} has no list of values"),
                    );
                    self.report(finding.help("list the choices: `chips: [a, b]`"));
                    (Chips::None, None)
                }
            },
            Content::Map(_) => self.chip_source(node, ty, place, steps, reads),
            _ => {
                let mut listed = Vec::new();
                for item in self.items(node) {
                    let Some(name) = self.text(item, "a choice") else { continue };
                    if let Some(values) = &values
                        && !values.contains(&name)
                    {
                        let finding =
                            Finding::error(Code::UNKNOWN_VALUE, item.origin, format!("`{name}` is no value of `{ty}`"));
                        self.report(finding.maybe_help(did_you_mean_help(&name, values.iter().map(|value| &**value))));
                        continue;
                    }
                    listed.push(name);
                }
                (Chips::Values(listed), None)
            }
        }
    }

    fn chip_source(
        &mut self,
        node: &Node,
        ty: &Type,
        place: &Place,
        steps: &Steps<'_>,
        reads: &mut Vec<SlotName>,
    ) -> (Chips, Option<Type>) {
        let fields = self.fields(node, &keys::CHIP_SOURCE);
        let (Some(from), Some(value), Some(label)) = (fields.get("from"), fields.get("value"), fields.get("label"))
        else {
            self.error(Code::MISSING, node, "chips from rows need `from`, `value` and `label`");
            return (Chips::None, None);
        };
        // Why: rows that are not there are no rows; then the question is simply asked.
        let mut scope = place.lenient(&steps.types);
        let Some((rows, rows_type)) = self.expression_at(from, &scope) else { return (Chips::None, None) };
        let Type::List(row) = rows_type.required() else {
            self.error(Code::WRONG_TYPE, from, format!("chips need a list of rows, and this is {rows_type}"));
            return (Chips::None, None);
        };
        let row = (**row).clone();
        let name = self.name(value, "a field of the row").unwrap_or_default();
        match &row {
            Type::Record(known) => match row.field(&name) {
                Some(found) if fits(found, ty, steps.entities) => {}
                Some(found) => {
                    self.error(
                        Code::ARGUMENT_TYPE,
                        value,
                        format!("the field `{name}` is {found}, and the slot is {ty}"),
                    );
                }
                None => {
                    let help = did_you_mean_help(&name, known.iter().map(|field| field.name.as_str()));
                    let finding =
                        Finding::error(Code::UNKNOWN_FIELD, value.origin, format!("the rows have no field `{name}`"));
                    self.report(finding.maybe_help(help));
                }
            },
            other => self.error(Code::WRONG_TYPE, from, format!("chips need rows with fields, and these are {other}")),
        }
        scope.declare("item", row.clone(), Presence::Set);
        let Some(template) = self.template_at(label, &scope) else { return (Chips::None, Some(row)) };
        reads.extend_from_slice(self.expressions.reads_expression(rows));
        reads.extend_from_slice(self.expressions.reads_template(template));
        let take_single =
            fields.get("one").and_then(|node| self.choice(node, &[("take", true), ("ask", false)])).unwrap_or(false);
        (Chips::From(ChipSource { rows, value: name, label: template, take_single }), Some(row))
    }

    pub(super) fn confirm(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let say = fields.get("confirm").and_then(|node| self.words(node, &place.scope));
        let mut branches = Vec::new();
        let mut ends = vec![Some(place.branch())];
        let has_else = fields.has("else");
        if let Some(node) = fields.get("else") {
            let (built, end) = self.block(node, place.branch(), steps);
            branches.push((Role::Else, built));
            ends.push(end);
        }
        let Some(say) = say else { return (None, Some(place)) };
        let reads = self.words_read(&say);
        let mut asked: Vec<SlotName> = Vec::new();
        for slot in &steps.asked {
            if !asked.contains(slot) {
                asked.push(slot.clone());
            }
        }
        let mut built =
            leaf(node, StepKind::Confirm(Box::new(Confirm { say, otherwise: None, has_else, slots: asked })));
        built.step.reads = slots(reads, steps);
        built.branches = branches;
        self.identify(&mut built.step, fields, node, "confirm", steps);
        (Some(built), Place::join(&place, ends, &steps.types))
    }

    pub(super) fn choose(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let Some(name) = fields.get("choose").and_then(|node| self.name(node, "a name for the question")) else {
            return (None, Some(place));
        };
        let mut reads = Vec::new();
        let say = self.question(node, fields, "choose", &place, &mut reads);
        let Some(given) = fields.get("options").and_then(Node::as_map).filter(|map| !map.is_empty()) else {
            let key = fields.key("choose").unwrap_or(node);
            self.error(Code::MISSING, key, "`choose` needs `options`: a map of answers");
            return (None, Some(place));
        };
        let mut options = Vec::new();
        let mut branches = Vec::new();
        let mut ends = Vec::new();
        for (key, value) in given {
            let Some(option) = self.text_key(key) else { continue };
            let option_fields = self.fields(value, &keys::OPTION);
            let label = option_fields.get("label").and_then(|node| self.words(node, &place.scope));
            if !option_fields.has("label") {
                self.error(Code::MISSING, key, format!("the option `{option}` needs a `label`"));
            }
            let mut keywords = Vec::new();
            if let Some(node) = option_fields.get("words") {
                keywords = self.phrases(node, Groups::Allowed);
            }
            let (built, end) = match option_fields.get("then") {
                Some(node) => self.block(node, place.branch(), steps),
                None => (Vec::new(), Some(place.branch())),
            };
            ends.push(end);
            if let Some(label) = label {
                reads.extend(self.words_read(&label));
                branches.push((Role::Option(options.len()), built));
                options.push((option, label, keywords, None));
            }
        }
        let tries = fields.get("tries").and_then(|node| self.whole(node, 0, 100)).unwrap_or(TRIES);
        let (built, end) = match fields.get("else") {
            Some(node) => self.block(node, place.branch(), steps),
            None => (vec![gives_up(node)], None),
        };
        branches.push((Role::Else, built));
        ends.push(end);
        let after = Place::join(&place, ends, &steps.types);
        let Some(say) = say else { return (None, after) };
        let mut built = leaf(node, StepKind::Choose(Box::new(Choice { say, options, otherwise: None, tries })));
        built.step.reads = slots(reads, steps);
        built.branches = branches;
        self.identify(&mut built.step, fields, node, &name, steps);
        (Some(built), after)
    }
}

/// Where a question that failed too often goes without a branch of its own.
fn gives_up(node: &Node) -> Built {
    leaf(node, StepKind::Handoff(HandOver { reason: ReasonId::from("slot_failed") }))
}
