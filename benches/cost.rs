//! A fixed amount of understanding, for counting instructions: `.ci/run` runs it under callgrind.
//!
//! The only counted function is [`watched`]; loading and the first round are outside it. Without an argument it reads the
//! 300 English intents that the limit in `.ci/run` is for; `zh`, `shop` and the like name other work, for profiles, `turn` and
//! `turn-variables` are whole turns, with `id` behind it as most channels deliver messages, and `memory` tells what loaded rules take.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod talk;
mod workload;

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use kefu::{Engine, Event, Scratch, Session};
use talk::answering;
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
    if let Some(text) = [("turn", "'Within seven days.'"), ("turn-variables", "'Within {{ facts.days }} days.'")]
        .iter()
        .find_map(|(name, text)| (*name == work).then_some(*text))
    {
        return turns(&Talk::new(text, arguments.get(2).is_some()), rounds);
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

/// A conversation in which each message gets an answer, most of them one of the pack's.
struct Talk {
    engine: Engine,
    messages: Vec<String>,
    has_ids: bool,
}

impl Talk {
    fn new(text: &str, has_ids: bool) -> Self {
        let work = english(300);
        let (engine, messages) = answering(work, text);
        Self { engine, messages, has_ids }
    }

    fn events(&self, round: usize) -> Vec<Event> {
        let event = |(at, message): (usize, &String)| {
            let event = Event::message(message.as_str());
            if self.has_ids { event.with_id(format!("wamid.HBgLMzQ2{round:08}{at:08}")) } else { event }
        };
        self.messages.iter().enumerate().map(event).collect()
    }
}

fn turns(talk: &Talk, rounds: usize) {
    let mut session = Session::new("customer-42");
    let mut now = SystemTime::UNIX_EPOCH;
    let warm = answered(&talk.engine, &mut session, &mut now, talk.events(0));
    for round in 1..=rounds {
        assert_eq!(watched_turns(&talk.engine, &mut session, &mut now, talk.events(round)), warm);
    }
    println!("{} messages, {warm} replies", talk.messages.len() * rounds);
}

/// What the instruction counter watches of turns; what `classify` takes of it is not the turn's own.
#[inline(never)]
fn watched_turns(engine: &Engine, session: &mut Session, now: &mut SystemTime, events: Vec<Event>) -> usize {
    answered(engine, session, now, events)
}

#[inline(never)]
fn answered(engine: &Engine, session: &mut Session, now: &mut SystemTime, events: Vec<Event>) -> usize {
    let mut replies = 0;
    for event in events {
        *now += Duration::from_secs(1);
        replies += black_box(engine.handle(session, black_box(event), *now).unwrap()).replies().len();
    }
    replies
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
