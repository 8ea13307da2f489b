//! Files of the shop pack, broken at random: each loads or is told with its place, soon; dialog tests likewise.
//!
//! `KEFU_MUTATIONS=100000 KEFU_SEED=7 cargo test --release --test integration -- --nocapture mutated` breaks more of them, in
//! other ways: each seed breaks others, so many runs may share the work. `tests/fuzz` goes on for as long as it is let.

use std::fs;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use kefu::testing::DialogTest;
use kefu::{Engine, LoadErrorKind, Source};

/// A small generator, so that a seed means the same everywhere (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.roll() % bound.max(1) as u64) as usize
    }
}

/// What people and editors do to files.
fn broken(text: &str, dice: &mut Dice) -> Vec<u8> {
    const PUT: [&str; 16] =
        [":", "- ", "{", "}", "[", "]", "'", "\"", "#", "\t", "&a ", "*a", "{{ x }}", "? ", "\u{0}", "!tag "];
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=dice.below(3) {
        let at = dice.below(lines.len());
        match dice.below(8) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let other = dice.below(lines.len());
                lines.swap(at, other);
            }
            3 => lines[at].insert_str(0, &" ".repeat(1 + dice.below(5))),
            4 => lines[at] = lines[at].trim_start().into(),
            5 => {
                let signs: Vec<char> = lines[at].chars().collect();
                let cut = dice.below(signs.len() + 1);
                lines[at] = signs[..cut].iter().chain(signs.iter().skip(cut + 1)).collect();
            }
            6 => {
                let signs: Vec<char> = lines[at].chars().collect();
                let cut = dice.below(signs.len() + 1);
                let put = PUT[dice.below(PUT.len())];
                lines[at] =
                    signs[..cut].iter().copied().chain(put.chars()).chain(signs[cut..].iter().copied()).collect();
            }
            _ => lines.truncate(at.max(1)),
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
    }
    let mut bytes = lines.join(if dice.below(10) == 0 { "\r\n" } else { "\n" }).into_bytes();
    if dice.below(20) == 0 {
        let at = dice.below(bytes.len());
        bytes.insert(at, 0xFF);
    }
    bytes
}

/// How many files are broken, and in which ways.
#[allow(clippy::disallowed_methods)] // Why: as asked for.
fn asked(usual: u64) -> (u64, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    (number("KEFU_MUTATIONS").unwrap_or(usual), number("KEFU_SEED").unwrap_or(2026))
}

/// Runs every number below a count on all processors, each with dice of its own: what came of one can be repeated.
fn each(count: u64, seed: u64, run: impl Fn(u64, Dice) + Sync) {
    let next = AtomicU64::new(0);
    let run = &run;
    let one = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            let mut dice = Dice(((seed << 32) | number).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
            dice.roll();
            run(number, dice);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(one);
        }
    });
}

/// The longest that one file may take, also unoptimised and beside other work.
const LONGEST: Duration = Duration::from_secs(30);
/// The most that reading rules may hold at once, for each of their bytes: a node is some 60 bytes, and rules are kept as
/// they were read, merged and lowered.
const BYTES_EACH: u64 = 600;
/// What a pack takes before its first byte: the base rules of all four languages and their matcher.
const BYTES_ALWAYS: u64 = 64 << 20;

/// Rules of which one file is broken at a time.
struct Frame {
    files: Vec<Source>,
    /// Whether the files that are not broken stand around it.
    is_whole: bool,
    /// How many of 64 broken files are of it.
    share: usize,
}

/// What is broken: mostly what is quickly read, and some of what a shop has. In the order of their cost.
fn frames() -> Vec<Frame> {
    let shop = Source::from_dir(crate::shop::FOLDER).unwrap();
    let starter = Source::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/starter")).unwrap();
    let is_of = |file: &Source, folder: &str| file.name().contains(folder);
    let english = |all: &[Source]| -> Vec<Source> {
        let of_others = |file: &Source| is_of(file, "/lang/") && !is_of(file, "/lang/en");
        all.iter().filter(|file| !of_others(file)).cloned().collect()
    };
    let mut one = english(&starter);
    for file in &mut one {
        let text = String::from_utf8_lossy(file.bytes()).replace(", also: [zh, es, pt]", "");
        *file = Source::new(file.name(), text);
    }
    // Why without words: such a pack is refused before it is built, a twentieth of the time.
    let bare: Vec<Source> = shop.iter().filter(|file| !is_of(file, "/lang/")).cloned().collect();
    let with_english = english(&shop);
    for whole in [&one, &starter, &with_english] {
        let built = whole.iter().fold(Engine::builder(), |all, file| all.source(file.name(), file.bytes())).build();
        assert!(built.is_ok(), "nothing is broken yet: {:?}", built.err());
    }
    vec![
        Frame { files: shop, is_whole: false, share: 24 },
        Frame { files: one, is_whole: true, share: 25 },
        Frame { files: starter, is_whole: true, share: 8 },
        Frame { files: bare, is_whole: true, share: 6 },
        Frame { files: with_english, is_whole: true, share: 1 },
    ]
}

