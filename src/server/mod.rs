//! The HTTP service: conversations of a shop over JSON, for its channels, its help desk and its operator.
//!
//! In come requests with a bearer token, out go turns, handoffs and figures. Every turn is made by
//! [`Conversations`](crate::Conversations); nothing here decides what the bot says. This room is the only one that waits
//! for sockets, and it is built only with the feature `serve`.
//!
//! | file | what |
//! | --- | --- |
//! | `service` | the service: routes, limits, start and stop |
//! | `settings`, `tokens` | what the operator says: limits, the shop's address, who may do what |
//! | `conversation`, `desk`, `operator` | the routes of each role |
//! | `rules`, `inspect`, `outline` | the operator's look at the rules, a message, a conversation, a flow |
//! | `folder`, `watch` | whether a file of the rules was saved |
//! | `playground` | the page that shows all of it |
//! | `outbox`, `delivery` | handoffs on their way to the desk, kept until it has them |
//! | `ticker`, `crew` | conversations whose time has come, several at once |
//! | `work` | host actions as requests to the shop |
//! | `gate` | what every request passes: its span, token, rate, place |
//! | `lines`, `audit`, `veiled` | files of JSON lines: the ledger, and who read or changed what; ids as logs may show them |
//! | `joining` | messages sent right after one another, as one turn |
//! | `listen` | connections: how many, how long they may take to say something |

mod audit;
mod conversation;
mod crew;
mod delivery;
mod desk;
mod failure;
mod folder;
mod gate;
mod inspect;
mod joining;
mod lines;
mod listen;
mod metrics;
mod operator;
mod outbox;
mod outline;
mod playground;
mod rules;
mod service;
mod settings;
mod ticker;
mod tokens;
mod veiled;
mod watch;
mod work;

pub use service::{Service, ServiceError};
pub use settings::Settings;
pub use tokens::{Role, Tokens, TokensError};
