use super::super::keys;
use super::super::node::Node;
use super::Lowering;
use super::phrases::Groups;
use crate::diagnostic::{Code, Finding};
use crate::expression::Scope;
use crate::rules::{Does, Entity, Flow, FlowId, Intent, IntentId, Notice, ReasonId};

impl Lowering<'_> {
    pub(super) fn intents(
        &mut self,
        node: Option<&Node>,
        scope: &Scope,
        flows: &[Flow],
        entities: &[Entity],
    ) -> Vec<Intent> {
        let mut intents = Vec::new();
        for (name, key, value) in self.named(node, "intents") {
            let Some(fields) = self.fields_of(&name, key, value, &keys::INTENT) else { continue };
            if &*name == "none" {
                let finding = Finding::error(Code::BAD_NAME, key.origin, "`none` means that no intent is meant");
                self.report(finding.help("choose another name"));
            }
            let mut keywords = Vec::new();
            if let Some(node) = fields.get("keywords") {
                keywords = self.phrases(node, Groups::Allowed);
            }
            let mut unless = Vec::new();
            if let Some(node) = fields.get("unless") {
                unless = self.phrases(node, Groups::Allowed);
            }
            let does = self.does(&fields, scope, flows, entities);
            let chips = self.intent_list(fields.get("chips"));
            intents.push(Intent {
                origin: key.origin,
                id: IntentId::from(&*name),
                title: fields.get("title").and_then(|node| self.words(node, scope)),
                keywords,
                patterns: self.patterns(fields.get("patterns"), entities),
                unless,
                examples: self.examples(fields.get("examples")),
                not_examples: self.examples(fields.get("not_examples")),
                does,
                chips,
            });
        }
        intents
    }

    fn does(&mut self, fields: &super::shape::Fields<'_>, scope: &Scope, flows: &[Flow], entities: &[Entity]) -> Does {
        let kinds: Vec<&str> = ["say", "flow", "handoff"].into_iter().filter(|kind| fields.has(kind)).collect();
        if let ([first, second, ..], Some(key)) = (kinds.as_slice(), kinds.get(1).and_then(|kind| fields.key(kind))) {
            let message = format!("an intent does one thing: either `{first}` or `{second}`");
            let finding = Finding::error(Code::EXCLUSIVE, key.origin, message);
            let related = fields.key(first).map(|key| key.origin);
            let finding = match related {
                Some(origin) => finding.related(origin, "the other one"),
                None => finding,
            };
            self.report(finding.help("a flow says its words in a `say` step"));
        }
        if let Some(node) = fields.get("flow") {
            let Some(flow) = self.flow_reference(node) else { return Does::Nothing };
            let slots = flows.iter().find(|known| known.id == flow).map(|known| known.slots.clone());
            let with = match fields.get("with") {
                Some(node) => self.presets(node, scope, slots.as_deref(), entities, "the flow"),
                None => Vec::new(),
            };
            self.arguments_brought(node, &flow, flows, &with);
            return Does::Flow(flow, with);
        }
        if let Some(node) = fields.get("handoff") {
            return self.reason_reference(node).map_or(Does::Nothing, Does::Handoff);
        }
        let Some(node) = fields.get("say") else { return Does::Nothing };
        let Some(mut words) = self.words(node, scope) else { return Does::Nothing };
        self.words_beside(fields, scope, &mut words);
        Does::Say(words)
    }

    /// What a flow needs (`in:`) an intent must give, since nothing else can.
    fn arguments_brought(&mut self, node: &Node, id: &FlowId, flows: &[Flow], with: &[crate::rules::Preset]) {
        let Some(flow) = flows.iter().find(|known| known.id == *id) else { return };
        let missing: Vec<String> = flow
            .arguments
            .iter()
            .filter(|argument| !argument.ty.is_optional() && !with.iter().any(|preset| *preset.slot() == argument.name))
            .map(|argument| format!("`{}`", argument.name))
            .collect();
        if !missing.is_empty() {
            let message = format!("the flow `{id}` needs {} from whoever starts it", missing.join(", "));
            self.report(Finding::error(Code::ARGUMENT, node.origin, message).help("give it in `with:`"));
        }
    }

    pub(super) fn reason_reference(&mut self, node: &Node) -> Option<ReasonId> {
        self.known(node, "escalation reason", Code::UNKNOWN_REASON, |names| &names.reasons)
            .map(|name| ReasonId::from(&*name))
    }

    pub(super) fn intent_list(&mut self, node: Option<&Node>) -> Vec<IntentId> {
        let Some(node) = node else { return Vec::new() };
        let mut intents = Vec::new();
        for item in self.items(node) {
            let intent = self.known(item, "intent", Code::UNKNOWN_INTENT, |names| &names.intents);
            intents.extend(intent.map(|name| IntentId::from(&*name)));
        }
        intents
    }

    pub(super) fn notices(&mut self, node: Option<&Node>, scope: &Scope) -> Vec<Notice> {
        let mut notices = Vec::new();
        for (name, key, value) in self.named(node, "notices") {
            let fields = self.fields(value, &keys::NOTICE);
            let Some(say) = fields.get("say") else {
                self.error(Code::MISSING, key, format!("the notice `{name}` needs `say`"));
                continue;
            };
            let Some(mut say) = self.words(say, scope) else { continue };
            self.words_beside(&fields, scope, &mut say);
            notices.push(Notice { name, on: self.intent_list(fields.get("on")), say });
        }
        notices
    }
}
