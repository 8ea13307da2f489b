use super::super::keys;
use super::super::node::{Content, Node};
use super::Lowering;
use super::flow::Steps;
use super::presence::Place;
use super::program::{Built, Role};
use super::shape::Fields;
use super::step::{leaf, slots};
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::expression::Scope;
use crate::rules::{
    Action, Builtin, Call, Entity, EntityKind, FlowId, NOT_VERIFIED, Preset, SlotDecl, SlotName, StepKind, Type, Value,
};

impl Lowering<'_> {
    pub(super) fn call(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let Some(value) = fields.get("call") else { return (None, Some(place)) };
        let Some(name) = self.name(value, "the name of an action") else { return (None, Some(place)) };
        let actions: &[Action] = steps.actions;
        let Some(action) = actions.iter().find(|action| action.name == *name) else {
            // Why: an action that is declared but faulty has its own finding.
            if !self.names.actions.contains(&name) {
                let finding =
                    Finding::error(Code::UNKNOWN_ACTION, value.origin, format!("there is no action `{name}`"));
                let help = did_you_mean_help(&name, actions.iter().map(|action| action.name.as_str()));
                self.report(finding.maybe_help(help));
            }
            self.unfilled.extend(fields.get("into").and_then(Node::as_text).map(Box::from));
            return (None, Some(place));
        };
        let declared: Vec<SlotDecl> = action
            .arguments
            .iter()
            .map(|field| SlotDecl { name: SlotName::from(field.name.as_str()), ty: field.ty.clone() })
            .collect();
        let with = match fields.get("with") {
            Some(node) => self.presets(node, &place.scope, Some(&declared), steps.entities, "the action"),
            None => Vec::new(),
        };
        let mut reads: Vec<SlotName> = self.presets_read(&with);
        for argument in &declared {
            if with.iter().any(|preset| *preset.slot() == argument.name) {
                continue;
            }
            if self.brought(value, argument, &place, steps, "the action") {
                reads.push(argument.name.clone());
            }
        }
        let (branches, mut ends, has_other) = self.error_branches(fields, action, &place, steps);
        let mut after = place.branch();
        let mut into = None;
        if let Some(node) = fields.get("into") {
            if action.results.is_empty() {
                let finding =
                    Finding::error(Code::NO_RESULT, node.origin, format!("the action `{name}` returns nothing"));
                self.report(finding.help("declare its results in `out:`, or leave `into` out"));
            } else if let Some(slot) = node.as_text().map(SlotName::from)
                && let Some(ty) = steps.types.get(&slot)
            {
                after.fill(&slot, ty);
                into = Some(slot);
            }
        }
        ends.push(Some(after));
        let mut built = leaf(
            node,
            StepKind::Call(Box::new(Call {
                action: action.name.clone(),
                with,
                into: into.clone(),
                errors: Vec::new(),
                other: None,
                has_other,
            })),
        );
        built.step.reads = slots(reads, steps);
        built.step.writes = into.into_iter().collect();
        built.branches = branches;
        self.identify(&mut built.step, fields, node, &name, steps);
        (Some(built), Place::join(&place, ends, &steps.types))
    }

    #[allow(clippy::type_complexity, reason = "branches, where they end, and whether `other` is among them")]
    fn error_branches(
        &mut self,
        fields: &Fields<'_>,
        action: &Action,
        place: &Place,
        steps: &mut Steps<'_>,
    ) -> (Vec<(Role, Vec<Built>)>, Vec<Option<Place>>, bool) {
        let mut branches = Vec::new();
        let mut ends = Vec::new();
        let mut has_other = false;
        let Some(node) = fields.get("errors") else { return (branches, ends, has_other) };
        let Some(map) = node.as_map() else {
            self.wrong_shape(node, "`errors` is a map of errors and their steps");
            return (branches, ends, has_other);
        };
        for (key, value) in map {
            let Some(name) = self.text_key(key) else { continue };
            let role = if &*name == "other" {
                has_other = true;
                Role::Other
            } else {
                let proof = *name == *NOT_VERIFIED && action.needs.is_some();
                if !proof && !action.errors.iter().any(|error| error.0 == name) {
                    let known = action.errors.iter().map(|error| &*error.0).chain(["other"]);
                    let message = format!("the action `{}` declares no error `{name}`", action.name);
                    let finding = Finding::error(Code::UNKNOWN_ERROR, key.origin, message);
                    self.report(finding.maybe_help(did_you_mean_help(&name, known)));
                    continue;
                }
                Role::Error(name)
            };
            let (built, end) = self.block(value, place.branch(), steps);
            branches.push((role, built));
            ends.push(end);
        }
        (branches, ends, has_other)
    }

    /// Whether a slot of the argument's name is there and has its type; reports it if it must be and is not.
    fn brought(&mut self, node: &Node, argument: &SlotDecl, place: &Place, steps: &Steps<'_>, whose: &str) -> bool {
        let name = argument.name.as_str();
        let Some(ty) = steps.types.get(&argument.name) else {
            if !argument.ty.is_optional() {
                let message = format!("nothing gives `{name}`, which {whose} needs");
                let finding = Finding::error(Code::ARGUMENT, node.origin, message);
                let help = did_you_mean_help(name, steps.types.keys().map(SlotName::as_str)).map_or_else(
                    || format!("ask for it first, or write `with: {{{name}: …}}`"),
                    |help| format!("{help} Then write `with: {{{name}: '{{{{ … }}}}'}}`"),
                );
                self.report(finding.help(help));
            }
            return false;
        };
        if argument.ty.is_optional() {
            if !fits(ty.required(), &argument.ty, steps.entities) {
                self.error(Code::ARGUMENT_TYPE, node, format!("`{name}` is {ty}, and {whose} takes {}", argument.ty));
            }
            return true;
        }
        // Why: the slot may be proved to be there by a condition, which only the scope knows.
        match self.expressions.expression(name, &place.scope) {
            Ok((_, found)) if !found.is_optional() => {
                if !fits(&found, &argument.ty, steps.entities) {
                    let message = format!("`{name}` is {found}, and {whose} takes {}", argument.ty);
                    self.error(Code::ARGUMENT_TYPE, node, message);
                }
                true
            }
            _ => {
                let message = format!("`{name}` may be unset here, and {whose} needs it");
                let finding = Finding::error(Code::UNSET, node.origin, message);
                self.report(finding.help(format!("ask for `{name}` first, on every way to this step")));
                false
            }
        }
    }

    pub(super) fn set(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        mut place: Place,
        steps: &Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let Some(value) = fields.get("set") else { return (None, Some(place)) };
        let known: Vec<SlotDecl> =
            steps.types.iter().map(|(name, ty)| SlotDecl { name: name.clone(), ty: ty.clone() }).collect();
        let presets = self.presets(value, &place.scope, Some(&known), steps.entities, "the flow");
        let reads = self.presets_read(&presets);
        for preset in &presets {
            if let Some(ty) = steps.types.get(preset.slot()) {
                place.fill(preset.slot(), ty);
            }
        }
        let mut built = leaf(node, StepKind::Set(presets.clone()));
        built.step.reads = slots(reads, steps);
        built.step.writes = presets.iter().map(|preset| preset.slot().clone()).collect();
        (Some(built), Some(place))
    }

    pub(super) fn run(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        mut place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let Some(value) = fields.get("run") else { return (None, Some(place)) };
        let Some(flow) = self.flow_reference(value) else { return (None, Some(place)) };
        let known: Vec<SlotDecl> =
            steps.types.iter().map(|(name, ty)| SlotDecl { name: name.clone(), ty: ty.clone() }).collect();
        let with = match fields.get("with") {
            Some(node) => self.presets(node, &place.scope, Some(&known), steps.entities, "the flow"),
            None => Vec::new(),
        };
        let mut reads = self.presets_read(&with);
        match steps.others.get(flow.as_str()).cloned() {
            Some(brings) => {
                for argument in &brings.arguments {
                    if !with.iter().any(|preset| *preset.slot() == argument.name)
                        && self.brought(value, argument, &place, steps, "the flow")
                    {
                        reads.push(argument.name.clone());
                    }
                }
                for (slot, ty) in &brings.types {
                    if brings.sets.contains(slot) {
                        place.fill(slot, ty);
                    }
                }
            }
            None => self.error(
                Code::ENDLESS,
                value,
                format!("the flow `{flow}` runs this one again, directly or by others"),
            ),
        }
        let mut built = leaf(node, StepKind::Run { flow: FlowId::from(flow.as_str()), with });
        built.step.reads = slots(reads, steps);
        self.identify(&mut built.step, fields, node, flow.as_str(), steps);
        (Some(built), Some(place))
    }

    /// Values given to slots or arguments; each is checked against its declared type.
    pub(super) fn presets(
        &mut self,
        node: &Node,
        scope: &Scope,
        declared: Option<&[SlotDecl]>,
        entities: &[Entity],
        whose: &str,
    ) -> Vec<Preset> {
        let Some(map) = node.as_map() else {
            self.wrong_shape(node, "names with their values are meant");
            return Vec::new();
        };
        let mut presets = Vec::with_capacity(map.len());
        for (key, value) in map {
            let Some(name) = self.text_key(key) else { continue };
            let slot = SlotName::from(&*name);
            let wanted =
                declared.and_then(|declared| declared.iter().find(|known| known.name == slot)).map(|known| &known.ty);
            if let (Some(declared), None) = (declared, wanted) {
                let code = if whose == "the action" { Code::UNKNOWN_ARGUMENT } else { Code::UNKNOWN_SLOT };
                let kind = if whose == "the action" { "argument" } else { "slot" };
                let finding = Finding::error(code, key.origin, format!("{whose} has no {kind} `{name}`"));
                self.report(
                    finding.maybe_help(did_you_mean_help(&name, declared.iter().map(|known| known.name.as_str()))),
                );
                continue;
            }
            presets.extend(self.preset(slot, value, wanted, scope, entities));
        }
        presets
    }

    fn preset(
        &mut self,
        slot: SlotName,
        node: &Node,
        wanted: Option<&Type>,
        scope: &Scope,
        entities: &[Entity],
    ) -> Option<Preset> {
        if node.has("from") {
            let from = self.fields(node, &keys::FROM).get("from")?;
            let (id, found) = self.expression_at(from, scope)?;
            self.check_fit(from, &found, wanted, entities);
            return Some(Preset::From(slot, id));
        }
        if let Some(text) = node.as_text() {
            // Why: `'{{ order.days }}'` alone hands the value on as it is, with its type.
            if let Some(source) = sole_expression(text) {
                match self.expressions.expression(source, scope) {
                    Ok((id, found)) => {
                        self.check_fit(node, &found, wanted, entities);
                        return Some(Preset::From(slot, id));
                    }
                    Err(mut problems) => {
                        let offset = source.as_ptr() as usize - text.as_ptr() as usize;
                        for problem in &mut problems {
                            problem.at = problem.at.start + offset..problem.at.end + offset;
                        }
                        self.problems(node, problems);
                        return None;
                    }
                }
            }
            if text.contains("{{") || text.contains("{%") {
                let template = self.template_at(node, scope)?;
                self.check_fit(node, &Type::Text, wanted, entities);
                return Some(Preset::Template(slot, template));
            }
        }
        let value = self.preset_value(node, wanted, entities)?;
        Some(Preset::Value(slot, value))
    }

    /// A literal of the wanted type.
    fn preset_value(&mut self, node: &Node, wanted: Option<&Type>, entities: &[Entity]) -> Option<Value> {
        let wanted = wanted.map(Type::required);
        if let Some(Type::Entity(name)) = wanted
            && let Some(Entity { kind: EntityKind::Values(values), .. }) =
                entities.iter().find(|entity| entity.name == *name)
        {
            let given = self.as_written(node)?;
            if values.iter().any(|value| value.name == given) {
                return Some(Value::from(&*given));
            }
            let finding =
                Finding::error(Code::UNKNOWN_VALUE, node.origin, format!("`{given}` is no value of `{name}`"));
            self.report(finding.maybe_help(did_you_mean_help(&given, values.iter().map(|value| &*value.name))));
            return None;
        }
        let is_text =
            wanted.is_none_or(|ty| *ty == Type::Text) || matches!(wanted, Some(Type::Date | Type::Time | Type::Image));
        if is_text && !matches!(node.content, Content::Map(_) | Content::List(_)) {
            if wanted.is_none() && !matches!(node.content, Content::Text(_)) {
                return self.literal(node).map(|(_, value)| value);
            }
            return self.text(node, "a text").map(|text| Value::from(&*text));
        }
        let (found, value) = self.literal(node)?;
        self.check_fit(node, &found, wanted, entities);
        Some(value)
    }

    fn check_fit(&mut self, node: &Node, found: &Type, wanted: Option<&Type>, entities: &[Entity]) {
        if let Some(wanted) = wanted
            && !fits(found, wanted, entities)
        {
            if found.is_optional() && fits(found.required(), wanted, entities) {
                let finding =
                    Finding::error(Code::UNSET, node.origin, format!("this may be unset, and {wanted} is meant here"));
                self.report(finding.help("give it only under `when:`, or with `| default(…)`"));
                return;
            }
            self.error(Code::ARGUMENT_TYPE, node, format!("{wanted} is meant here, and this is {found}"));
        }
    }

    fn presets_read(&self, presets: &[Preset]) -> Vec<SlotName> {
        presets
            .iter()
            .flat_map(|preset| match preset {
                Preset::Value(..) => &[],
                Preset::Template(_, id) => self.expressions.reads_template(*id),
                Preset::From(_, id) => self.expressions.reads_expression(*id),
            })
            .cloned()
            .collect()
    }
}

