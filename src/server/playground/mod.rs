//! The playground: a page to talk to the bot, see why it answers as it does, and answer as an agent.
//!
//! Plain files inside the binary; they ask the routes of the operator and nothing else. The page itself tells nothing and
//! needs no token; what it shows, it asks for with the operator's.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

/// The files of the page: name, type, contents.
const FILES: [(&str, &str, &str); 10] = [
    ("", HTML, include_str!("index.html")),
    ("style.css", CSS, include_str!("style.css")),
    ("panels.css", CSS, include_str!("panels.css")),
    ("app.js", JS, include_str!("app.js")),
    ("service.js", JS, include_str!("service.js")),
    ("chat.js", JS, include_str!("chat.js")),
    ("trace.js", JS, include_str!("trace.js")),
    ("graph.js", JS, include_str!("graph.js")),
    ("desk.js", JS, include_str!("desk.js")),
    ("rules.js", JS, include_str!("rules.js")),
];

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// Nothing from elsewhere, no scripts or styles in the page itself, and no other page may show it in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Where the playground is.
pub(super) const PATH: &str = "/playground/";

/// The routes of the page.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary(PATH) }))
        .route("/playground", get(|| async { Redirect::temporary(PATH) }))
        .route(PATH, get(|| async { file("") }))
        .route("/playground/{name}", get(|Path(name): Path<String>| async move { file(&name) }))
}

fn file(wanted: &str) -> Response {
    let Some((_, kind, text)) = FILES.iter().find(|(name, _, _)| *name == wanted) else {
        return (StatusCode::NOT_FOUND, "there is no such file").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, *kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Why: the page of the last version must not speak to the service of this one.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, *text).into_response()
}
