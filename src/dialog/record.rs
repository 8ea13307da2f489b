use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::rules::{IntentId, Outcome};
use crate::text::Language;

/// One line of the ledger: what happened, when, under which rules. No customer words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// The format of this line, 1.
    pub format: u32,
    /// RFC 3339, UTC.
    pub at: Arc<str>,
    /// The host's id of the session.
    pub session: Arc<str>,
    /// The rules that decided.
    pub revision: Arc<str>,
    /// The customer's language, once known.
    pub language: Option<Language>,
    /// The channel, if the host named one.
    pub channel: Option<Arc<str>>,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// What a ledger line says. Each has one meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Happening {
    /// A customer message was taken by a rung of the turn order.
    Message {
        /// What it was understood as.
        intent: Option<IntentId>,
        /// 0 to 1.
        confidence: f32,
        /// The rung that took it.
        rung: Cow<'static, str>,
    },
    /// Messages written right after one another were taken as one.
    Joined {
        /// How many.
        messages: u32,
    },
    /// A message was not understood.
    Miss {
        /// How many in a row.
        in_a_row: u32,
    },
    /// An answer of the pack was given.
    Answered {
        /// Whose answer.
        intent: IntentId,
    },
    /// A flow began.
    FlowStarted {
        /// Which.
        flow: String,
    },
    /// A flow ended.
    FlowEnded {
        /// Which.
        flow: String,
        /// How.
        outcome: String,
        /// The resting step it ended at.
        step: Option<String>,
        /// What was told of closed lists, such as the reason of a return: slot, and the value's name in the rules.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<String, String>,
    },
    /// Host work was asked for.
    ActionRequested {
        /// Which.
        action: String,
    },
    /// Host work ended.
    ActionEnded {
        /// Which.
        action: String,
        /// `done`, a declared error, `other` or `timeout`.
        result: String,
    },
    /// The conversation was handed over.
    HandedOver {
        /// The handoff's id.
        handoff: String,
        /// The most urgent reason.
        reason: String,
        /// Every reason.
        reasons: Vec<String>,
        /// Where it went.
        queue: String,
        /// How soon.
        priority: String,
    },
    /// A person took it.
    Accepted {
        /// How long it waited, in milliseconds by the host's clock.
        waited_ms: i64,
    },
    /// A customer who had no reply in the turn of their message got one: from the bot after host work, from a person
    /// after a handoff or between their own messages.
    Responded {
        /// Who replied.
        by: Responder,
        /// Since the oldest message without a reply, or since the handoff, in milliseconds by the host's clock.
        waited_ms: i64,
    },
    /// Nobody took it in time.
    Overdue,
    /// Nobody took it for as long as the policy waits, or the desk could not be reached: the policy's way out was taken.
    Unanswered {
        /// Since the handoff, in milliseconds by the host's clock.
        waited_ms: i64,
    },
    /// The customer no longer wanted the person.
    Withdrawn,
    /// The person gave it back.
    Released,
    /// The handoff could not be delivered.
    DeskFailed,
    /// The consent text was shown before a private question.
    ConsentAsked {
        /// The version of the text.
        version: String,
    },
    /// The private question was answered after it.
    ConsentGiven {
        /// The version of the text.
        version: String,
    },
    /// All that was known of the customer was removed at the host's request.
    Forgotten,
    /// The customer rated.
    Rated {
        /// 1 to 5.
        stars: u32,
    },
    /// The customer left while the bot waited for them: an open flow ran out of time, or the conversation ended on an open
    /// question or a miss.
    Abandoned {
        /// The flow, if one was open.
        flow: Option<String>,
        /// The resting step.
        step: Option<String>,
    },
    /// A conversation ended without a person and without being abandoned.
    Contained,
    /// A matter came up again within three days of being settled.
    Reopened {
        /// The flow that had resolved it, or `handoff` if a person had given the conversation back.
        matter: String,
        /// Since it was settled, in milliseconds by the host's clock.
        after_ms: i64,
    },
    /// A text was longer than the limit and only its beginning was read.
    MessageCut,
    /// A turn took more steps than a turn may; the flow was given up.
    StepLimit {
        /// The flow.
        flow: String,
    },
}

/// Who replied to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Responder {
    /// The bot.
    Bot,
    /// A person at the desk.
    Agent,
}

pub(crate) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "resolved",
        Outcome::Unresolved => "unresolved",
        Outcome::Cancelled => "cancelled",
    }
}
