use std::fmt;
use std::future::Future;
use std::io;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};

use super::failure::Failure;
use super::ledger::Ledger;
use super::metrics::Metrics;
use super::outbox::{self, Item, What};
use super::rules::{self, Loader};
use super::{Role, Settings, conversation, desk, inspect, listen, operator, playground, ticker, work};
use crate::dialog::{Actions, Event};
use crate::engine::Engine;
use crate::load::LoadError;
use crate::store::{Conversation, Conversations, SessionStore, Taken};

/// The HTTP service over a store of conversations.
///
/// # Examples
/// ```no_run
/// use std::sync::Arc;
/// use kefu::server::{Service, Settings, Tokens};
/// use kefu::{Engine, MemoryStore};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let tokens = Tokens::read("channel a-long-random-text\ndesk another-long-text\n")?;
/// let service = Service::new(Engine::from_dir("rules/shop")?, Arc::new(MemoryStore::new(10_000)), Settings::new(tokens))?;
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
/// service.run(listener, std::future::pending()).await?;
/// # Ok(())
/// # }
/// ```
pub struct Service {
    shared: Arc<Shared>,
}

/// Why a service cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The ledger cannot be opened.
    #[error("the ledger cannot be written: {0}")]
    Ledger(io::Error),
    /// The figures cannot be kept.
    #[error("the figures cannot be kept: {0}")]
    Figures(String),
    /// The socket failed.
    #[error("the socket failed: {0}")]
    Socket(#[from] io::Error),
}

/// What every request sees.
pub(super) struct Shared {
    pub(super) conversations: Conversations<Arc<dyn SessionStore>>,
    pub(super) settings: Settings,
    pub(super) metrics: Metrics,
    /// Wakes whoever waits for news.
    pub(super) news: Notify,
    /// Loads the rules anew.
    pub(super) loader: Option<Loader>,
    actions: RwLock<Arc<Actions>>,
    ledger: Ledger,
    room: Semaphore,
    rates: DefaultKeyedRateLimiter<String>,
}

impl Service {
    /// A service by these rules, over this store.
    ///
    /// # Errors
    /// If the ledger cannot be opened.
    pub fn new(engine: Engine, store: Arc<dyn SessionStore>, settings: Settings) -> Result<Self, ServiceError> {
        let ledger = Ledger::open(settings.ledger.as_deref()).map_err(ServiceError::Ledger)?;
        let rate = NonZeroU32::new(settings.rate).unwrap_or(NonZeroU32::MIN);
        let shared = Shared {
            actions: RwLock::new(Arc::new(work::actions(&engine, &settings))),
            conversations: Conversations::new(engine, store),
            metrics: Metrics::new()?,
            news: Notify::new(),
            loader: None,
            ledger,
            room: Semaphore::new(settings.concurrency),
            rates: RateLimiter::keyed(Quota::per_second(rate)),
            settings,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The same, able to load its rules anew when the operator asks. Rules with errors are refused, and the old ones go on.
    #[must_use]
    pub fn reloading(self, load: impl Fn() -> Result<Engine, LoadError> + Send + Sync + 'static) -> Self {
        self.loading(Loader::new(Box::new(load), None))
    }

    /// The same for rules of a folder: `?if=changed` loads them only when one of its files was saved.
    #[must_use]
    pub fn reloading_from(
        self,
        folder: impl Into<PathBuf>,
        load: impl Fn() -> Result<Engine, LoadError> + Send + Sync + 'static,
    ) -> Self {
        self.loading(Loader::new(Box::new(load), Some(folder.into())))
    }

    fn loading(mut self, loader: Loader) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.loader = Some(loader);
        }
        self
    }

    /// Answers requests until `stop` is ready; then takes no new ones and ends those under way.
    ///
    /// # Errors
    /// If the socket fails.
    pub async fn run(self, listener: TcpListener, stop: impl Future<Output = ()> + Send) -> Result<(), ServiceError> {
        let ticker = tokio::spawn(ticker::run(Arc::clone(&self.shared)));
        let routes = routes(&self.shared);
        let done = listen::run(listener, routes, self.shared.settings.connections, stop).await;
        ticker.abort();
        Ok(done?)
    }
}

fn routes(shared: &Arc<Shared>) -> Router {
    let channel = Router::new()
        .route("/v1/conversations/{id}/events", post(conversation::event))
        .route("/v1/conversations/{id}/later", get(conversation::later))
        .route("/v1/conversations/{id}/later/taken", post(conversation::taken))
        .layer(middleware::from_fn_with_state((Arc::clone(shared), Role::Channel), allowed));
    let desk = Router::new()
        .route("/v1/desk/news", get(desk::news))
        .route("/v1/desk/conversations/{id}/taken", post(desk::taken))
        .route("/v1/desk/conversations/{id}/{what}", post(desk::event))
        .layer(middleware::from_fn_with_state((Arc::clone(shared), Role::Desk), allowed));
    let operator = Router::new()
        .route("/v1/metrics", get(operator::metrics))
        .route("/v1/rules", get(rules::rules))
        .route("/v1/reload", post(rules::reload))
        .route("/v1/explain", post(inspect::explain))
        .route("/v1/flows/{flow}", get(inspect::flow))
        .route("/v1/conversations/{id}", get(inspect::conversation))
        .route("/v1/customers/{id}", delete(operator::forget))
        .layer(middleware::from_fn_with_state((Arc::clone(shared), Role::Operator), allowed));
    let page = if shared.settings.playground { playground::routes() } else { Router::new() };
    Router::new()
        .merge(page)
        .merge(channel)
        .merge(desk)
        .merge(operator)
        .route("/health", get(operator::health))
        .route("/openapi.json", get(operator::openapi))
        .fallback(|| async {
            Failure::new(StatusCode::NOT_FOUND, "unknown_path", "there is nothing here: see /openapi.json")
        })
        .layer(DefaultBodyLimit::max(shared.settings.body))
        .with_state(Arc::clone(shared))
}

