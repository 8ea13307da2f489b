use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::dialog::EventError;
use crate::store::{ConversationError, StoreError};

/// A request that led to nothing: its status, a word for programs and a sentence for people. Never customer text.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
    say: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Body<'a> {
    format: u32,
    error: Told<'a>,
    /// What the channel may say to the customer meanwhile, as replies of a turn are.
    #[serde(skip_serializing_if = "Option::is_none")]
    replies: Option<[Said<'a>; 1]>,
}

#[derive(Serialize)]
struct Said<'a> {
    text: &'a str,
    chips: [(); 0],
}

#[derive(Serialize)]
struct Told<'a> {
    code: &'a str,
    message: &'a str,
    /// What is wrong with rules, each problem with its place.
    #[serde(skip_serializing_if = "<[Diagnostic]>::is_empty")]
    diagnostics: &'a [Diagnostic],
}

impl Failure {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), say: None, diagnostics: Vec::new() }
    }

    /// The same with the problems of rules.
    pub(super) fn with(self, diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, ..self }
    }

    /// The same with words for the customer, if it is the service that fails and not the request.
    pub(super) fn saying(self, say: impl FnOnce() -> Option<String>) -> Self {
        if self.status.is_server_error() { Self { say: say(), ..self } } else { self }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the service failed; nothing was changed")
    }
}

impl From<ConversationError> for Failure {
    fn from(error: ConversationError) -> Self {
        match error {
            ConversationError::Event(error) => {
                use EventError::{AlreadyAccepted, NoHandoff, TooMany, UnknownCall};
                // Why two: what does not fit now may have fitted before; what the rules do not know never will.
                let is_late = matches!(error, NoHandoff { .. } | AlreadyAccepted | UnknownCall { .. } | TooMany { .. });
                let status = if is_late { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
                Self::new(status, "does_not_fit", error.to_string())
            }
            ConversationError::Store(error) => error.into(),
            ConversationError::Session(error) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "newer_session", error.to_string())
            }
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        // Why for all of them: no request did anything wrong, and the customer must be told that nothing was done.
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "store", error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let replies = self.say.as_deref().map(|text| [Said { text, chips: [] }]);
        let error = Told { code: self.code, message: &self.message, diagnostics: &self.diagnostics };
        let body = Body { format: 1, error, replies };
        let mut response = (self.status, Json(body)).into_response();
        if matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            response.headers_mut().insert("retry-after", axum::http::HeaderValue::from_static("1"));
        }
        response
    }
}
