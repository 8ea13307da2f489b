use std::fmt;
use std::future::Future;
use std::io;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{delete, get, post};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tracing::{Span, field};

use super::audit::Audit;
use super::failure::Failure;
use super::gate::{allowed, spanned};
use super::joining::Joining;
use super::lines::Lines;
use super::listen::Limits;
use super::metrics::Metrics;
use super::outbox::{self, Item, What};
use super::rules::{self, Loader, Refusal, When};
use super::veiled::veiled;
use super::watch::Watch;
use super::{Role, Settings, conversation, delivery, desk, inspect, listen, operator, playground, ticker, work};
use crate::dialog::{Actions, Event};
use crate::engine::Engine;
use crate::load::LoadError;
use crate::store::{Conversation, ConversationError, Conversations, SessionStore, Taken};

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
    /// The audit log cannot be opened.
    #[error("the audit log cannot be written: {0}")]
    Audit(io::Error),
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
    /// What the customers are still writing.
    pub(super) joining: Joining,
    pub(super) audit: Audit,
    pub(super) room: Semaphore,
    pub(super) rates: DefaultKeyedRateLimiter<String>,
    actions: RwLock<Arc<Actions>>,
    ledger: Lines,
    stops: AtomicBool,
}

impl Service {
    /// A service by these rules, over this store.
    ///
    /// # Errors
    /// If the ledger or the audit log cannot be opened.
    pub fn new(engine: Engine, store: Arc<dyn SessionStore>, settings: Settings) -> Result<Self, ServiceError> {
        let ledger = Lines::open(settings.ledger.as_deref()).map_err(ServiceError::Ledger)?;
        let audit = Audit::open(settings.audit.as_deref()).map_err(ServiceError::Audit)?;
        let rate = NonZeroU32::new(settings.rate).unwrap_or(NonZeroU32::MIN);
        let shared = Shared {
            actions: RwLock::new(Arc::new(work::actions(&engine, &settings))),
            conversations: Conversations::new(engine, store),
            metrics: Metrics::new()?,
            news: Notify::new(),
            loader: None,
            joining: Joining::default(),
            audit,
            ledger,
            stops: AtomicBool::new(false),
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

    /// The same for rules of a folder: unless [`Settings::watch`] is off they are loaded whenever one of its files was saved.
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
        let _beside = Beside::start(&self.shared)?;
        let _watch = self.watch()?;
        let routes = routes(&self.shared);
        let Settings { connections, idle, .. } = self.shared.settings;
        let done = listen::run(listener, routes, Limits { connections, idle }, stop).await;
        Ok(done?)
    }
}

/// What goes on beside the requests, until it is dropped.
struct Beside {
    shared: Arc<Shared>,
    ticker: JoinHandle<()>,
}

impl Beside {
    fn start(shared: &Arc<Shared>) -> io::Result<Self> {
        delivery::start(shared)?;
        Ok(Self { shared: Arc::clone(shared), ticker: tokio::spawn(ticker::run(Arc::clone(shared))) })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.shared.stops.store(true, Ordering::Relaxed);
        self.ticker.abort();
    }
}

impl Service {
    /// Loads the rules anew whenever a file of their folder was saved.
    fn watch(&self) -> io::Result<Option<Watch>> {
        let folder = self.shared.loader.as_ref().filter(|_| self.shared.settings.watch).and_then(Loader::folder);
        let Some(folder) = folder else { return Ok(None) };
        let watching = Arc::downgrade(&self.shared);
        let look = move || {
            if let Some(shared) = watching.upgrade() {
                let _ = shared.load_rules(When::Changed);
            }
        };
        Watch::new(folder, look).map(Some)
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
    let shop = Router::new()
        .route("/v1/work/{call}/{how}", post(work::ended))
        .layer(middleware::from_fn_with_state((Arc::clone(shared), Role::Shop), allowed));
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
        .merge(shop)
        .merge(operator)
        .route("/health", get(operator::health))
        .route("/openapi.json", get(operator::openapi))
        .fallback(|| async {
            Failure::new(StatusCode::NOT_FOUND, "unknown_path", "there is nothing here: see /openapi.json")
        })
        .layer(DefaultBodyLimit::max(shared.settings.body))
        .layer(middleware::from_fn(spanned))
        .with_state(Arc::clone(shared))
}

impl Shared {
    /// Whether the service has stopped: nothing more is begun.
    pub(super) fn stops(&self) -> bool {
        self.stops.load(Ordering::Relaxed)
    }

