//! What the operator may look at to see why the bot says what it says: a message, a conversation, a flow.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value as JsonValue, json};

use super::conversation::{checked, object};
use super::failure::Failure;
use super::outline::outline;
use super::service::{Shared, clock};
use crate::dialog::masked_slots;
use crate::session::{Question, Session, SessionError};
use crate::store::{ConversationError, Key, SessionStore as _};

/// `POST /v1/explain`: why a message is understood as it is, without a conversation around it.
pub(super) async fn explain(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<JsonValue>, Failure> {
    let fields = object(&body)?;
    let Some(JsonValue::String(text)) = fields.get("text").filter(|_| fields.len() == 1) else {
        return Err(Failure::bad("the body must be `{\"text\": \"…\"}`"));
    };
    let text = text.clone();
    let explained = tokio::task::spawn_blocking(move || shared.conversations.engine().explain(&text).account(&text));
    let mut explained = explained.await.map_err(|_| Failure::internal())?;
    if let Some(fields) = explained.as_object_mut() {
        fields.insert("format".to_owned(), JsonValue::from(1));
    }
    Ok(Json(explained))
}

/// `GET /v1/conversations/{id}`: where a conversation stands. Private values are masked, as in a handoff.
pub(super) async fn conversation(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Json<JsonValue>, Failure> {
    let id = checked(id)?;
    let looking = Arc::clone(&shared);
    let stored = tokio::task::spawn_blocking(move || looking.conversations.store().load(Key::session(&id), clock().0));
    let unknown = || Failure::new(StatusCode::NOT_FOUND, "unknown_conversation", "there is no such conversation");
    let stored = stored.await.map_err(|_| Failure::internal())??.ok_or_else(unknown)?;
    let session = Session::from_json(&stored.text).map_err(|error| match error {
        SessionError::Damaged(_) => Failure::new(StatusCode::CONFLICT, "damaged_session", "the session cannot be read"),
        newer => ConversationError::Session(newer).into(),
    })?;
    let engine = shared.conversations.engine();
    let doc = &session.document;
    let question = doc.question.as_ref().map(Question::name);
    Ok(Json(json!({
        "format": 1,
        "session": session.id(),
        "language": doc.language,
        "owner": doc.owner,
        "flows": doc.stack.iter().map(|frame| json!({"flow": frame.flow, "step": frame.step})).collect::<Vec<_>>(),
        "question": question,
        "slots": masked_slots(engine.rulebook(), doc),
        "misses": doc.counters.misses_in_a_row,
        "frustration": doc.counters.frustration,
        "handoff": doc.handoff.as_ref().map(|open| json!({
            "id": open.id, "reason": open.reason, "queue": open.queue, "priority": open.priority,
        })),
        "transcript": doc.transcript,
        "revision": doc.revision,
    })))
}

/// `GET /v1/flows/{flow}`: the steps of a flow, to draw it.
pub(super) async fn flow(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
) -> Result<Json<JsonValue>, Failure> {
    let engine = shared.conversations.engine();
    let rules = engine.rulebook();
    let unknown = || Failure::new(StatusCode::NOT_FOUND, "unknown_flow", "there is no such flow");
    let flow = rules.pack.flow(&name).ok_or_else(unknown)?;
    Ok(Json(json!({"format": 1, "flow": flow.id, "steps": outline(rules, flow)})))
}