#[test]
fn a_file_broken_at_random_loads_or_is_told_with_its_place() {
    let (count, seed) = asked(60);
    let frames = frames();
    let shares: Vec<&Frame> = frames.iter().flat_map(|frame| vec![frame; frame.share]).collect();
    let (loaded, slowest, most) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    each(count, seed, |number, mut dice| {
        let frame = shares[dice.below(shares.len())];
        let file = &frame.files[dice.below(frame.files.len())];
        let bytes = broken(&String::from_utf8_lossy(file.bytes()), &mut dice);
        let lines = bytes.split(|byte| *byte == b'\n').count();
        let others = frame.files.iter().filter(|source| frame.is_whole && source.name() != file.name());
        let mut size = bytes.len();
        let mut builder = Engine::builder();
        for source in others {
            size += source.bytes().len();
            builder = builder.source(source.name(), source.bytes());
        }
        if !frame.is_whole {
            builder = builder.source("frame.yaml", "languages: {default: zh, also: [en, es, pt]}");
        }
        let builder = builder.source(file.name(), bytes);
        let (mut built, mut spent) = (None, Duration::ZERO);
        let held = allocation_counter::measure(|| {
            let begun = now();
            built = Some(builder.build());
            spent = now().duration_since(begun).unwrap_or_default();
        });
        let who = format!("mutation {number} of seed {seed}, in {}", file.name());
        assert!(spent < LONGEST, "{who} took {spent:?}");
        assert!(
            held.bytes_max < BYTES_ALWAYS + size as u64 * BYTES_EACH,
            "{who} held {} bytes of {size}",
            held.bytes_max
        );
        slowest.fetch_max(spent.as_millis() as u64, Ordering::Relaxed);
        most.fetch_max(held.bytes_max, Ordering::Relaxed);
        let Some(Err(error)) = built else {
            loaded.fetch_add(1, Ordering::Relaxed);
            return;
        };
        assert_eq!(error.kind(), LoadErrorKind::Faulty, "{who}");
        for diagnostic in error.diagnostics() {
            let place = diagnostic.place().unwrap_or_else(|| panic!("{who}: {diagnostic}"));
            assert!(place.file() != file.name() || place.line() <= lines, "{who}: {diagnostic}");
        }
    });
    println!(
        "{count} broken files: {loaded:?} load, the slowest took {slowest:?} ms, the most held was {most:?} bytes"
    );
}

#[test]
fn dialog_tests_broken_at_random_are_held_or_told_with_their_place() {
    let (count, seed) = asked(60);
    let folder = format!("{}/tests", crate::shop::FOLDER);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let engine = LazyLock::force(&crate::shop::SHOP);
    each(count, seed, |number, mut dice| {
        let text = &texts[dice.below(texts.len())];
        let bytes = broken(text, &mut dice);
        let lines = bytes.split(|byte| *byte == b'\n').count();
        match DialogTest::read("t.yaml", bytes) {
            Ok(tests) => {
                if let Some(test) = tests.get(dice.below(tests.len())) {
                    let _ = test.run(engine);
                }
            }
            Err(error) => {
                assert!(!error.diagnostics().is_empty(), "mutation {number} of seed {seed}");
                for diagnostic in error.diagnostics() {
                    let place = diagnostic.place().unwrap();
                    assert!(place.line() <= lines, "mutation {number} of seed {seed}: {diagnostic}");
                }
            }
        }
    });
}

#[allow(clippy::disallowed_methods)] // Why: how long it takes is what is tested.
fn now() -> SystemTime {
    SystemTime::now()
}
