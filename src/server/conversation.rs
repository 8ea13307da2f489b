//! What a channel may do: tell what customers do, and fetch what is said later.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as JsonValue};

use super::failure::Failure;
use super::outbox::{self, Item, Side};
use super::service::{LONGEST_WAIT, Shared, clock};
use crate::dialog::{Turn, told};
use crate::store::Trouble;

/// What the desk and the clock do is not a channel's to tell, and neither is what came of host work: the shop tells that in
/// its answer.
const NOT_A_CHANNELS: [&str; 4] = ["host", "tick", "action_done", "action_failed"];
/// The longest id of a conversation or a customer, in bytes.
const LONGEST_ID: usize = 200;

/// The answer to an event.
#[derive(Serialize)]
pub(super) struct Answer {
    session: String,
    #[serde(flatten)]
    turn: Turn,
    /// Whether a damaged session had to be begun anew.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    began_anew: bool,
}

/// How long to wait for news, in seconds.
#[derive(Deserialize)]
pub(super) struct Patience {
    #[serde(default)]
    wait: u64,
}

impl Patience {
    pub(super) fn wait(&self) -> Duration {
        Duration::from_secs(self.wait).min(LONGEST_WAIT)
    }
}

/// What a request asks behind its `?`.
pub(super) type Asked<T> = Result<Query<T>, QueryRejection>;

/// Items for the other side.
#[derive(Serialize)]
pub(super) struct News {
    pub(super) format: u32,
    pub(super) items: Vec<Item>,
}

/// `POST /v1/conversations/{id}/events`: an event, answered by its turn.
pub(super) async fn event(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Answer>, Failure> {
    let mut fields = object(&body)?;
    let customer = match fields.remove("of_customer") {
        None | Some(JsonValue::Null) => None,
        Some(JsonValue::String(customer)) => Some(checked(customer)?),
        Some(_) => return Err(Failure::bad("`of_customer` must be the customer's id, a text")),
    };
    if let Some(key) = NOT_A_CHANNELS.iter().find(|key| fields.contains_key(**key)) {
        return Err(Failure::bad(format!("`{key}` is not a channel's to tell")));
    }
    let event = told(&fields).map_err(Failure::bad)?;
    let id = checked(id)?;
    let words = fields.get("text").and_then(JsonValue::as_str).unwrap_or_default();
    let taken = shared.hear(id.clone(), customer, event).await;
    let taken = taken.map_err(|failure| failure.saying(|| shared.conversations.engine().regret(words)))?;
    let began_anew = taken.troubles.iter().any(|trouble| matches!(trouble, Trouble::SetAside(_)));
    Ok(Json(Answer { session: id, began_anew, turn: taken.turn }))
}

/// `GET /v1/conversations/{id}/later?wait=20`: what was said when no request waited for it: reminders, agents' words,
/// news of the shop. What is not told to have been taken is given again after half a minute.
pub(super) async fn later(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    patience: Asked<Patience>,
) -> Result<Json<News>, Failure> {
    let id = checked(id)?;
    let items = awaited(&shared, asked(patience)?.wait(), move |shared| {
        let now = clock().0;
        let store = shared.conversations.store();
        outbox::lease(store, Side::Channel, &id, now)
    })
    .await?;
    Ok(Json(News { format: 1, items }))
}

/// `POST /v1/conversations/{id}/later/taken`: these have reached the customer.
pub(super) async fn taken(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<JsonValue>, Failure> {
    acknowledge(&shared, Side::Channel, checked(id)?, arrived(&body)?).await
}

/// Notes that items have arrived.
pub(super) async fn acknowledge(
    shared: &Arc<Shared>,
    side: Side,
    id: String,
    ids: Vec<String>,
) -> Result<Json<JsonValue>, Failure> {
    let shared = Arc::clone(shared);
    let noted = tokio::task::spawn_blocking(move || {
        outbox::delivered(shared.conversations.store(), side, &id, &ids, clock().0)
    });
    noted.await.map_err(|_| Failure::internal())??;
    Ok(Json(serde_json::json!({"format": 1})))
}

/// Looks for items, and again whenever there is news, until there are some or the time is over.
pub(super) async fn awaited(
    shared: &Arc<Shared>,
    wait: Duration,
    look: impl Fn(&Shared) -> Result<Vec<Item>, crate::store::StoreError> + Send + Sync + 'static,
) -> Result<Vec<Item>, Failure> {
    /// Another node may have put something on its way: that is no news here.
    const GLANCE: Duration = Duration::from_secs(1);
    let look = Arc::new(look);
    let end = tokio::time::Instant::now() + wait;
    loop {
        let news = shared.news.notified();
        let (looking, seen) = (Arc::clone(&look), Arc::clone(shared));
        let items = tokio::task::spawn_blocking(move || looking(&seen)).await.map_err(|_| Failure::internal())??;
        let left = end.saturating_duration_since(tokio::time::Instant::now());
        if !items.is_empty() || left.is_zero() {
            return Ok(items);
        }
        let _ = tokio::time::timeout(left.min(GLANCE), news).await;
    }
}

/// A JSON object, and nothing else.
pub(super) fn object(body: &[u8]) -> Result<Map<String, JsonValue>, Failure> {
    match serde_json::from_slice(body) {
        Ok(JsonValue::Object(fields)) => Ok(fields),
        Ok(_) => Err(Failure::bad("the body must be a JSON object")),
        Err(error) => Err(Failure::bad(format!("no JSON: line {}, column {}", error.line(), error.column()))),
    }
}

/// The ids of `{"ids": […]}`: what has arrived.
pub(super) fn arrived(body: &[u8]) -> Result<Vec<String>, Failure> {
    let told = || Failure::bad("the body must be `{\"ids\": […]}`, each a text");
    let ids = object(body)?.remove("ids").ok_or_else(told)?;
    serde_json::from_value(ids).map_err(|_| told())
}

/// What is asked, without axum's own words where it cannot be read: they quote it.
pub(super) fn asked<T>(asked: Asked<T>) -> Result<T, Failure> {
    asked.map(|Query(asked)| asked).map_err(|_| Failure::bad("what follows the `?` cannot be read"))
}

/// An id that can be kept: not empty, not too long, no control characters.
pub(super) fn checked(id: String) -> Result<String, Failure> {
    let fits = !id.is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control);
    if fits {
        Ok(id)
    } else {
        Err(Failure::bad(format!("an id has 1 to {LONGEST_ID} bytes and no control characters")))
    }
}
