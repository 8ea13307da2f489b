use super::super::keys;
use super::super::node::Node;
use super::Lowering;
use crate::diagnostic::Code;
use crate::expression::Scope;
use crate::rules::{Channel, Consent};

/// Chips and cards a channel shows when it does not say.
const CHIPS: u32 = 6;
const CARDS: u32 = 10;

impl Lowering<'_> {
    pub(super) fn channels(&mut self, node: Option<&Node>) -> Vec<Channel> {
        let mut channels = Vec::new();
        for (name, _, value) in self.named(node, "channels") {
            let fields = self.fields(value, &keys::CHANNEL);
            channels.push(Channel {
                name,
                chips: fields.get("chips").and_then(|node| self.whole(node, 0, 100)).unwrap_or(CHIPS) as usize,
                cards: fields.get("cards").and_then(|node| self.whole(node, 0, 100)).unwrap_or(CARDS) as usize,
                length: fields
                    .get("length")
                    .and_then(|node| self.whole(node, 20, 100_000))
                    .map(|length| length as usize),
                public: fields.get("public").and_then(|node| self.flag(node)).unwrap_or(false),
                mail: fields.get("mail").and_then(|node| self.flag(node)).unwrap_or(false),
            });
        }
        channels
    }

    pub(super) fn consent(&mut self, node: Option<&Node>, scope: &Scope) -> Option<Consent> {
        let node = node?;
        let fields = self.fields(node, &keys::CONSENT);
        let (Some(version), Some(say)) = (fields.get("version"), fields.get("say")) else {
            self.error(Code::MISSING, node, "`consent` needs `version` and `say`");
            return None;
        };
        Some(Consent { version: self.as_written(version)?, say: self.words(say, scope)? })
    }
}
