use std::sync::Arc;
use std::time::Duration;

use super::crew;
use super::service::{Later, Shared, clock};
use crate::dialog::Event;
use crate::store::{Kind, SessionStore as _};

/// How often deadlines are looked at: reminders and timeouts are in seconds.
const PERIOD: Duration = Duration::from_secs(1);
/// Sessions ticked in one round; the rest comes in the next.
const ROUND: usize = 500;
/// Rounds between two sweeps of what has expired.
const SWEEP: u64 = 60;

/// Sends ticks to sessions whose time has come, until it is stopped.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut rounds = 0_u64;
    let mut period = tokio::time::interval(PERIOD);
    period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        rounds += 1;
        let shared = Arc::clone(&shared);
        let round = tokio::task::spawn_blocking(move || tick(&shared, rounds));
        // Why: a round that panicked must not end those after it.
        let _ = round.await;
    }
}

fn tick(shared: &Shared, rounds: u64) {
    let (now, _) = clock();
    let store = shared.conversations.store();
    let due = match store.due(Kind::Session, now, ROUND) {
        Ok(due) => due,
        Err(error) => {
            tracing::error!(%error, "nobody knows which conversations are due");
            shared.metrics.trouble();
            return;
        }
    };
    // Why with its host work: a tick may try an action again.
    crew::each(
        due,
        || shared.stops(),
        |id| {
            if shared.make(id, None, Event::tick(), Later::Yes).is_err() {
                shared.metrics.trouble();
            }
        },
    );
    if rounds.is_multiple_of(SWEEP) && store.sweep(now, ROUND).is_err() {
        shared.metrics.trouble();
    }
}
