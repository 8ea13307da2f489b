//! Connections: how many at once, how long one may take to say what it wants, and who gives way when there are too many.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tower::util::MapRequest;

/// How long a client that has shown no token may hold a connection without asking anything.
const SILENCE: Duration = Duration::from_secs(10);
/// The most bytes the head of a request may have, and how many lines.
const HEAD_BYTES: usize = 16 * 1024;
const HEAD_LINES: usize = 64;
/// How long requests under way may take once the service stops.
const FAREWELL: Duration = Duration::from_secs(30);
/// How long one that gives way may take to be gone.
const LEAVING: Duration = Duration::from_millis(100);

/// Who is at the other end of a connection, as far as it has shown.
#[derive(Default)]
pub(super) struct Caller {
    /// Whether it has shown a token.
    is_known: AtomicBool,
    /// Told of each request it makes.
    asks: Notify,
    leave: Notify,
}

impl Caller {
    /// It has shown a token: from now on it gives way to nobody.
    pub(super) fn shows_token(&self) {
        self.is_known.store(true, Ordering::Relaxed);
    }

    /// Ready when it is to leave: it gives way to another, or it has long asked nothing and shown no token.
    async fn leaves(&self) {
        loop {
            tokio::select! {
                () = self.leave.notified() => return,
                // Why anew with each: silence is counted from the last one.
                () = self.asks.notified() => {}
                () = tokio::time::sleep(SILENCE) => {
                    if !self.is_known.load(Ordering::Relaxed) {
                        return;
                    }
                }
            }
        }
    }
}

/// What an operator allows connections.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// How many at once.
    pub(super) connections: usize,
    /// How long a known client may take until the head of its next request is there.
    pub(super) idle: Duration,
}

/// Callers that have shown no token yet, the oldest first.
struct Strangers {
    waiting: VecDeque<Weak<Caller>>,
    /// How many may be listed before those that are gone are looked for.
    most: usize,
}

impl Strangers {
    fn new(connections: usize) -> Self {
        Self { waiting: VecDeque::new(), most: connections.saturating_mul(2).max(64) }
    }

    fn add(&mut self, caller: &Arc<Caller>) {
        if self.waiting.len() >= self.most {
            self.waiting.retain(|caller| stranger(caller).is_some());
        }
        self.waiting.push_back(Arc::downgrade(caller));
    }

    /// Asks the oldest to leave; whether there was one.
    fn dismiss(&mut self) -> bool {
        while let Some(caller) = self.waiting.pop_front() {
            if let Some(caller) = stranger(&caller) {
                caller.leave.notify_one();
                return true;
            }
        }
        false
    }
}

fn stranger(caller: &Weak<Caller>) -> Option<Arc<Caller>> {
    caller.upgrade().filter(|caller| !caller.is_known.load(Ordering::Relaxed))
}

/// Serves connections until `stop` is ready, then ends those under way.
pub(super) async fn run(
    listener: TcpListener,
    routes: Router,
    Limits { connections, idle }: Limits,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(idle).max_buf_size(HEAD_BYTES).max_headers(HEAD_LINES);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(connections));
    let mut strangers = Strangers::new(connections);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        // Why: one connection that failed, or no file left for it, ends no others.
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Why the oldest stranger: who only connects, again and again, must not keep out those who have something to say. If
        // everyone is known, dropping the stream closes it: who is in, stays in.
        if room.available_permits() == 0 && !strangers.dismiss() {
            continue;
        }
        let place = tokio::time::timeout(LEAVING, Arc::clone(&room).acquire_owned()).await;
        let Ok(Ok(place)) = place else { continue };
        let caller = Arc::new(Caller::default());
        strangers.add(&caller);
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(MapRequest::new(routes.clone(), marked(&caller)));
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                _ = connection => {}
                () = caller.leaves() => {}
            }
            drop(place);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(FAREWELL, graceful.shutdown()).await;
    Ok(())
}

/// Tells each request who is calling.
fn marked<B>(caller: &Arc<Caller>) -> impl FnMut(Request<B>) -> Request<B> + Clone + use<B> {
    let caller = Arc::clone(caller);
    move |mut request| {
        caller.asks.notify_one();
        request.extensions_mut().insert(Arc::clone(&caller));
        request
    }
}
