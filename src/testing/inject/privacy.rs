use crate::dialog::Effect;
use crate::engine::Engine;
use crate::rules::{Privacy, Value};
use crate::session::Session;
use crate::testing::Exchange;

/// Where a private value of the conversation stands unmasked in what left a turn, if anywhere.
///
/// Arguments of host work and the contact of a handoff are raw on purpose; messages to the agent's desk are the customer's
/// own.
pub(super) fn private_value(engine: &Engine, session: &Session, exchange: &Exchange) -> Option<&'static str> {
    let secrets = secrets(engine, session);
    if secrets.is_empty() {
        return None;
    }
    let holds = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    if exchange.replies().any(|reply| holds(reply.text())) {
        return Some("a reply");
    }
    let json =
        |value: Result<serde_json::Value, serde_json::Error>| value.map(|value| value.to_string()).unwrap_or_default();
    if exchange.records().any(|record| holds(&json(serde_json::to_value(record)))) {
        return Some("a record");
    }
    let handoffs = exchange.effects().filter_map(|effect| match effect {
        Effect::HandoffOpened(handoff) | Effect::HandoffUpdated(handoff) => Some(handoff),
        _ => None,
    });
    for handoff in handoffs {
        let Ok(mut document) = serde_json::to_value(handoff) else { continue };
        if let Some(fields) = document.as_object_mut() {
            fields.remove("contact");
            fields.remove("contacts");
        }
        if holds(&document.to_string()) {
            return Some("the handoff, beside its contact");
        }
    }
    session.document.transcript.iter().any(|line| holds(&line.text)).then_some("the transcript")
}

/// The values of private slots, long enough that they cannot stand there by chance.
fn secrets(engine: &Engine, session: &Session) -> Vec<String> {
    const SHORTEST: usize = 7;
    let rules = engine.rulebook();
    let mut secrets = Vec::new();
    for frame in &session.document.stack {
        let Some(flow) = rules.pack.flow(frame.flow.as_str()) else { continue };
        let asks = flow.program.iter().filter_map(|node| match &node.kind {
            crate::rules::StepKind::Ask(ask) => Some(ask),
            _ => None,
        });
        for ask in asks {
            let Some(entity) = &ask.entity else { continue };
            let value = frame.slots.get(&ask.slot);
            if let Some(Value::Text(text)) = value
                && rules.entities().privacy(entity.as_str()) != Privacy::Public
                && text.len() >= SHORTEST
            {
                secrets.push(text.clone());
            }
        }
    }
    secrets
}
