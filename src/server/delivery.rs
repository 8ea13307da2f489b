//! Sending what is on its way to an address of the desk, again and again until it is there.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::crew;
use super::outbox::{self, Item, LEASE, Side};
use super::service::{Shared, clock};

/// How long the other side may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at what is due.
const PERIOD: Duration = Duration::from_secs(1);
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

/// Sends what is due for the desk to its address, if it has one, until the service stops. Beside the clock of the
/// conversations and on a thread of its own: a desk that is slow holds up nobody, and a process that ends does not wait for
/// it, as what is not said to have arrived is sent again.
pub(super) fn start(shared: &Arc<Shared>) -> io::Result<()> {
    let Some(address) = shared.settings.desk.clone() else { return Ok(()) };
    let shared = Arc::clone(shared);
    let sending = std::thread::Builder::new().name("desk".to_owned()).spawn(move || {
        let agent = agent();
        while !shared.stops() {
            // Why: a round that panicked must not end those after it; what it was about is leased for a while.
            let round = AssertUnwindSafe(|| send_due(&shared, &agent, &address));
            if catch_unwind(round).is_err() {
                shared.metrics.trouble();
            }
            std::thread::sleep(PERIOD);
        }
    });
    sending.map(drop)
}

/// One round: everything that is due for the desk is sent to its address.
fn send_due(shared: &Shared, agent: &ureq::Agent, address: &str) {
    match outbox::due(shared.conversations.store(), Side::Desk, clock().0, ROUND) {
        Ok(due) => crew::each(due, || shared.stops(), |conversation| send(shared, agent, address, conversation)),
        Err(_) => shared.metrics.trouble(),
    }
}

fn send(shared: &Shared, agent: &ureq::Agent, address: &str, conversation: &str) {
    let store = shared.conversations.store();
    let (now, begun) = clock();
    let items = outbox::lease(store, Side::Desk, conversation, now).unwrap_or_default();
    if items.is_empty() {
        return;
    }
    let mut arrived = Vec::new();
    let mut refused = false;
    for item in &items {
        // Why: what is sent when the lease is over is sent by another node too; the rest goes with the next lease.
        if begun.elapsed() + PATIENCE > LEASE {
            break;
        }
        refused = !is_taken(agent, address, shared.settings.secret.as_deref(), item);
        if refused {
            break;
        }
        arrived.push(item.id.clone());
    }
    let (now, _) = clock();
    let noted = if arrived.is_empty() {
        outbox::postpone(store, Side::Desk, conversation, now)
    } else {
        outbox::delivered(store, Side::Desk, conversation, &arrived, now)
    };
    if noted.is_err() || refused {
        tracing::warn!(waiting = items.len() - arrived.len(), "the desk took not everything; it is sent again");
        shared.metrics.undelivered();
    }
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
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build().into()
}
