//! How long loading, understanding and a turn take, beside a raw scan of the same text in the same run.
//!
//! `cargo bench` prints times and allocations; what was measured, when and where is kept in `benches/record/`. "Scan" is one
//! overlapping pass of stock aho-corasick over the lower-cased message, phrases only: DFA for English, contiguous NFA for
//! Chinese.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod workload;

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use divan::{AllocProfiler, Bencher, black_box};
use kefu::{Engine, Event, Scratch, Session};
use workload::{Workload, chinese, engine, english, rules, shop, shop_messages};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const SIZES: [usize; 3] = [30, 300, 3000];

fn main() {
    divan::main();
}

/// Calls the work with one message after the other, the first round unmeasured.
fn each(bencher: Bencher, messages: &[String], mut work: impl FnMut(&str)) {
    for message in messages {
        work(message);
    }
    let next = RefCell::new(messages.iter().cycle());
    bencher.bench_local(|| work(black_box(next.borrow_mut().next().unwrap())));
}

fn scan(bencher: Bencher, work: &Workload, kind: AhoCorasickKind) {
    let phrases = work.intents.iter().flat_map(|intent| &intent.phrases);
    let scan = AhoCorasick::builder().kind(Some(kind)).build(phrases).unwrap();
    each(bencher, &work.messages, |message| {
        black_box(scan.find_overlapping_iter(&message.to_lowercase()).count());
    });
}

fn classify(bencher: Bencher, work: &Workload, messages: &[String]) {
    let engine = engine(work);
    let mut scratch = Scratch::new();
    each(bencher, messages, |message| {
        black_box(engine.classify_with(&mut scratch, message).confidence());
    });
}

#[divan::bench(args = SIZES)]
fn en_scan(bencher: Bencher, intents: usize) {
    scan(bencher, &english(intents), AhoCorasickKind::DFA);
}

#[divan::bench(args = SIZES)]
fn en_classify(bencher: Bencher, intents: usize) {
    let work = english(intents);
    classify(bencher, &work, &work.messages);
}

#[divan::bench(args = SIZES)]
fn en_classify_long(bencher: Bencher, intents: usize) {
    let work = english(intents);
    classify(bencher, &work, &work.long);
}

#[divan::bench(args = SIZES)]
fn en_classify_hostile(bencher: Bencher, intents: usize) {
    let work = english(intents);
    classify(bencher, &work, &work.hostile);
}

#[divan::bench(args = SIZES)]
fn zh_scan(bencher: Bencher, intents: usize) {
    scan(bencher, &chinese(intents), AhoCorasickKind::ContiguousNFA);
}

#[divan::bench(args = SIZES)]
fn zh_classify(bencher: Bencher, intents: usize) {
    let work = chinese(intents);
    classify(bencher, &work, &work.messages);
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn en_load(bencher: Bencher, intents: usize) {
    let yaml = rules(&english(intents));
    bencher.bench(|| Engine::builder().source("bot.yaml", yaml.as_str()).build().unwrap());
}

#[divan::bench(args = SIZES)]
fn en_turn(bencher: Bencher, intents: usize) {
    let work = english(intents);
    let engine = engine(&work);
    let mut session = Session::new("bench");
    let mut now = SystemTime::UNIX_EPOCH;
    each(bencher, &work.messages, |message| {
        now += Duration::from_secs(1);
        black_box(engine.handle(&mut session, Event::message(message), now).unwrap().replies().len());
    });
}

/// Everything on: the shop's own rules in four languages.
#[divan::bench]
fn shop_classify(bencher: Bencher) {
    let (engine, messages) = (shop(), shop_messages());
    let mut scratch = Scratch::new();
    each(bencher, &messages, |message| {
        black_box(engine.classify_with(&mut scratch, message).confidence());
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn shop_load() -> Engine {
    Engine::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/shop")).unwrap()
}
