//! What every request passes: its span, its token, its rate, its place among those at work; and the line it leaves in the
//! audit log.
//!
//! Spans hold routes, never paths, and no words of a request: a path may be a phone number, a body is a customer's.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::{Instrument as _, Span, field};

use super::Role;
use super::audit::{Entry, Shown};
use super::failure::Failure;
use super::listen::Caller;
use super::service::{Shared, clock};

/// Gives a request its span, and says how it was answered.
pub(super) async fn spanned(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let span = tracing::info_span!("request", method = %request.method(), route, who = field::Empty);
    let (_, begun) = clock();
    async move {
        let response = next.run(request).await;
        let (status, ms) = (response.status().as_u16(), begun.elapsed().as_millis());
        if response.status().is_server_error() {
            tracing::warn!(status, ms, "failed");
        } else {
            tracing::debug!(status, ms, "answered");
        }
        response
    }
    .instrument(span)
    .await
}

/// Lets a request through if its token may do this, its rate is kept and there is room.
pub(super) async fn allowed(
    State((shared, needed)): State<(Arc<Shared>, Role)>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned).unwrap_or_default();
    let Some((role, who)) = shared.settings.tokens.holder(&token) else {
        return refuse(&shared, StatusCode::UNAUTHORIZED, "no_token", "a bearer token is needed");
    };
    Span::current().record("who", who);
    if let Some(caller) = request.extensions().get::<Arc<Caller>>() {
        caller.shows_token();
    }
    let ids: Vec<String> =
        params.iter().flatten().filter(|(name, _)| *name == "id").map(|(_, id)| id.to_owned()).collect();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let entry = shared.audit.is_kept().then(|| Entry::new(who, role, request.method().as_str(), route, &ids));
    let response = if role != needed && role != Role::Operator {
        refuse(&shared, StatusCode::FORBIDDEN, "wrong_role", "this token may not do this")
    } else if shared.rates.check_key(&token).is_err() {
        // Why no line in the audit log: nothing was looked at, and there may be thousands.
        return refuse(&shared, StatusCode::TOO_MANY_REQUESTS, "rate", "too many requests; come again in a second");
    } else {
        answered(&shared, request, next).await
    };
    if let Some(entry) = entry {
        let entry = entry.answered(response.status().as_u16(), response.extensions().get::<Shown>(), clock().0);
        let noting = Arc::clone(&shared);
        let noted = tokio::task::spawn_blocking(move || noting.audit.note(entry)).await;
        if !matches!(noted, Ok(Ok(()))) {
            tracing::error!("a line of the audit log could not be written");
            shared.metrics.trouble();
        }
    }
    response
}

fn refuse(shared: &Shared, status: StatusCode, code: &'static str, message: &str) -> Response {
    tracing::info!(code, "refused");
    shared.metrics.refused(code);
    Failure::new(status, code, message).into_response()
}

async fn answered(shared: &Arc<Shared>, request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(shared.settings.timeout, async {
        // Why: who waits for news does nothing; it must not take the room of those who work.
        let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let waits = ["/v1/desk/news", "/v1/conversations/{id}/later"].contains(&route);
        // Why before there is room: a client that sends its body slowly takes none either.
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, shared.settings.body).await else {
            return refuse(shared, StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is too large, or ended early");
        };
        let _room = if waits { None } else { shared.room.acquire().await.ok() };
        next.run(Request::from_parts(head, Body::from(body))).await
    });
    let late = "this took too long; come again";
    answered.await.unwrap_or_else(|_| refuse(shared, StatusCode::SERVICE_UNAVAILABLE, "timeout", late))
}
