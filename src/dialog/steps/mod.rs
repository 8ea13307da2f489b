//! What each resting step does when it is reached and when it is answered, one file per kind.

mod ask;
mod call;
mod confirm;
mod prove;
mod redo;

pub(super) use call::preset_slot;
pub(super) use confirm::Answer;
