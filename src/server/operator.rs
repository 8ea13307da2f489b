//! What the operator may do: look at figures, forget a customer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value as JsonValue, json};

use super::conversation::checked;
use super::failure::Failure;
use super::outbox;
use super::service::{Later, Shared, clock};
use crate::store::Forgotten;

/// The routes and bodies of this service, for programs that write clients.
const OPENAPI: &str = include_str!("openapi.json");

/// `GET /health`: whether the service can make a turn. Needs no token and tells nothing of customers.
pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Result<Json<JsonValue>, Failure> {
    let revision = shared.conversations.engine().revision().to_string();
    let looking = Arc::clone(&shared);
    let reached = tokio::task::spawn_blocking(move || {
        use crate::store::{Kind, SessionStore as _};
        looking.conversations.store().due(Kind::Session, clock().0, 1).map(|_| ())
    });
    reached.await.map_err(|_| Failure::internal())??;
    Ok(Json(json!({"format": 1, "status": "ok", "revision": revision})))
}

/// `GET /openapi.json`.
pub(super) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}

/// `GET /v1/metrics`: figures as Prometheus reads them.
pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> String {
    shared.metrics.text()
}

/// `DELETE /v1/customers/{id}`: forgets a customer, every conversation and the history.
pub(super) async fn forget(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Json<JsonValue>, Failure> {
    let id = checked(id)?;
    let forgetting = Arc::clone(&shared);
    let done = tokio::task::spawn_blocking(move || -> Result<Forgotten, Failure> {
        let (now, _) = clock();
        let forgotten = forgetting.conversations.forget(&id, now)?;
        for (conversation, taken) in &forgotten.turns {
            outbox::forget(forgetting.conversations.store(), conversation, now)?;
            forgetting.send(conversation, taken, now, Later::No, None)?;
        }
        for trouble in &forgotten.troubles {
            tracing::error!(%trouble, "a customer was forgotten in part");
            forgetting.metrics.trouble();
        }
        Ok(forgotten)
    });
    let Forgotten { turns, troubles, .. } = done.await.map_err(|_| Failure::internal())??;
    // Why said: conversations that a damaged history no longer names are still kept.
    Ok(Json(json!({"format": 1, "conversations": turns.len(), "complete": troubles.is_empty()})))
}
