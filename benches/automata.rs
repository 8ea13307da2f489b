//! What finding phrases costs, by the kind of automaton that finds them: why there is one tree of words for every script.
//!
//! ```text
//! cargo bench --bench automata
//! ```
//! Each is built from the same generated phrases and run over the same messages, lower-cased before. "Scans" is its time in
//! that of the raw scan of the same run: DFA for English, contiguous NFA for Chinese. Those over bytes and characters tell
//! phrases inside of words too (`art` in "party"); `found` shows by how many, and leaving them out is not in their time.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods)]

#[allow(dead_code)] // Why: only phrases and messages are needed here.
mod workload;

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use daachorse::CharwiseDoubleArrayAhoCorasick;
use workload::{Workload, chinese, english};

/// Rounds over all messages of which the fastest counts.
const ROUNDS: usize = 40;

/// A way to find phrases: tells how many it finds in a text.
type Find = Box<dyn Fn(&str) -> usize>;
/// Makes one of phrases, and tells its bytes.
type Build = fn(&[&str]) -> (Find, usize);

fn main() {
    println!("| script | intents | automaton | µs a message | scans | found | KB | built in ms |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for intents in [30, 300, 3000] {
        compare(&english(intents), intents, "DFA");
        compare(&chinese(intents), intents, "contiguous NFA");
    }
}

fn compare(work: &Workload, intents: usize, scan: &str) {
    let phrases: BTreeSet<&str> = work.intents.iter().flat_map(|intent| &intent.phrases).map(String::as_str).collect();
    let phrases: Vec<&str> = phrases.into_iter().collect();
    let messages: Vec<String> = work.messages.iter().map(|message| message.to_lowercase()).collect();
    let builders: [(&str, Build); 6] = [
        ("DFA", |phrases| stock(phrases, AhoCorasickKind::DFA)),
        ("contiguous NFA", |phrases| stock(phrases, AhoCorasickKind::ContiguousNFA)),
        ("noncontiguous NFA", |phrases| stock(phrases, AhoCorasickKind::NoncontiguousNFA)),
        ("double array by character", by_character),
        ("bigrams, then a table", by_bigrams),
        ("tree of words", by_words),
    ];
    let mut rows = Vec::new();
    for (name, build) in builders {
        let start = Instant::now();
        let (find, bytes) = build(&phrases);
        let built = start.elapsed();
        let round = || {
            let start = Instant::now();
            let found: usize = messages.iter().map(|message| find(black_box(message))).sum();
            (start.elapsed(), found)
        };
        let (time, found) = (0..ROUNDS).map(|_| round()).min().unwrap();
        rows.push((name, time.as_secs_f64() * 1e6 / messages.len() as f64, found, bytes, built));
    }
    let raw = rows.iter().find(|row| row.0 == scan).unwrap().1;
    for (name, micros, found, bytes, built) in rows {
        println!(
            "| {} | {intents} | {name} | {micros:.2} | {:.2} | {found} | {} | {:.1} |",
            work.language,
            micros / raw,
            bytes / 1024,
            built.as_secs_f64() * 1e3
        );
    }
}

fn stock(phrases: &[&str], kind: AhoCorasickKind) -> (Find, usize) {
    let automaton = AhoCorasick::builder().kind(Some(kind)).build(phrases).unwrap();
    let bytes = automaton.memory_usage();
    (Box::new(move |text| automaton.find_overlapping_iter(text).count()), bytes)
}

fn by_character(phrases: &[&str]) -> (Find, usize) {
    let automaton = CharwiseDoubleArrayAhoCorasick::<u32>::new(phrases).unwrap();
    let bytes = automaton.heap_bytes();
    (Box::new(move |text| automaton.find_overlapping_iter(text).count()), bytes)
}

/// A bit for the first two characters of each phrase, and the phrases that begin with them.
fn by_bigrams(phrases: &[&str]) -> (Find, usize) {
    let mut bits = vec![0_u64; 1 << 10];
    let mut table: Map<u64, Vec<Box<str>>> = Map::default();
    for phrase in phrases {
        let mut chars = phrase.chars();
        let pair = pair(chars.next().unwrap(), chars.next().unwrap());
        bits[place(pair) / 64] |= 1 << (place(pair) % 64);
        table.entry(pair).or_default().push((*phrase).into());
    }
    let bytes = bits.len() * 8 + table.len() * 40 + phrases.iter().map(|phrase| phrase.len() + 16).sum::<usize>();
    let find = move |text: &str| {
        let mut found = 0;
        let mut before: Option<(usize, char)> = None;
        for (at, c) in text.char_indices() {
            if let Some((start, first)) = before {
                let pair = pair(first, c);
                if bits[place(pair) / 64] & 1 << (place(pair) % 64) != 0
                    && let Some(phrases) = table.get(&pair)
                {
                    found += phrases.iter().filter(|phrase| text[start..].starts_with(&***phrase)).count();
                }
            }
            before = Some((at, c));
        }
        found
    };
    (Box::new(find), bytes)
}

fn pair(first: char, second: char) -> u64 {
    u64::from(u32::from(first)) << 32 | u64::from(u32::from(second))
}

fn place(pair: u64) -> usize {
    (pair.wrapping_mul(SPREAD) >> 48) as usize
}

/// A tree whose edges are words, or characters of Chinese, by their hashes; walked from every word.
fn by_words(phrases: &[&str]) -> (Find, usize) {
    let mut edges: Map<(u32, u64), u32> = Map::default();
    let mut ends = vec![false];
    for phrase in phrases {
        let mut node = 0;
        words(phrase, |word| {
            let fresh = ends.len() as u32;
            let next = *edges.entry((node, word)).or_insert(fresh);
            if next == fresh {
                ends.push(false);
            }
            node = next;
        });
        ends[node as usize] = true;
    }
    let bytes = edges.capacity() * 25 + ends.len();
    let row = std::cell::RefCell::new(Vec::new());
    let find = move |text: &str| {
        let mut row = row.borrow_mut();
        row.clear();
        words(text, |word| row.push(word));
        let mut found = 0;
        for start in 0..row.len() {
            let mut node = 0;
            for word in &row[start..] {
                let Some(next) = edges.get(&(node, *word)) else { break };
                node = *next;
                found += usize::from(ends[node as usize]);
            }
        }
        found
    };
    (Box::new(find), bytes)
}

/// Tells the hash of each word, and each character beyond ASCII as a word.
fn words(text: &str, mut tell: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if bytes[at].is_ascii_alphanumeric() {
            let mut hash = 0_u64;
            while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
                hash = (hash ^ u64::from(bytes[at])).wrapping_mul(SPREAD);
                at += 1;
            }
            tell(hash);
        } else if bytes[at].is_ascii() {
            at += 1;
        } else {
            let c = text[start..].chars().next().unwrap();
            at += c.len_utf8();
            tell(u64::from(u32::from(c)).wrapping_mul(SPREAD));
        }
    }
}

const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

type Map<K, V> = HashMap<K, V, BuildHasherDefault<Multiply>>;

#[derive(Default)]
struct Multiply(u64);

impl Hasher for Multiply {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(SPREAD);
    }
}
