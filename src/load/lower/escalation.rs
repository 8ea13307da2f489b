use super::super::keys;
use super::super::node::Node;
use super::Lowering;
use super::names::REASONS;
use super::shape::Fields;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::expression::{Presence, Scope, Unset};
use crate::rules::{
    Adjust, At, Escalation, LexiconName, Priority, Queue, Reason, ReasonId, SlotName, Target, Type, Unanswered,
    WhileHuman,
};

const PRIORITIES: [(&str, Priority); 4] =
    [("low", Priority::Low), ("normal", Priority::Normal), ("high", Priority::High), ("urgent", Priority::Urgent)];

/// The queue of a pack that names none.
const GENERAL: &str = "general";

impl Lowering<'_> {
    /// `slots` are the slots of all flows: escalation looks at any session.
    pub(super) fn escalation(&mut self, node: Option<&Node>, scope: &Scope, slots: &[(SlotName, Type)]) -> Escalation {
        let mut policy = Escalation {
            queue: Queue::from(GENERAL),
            priority: Priority::Normal,
            say: None,
            reasons: Vec::new(),
            adjust: Vec::new(),
            targets: Vec::new(),
            hours: None,
            while_human: WhileHuman::default(),
        };
        let mut everything = scope.clone();
        for (name, ty) in slots {
            everything.declare(name.clone(), ty.clone(), Presence::MayBeUnset);
        }
        if let Some(node) = node {
            let fields = self.fields(node, &keys::ESCALATION);
            self.check_queues(&fields);
            if let Some(node) = fields.get("defaults") {
                let fields = self.fields(node, &keys::ROUTE);
                if let Some(queue) = fields.get("queue").and_then(|node| self.queue(node)) {
                    policy.queue = queue;
                }
                policy.priority =
                    fields.get("priority").and_then(|node| self.choice(node, &PRIORITIES)).unwrap_or_default();
                policy.say = fields.get("say").and_then(|node| self.words(node, scope));
            }
            let mut reasons = self.named(fields.get("reasons"), "reasons");
            let written: Vec<_> = fields.get("reasons").and_then(Node::as_map).unwrap_or_default().iter().collect();
            // Why: of two reasons that are equally urgent the author's order decides; the base lists its own by gravity.
            reasons.sort_by_key(|(_, key, _)| written.iter().position(|(known, _)| std::ptr::eq(known, *key)));
            for (name, key, value) in reasons {
                let reason = self.reason(&name, key, value, scope, &everything);
                policy.reasons.push(reason);
            }
            if let Some(node) = fields.get("adjust") {
                for item in self.items(node) {
                    let adjust = self.adjust(item, &everything);
                    policy.adjust.extend(adjust);
                }
            }
            policy.targets = self.targets(fields.get("targets"));
            policy.hours = fields.get("hours").and_then(|node| self.hours(node, scope));
            policy.while_human =
                fields.get("while_human").map_or_else(WhileHuman::default, |node| self.while_human(node));
        }
        for name in REASONS {
            if !policy.reasons.iter().any(|reason| reason.id == *name) {
                policy.reasons.push(Reason {
                    origin: crate::diagnostic::Origin::default(),
                    id: ReasonId::from(name),
                    queue: None,
                    priority: None,
                    say: None,
                    say_closed: None,
                    collect: None,
                    lexicon: None,
                    at: Vec::new(),
                    when: None,
                });
            }
        }
        policy
    }

    /// With `queues` every handoff goes to one of them: a name beside them is a slip, and so is a default that is none.
    fn check_queues(&mut self, fields: &Fields<'_>) {
        let Some(list) = fields.get("queues") else { return };
        let queues: Vec<Box<str>> =
            self.items(list).iter().filter_map(|node| self.name(node, "the name of a queue")).collect();
        let mut named: Vec<&Node> = Vec::new();
        let routes = fields.get("reasons").and_then(Node::as_map).unwrap_or_default();
        let adjustments = fields.get("adjust").and_then(Node::as_list).unwrap_or_default();
        let defaults = fields.get("defaults");
        for route in routes.iter().map(|(_, route)| route).chain(adjustments) {
            named.extend(route.field("queue"));
        }
        for node in named {
            let Some(name) = node.as_text().filter(|name| !queues.iter().any(|known| **known == **name)) else {
                continue;
            };
            let help = did_you_mean_help(name, queues.iter().map(|known| &**known))
                .unwrap_or_else(|| "add it to `queues`, or name one of them".to_owned());
            let message = format!("there is no queue `{name}`");
            self.report(Finding::error(Code::UNKNOWN_QUEUE, node.origin, message).help(help));
        }
        let default = defaults.and_then(|node| node.field("queue")).and_then(Node::as_text).unwrap_or(GENERAL);
        let without: Vec<_> = routes.iter().filter(|(_, route)| !route.has("queue")).collect();
        if let Some((key, _)) = without.first().filter(|_| !queues.iter().any(|known| **known == *default)) {
            let message = format!("the reason `{}` has no queue", key.as_text().unwrap_or_default());
            let help = "give it a `queue`, or `defaults` one that stands in `queues`";
            self.report(Finding::error(Code::MISSING, list.origin, message).help(help));
        }
    }

    fn queue(&mut self, node: &Node) -> Option<Queue> {
        self.name(node, "the name of a queue").map(|name| Queue::from(&*name))
    }

    fn reason(&mut self, name: &str, key: &Node, node: &Node, scope: &Scope, everything: &Scope) -> Reason {
        let fields = self.fields(node, &keys::REASON);
        let lexicon = fields
            .get("lexicon")
            .and_then(|node| self.known(node, "lexicon", Code::UNKNOWN_LEXICON, |names| &names.lexicons));
        let mut at = Vec::new();
        if let Some(node) = fields.get("at") {
            let counters = self.fields(node, &keys::AT);
            for counter in counters.names().collect::<Vec<_>>() {
                let Some(node) = counters.get(counter) else { continue };
                let counted = match counter {
                    "frustration" => self.number(node).map(|points| At::Frustration(points as f32)),
                    "rating" => self.whole(node, 0, 10).map(At::Rating),
                    other => self.whole(node, 1, 1_000).map(|times| match other {
                        "misses_in_a_row" => At::MissesInARow(times),
                        "same_reply" => At::SameReply(times),
                        "same_message" => At::SameMessage(times),
                        "turns" => At::Turns(times),
                        _ => At::ActionFailures(times),
                    }),
                };
                at.extend(counted);
            }
        }
        // Why: what the pack changes of a reason stands in the pack, though the base pack names it first.
        let said = fields.names().filter_map(|field| fields.key(field)).map(|field| field.origin).max();
        Reason {
            origin: said.map_or(key.origin, |said| said.max(key.origin)),
            id: ReasonId::from(name),
            queue: fields.get("queue").and_then(|node| self.queue(node)),
            priority: fields.get("priority").and_then(|node| self.choice(node, &PRIORITIES)),
            say: fields.get("say").and_then(|node| self.words(node, scope)),
            say_closed: fields.get("say_closed").and_then(|node| self.words(node, scope)),
            collect: fields.get("collect").and_then(|node| self.flow_reference(node)),
            lexicon: lexicon.map(|name| LexiconName::from(&*name)),
            at,
            when: fields.get("when").and_then(|node| self.condition_at(node, everything, Unset::IsFalse)),
        }
    }

    fn adjust(&mut self, node: &Node, everything: &Scope) -> Option<Adjust> {
        let fields = self.fields(node, &keys::ADJUST);
        let Some(when) = fields.get("when") else {
            self.error(Code::MISSING, node, "an adjustment needs `when`");
            return None;
        };
        Some(Adjust {
            when: self.condition_at(when, everything, Unset::IsFalse)?,
            queue: fields.get("queue").and_then(|node| self.queue(node)),
            priority: fields.get("priority").and_then(|node| self.choice(node, &PRIORITIES)),
        })
    }

    fn targets(&mut self, node: Option<&Node>) -> Vec<Target> {
        let mut targets = Vec::new();
        for (name, key, value) in self.named(node, "targets") {
            let fields = self.fields(value, &keys::TARGET);
            let Some((_, priority)) = PRIORITIES.iter().find(|(known, _)| *known == &*name) else {
                let finding = Finding::error(Code::WRONG_CHOICE, key.origin, format!("`{name}` is no priority"));
                let help = did_you_mean_help(&name, PRIORITIES.iter().map(|(known, _)| *known));
                self.report(
                    finding.help(help.unwrap_or_else(|| "possible here: low, normal, high, urgent".to_owned())),
                );
                continue;
            };
            match fields.get("accept_within") {
                Some(node) => {
                    let target =
                        self.duration(node).map(|within| Target { priority: *priority, accept_within: within });
                    targets.extend(target);
                }
                None => self.error(Code::MISSING, key, "a target needs `accept_within`"),
            }
        }
        targets
    }

    fn while_human(&mut self, node: &Node) -> WhileHuman {
        let fields = self.fields(node, &keys::WHILE_HUMAN);
        let bot = fields.get("bot").and_then(|node| self.choice(node, &[("silent", false), ("assist", true)]));
        let unanswered = fields.get("unanswered").and_then(|node| {
            let fields = self.fields(node, &keys::UNANSWERED);
            let Some(after) = fields.get("after") else {
                self.error(Code::MISSING, node, "`unanswered` needs `after`");
                return None;
            };
            let after = self.duration(after)?;
            Some(Unanswered { after, run: fields.get("run").and_then(|node| self.flow_reference(node)) })
        });
        WhileHuman { assist: bot.unwrap_or(false), unanswered }
    }
}
