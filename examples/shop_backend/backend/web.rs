//! The pages, and what they ask: for customers by their cookie, for agents by the desk's key.

use std::error::Error;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use kefu::{Event, Value};
use serde::Deserialize;
use serde_json::{Value as JsonValue, json};

use super::desk::Who;
use super::shop::Customer;
use super::{Backend, random};

type Failed = Box<dyn Error + Send + Sync>;

/// The most bytes of a request: a message has at most 8,000 characters.
const BODY: usize = 64 * 1024;
const COOKIE: &str = "shop=";
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// All routes of the shop.
pub(crate) fn routes(backend: Arc<Backend>) -> Router {
    let page =
        |text: &'static str| get(move || async move { ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(text)) });
    let file =
        |kind: &'static str, text: &'static str| get(move || async move { ([(header::CONTENT_TYPE, kind)], text) });
    Router::new()
        .route("/", get(shop))
        .route("/desk", page(include_str!("../page/desk.html")))
        .route("/style.css", file("text/css; charset=utf-8", include_str!("../page/style.css")))
        .route("/shop.js", file("text/javascript; charset=utf-8", include_str!("../page/shop.js")))
        .route("/desk.js", file("text/javascript; charset=utf-8", include_str!("../page/desk.js")))
        .route("/api/orders", get(orders))
        .route("/api/say", post(say))
        .route("/api/later", get(later))
        .route("/api/desk", get(cases))
        .route("/api/desk/{conversation}/{what}", post(agent))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(backend)
}

/// The shop's page. A new visitor gets a cookie, and with it an account that has bought something.
async fn shop(headers: HeaderMap) -> Result<Response, Refusal> {
    let page = ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(include_str!("../page/shop.html")));
    if visitor(&headers).is_some() {
        return Ok(page.into_response());
    }
    let cookie = format!("{COOKIE}{}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000", random()?);
    Ok(([(header::SET_COOKIE, cookie)], page).into_response())
}

/// What a customer does: words, or the value of a chip. The id makes a message that is sent twice one message.
#[derive(Deserialize)]
struct Said {
    id: String,
    text: Option<String>,
    choice: Option<JsonValue>,
}

async fn say(
    State(backend): State<Arc<Backend>>,
    headers: HeaderMap,
    Json(said): Json<Said>,
) -> Result<Json<JsonValue>, Refusal> {
    let event = match (said.text, said.choice) {
        (Some(text), None) => Event::message(text),
        (None, Some(choice)) => Event::choice(Value::of(&choice)?),
        _ => return Err(Refusal(StatusCode::BAD_REQUEST, "either `text` or `choice`".to_owned())),
    };
    let event = event.with_id(said.id).on_channel("web");
    let replies = work(backend, &headers, move |backend, customer| backend.customer_does(customer, event)).await?;
    Ok(Json(json!({"replies": replies})))
}

async fn orders(State(backend): State<Arc<Backend>>, headers: HeaderMap) -> Result<Json<JsonValue>, Refusal> {
    let orders = work(backend, &headers, |backend, customer| backend.shop.orders(customer)).await?;
    let rows = orders.into_iter().map(|(order_no, title, status, amount)| {
        json!({"order_no": order_no, "title": title, "status": status, "amount": amount})
    });
    Ok(Json(rows.collect()))
}

#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    after: i64,
}

/// What was said while the customer asked nothing: an agent's words, reminders. The page looks every second or two.
async fn later(
    State(backend): State<Arc<Backend>>,
    headers: HeaderMap,
    Query(seen): Query<Seen>,
) -> Result<Json<JsonValue>, Refusal> {
    let lines =
        work(backend, &headers, move |backend, customer| backend.desk.later(&customer.conversation(), seen.after))
            .await?;
    Ok(Json(json!(lines)))
}

/// The agents' cases.
async fn cases(State(backend): State<Arc<Backend>>, headers: HeaderMap) -> Result<Json<JsonValue>, Refusal> {
    let backend = agents(backend, &headers)?;
    Ok(Json(json!(blocking(move || backend.desk.cases()).await?)))
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    text: String,
}

/// What an agent does: `accept`, `message`, `release`. The library is told first: what does not fit it refuses.
async fn agent(
    State(backend): State<Arc<Backend>>,
    headers: HeaderMap,
    Path((conversation, what)): Path<(String, String)>,
    Json(Words { text }): Json<Words>,
) -> Result<Json<JsonValue>, Refusal> {
    let backend = agents(backend, &headers)?;
    let done = blocking(move || {
        match what.as_str() {
            "accept" => {
                backend.agent_does(&conversation, Event::agent_accepted())?;
                backend.desk.accept(&conversation)?;
            }
            "message" if backend.desk.is_accepted(&conversation)? => {
                backend.agent_does(&conversation, Event::agent_message(text.as_str()))?;
                backend.desk.add(&conversation, &random()?, Who::Agent, &text)?;
                backend.desk.answer(&conversation, &text)?;
            }
            "release" => {
                backend.agent_does(&conversation, Event::agent_released())?;
                backend.desk.close(&conversation)?;
            }
            _ => return Err("an agent accepts a case, then says messages, then releases it".into()),
        }
        Ok(())
    });
    done.await?;
    Ok(Json(json!({})))
}

/// Work for the customer of a cookie, on a thread that may wait for databases.
async fn work<T: Send + 'static>(
    backend: Arc<Backend>,
    headers: &HeaderMap,
    work: impl FnOnce(&Backend, &Customer) -> Result<T, Failed> + Send + 'static,
) -> Result<T, Refusal> {
    let refused = || Refusal(StatusCode::UNAUTHORIZED, "open the shop's page first".to_owned());
    let id = visitor(headers).ok_or_else(refused)?;
    blocking(move || {
        let customer = backend.shop.customer(&id)?;
        work(&backend, &customer)
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failed> + Send + 'static) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Refusal(StatusCode::INTERNAL_SERVER_ERROR, "the shop failed".to_owned()))?.map_err(Refusal::from)
}

/// The customer's id in the cookie: 32 hexadecimal signs, or it is none of ours.
fn visitor(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let id = cookies.split("; ").find_map(|cookie| cookie.strip_prefix(COOKIE))?;
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.to_owned())
}

fn agents(backend: Arc<Backend>, headers: &HeaderMap) -> Result<Arc<Backend>, Refusal> {
    use subtle::ConstantTimeEq as _;
    let key = headers.get("x-desk-key").map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    if bool::from(key.ct_eq(backend.desk_key().as_bytes())) {
        Ok(backend)
    } else {
        Err(Refusal(StatusCode::UNAUTHORIZED, "the desk's key is another".to_owned()))
    }
}

/// A request that led to nothing.
struct Refusal(StatusCode, String);

impl<E: Into<Failed>> From<E> for Refusal {
    fn from(error: E) -> Self {
        // Why no details: they are the shop's, not the customer's.
        eprintln!("refused: {}", error.into());
        Self(StatusCode::CONFLICT, "this could not be done".to_owned())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}
