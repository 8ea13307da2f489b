//! Figures by hand: `cargo test --release --lib classify::speed -- --ignored --nocapture`.
#![allow(clippy::disallowed_methods, clippy::print_stdout, missing_docs, dead_code, unreachable_pub)]

#[path = "../../benches/workload.rs"]
mod workload;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use workload::{Workload, chinese, english};

use super::sample::pack;
use super::{Classifier, Hints, Options, Scratch};
use crate::rules::Pack;
use crate::text::Language;

fn build(work: &Workload) -> Pack {
    let language = Language::from_code(work.language).unwrap();
    work.intents.iter().fold(pack(&[language]), |pack, intent| {
        let words: Vec<String> = intent
            .phrases
            .iter()
            .cloned()
            .chain(intent.patterns.iter().map(|pattern| format!("/{pattern}/")))
            .collect();
        pack.intent_words(&intent.id, language, &words.iter().map(String::as_str).collect::<Vec<_>>())
    })
}

/// Microseconds per message: the best of several rounds.
fn time(messages: &[String], mut work: impl FnMut(&str)) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..30 {
        let start = Instant::now();
        for _ in 0..4 {
            for message in messages {
                work(black_box(message));
            }
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e6 / (messages.len() * 4) as f64);
    }
    best
}

#[test]
#[ignore = "measures"]
fn figures() {
    for (work, kind) in [30, 300, 3000]
        .into_iter()
        .flat_map(|n| [(english(n), AhoCorasickKind::DFA), (chinese(n), AhoCorasickKind::ContiguousNFA)])
    {
        let phrases: Vec<&String> = work.intents.iter().flat_map(|intent| &intent.phrases).collect();
        let scan = AhoCorasick::builder().kind(Some(kind)).build(&phrases).unwrap();
        let lower: Vec<String> = work.messages.iter().map(|message| message.to_lowercase()).collect();
        let raw = time(&lower, |message| {
            black_box(scan.find_overlapping_iter(message).count());
        });
        let built = build(&work);
        let start = Instant::now();
        let classifier = Classifier::new(Arc::new(built), Options::default());
        let load = start.elapsed().as_secs_f64() * 1e3;
        let mut scratch = Scratch::new();
        let mut run = |message: &str| {
            black_box(classifier.classify(&mut scratch, message, &Hints::default()).confidence());
        };
        let ours = time(&work.messages, &mut run);
        let long = time(&work.long, &mut run);
        for text in &work.hostile {
            print!("{:.1} ", time(std::slice::from_ref(text), &mut run));
        }
        let hostile = time(&work.hostile, &mut run);
        println!(
            "{} {:5}: scan {raw:.3}  classify {ours:.3} µs = {:.2} scans  long {long:.2}  hostile {hostile:.2}  load {load:.1} ms  {:.1} MB",
            work.language,
            work.intents.len(),
            ours / raw,
            classifier.size() as f64 / 1e6,
        );
    }
}

/// For counting instructions: one classification of each message, many times.
#[test]
#[ignore = "measures"]
fn loop_english_300() {
    let work = english(300);
    let classifier = Classifier::new(Arc::new(build(&work)), Options::default());
    let mut scratch = Scratch::new();
    for _ in 0..400 {
        for message in &work.messages {
            black_box(classifier.classify(&mut scratch, message, &Hints::default()).confidence());
        }
    }
}
