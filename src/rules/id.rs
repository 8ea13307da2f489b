use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as it stands in the rules.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(Arc::from(name))
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(Arc::from(name))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }
    )+};
}

names! {
    /// The name of an intent: what a customer wants.
    IntentId,
    /// The name of a flow: a list of steps.
    FlowId,
    /// The name of a resting step inside its flow, such as `ask order_no`'s `order_no`.
    StepId,
    /// The name of a slot: a value kept in a session.
    SlotName,
    /// The name of a host action, such as `orders.lookup`.
    ActionName,
    /// The name of an entity: a type of value found in text.
    EntityName,
    /// The name of a lexicon: a weighted word list with a meaning.
    LexiconName,
    /// The name of a fact given by the shop's files.
    FactName,
    /// The name of an escalation reason.
    ReasonId,
    /// The name of a queue at the agents' desk.
    Queue,
}
