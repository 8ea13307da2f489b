use std::time::Duration;

use super::super::keys;
use super::super::node::Node;
use super::Lowering;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::rules::{Action, ActionError, ActionName, Effects};

/// How long a host may take when the action does not say.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Lowering<'_> {
    pub(super) fn actions(&mut self, node: Option<&Node>) -> Vec<Action> {
        let mut actions = Vec::new();
        for (name, key, value) in self.named(node, "actions") {
            let fields = self.fields(value, &keys::ACTION);
            let arguments = fields.get("in").map_or_else(Vec::new, |node| self.type_fields(node));
            let results = fields.get("out").map_or_else(Vec::new, |node| self.type_fields(node));
            let mut errors = Vec::new();
            if let Some(node) = fields.get("errors") {
                for item in self.items(node) {
                    errors.extend(self.name(item, "the name of an error").map(ActionError));
                }
            }
            let mut once_per = Vec::new();
            if let Some(node) = fields.get("once_per") {
                let known: Vec<&str> = arguments.iter().map(|field| field.name.as_str()).collect();
                for item in self.items(node) {
                    let Some(name) = self.name(item, "an argument") else { continue };
                    if known.contains(&&*name) {
                        once_per.push(name);
                    } else {
                        let message = format!("the action has no argument `{name}`");
                        let finding = Finding::error(Code::UNKNOWN_ARGUMENT, item.origin, message);
                        self.report(finding.maybe_help(did_you_mean_help(&name, known.iter().copied())));
                    }
                }
            }
            let choices = [("write", Effects::Write), ("read", Effects::Read), ("note", Effects::Note)];
            let effects = fields.get("effect").and_then(|node| self.choice(node, &choices)).unwrap_or(Effects::Write);
            let timeout = fields.get("timeout").and_then(|node| self.duration(node)).unwrap_or(TIMEOUT);
            let retry = fields.get("retry").and_then(|node| self.whole(node, 0, 10)).unwrap_or(0);
            let needs = fields.get("needs").and_then(|node| self.name(node, "the name of a fact"));
            actions.push(Action {
                origin: key.origin,
                name: ActionName::from(&*name),
                arguments,
                results,
                errors,
                effects,
                timeout,
                retry: retry as u8,
                once_per,
                needs,
            });
        }
        actions
    }
}
