#![doc = include_str!("../README.md")]

mod check;
mod classify;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod diagnostic;
mod dialog;
mod engine;
mod entities;
mod escalation;
pub mod eval;
mod expression;
mod load;
mod matching;
mod reply;
mod rules;
#[cfg(feature = "serve")]
pub mod server;
mod session;
mod store;
pub mod testing;
mod text;

pub use check::{check, check_at};
pub use classify::{
    Alike, Candidate, Classification, Decision, Evidence, Explanation, LexiconHit, Match, Mended, Request, Scratch,
};
pub use diagnostic::{Code, Diagnostic, Place, Severity};
pub use dialog::{
    ActionCall, Actions, AgentMessage, Answer, Effect, Event, EventError, Happening, Passed, Record, Responder, Rung,
    Turn, Waiting, Withdrawal,
};
pub use engine::{Engine, EngineBuilder, Part};
pub use entities::Found;
pub use escalation::{Handoff, Mode, Quote};
pub use load::{LoadError, LoadErrorKind, Source, schema};
pub use reply::{Card, Chip, Reply};
pub use rules::{
    ActionName, Contract, EntityName, FactName, Field, FlowId, IntentId, LexiconName, Money, Priority, Queue, ReasonId,
    Revision, SlotName, StepId, Type, Value, ValueError,
};
pub use session::{Session, SessionError, Speaker, TranscriptLine};
#[cfg(feature = "redis")]
pub use store::RedisStore;
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
pub use store::{
    Contact, Conversation, ConversationError, Conversations, CustomerHistory, Document, Ending, Forgotten, Key, Kind,
    MemoryStore, OpenCase, SessionStore, StoreError, Stored, Taken, Trouble, Version,
};
pub use text::{Language, Script};

/// How the house is built, and how to add a step kind, a check, a language or a built-in entity.
pub mod contributing {
    #![doc = include_str!("contributing.md")]
}
/// The handoff: what the desk gets, what comes back, and how it fits two help desks.
pub mod handoff {
    #![doc = include_str!("handoff.md")]
}
/// For whoever keeps `kefu serve` running: logs, changing rules, backup and restore, and what happens when something breaks.
pub mod operating {
    #![doc = include_str!("operating.md")]
}
/// For the people who write rules; every sample is loaded and run by a test.
pub mod guide {
    /// A pack from nothing: intents, keywords, examples, answers.
    pub mod first_rule {
        #![doc = include_str!("guide/first_rule.md")]
    }
    /// Dialogs: asking, looking up, confirming, going another way.
    pub mod flows {
        #![doc = include_str!("guide/flows.md")]
    }
    /// When a person takes over, and where the conversation goes.
    pub mod escalation {
        #![doc = include_str!("guide/escalation.md")]
    }
    /// Dialog tests, repairs put into them, and what no test reaches.
    pub mod testing {
        #![doc = include_str!("guide/testing.md")]
    }
    /// How understanding adds up, and how to make it better.
    pub mod tuning {
        #![doc = include_str!("guide/tuning.md")]
    }
}
