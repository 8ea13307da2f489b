use std::time::Duration;

use super::{ActionName, Field};
use crate::diagnostic::Origin;

/// The typed contract of one piece of host work.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) origin: Origin,
    pub(crate) name: ActionName,
    pub(crate) arguments: Vec<Field>,
    pub(crate) results: Vec<Field>,
    pub(crate) errors: Vec<ActionError>,
    pub(crate) effects: Effects,
    /// How long to wait for the host, from the request.
    pub(crate) timeout: Duration,
    /// How often a failed request is made again.
    pub(crate) retry: u8,
    /// Arguments that make the request the same one: part of its idempotency key.
    pub(crate) once_per: Vec<Box<str>>,
    /// A fact that must hold first, such as `verified`.
    pub(crate) needs: Option<Box<str>>,
}

/// A failure the contract names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActionError(pub(crate) Box<str>);

/// Whether host work changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effects {
    /// Looks something up.
    Read,
    /// Changes something, so the customer must have said yes.
    Write,
    /// Writes what no customer could regret, such as a message left for the desk: no yes is needed. It is an effect all the
    /// same: it happens once and is not undone.
    Note,
}
