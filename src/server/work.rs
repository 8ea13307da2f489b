//! Host actions as requests to the shop's own backend.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Settings;
use super::delivery::signature;
use crate::dialog::{ActionCall, Actions};
use crate::engine::Engine;
use crate::rules::Value;
use crate::testing::Script;

/// By how much the rules' own `timeout` of an action is longer than the shop is waited for: so that the request that asked
/// tells the customer, and not a tick after it.
const AHEAD: Duration = Duration::from_millis(250);
/// The least the shop is waited for.
const LEAST: Duration = Duration::from_millis(100);
/// How long a connection to the shop may lie idle. Idle ones may be closed by the shop at any moment, and a request that was
/// sent into one that is closing is not sent again, as it may have been done.
const IDLE: Duration = Duration::from_secs(2);

/// The actions of a pack, each a `POST {work}/{action}` with its arguments as JSON. The header `Idempotency-Key` is
/// the call's key: what must act once has the same one whenever it is asked for.
///
/// An answer of 2xx is the result; 4xx with `{"error": "not_found"}` is a failure by that name; anything else is `other`.
pub(super) fn actions(engine: &Engine, settings: &Settings) -> Actions {
    if let Some(script) = &settings.answers {
        return written(engine, script);
    }
    let Some(base) = &settings.work else { return Actions::new() };
    let agent: ureq::Agent =
        ureq::Agent::config_builder().max_idle_age(IDLE).http_status_as_error(false).build().into();
    let secret: Arc<Option<String>> = Arc::new(settings.secret.clone());
    engine.actions().fold(Actions::new(), |actions, contract| {
        let address = format!("{}/{}", base.trim_end_matches('/'), contract.name);
        let (agent, secret) = (agent.clone(), Arc::clone(&secret));
        let rules = engine.rulebook().pack.action(contract.name.as_str()).map(|action| action.timeout);
        let patience = rules.unwrap_or(settings.timeout).min(settings.timeout).saturating_sub(AHEAD).max(LEAST);
        actions.on(contract.name.as_str(), move |call| asked(&agent, &address, secret.as_deref(), patience, call))
    })
}

/// The actions of a script, the same answers for all conversations.
fn written(engine: &Engine, script: &Script) -> Actions {
    let script = Arc::new(Mutex::new(script.clone()));
    engine.actions().fold(Actions::new(), |actions, contract| {
        let (script, engine) = (Arc::clone(&script), engine.clone());
        actions.on(contract.name.as_str(), move |call| {
            script.lock().unwrap_or_else(PoisonError::into_inner).result(&engine, call)
        })
    })
}

fn asked(
    agent: &ureq::Agent,
    address: &str,
    secret: Option<&str>,
    patience: Duration,
    call: &ActionCall,
) -> Result<Value, String> {
    let other = || "other".to_owned();
    let body = serde_json::to_string(call.arguments()).map_err(|_| other())?;
    let request = agent.post(address).config().timeout_global(Some(patience)).build();
    let mut request = request.header("Content-Type", "application/json").header("Idempotency-Key", call.key());
    if let Some(secret) = secret {
        request = request.header("X-Kefu-Signature", signature(secret, &body));
    }
    let mut response = request.send(body).map_err(|error| {
        tracing::warn!(action = %call.name(), %error, "the shop did not answer");
        other()
    })?;
    let json: serde_json::Value = response.body_mut().read_json().map_err(|_| other())?;
    if response.status().is_success() {
        return Value::of(&json).map_err(|_| other());
    }
    match json.get("error").and_then(serde_json::Value::as_str) {
        Some(error) if response.status().is_client_error() => Err(error.to_owned()),
        _ => Err(other()),
    }
}
