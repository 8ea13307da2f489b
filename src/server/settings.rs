use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::Tokens;
use crate::testing::Script;

/// What the operator says about a service. The limits have values that suit a small shop.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Who may do what.
    pub tokens: Tokens,
    /// Where host actions are done: `POST {work}/{action}`. Without it every action fails at once. What takes longer than a
    /// request may, the shop answers with 202, and tells at `/v1/work/{call}/{done|failed}`.
    pub work: Option<String>,
    /// Answers of host actions that are written down, for trying rules without a shop; they go before `work`.
    pub answers: Option<Script>,
    /// Whether the playground is served, at `/playground/`. It asks for the operator's token.
    pub playground: bool,
    /// Where handoffs and messages for the desk are sent. Without it the desk fetches them.
    pub desk: Option<String>,
    /// Signs what is sent to `work` and `desk`: HMAC-SHA256 of the body, in `X-Kefu-Signature`.
    pub secret: Option<String>,
    /// The ledger, one record a line.
    pub ledger: Option<PathBuf>,
    /// Who read or changed what, one line a request.
    pub audit: Option<PathBuf>,
    /// How long a message waits for others that the customer writes right after it, which then are one turn. Each waits
    /// that long, within `concurrency` and on the node it came to; without it every message is a turn of its own.
    pub join: Option<Duration>,
    /// Whether rules of a folder are loaded anew when a file of it is saved.
    pub watch: bool,
    /// The most bytes of a request.
    pub body: usize,
    /// The most requests handled at once; more wait, and after `timeout` are told to come again.
    pub concurrency: usize,
    /// The most connections at once; more are closed.
    pub connections: usize,
    /// Requests a second that each token may make; more are told to come again.
    pub rate: u32,
    /// How long a request may take.
    pub timeout: Duration,
    /// How long a client that has shown its token may keep a connection open without asking anything: longer than the proxy
    /// before it does, which otherwise sends a request into a connection that is just being closed.
    pub idle: Duration,
}

impl Settings {
    /// Settings with these tokens, everything else as it comes.
    pub fn new(tokens: Tokens) -> Self {
        Self {
            tokens,
            work: None,
            answers: None,
            playground: false,
            desk: None,
            secret: None,
            ledger: None,
            audit: None,
            join: None,
            watch: true,
            body: 64 * 1024,
            concurrency: 256,
            connections: 4096,
            rate: 500,
            timeout: Duration::from_secs(30),
            // nginx keeps idle connections to what it stands before for 60 s.
            idle: Duration::from_secs(75),
        }
    }
}

// Why: an address may hold a password, and the secret is one.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("tokens", &self.tokens)
            .field("playground", &self.playground)
            .field("join", &self.join)
            .field("watch", &self.watch)
            .field("body", &self.body)
            .field("concurrency", &self.concurrency)
            .field("connections", &self.connections)
            .field("rate", &self.rate)
            .field("timeout", &self.timeout)
            .field("idle", &self.idle)
            .finish_non_exhaustive()
    }
}
