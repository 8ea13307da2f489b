//! How long loading, understanding and a turn take, beside a raw scan of the same text in the same run.
//!
//! `cargo bench` prints times and allocations; what was measured, when and where is kept in `benches/record/`. "Scan" is one
//! overlapping pass of stock aho-corasick over the lower-cased message, phrases only: DFA for English, contiguous NFA for
//! Chinese.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod talk;
mod workload;

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use divan::{AllocProfiler, Bencher, black_box};
use kefu::{Engine, Event, Part, Scratch, Session};
use talk::answering;
use workload::{Workload, chinese, engine, engine_of_four, english, rules, shop, shop_messages, slipped};

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

#[divan::bench(args = SIZES)]
fn zh_classify_long(bencher: Bencher, intents: usize) {
    let work = chinese(intents);
    classify(bencher, &work, &work.long);
}

#[divan::bench(args = SIZES)]
fn zh_classify_hostile(bencher: Bencher, intents: usize) {
    let work = chinese(intents);
    classify(bencher, &work, &work.hostile);
}

/// Four languages on, and a fifth of the messages misspelt.
fn misspelt(bencher: Bencher, work: &Workload) {
    let engine = engine_of_four(work);
    let mut scratch = Scratch::new();
    each(bencher, &slipped(work), |message| {
        black_box(engine.classify_with(&mut scratch, message).confidence());
    });
}

#[divan::bench(args = SIZES)]
fn en_classify_misspelt(bencher: Bencher, intents: usize) {
    misspelt(bencher, &english(intents));
}

#[divan::bench(args = SIZES)]
fn zh_classify_misspelt(bencher: Bencher, intents: usize) {
    misspelt(bencher, &chinese(intents));
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn en_load(bencher: Bencher, intents: usize) {
    let yaml = rules(&english(intents));
    bencher.bench(|| Engine::builder().source("bot.yaml", yaml.as_str()).build().unwrap());
}

/// A whole turn; `en_turn_understood` in the same run is what understanding takes of it.
fn turn(bencher: Bencher, intents: usize, say: &str) {
    let (engine, messages) = answering(english(intents), say);
    let mut session = Session::new("bench");
    let mut now = SystemTime::UNIX_EPOCH;
    each(bencher, &messages, |message| {
        now += Duration::from_secs(1);
        black_box(engine.handle(&mut session, Event::message(message), now).unwrap().replies().len());
    });
}

/// Understanding alone, of the same messages; a turn's also reads days and times, for which it has a clock.
#[divan::bench(args = SIZES)]
fn en_turn_understood(bencher: Bencher, intents: usize) {
    let (engine, messages) = answering(english(intents), "'Within seven days.'");
    let mut scratch = Scratch::new();
    each(bencher, &messages, |message| {
        black_box(engine.classify_with(&mut scratch, message).confidence());
    });
}

#[divan::bench(args = SIZES)]
fn en_turn_plain_text(bencher: Bencher, intents: usize) {
    turn(bencher, intents, "'Within seven days.'");
}

#[divan::bench(args = SIZES)]
fn en_turn_with_variables(bencher: Bencher, intents: usize) {
    turn(bencher, intents, "'Within {{ facts.days }} days.'");
}

/// Three hundred intents with ten examples each, and messages that every time are compared with them.
fn similar(bencher: Bencher, without: Option<Part>) {
    let work = english(300);
    let examples = english(3000).messages;
    let mut yaml = rules(&work);
    for (index, intent) in work.intents.iter().enumerate() {
        let own: Vec<String> =
            (0..10).map(|of| format!("'{} {}'", intent.phrases[of % 8], examples[(index * 10 + of) % 256])).collect();
        let (head, rest) = yaml.split_once(&format!("  {}:\n", intent.id)).unwrap();
        yaml = format!("{head}  {}:\n    examples: {{en: [{}]}}\n{rest}", intent.id, own.join(", "));
    }
    let builder = Engine::builder().source("bot.yaml", yaml);
    let engine = without.into_iter().fold(builder, kefu::EngineBuilder::without).build().unwrap();
    engine.warm_up();
    let mut scratch = Scratch::new();
    each(bencher, &work.messages, |message| {
        black_box(engine.classify_with(&mut scratch, message).confidence());
    });
}

#[divan::bench]
fn examples_3000_compared(bencher: Bencher) {
    similar(bencher, None);
}

#[divan::bench]
fn examples_3000_not_compared(bencher: Bencher) {
    similar(bencher, Some(Part::Similarity));
}

/// Messages that make a matcher work: divided by their bytes, the times must not grow.
#[divan::bench(args = [100, 1_000, 10_000, 100_000, 1_000_000], sample_count = 20, sample_size = 4)]
fn hostile_bytes(bencher: Bencher, bytes: usize) {
    let work = english(300);
    let keywords: String =
        work.intents.iter().flat_map(|intent| &intent.phrases).map(|phrase| format!("{phrase} ")).collect();
    let kinds = [
        &*keywords,
        "my my my the my ",
        "a\u{301}\u{323}\u{301}ﬁ㎏Ａ退\u{200B}",
        "when how where can i when ",
        "don't no not, can't ",
    ];
    let messages: Vec<String> = kinds
        .map(|kind| {
            kind.chars()
                .cycle()
                .scan(0, |length, c| {
                    *length += c.len_utf8();
                    (*length <= bytes).then_some(c)
                })
                .collect()
        })
        .into();
    classify(bencher, &work, &messages);
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
