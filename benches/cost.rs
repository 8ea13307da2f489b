//! A fixed amount of understanding, for counting instructions: `.ci/run` runs it under callgrind.
//!
//! The only counted function is [`watched`]; loading and the first round are outside it. Without an argument it reads the
//! 300 English intents that the limit in `.ci/run` is for; `zh`, `shop` and the like name other work, for profiles, and `memory`
//! tells what loaded rules take.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod workload;

use std::hint::black_box;

use kefu::{Engine, Scratch};
use workload::{Workload, chinese, engine, engine_of_four, english, rules, shop, shop_messages, slipped};

/// Rounds over all messages; one would do for counting, more make a profile by time possible.
const ROUNDS: usize = 4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let work = arguments.first().map_or("en", String::as_str);
    let rounds = arguments.get(1).map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    if work == "memory" {
        return println!("{} MB for 3,000 intents, patterns not compiled", memory(&rules(&english(3000))) >> 20);
    }
    let (engine, messages) = match work {
        "shop" => (shop(), shop_messages()),
        "zh" => messages_of(chinese(300), |work| work.messages),
        "misspelt" => (engine_of_four(&english(300)), slipped(&english(300))),
        "long" => messages_of(english(300), |work| work.long),
        "hostile" => messages_of(english(300), |work| work.hostile),
        _ => messages_of(english(300), |work| work.messages),
    };
    let mut scratch = Scratch::new();
    let warm = understood(&engine, &mut scratch, &messages);
    let mut count = 0;
    for _ in 0..rounds {
        count += watched(&engine, &mut scratch, &messages);
    }
    assert_eq!(count, warm * rounds);
    println!("{} messages, {warm} understood", messages.len() * rounds);
}

/// Bytes by which the process has grown when rules are loaded and their source is forgotten (Linux alone).
fn memory(yaml: &str) -> usize {
    let resident = || {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    };
    let before = resident();
    let engine = Engine::builder().source("bot.yaml", yaml).build().unwrap();
    black_box(engine.classify("where is it").confidence());
    resident() - before
}

fn messages_of(work: Workload, messages: impl Fn(Workload) -> Vec<String>) -> (Engine, Vec<String>) {
    (engine(&work), messages(work))
}

/// What the instruction counter watches.
#[inline(never)]
fn watched(engine: &Engine, scratch: &mut Scratch, messages: &[String]) -> usize {
    understood(engine, scratch, messages)
}

#[inline(never)]
fn understood(engine: &Engine, scratch: &mut Scratch, messages: &[String]) -> usize {
    messages.iter().filter(|message| engine.classify_with(scratch, black_box(message)).intent().is_some()).count()
}
