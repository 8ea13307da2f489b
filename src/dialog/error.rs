/// Why an event does not fit the session. The session is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// No request for host work with this id was ever made in this session.
    #[error("no action with the id `{id}` was asked for in this session")]
    UnknownCall {
        /// The id given.
        id: String,
    },
    /// The desk speaks of a handoff that is not open.
    #[error("there is no open handoff to {what}")]
    NoHandoff {
        /// What the desk wanted: accept, answer, release or fail.
        what: &'static str,
    },
    /// The handoff was accepted before.
    #[error("the handoff was already accepted")]
    AlreadyAccepted,
    /// No flow of the pack starts or waits for this event.
    #[error("no flow of the pack listens to the event `{name}`")]
    UnknownEvent {
        /// The name given.
        name: String,
    },
    /// More flows wait for their time, or for another to end, than a session keeps.
    #[error("`{name}` finds no room: {limit} flows wait for their time already")]
    TooMany {
        /// The name given.
        name: String,
        /// The most that wait.
        limit: usize,
    },
    /// The event brought no value, or one of the wrong type, for something declared.
    #[error("`{field}` of the event is missing or not of type {expected}")]
    BadField {
        /// The declared name.
        field: String,
        /// Its type in the rules.
        expected: String,
    },
    /// The pack's `customer` does not declare this fact.
    #[error("the pack's `customer` declares no fact `{name}`")]
    UnknownFact {
        /// The name given.
        name: String,
    },
    /// The pack knows no such escalation reason.
    #[error("the pack knows no escalation reason `{name}`")]
    UnknownReason {
        /// The name given.
        name: String,
    },
    /// A rating is 1 to 5.
    #[error("a rating is 1 to 5")]
    BadRating,
}
