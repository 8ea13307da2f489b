use std::sync::{Mutex, PoisonError};

/// How many conversations are dealt with at once: one that waits for another machine must not hold up the rest.
const HANDS: usize = 8;

/// Does something for each conversation, a few at once, until all are done or it is told to stop.
pub(super) fn each(conversations: Vec<String>, stops: impl Fn() -> bool + Sync, work: impl Fn(&str) + Sync) {
    let hands = HANDS.min(conversations.len());
    let left = Mutex::new(conversations.into_iter());
    // Why on its own line: the lock is not held during the work.
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let hand = || {
        while let Some(conversation) = next() {
            if stops() {
                break;
            }
            work(&conversation);
        }
    };
    if hands < 2 {
        hand();
        return;
    }
    std::thread::scope(|scope| {
        for _ in 0..hands {
            scope.spawn(hand);
        }
    });
}
