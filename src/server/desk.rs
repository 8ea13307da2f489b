//! What the help desk may do: fetch handoffs, and say what its agents do.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::Value as JsonValue;

use super::audit::Shown;
use super::conversation::{Asked, News, Patience, acknowledge, arrived, asked, awaited, checked, object};
use super::failure::Failure;
use super::outbox::{self, Item, Side, What};
use super::service::{Later, Shared, clock};
use crate::dialog::told;

/// Conversations looked at for one answer.
const ROUND: usize = 100;

/// `GET /v1/desk/news?wait=20`: handoffs opened, updated and withdrawn, and words for agents, in order. What is not told to
/// have been taken is given again after half a minute.
pub(super) async fn news(
    State(shared): State<Arc<Shared>>,
    patience: Asked<Patience>,
) -> Result<(Extension<Shown>, Json<News>), Failure> {
    let items = awaited(&shared, asked(patience)?.wait(), |shared| {
        let (now, _) = clock();
        let store = shared.conversations.store();
        let mut items = Vec::new();
        for conversation in outbox::due(store, Side::Desk, now, ROUND)? {
            items.extend(outbox::lease(store, Side::Desk, &conversation, now)?);
        }
        Ok(items)
    })
    .await?;
    let shown = Shown(items.iter().map(|item| item.conversation.clone()).collect());
    Ok((Extension(shown), Json(News { format: 1, items })))
}

/// `POST /v1/desk/conversations/{id}/taken`: the desk has these.
pub(super) async fn taken(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<JsonValue>, Failure> {
    acknowledge(&shared, Side::Desk, checked(id)?, arrived(&body)?).await
}

/// `POST /v1/desk/conversations/{id}/{accepted|message|released|failed|queued}`: what an agent, or the desk, does. What the
/// bot says to it, and an agent's message, go to the channel.
pub(super) async fn event(
    State(shared): State<Arc<Shared>>,
    Path((id, what)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<JsonValue>, Failure> {
    if !["accepted", "message", "released", "failed", "queued"].contains(&what.as_str()) {
        let told = "a desk says accepted, message, released, failed or queued";
        return Err(Failure::new(StatusCode::NOT_FOUND, "unknown_path", told));
    }
    let mut fields = if body.is_empty() { serde_json::Map::new() } else { object(&body)? };
    if fields.contains_key("host") {
        return Err(Failure::bad("`host` is said by the path"));
    }
    fields.insert("host".to_owned(), JsonValue::from(what.as_str()));
    let event = told(&fields).map_err(Failure::bad)?;
    let id = checked(id)?;
    let said = fields.get("text").and_then(JsonValue::as_str).filter(|_| what == "message").map(str::to_owned);
    let message_id = fields.get("id").and_then(JsonValue::as_str).map(str::to_owned);
    let taken = shared.take(id.clone(), None, event, Later::Yes).await?;
    // Why also a replay that has an id: the process may have been killed before the words were on their way.
    if let Some(text) = said.filter(|_| message_id.is_some() || !taken.turn.is_replay()) {
        let (now, _) = clock();
        let at = now.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let number = message_id.unwrap_or_else(|| at.to_string());
        let item = Item { id: format!("agent-{id}-{number}"), conversation: id, what: What::Agent { text } };
        let sending = Arc::clone(&shared);
        let put = tokio::task::spawn_blocking(move || outbox::put(sending.conversations.store(), vec![item], now));
        put.await.map_err(|_| Failure::internal())??;
        shared.news.notify_waiters();
    }
    Ok(Json(serde_json::json!({"format": 1, "waiting": taken.turn.waiting()})))
}
