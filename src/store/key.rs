/// What a document is kept under: a kind, and the host's own id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key<'a> {
    /// The kind.
    pub kind: Kind,
    /// The host's id.
    pub id: &'a str,
}

/// The kinds of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A conversation, by its id.
    Session,
    /// What is remembered of a customer, by the customer's id.
    Customer,
    /// A session that could not be read any more, set aside under its id for a person to look at.
    Damaged,
    /// A customer's history that could not be read any more, set aside likewise.
    DamagedHistory,
    /// What is on its way to the desk or to a channel, by the conversation's id.
    Outgoing,
}

impl Kind {
    /// The kind as one word, as stores write it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Session => "session",
            Kind::Customer => "customer",
            Kind::Damaged => "damaged",
            Kind::DamagedHistory => "damaged_history",
            Kind::Outgoing => "outgoing",
        }
    }
}

impl<'a> Key<'a> {
    /// The key of a conversation.
    pub fn session(id: &'a str) -> Self {
        Self { kind: Kind::Session, id }
    }

    /// The key of a customer's history.
    pub fn customer(id: &'a str) -> Self {
        Self { kind: Kind::Customer, id }
    }

    /// The key of a damaged session.
    pub fn damaged(id: &'a str) -> Self {
        Self { kind: Kind::Damaged, id }
    }

    /// The key of a damaged history.
    pub fn damaged_history(id: &'a str) -> Self {
        Self { kind: Kind::DamagedHistory, id }
    }

    /// The key of what is on its way from a conversation.
    pub fn outgoing(id: &'a str) -> Self {
        Self { kind: Kind::Outgoing, id }
    }
}