/// Lets a request through if its token may do this, its rate is kept and there is room.
async fn allowed(State((shared, needed)): State<(Arc<Shared>, Role)>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
    let role = token.as_deref().and_then(|token| shared.settings.tokens.role(token));
    let refusal = match role {
        None => Some((StatusCode::UNAUTHORIZED, "no_token", "a bearer token is needed")),
        Some(role) if role != needed && role != Role::Operator => {
            Some((StatusCode::FORBIDDEN, "wrong_role", "this token may not do this"))
        }
        Some(_) if token.as_ref().is_some_and(|token| shared.rates.check_key(token).is_err()) => {
            Some((StatusCode::TOO_MANY_REQUESTS, "rate", "too many requests; come again in a second"))
        }
        Some(_) => None,
    };
    if let Some((status, code, message)) = refusal {
        shared.metrics.refused(code);
        return Failure::new(status, code, message).into_response();
    }
    let limit = shared.settings.timeout;
    let answered = tokio::time::timeout(limit, async {
        // Why: who waits for news does nothing; it must not take the room of those who work.
        let _room = if request.uri().query().is_some_and(|query| query.contains("wait=")) {
            None
        } else {
            shared.room.acquire().await.ok()
        };
        next.run(request).await
    });
    answered.await.unwrap_or_else(|_| {
        shared.metrics.refused("timeout");
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "this took too long; come again").into_response()
    })
}

impl Shared {
    /// Makes a turn with its host work, on a thread that may wait; what it sends elsewhere is put on its way.
    pub(super) async fn take(
        self: &Arc<Self>,
        id: String,
        customer: Option<String>,
        event: Event,
        later: Later,
    ) -> Result<Taken, Failure> {
        let shared = Arc::clone(self);
        let made = tokio::task::spawn_blocking(move || shared.make(&id, customer.as_deref(), event, later));
        made.await.unwrap_or_else(|_| Err(Failure::internal()))
    }

    /// The same on this thread.
    pub(super) fn make(&self, id: &str, customer: Option<&str>, event: Event, later: Later) -> Result<Taken, Failure> {
        let (now, begun) = clock();
        let chat = Conversation::new(id);
        let chat = customer.map_or(chat, |customer| chat.of_customer(customer));
        let actions = Arc::clone(&self.actions.read().unwrap_or_else(PoisonError::into_inner));
        let taken = self.conversations.handle_with(chat, event, now, &actions)?;
        self.send(id, &taken, now, later)?;
        if !taken.turn.is_replay() {
            self.metrics.turn(&taken.turn, begun.elapsed().as_secs_f64());
        }
        Ok(taken)
    }

    /// Puts on its way what a turn leads to elsewhere.
    pub(super) fn send(&self, id: &str, taken: &Taken, now: SystemTime, later: Later) -> Result<(), Failure> {
        let turn = &taken.turn;
        let mut items = outbox::for_desk(id, turn);
        if later == Later::Yes && !turn.replies().is_empty() {
            let at = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
            let what = What::Channel { turn: Box::new(turn.clone()) };
            items.push(Item { id: format!("said-{id}-{at}"), conversation: id.to_owned(), what });
        }
        let is_news = !items.is_empty();
        let dropped = outbox::put(self.conversations.store(), items, now)?;
        if is_news {
            self.news.notify_waiters();
        }
        let kept = if turn.is_replay() { Ok(()) } else { self.ledger.append(turn.records()) };
        if kept.is_err() || !taken.troubles.is_empty() || dropped > 0 {
            self.metrics.trouble();
        }
        Ok(())
    }

    /// Goes on by other rules.
    pub(super) fn reload(&self, engine: Engine) {
        *self.actions.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(work::actions(&engine, &self.settings));
        self.conversations.reload(engine);
    }
}

/// Whether what a turn says has to be fetched later, as nobody waits for its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Later {
    Yes,
    No,
}

/// The moment, and a start for measuring: the only clock of this room.
#[allow(clippy::disallowed_methods)] // a service is where time enters
pub(super) fn clock() -> (SystemTime, Instant) {
    (SystemTime::now(), Instant::now())
}

/// How long a request for news may wait, at most: shorter than what proxies commonly allow.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(25);

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("settings", &self.shared.settings).finish()
    }
}
