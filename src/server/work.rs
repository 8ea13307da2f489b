//! Host actions as requests to the shop's own backend, and what it tells later.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::{Map, Value as JsonValue, json};

use super::Settings;
use super::audit::Shown;
use super::conversation::{checked, object};
use super::delivery::signature;
use super::failure::Failure;
use super::service::{Later, Shared};
use crate::dialog::{ActionCall, Actions, Event};
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
/// the call's key: what must act once has the same one whenever it is asked for. `X-Kefu-Call` is the call's id, as it stands
/// in a path.
///
/// An answer of 202 says that the work was begun and will be told at [`ended`]; any other 2xx is the result; 4xx with
/// `{"error": "not_found"}` is a failure by that name; anything else is `other`.
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
        actions.begin(contract.name.as_str(), move |call| asked(&agent, &address, secret.as_deref(), patience, call))
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

/// The shop's answer; `None` if it will tell later.
fn asked(
    agent: &ureq::Agent,
    address: &str,
    secret: Option<&str>,
    patience: Duration,
    call: &ActionCall,
) -> Result<Option<Value>, String> {
    let other = || "other".to_owned();
    let body = serde_json::to_string(call.arguments()).map_err(|_| other())?;
    let request = agent.post(address).config().timeout_global(Some(patience)).build();
    let request = request.header("Content-Type", "application/json");
    let mut request = request.header("Idempotency-Key", plain(call.key())).header("X-Kefu-Call", plain(call.id()));
    if let Some(secret) = secret {
        request = request.header("X-Kefu-Signature", signature(secret, &body));
    }
    let mut response = request.send(body).map_err(|error| {
        tracing::warn!(action = %call.name(), %error, "the shop did not answer");
        other()
    })?;
    if response.status() == StatusCode::ACCEPTED.as_u16() {
        return Ok(None);
    }
    let json: JsonValue = response.body_mut().read_json().map_err(|_| other())?;
    if response.status().is_success() {
        return Value::of(&json).map(Some).map_err(|_| other());
    }
    match json.get("error").and_then(JsonValue::as_str) {
        Some(error) if response.status().is_client_error() => Err(error.to_owned()),
        _ => Err(other()),
    }
}

/// An id as a header and a path can hold it: everything but letters, digits and `-._~` as `%` and two digits (RFC 3986).
/// Ids of conversations are the host's, in whatever script, and ids of calls begin with them.
fn plain(id: &str) -> String {
    let sign = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    id.bytes().map(sign).collect()
}

/// `POST /v1/work/{call}/{done|failed}`: what came of work that the shop had answered with 202, in the body it would have
/// answered with at once. What this leads the bot to say goes to the channel.
pub(super) async fn ended(
    State(shared): State<Arc<Shared>>,
    Path((id, how)): Path<(String, String)>,
    body: Bytes,
) -> Result<(Extension<Shown>, Json<JsonValue>), Failure> {
    let fields = if body.is_empty() { Map::new() } else { object(&body)? };
    let event = match how.as_str() {
        "done" => {
            let value = Value::of(&JsonValue::Object(fields)).map_err(|_| Failure::bad("the result cannot be read"))?;
            Event::action_done(id.as_str(), value)
        }
        "failed" => match fields.get("error") {
            None => Event::action_failed(id.as_str(), "other"),
            Some(JsonValue::String(error)) => Event::action_failed(id.as_str(), error.as_str()),
            Some(_) => return Err(Failure::bad("`error` must be the name of a failure")),
        },
        _ => return Err(Failure::bad("work is done or failed")),
    };
    // Why: the id of a call is the conversation's with a number behind it.
    let conversation = id.rsplit_once('-').map(|(conversation, _)| conversation.to_owned());
    let conversation = checked(conversation.unwrap_or_default())?;
    let taken = shared.take(conversation.clone(), None, event, Later::Yes).await?;
    Ok((Extension(Shown(vec![conversation])), Json(json!({"format": 1, "waiting": taken.turn.waiting()}))))
}
