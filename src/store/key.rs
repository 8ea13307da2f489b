/// What a document is kept under: a kind, and the host's own id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Key<'a> {
    /// A conversation, by its id.
    Session(&'a str),
    /// What is remembered of a customer, by the customer's id.
    Customer(&'a str),
    /// A session that could not be read any more, set aside under its id for a person to look at.
    Damaged(&'a str),
}

impl<'a> Key<'a> {
    /// The kind as one word: `session`, `customer` or `damaged`.
    pub fn kind(self) -> &'static str {
        match self {
            Key::Session(_) => "session",
            Key::Customer(_) => "customer",
            Key::Damaged(_) => "damaged",
        }
    }

    /// The host's id.
    pub fn id(self) -> &'a str {
        match self {
            Key::Session(id) | Key::Customer(id) | Key::Damaged(id) => id,
        }
    }
}
