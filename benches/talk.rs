//! Conversations to measure turns by.

use kefu::Engine;

use crate::workload::{Workload, rules};

/// A pack that answers with this text, and messages that it answers: none of them is missed, none calls a person.
pub(crate) fn answering(work: Workload, text: &str) -> (Engine, Vec<String>) {
    const CALM: &str = "escalation: {reasons: {not_understood: {at: {misses_in_a_row: 1000}}, looping: {at: {same_reply: \
        1000}}, frustrated: {at: {frustration: 1000}}}}\n";
    // Why two texts: the same one a thousand times would be a loop.
    let other = text.replace("Within", "In");
    let yaml = rules(&work).replace("'Within {{ facts.days }} days.'", &other).replace("Done.", text) + CALM;
    let engine = Engine::builder().source("bot.yaml", yaml).build().unwrap();
    engine.warm_up();
    let mut messages = work.messages;
    let is_act = |request: &kefu::Request| matches!(request.decision(), kefu::Decision::Act(_));
    messages
        .retain(|message| engine.classify(message).requests().iter().filter(|request| is_act(request)).count() == 1);
    (engine, messages)
}