/// Whether a value of one type can be given where another is declared.
pub(super) fn fits(found: &Type, wanted: &Type, entities: &[Entity]) -> bool {
    let basic = |ty: &Type| basic(ty, entities);
    match (found, wanted) {
        _ if found == wanted => true,
        (Type::Optional(found), Type::Optional(wanted)) | (Type::List(found), Type::List(wanted)) => {
            fits(found, wanted, entities)
        }
        (_, Type::Optional(wanted)) => fits(found, wanted, entities),
        (Type::Optional(_), _) => false,
        (Type::Record(_), Type::Record(fields)) => fields
            .iter()
            .all(|field| found.field(&field.name).map_or(field.ty.is_optional(), |ty| fits(ty, &field.ty, entities))),
        // Why: a text may be what an entity's pattern reads; listed values it can only be by their names.
        (Type::Entity(_) | Type::Date | Type::Time | Type::Image, Type::Text) => {
            !matches!(basic(found), Type::Integer | Type::Decimal | Type::Money | Type::Bool)
        }
        (Type::Integer, Type::Decimal | Type::Money) | (Type::Decimal, Type::Money) => true,
        (found, wanted @ Type::Entity(_)) | (found @ Type::Entity(_), wanted) => {
            let (left, right) = (basic(found), basic(wanted));
            if matches!(left, Type::Entity(_)) || matches!(right, Type::Entity(_)) {
                return false;
            }
            (&left, &right) != (found, wanted) && fits(&left, &right, entities)
        }
        _ => false,
    }
}

/// What the values of an entity are made of; listed values stay their entity.
fn basic(ty: &Type, entities: &[Entity]) -> Type {
    let Type::Entity(name) = ty else { return ty.clone() };
    match entities.iter().find(|entity| entity.name == *name).map(|entity| &entity.kind) {
        Some(EntityKind::Values(_)) => ty.clone(),
        Some(EntityKind::Builtin(builtin)) => match builtin {
            Builtin::Number => Type::Decimal,
            Builtin::Quantity | Builtin::Rating => Type::Integer,
            Builtin::Money => Type::Money,
            Builtin::Date => Type::Date,
            Builtin::Time => Type::Time,
            Builtin::YesNo => Type::Bool,
            Builtin::Image => Type::Image,
            _ => Type::Text,
        },
        _ => Type::Text,
    }
}

/// The expression of a text that is nothing else: `{{ order.days }}`.
pub(super) fn sole_expression(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inner.contains("{{") && !inner.contains("}}")).then(|| inner.trim())
}
