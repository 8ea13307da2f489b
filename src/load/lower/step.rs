use super::super::keys;
use super::super::node::{Content, Node};
use super::Lowering;
use super::flow::Steps;
use super::presence::Place;
use super::program::{Built, Role};
use super::shape::{Fields, parse_duration};
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::expression::Unset;
use crate::rules::{HandOver, Node as Step, Outcome, Pc, SlotName, StepId, StepKind, Type, Value};

/// What a step does, in the order in which keys decide it: `say` is also a sibling of the first three.
const KINDS: [&str; 11] = ["ask", "confirm", "choose", "call", "set", "run", "wait", "handoff", "redo", "end", "say"];

impl Lowering<'_> {
    /// A list of steps: what it becomes, and what is known behind it (`None` if it never gets there).
    pub(super) fn block(&mut self, node: &Node, start: Place, steps: &mut Steps<'_>) -> (Vec<Built>, Option<Place>) {
        let Some(items) = node.as_list() else {
            let finding = Finding::error(
                Code::WRONG_SHAPE,
                node.origin,
                format!("a list of steps is meant, and here stands {}", node.describe()),
            );
            self.report(finding.help("begin each step with `- `"));
            return (Vec::new(), Some(start));
        };
        let mut built = Vec::with_capacity(items.len());
        let mut place = Some(start);
        let mut last = None;
        for item in items {
            let here = if let Some(place) = place.take() {
                place
            } else {
                let Some(last) = last.take() else { break };
                self.report(Finding::warning(Code::DEAD_STEP, item.origin, "every way ends before this step"));
                last
            };
            last = Some(here.clone());
            let (step, after) = self.step(item, here, steps);
            built.extend(step);
            place = after;
        }
        (built, place)
    }

    fn step(&mut self, node: &Node, place: Place, steps: &mut Steps<'_>) -> (Option<Built>, Option<Place>) {
        if node.as_map().is_none() {
            let what = node.as_text().map_or_else(|| node.describe().to_owned(), |text| format!("`{text}`"));
            let finding = Finding::error(
                Code::NO_STEP,
                node.origin,
                format!("a step is a map such as `say: …`, and here stands {what}"),
            );
            self.report(finding);
            return (None, Some(place));
        }
        let is_kind = |name: &str| name == "when" || KINDS.contains(&name);
        if !node.as_map().unwrap_or_default().iter().any(|(key, _)| key.as_text().is_some_and(is_kind)) {
            self.no_step(node);
            return (None, Some(place));
        }
        let fields = self.fields(node, &keys::STEP);
        let mut kinds: Vec<&str> = KINDS.into_iter().filter(|kind| fields.has(kind)).collect();
        if kinds.len() > 1 && kinds.last() == Some(&"say") && matches!(kinds.first(), Some(&("ask" | "choose"))) {
            kinds.pop();
        }
        // A step that waits for a condition may be written in one: `{when: …, handoff: …}`.
        let has_when = fields.has("when");
        if has_when && (fields.has("then") || fields.has("is") || kinds.is_empty()) {
            if let Some(kind) = kinds.first() {
                let key = fields.key(kind).unwrap_or(node);
                let finding = Finding::error(
                    Code::TWO_STEPS,
                    key.origin,
                    format!("`{kind}` and `when` with branches are two steps"),
                );
                self.report(finding.help("put it into `then:`"));
            }
            return if fields.has("is") {
                self.switch(node, &fields, place, steps)
            } else {
                self.when(node, &fields, place, steps)
            };
        }
        let Some(kind) = kinds.first().copied() else { return (None, Some(place)) };
        if let Some(second) = kinds.get(1) {
            let key = fields.key(second).unwrap_or(node);
            let finding = Finding::error(Code::TWO_STEPS, key.origin, format!("`{kind}` and `{second}` are two steps"));
            self.report(finding.help("begin the second one with `- `"));
            return (None, Some(place));
        }
        if has_when {
            return self.guard(node, &fields, kind, place, steps);
        }
        self.simple(node, &fields, kind, place, steps)
    }

    /// A map with no key that says what the step does.
    fn no_step(&mut self, node: &Node) {
        let keys: Vec<&Node> = node.as_map().unwrap_or_default().iter().map(|(key, _)| key).collect();
        let near = keys.iter().find_map(|key| {
            let name = key.as_text()?;
            did_you_mean_help(name, KINDS.into_iter().chain(["when"]))
        });
        let at = keys.first().map_or(node.origin, |key| key.origin);
        let finding = Finding::error(Code::NO_STEP, at, "this is no step");
        self.report(finding.help(near.unwrap_or_else(|| format!("a step is one of {}, when", KINDS.join(", ")))));
    }

    fn simple(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        kind: &str,
        place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        self.siblings(fields, kind);
        match kind {
            "ask" => self.ask(node, fields, place, steps),
            "confirm" => self.confirm(node, fields, place, steps),
            "choose" => self.choose(node, fields, place, steps),
            "call" => self.call(node, fields, place, steps),
            "set" => self.set(node, fields, place, steps),
            "run" => self.run(node, fields, place, steps),
            "wait" => self.wait(node, fields, &place, steps),
            "say" => self.say(node, fields, place, steps),
            "handoff" => {
                let reason = fields.get("handoff").and_then(|node| self.reason_reference(node));
                let built = reason.map(|reason| leaf(node, StepKind::Handoff(HandOver { reason })));
                (built, None)
            }
            "redo" => (self.redo(node, fields, steps), None),
            _ => {
                let choices = [
                    ("resolved", Outcome::Resolved),
                    ("unresolved", Outcome::Unresolved),
                    ("cancelled", Outcome::Cancelled),
                ];
                let outcome = fields.get("end").and_then(|node| self.choice(node, &choices));
                (outcome.map(|outcome| leaf(node, StepKind::End(outcome))), None)
            }
        }
    }

    /// Reports keys that have no meaning beside this kind of step.
    fn siblings(&mut self, fields: &Fields<'_>, kind: &str) {
        let allowed: &[&str] = match kind {
            "ask" => &[
                "say", "entity", "again", "chips", "offer", "optional", "prefill", "told", "valid", "tries", "else",
                "empty", "into", "why", "list", "show",
            ],
            "confirm" => &["else"],
            "choose" => &["say", "options", "else", "tries"],
            "call" => &["with", "into", "errors"],
            "run" => &["with"],
            "wait" => &["at_most", "else"],
            "say" => &["show", "since", "until"],
            "when" => &["then", "else", "is"],
            _ => &[],
        };
        for name in fields.names() {
            if name != kind
                && !allowed.contains(&name)
                && !matches!(name, "id" | "was" | "when")
                && !KINDS.contains(&name)
            {
                let Some(key) = fields.key(name) else { continue };
                let finding =
                    Finding::error(Code::UNKNOWN_KEY, key.origin, format!("`{name}` means nothing beside `{kind}`"));
                let list = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
                self.report(finding.help(format!("possible beside it: {list}")));
            }
        }
    }

    fn say(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        place: Place,
        steps: &Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let words = fields.get("say").and_then(|node| self.words(node, &place.scope));
        let built = words.map(|mut words| {
            self.words_beside(fields, &place.scope, &mut words);
            let reads = self.words_read(&words);
            let mut built = leaf(node, StepKind::Say(words));
            built.step.reads = slots(reads, steps);
            built
        });
        (built, Some(place))
    }

    /// `{when: condition, <one step>}`.
    fn guard(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        kind: &str,
        place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let condition = fields.get("when").and_then(|node| self.condition_at(node, &place.scope, Unset::IsAnError));
        let Some(condition) = condition else {
            let (_, _) = self.simple(node, fields, kind, place.branch(), steps);
            return (None, Some(place));
        };
        let holds = place.narrowed(self.expressions.when_holds(condition, &place.scope));
        let fails = place.narrowed(self.expressions.when_fails(condition, &place.scope));
        let (inner, end) = self.simple(node, fields, kind, holds, steps);
        let mut built = leaf(node, StepKind::When { condition, then: None, otherwise: None });
        built.step.reads = slots(self.expressions.reads_condition(condition).to_vec(), steps);
        built.branches = vec![(Role::Then, inner.into_iter().collect()), (Role::Else, Vec::new())];
        (Some(built), Place::join(&place, vec![end, Some(fails)], &steps.types))
    }

    fn when(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        self.siblings(fields, "when");
        if !fields.has("then") && !fields.has("else") {
            let key = fields.key("when").unwrap_or(node);
            let finding = Finding::error(Code::MISSING, key.origin, "`when` leads nowhere");
            self.report(finding.help("give it `then:`, `is:`, or one step beside it"));
        }
        let condition = fields.get("when").and_then(|node| self.condition_at(node, &place.scope, Unset::IsAnError));
        let (holds, fails) = match condition {
            Some(condition) => (
                place.narrowed(self.expressions.when_holds(condition, &place.scope)),
                place.narrowed(self.expressions.when_fails(condition, &place.scope)),
            ),
            None => (place.branch(), place.branch()),
        };
        let mut branches = Vec::new();
        let mut ends = Vec::new();
        for (name, role, start) in [("then", Role::Then, holds), ("else", Role::Else, fails)] {
            let (built, end) = match fields.get(name) {
                Some(node) => self.block(node, start, steps),
                None => (Vec::new(), Some(start)),
            };
            branches.push((role, built));
            ends.push(end);
        }
        let after = Place::join(&place, ends, &steps.types);
        let Some(condition) = condition else { return (None, after.or(Some(place))) };
        let mut built = leaf(node, StepKind::When { condition, then: None, otherwise: None });
        built.step.reads = slots(self.expressions.reads_condition(condition).to_vec(), steps);
        built.branches = branches;
        (Some(built), after)
    }

    fn switch(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        place: Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        self.siblings(fields, "when");
        let subject = fields.get("when").and_then(|node| self.expression_at(node, &place.scope));
        let ty = subject.as_ref().map(|(_, ty)| ty.required().clone());
        let known: Option<Vec<Box<str>>> =
            ty.as_ref().and_then(|ty| steps.values(ty)).map(|values| values.into_iter().map(Box::from).collect());
        let mut branches = Vec::new();
        let mut ends = Vec::new();
        let mut covered = 0;
        let mut has_else = false;
        let mut own_else = None;
        let Some(arms) = fields.get("is").and_then(Node::as_map) else {
            self.error(Code::WRONG_SHAPE, fields.get("is").unwrap_or(node), "`is` is a map of values and their steps");
            return (None, Some(place));
        };
        for (key, value) in arms {
            let Some(name) = self.text_key(key) else { continue };
            let role = if &*name == "else" {
                has_else = true;
                own_else = Some(key);
                Role::Else
            } else {
                covered += 1;
                self.arm(key, &name, ty.as_ref(), known.as_deref())
            };
            let (built, end) = self.block(value, place.branch(), steps);
            branches.push((role, built));
            ends.push(end);
        }
        if let (Some(node), true) = (fields.get("else"), !has_else) {
            has_else = true;
            own_else = fields.key("else");
            let (built, end) = self.block(node, place.branch(), steps);
            branches.push((Role::Else, built));
            ends.push(end);
        }
        if !has_else {
            branches.push((Role::Else, Vec::new()));
            if known.as_ref().is_none_or(|known| known.len() > covered) {
                ends.push(Some(place.branch()));
            }
        }
        let is_optional = subject.as_ref().is_some_and(|(_, ty)| ty.is_optional());
        if let (Some(node), Some(known), false) = (own_else, &known, is_optional)
            && known.len() == covered
        {
            let finding = Finding::warning(
                Code::BRANCH_DEAD,
                node.origin,
                "every value has its branch, so `else` is never taken",
            );
            self.report(finding.help("remove it"));
        }
        let after = Place::join(&place, ends, &steps.types);
        let Some((subject, _)) = subject else { return (None, after.or(Some(place))) };
        let mut built = leaf(node, StepKind::Switch { subject, arms: Vec::new(), otherwise: None });
        built.step.reads = slots(self.expressions.reads_expression(subject).to_vec(), steps);
        built.branches = branches;
        (Some(built), after)
    }

    fn arm(&mut self, key: &Node, name: &str, ty: Option<&Type>, known: Option<&[Box<str>]>) -> Role {
        if let Some(known) = known {
            if !known.iter().any(|value| **value == *name) {
                let message = format!("`{name}` is no value of `{}`", ty.map(ToString::to_string).unwrap_or_default());
                let finding = Finding::error(Code::UNKNOWN_VALUE, key.origin, message);
                self.report(finding.maybe_help(did_you_mean_help(name, known.iter().map(|value| &**value))));
            }
            return Role::Arm(Value::from(name));
        }
        match (ty, &key.content) {
            (Some(Type::Integer | Type::Decimal | Type::Money), Content::Integer(number)) => {
                Role::Arm(Value::from(*number))
            }
            (Some(Type::Integer | Type::Decimal | Type::Money), Content::Decimal(number)) => {
                Role::Arm(Value::from(*number))
            }
            (Some(Type::Bool), Content::Bool(truth)) => Role::Arm(Value::from(*truth)),
            (Some(Type::Bool), _) if matches!(name, "yes" | "no") => Role::Arm(Value::from(name == "yes")),
            (
                Some(ty @ (Type::Integer | Type::Decimal | Type::Money | Type::Bool | Type::List(_) | Type::Record(_))),
                _,
            ) => {
                self.error(Code::WRONG_TYPE, key, format!("`{name}` can never equal {ty}"));
                Role::Arm(Value::from(name))
            }
            _ => Role::Arm(Value::from(name)),
        }
    }

    fn redo(&mut self, node: &Node, fields: &Fields<'_>, steps: &Steps<'_>) -> Option<Built> {
        let value = fields.get("redo")?;
        let slot = self.name(value, "the name of a slot")?;
        if !steps.every_ask.contains(&*slot) {
            let finding = Finding::error(Code::NO_ASK, value.origin, format!("no step of this flow asks for `{slot}`"));
            self.report(finding.maybe_help(did_you_mean_help(&slot, steps.every_ask.iter().map(SlotName::as_str))));
            return None;
        }
        let slot = SlotName::from(&*slot);
        let mut built = leaf(node, StepKind::Redo { slot: slot.clone(), step: Pc(0) });
        built.step.writes = vec![slot];
        Some(built)
    }

    fn wait(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        place: &Place,
        steps: &mut Steps<'_>,
    ) -> (Option<Built>, Option<Place>) {
        let mut event = None;
        let mut at_most = fields.get("at_most").and_then(|node| self.duration(node));
        if let Some(value) = fields.get("wait") {
            let written = self.as_written(value).unwrap_or_default();
            match parse_duration(&written) {
                Some(time) => at_most = Some(time),
                None if written.starts_with(|sign: char| sign.is_ascii_digit()) => at_most = self.duration(value),
                None => event = self.name(value, "a time or the name of an event"),
            }
        }
        let id = event.clone().unwrap_or_else(|| "wait".into());
        let mut ends = vec![Some(place.branch())];
        let mut branches = Vec::new();
        if let Some(node) = fields.get("else") {
            let (built, end) = self.block(node, place.branch(), steps);
            branches.push((Role::Else, built));
            ends.push(end);
        }
        let mut built = leaf(node, StepKind::Wait { event, at_most, otherwise: None });
        built.branches = branches;
        self.identify(&mut built.step, fields, node, &id, steps);
        (Some(built), Place::join(place, ends, &steps.types))
    }

    /// Gives a resting step its id: `id:`, or the name of what it is about.
    pub(super) fn identify(
        &mut self,
        step: &mut Step,
        fields: &Fields<'_>,
        node: &Node,
        usual: &str,
        steps: &mut Steps<'_>,
    ) {
        let given = fields.get("id").and_then(|node| self.name(node, "an id"));
        let id = StepId::from(given.as_deref().unwrap_or(usual));
        step.was = fields.get("was").and_then(|node| self.name(node, "an id")).map(|name| StepId::from(&*name));
        if let Some(first) = steps.ids.get(&id) {
            let at = fields.get("id").map_or(node.origin, |node| node.origin);
            let finding = Finding::error(Code::STEP_ID, at, format!("another step of this flow is called `{id}` too"))
                .related(*first, "first here");
            self.report(finding.help(format!("give this one an `id:`, such as `id: {id}_2`")));
        } else {
            steps.ids.insert(id.clone(), node.origin);
        }
        step.id = Some(id);
    }
}

/// A step without branches.
pub(super) fn leaf(node: &Node, kind: StepKind) -> Built {
    let step =
        Step { origin: node.origin, id: None, was: None, kind, next: None, reads: Vec::new(), writes: Vec::new() };
    Built { step, branches: Vec::new() }
}

/// Those names that are slots of the flow, sorted, each once.
pub(super) fn slots(mut names: Vec<SlotName>, steps: &Steps<'_>) -> Vec<SlotName> {
    names.retain(|name| steps.types.contains_key(name));
    names.sort();
    names.dedup();
    names
}