    /// Makes a turn with its host work, on a thread that may wait; what it sends elsewhere is put on its way.
    pub(super) async fn take(
        self: &Arc<Self>,
        id: String,
        customer: Option<String>,
        event: Event,
        later: Later,
    ) -> Result<Taken, Failure> {
        let shared = Arc::clone(self);
        let span = Span::current();
        let made =
            tokio::task::spawn_blocking(move || span.in_scope(|| shared.make(&id, customer.as_deref(), event, later)));
        made.await.unwrap_or_else(|_| Err(Failure::internal()))
    }

    /// The same on this thread.
    pub(super) fn make(&self, id: &str, customer: Option<&str>, event: Event, later: Later) -> Result<Taken, Failure> {
        let (now, begun) = clock();
        let span = tracing::info_span!("turn", conversation = %veiled(id), event = event.name(), rung = field::Empty);
        let _entered = span.enter();
        let chat = Conversation::new(id);
        let chat = customer.map_or(chat, |customer| chat.of_customer(customer));
        let actions = Arc::clone(&self.actions.read().unwrap_or_else(PoisonError::into_inner));
        let told = event.id.clone();
        let taken = self.conversations.handle_with(chat, event, now, &actions);
        let taken = taken.inspect_err(|error| match error {
            // Why not its words: they hold what the request said.
            ConversationError::Event(_) => tracing::info!("the event does not fit"),
            other => tracing::error!(why = %other, "no turn was made"),
        })?;
        for trouble in &taken.troubles {
            tracing::error!(%trouble, "beside the turn");
        }
        self.send(id, &taken, now, later, told.as_deref())?;
        let (turn, took) = (&taken.turn, begun.elapsed());
        span.record("rung", turn.rung().as_str());
        tracing::info!(
            replay = turn.is_replay(),
            replies = turn.replies().len(),
            effects = turn.effects().len(),
            waiting = ?turn.waiting(),
            ms = took.as_millis(),
            "turn"
        );
        if !turn.is_replay() {
            self.metrics.turn(turn, took.as_secs_f64());
        }
        Ok(taken)
    }

    /// Puts on its way what a turn leads to elsewhere. Of an event with an id it goes under that id, so that a second delivery
    /// mends what a killed process left undone, and doubles nothing.
    pub(super) fn send(
        &self,
        id: &str,
        taken: &Taken,
        now: SystemTime,
        later: Later,
        event: Option<&str>,
    ) -> Result<(), Failure> {
        let turn = &taken.turn;
        let mut items = outbox::for_desk(id, turn);
        if later == Later::Yes && !turn.replies().is_empty() {
            let at = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
            let number = event.map_or_else(|| at.to_string(), str::to_owned);
            let what = What::Channel { turn: Box::new(turn.clone()) };
            items.push(Item { id: format!("said-{id}-{number}"), conversation: id.to_owned(), what });
        }
        let is_news = !items.is_empty();
        let dropped = outbox::put(self.conversations.store(), items, now)?;
        if is_news {
            self.news.notify_waiters();
        }
        if dropped > 0 {
            tracing::error!(dropped, "items that nobody fetched gave way to newer ones");
        }
        let kept = if turn.is_replay() { Ok(()) } else { self.ledger.append(turn.records()) };
        if kept.is_err() {
            tracing::error!("records could not be written to the ledger");
        }
        if kept.is_err() || !taken.troubles.is_empty() || dropped > 0 {
            self.metrics.trouble();
        }
        Ok(())
    }

    /// Goes on by the rules of the folder if nothing is wrong with them; `None` without a folder.
    pub(super) fn load_rules(&self, when: When) -> Option<Result<(), Refusal>> {
        let loaded = self.loader.as_ref()?.load(when, |engine| {
            engine.warm_up();
            self.reload(engine);
        });
        // Why once: the same refusal comes at every look until the files are saved again.
        if let Err(refusal) = loaded.as_ref()
            && refusal.is_new
        {
            tracing::error!(why = %refusal.message, "the rules were refused; the old ones go on");
        }
        Some(loaded)
    }

    /// Goes on by other rules.
    fn reload(&self, engine: Engine) {
        tracing::info!(revision = %engine.revision(), "other rules");
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
#[allow(clippy::disallowed_methods)] // Why: a service is where time enters.
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
