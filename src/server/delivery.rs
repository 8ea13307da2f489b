//! Sending what is on its way to an address of the desk, again and again until it is there.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::outbox::{self, Item, Side};
use super::service::Shared;

/// How long the other side may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Conversations looked at in one round.
const ROUND: usize = 100;

/// What signs a body: `sha256=` and the HMAC in hex, as many services write it.
pub(super) fn signature(secret: &str, body: &str) -> String {
    // Why: HMAC takes keys of every length; the other arm is for the type.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().fold("sha256=".to_owned(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// One round: everything that is due for the desk is sent to its address. How many items arrived.
pub(super) fn send_due(shared: &Arc<Shared>, agent: &ureq::Agent, now: SystemTime) -> usize {
    let Some(address) = shared.settings.desk.clone() else { return 0 };
    let store = shared.conversations.store();
    let Ok(due) = outbox::due(store, Side::Desk, now, ROUND) else {
        shared.metrics.trouble();
        return 0;
    };
    due.iter().map(|conversation| send(shared, agent, &address, conversation, now)).sum()
}

fn send(shared: &Arc<Shared>, agent: &ureq::Agent, address: &str, conversation: &str, now: SystemTime) -> usize {
    let store = shared.conversations.store();
    let Ok(items) = outbox::lease(store, Side::Desk, conversation, now) else { return 0 };
    let mut arrived = Vec::new();
    for item in &items {
        if !is_taken(agent, address, shared.settings.secret.as_deref(), item) {
            break;
        }
        arrived.push(item.id.clone());
    }
    let noted = if arrived.is_empty() {
        outbox::postpone(store, Side::Desk, conversation, now)
    } else {
        outbox::delivered(store, Side::Desk, conversation, &arrived, now)
    };
    if noted.is_err() || arrived.len() < items.len() {
        tracing::warn!(waiting = items.len() - arrived.len(), "the desk took not everything; it is sent again");
        shared.metrics.undelivered();
    }
    arrived.len()
}

fn is_taken(agent: &ureq::Agent, address: &str, secret: Option<&str>, item: &Item) -> bool {
    let Ok(body) = serde_json::to_string(item) else { return false };
    let mut request =
        agent.post(address).header("Content-Type", "application/json").header("Idempotency-Key", &item.id);
    if let Some(secret) = secret {
        request = request.header("X-Kefu-Signature", signature(secret, &body));
    }
    request.send(body).is_ok_and(|response| response.status().is_success())
}

/// What sends requests, with the patience of this file.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build().into()
}
