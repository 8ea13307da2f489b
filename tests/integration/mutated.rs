//! Files of the shop pack, broken at random: each loads or is told with its place, soon.
//!
//! `KEFU_MUTATIONS=100000 KEFU_SEED=7 cargo test --release mutated` breaks more of them, in other ways; `tests/fuzz` goes on
//! for as long as it is let.

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

#[test]
#[allow(clippy::disallowed_methods)] // how many and which, as asked for
fn a_file_broken_at_random_loads_or_is_told_with_its_place() {
    let asked = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (count, seed) = (asked("KEFU_MUTATIONS").unwrap_or(30), asked("KEFU_SEED").unwrap_or(2026));
    let files = Source::from_dir(crate::shop::FOLDER).unwrap();
    let whole = files.iter().filter(|file| !file.name().contains("/lang/"));
    let frame: Vec<Source> = whole.cloned().collect();
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for number in 0..count {
        let file = &files[dice.below(files.len())];
        let text = String::from_utf8_lossy(file.bytes()).into_owned();
        let bytes = broken(&text, &mut dice);
        let lines = bytes.split(|byte| *byte == b'\n').count();
        let mut builder = Engine::builder();
        for source in frame.iter().filter(|source| source.name() != file.name()) {
            builder = builder.source(source.name(), source.bytes());
        }
        let loaded = builder.source(file.name(), bytes).build();
        let Err(error) = loaded else { continue };
        assert_eq!(error.kind(), LoadErrorKind::Faulty, "mutation {number} of seed {seed}");
        for diagnostic in error.diagnostics() {
            let place = diagnostic.place().unwrap_or_else(|| panic!("mutation {number} of seed {seed}: {diagnostic}"));
            assert!(
                place.file() != file.name() || place.line() <= lines,
                "mutation {number} of seed {seed}: {diagnostic}"
            );
        }
    }
}
