use std::time::Duration;

use super::super::keys;
use super::super::node::Node;
use super::Lowering;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::rules::{Action, ActionError, ActionName, Effects, Field, Flow, Type, VERIFY};

/// How long a host may take when the action does not say.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Lowering<'_> {
    pub(super) fn actions(&mut self, node: Option<&Node>) -> Vec<Action> {
        let mut actions = Vec::new();
        for (name, key, value) in self.named(node, "actions") {
            let Some(fields) = self.fields_of(&name, key, value, &keys::ACTION) else { continue };
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

    /// What an action needs must be proved by someone: the pack's own flow, or the host as a fact about the customer.
    pub(super) fn check_proofs(&mut self, actions: &[Action], flows: &[Flow], customer: &[Field]) {
        if flows.iter().any(|flow| flow.id.as_str() == VERIFY) {
            return;
        }
        for action in actions {
            let Some(needs) = &action.needs else { continue };
            let told = |field: &Field| field.name == **needs && *field.ty.required() == Type::Bool;
            if !customer.iter().any(told) {
                let message = format!("the action needs `{needs}`, and nothing in the pack finds that out");
                let help =
                    format!("write a flow named `{VERIFY}`, or let the host tell it: `customer: {{{needs}: bool}}`");
                self.report(Finding::error(Code::NO_PROOF, action.origin, message).help(help));
            }
        }
    }
}
