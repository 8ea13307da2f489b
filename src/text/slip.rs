//! How likely a word is another one with a slip of the finger in it.
#![allow(clippy::indexing_slicing)] // Why: rows are as long as the loops that walk them, fixed by LONGEST; letters are a to z.

/// Longest word, in letters, that is compared at all.
const LONGEST: usize = 24;

// What a slip costs, in tenths of the dearest common one. Source: the order in which typing errors are frequent in
// Kernighan, Church & Gale 1990 (omission, transposition and insertion before substitution; of substitutions the
// neighbours on the keyboard and the vowels), set so that two likely slips cost less than two of any kind.
/// A letter typed twice, or a double letter typed once.
const DOUBLED: u16 = 5;
/// Two letters in the wrong order.
const SWAPPED: u16 = 7;
/// The key beside the right one.
const BESIDE: u16 = 7;
/// One vowel for another, or a letter for one that sounds alike.
const ALIKE: u16 = 8;
/// A letter left out.
const MISSING: u16 = 8;
/// A letter too many.
const EXTRA: u16 = 10;
/// Any other letter instead.
const OTHER: u16 = 12;
/// Added where the first letter is wrong, which people see at once.
const FIRST: u16 = 6;

/// The keys around each letter, a to z, on the keyboards of all four languages (QWERTY).
const KEYS: [&str; 26] = [
    "qwsz", "vghn", "xdfv", "serfcx", "wrsd", "drtgvc", "ftyhbv", "gyujnb", "uojk", "huikmn", "jiolm", "kop", "njk",
    "bhjm", "ipkl", "ol", "wa", "etdf", "awedxz", "ryfg", "yihj", "cfgb", "qeas", "zsdc", "tugh", "asx",
];

/// Groups of letters that are heard alike in at least one of the languages.
const SOUNDS: [&str; 7] = ["aeiou", "cks", "sz", "bv", "gj", "iy", "ckq"];

/// What it takes to have typed `written` for `meant`, two words of plain small letters: 0 for equal ones.
///
/// It is the least sum over all restricted Damerau-Levenshtein alignments; `None` for words beyond any comparison.
pub(crate) fn slip_cost(written: &[u8], meant: &[u8]) -> Option<u16> {
    let plain = |word: &[u8]| word.len() <= LONGEST && word.iter().all(u8::is_ascii_lowercase);
    if !plain(written) || !plain(meant) {
        return None;
    }
    let mut before = [0_u16; LONGEST + 1];
    let mut above = [0_u16; LONGEST + 1];
    let mut row = [0_u16; LONGEST + 1];
    for column in 1..=meant.len() {
        above[column] = above[column - 1] + missing(meant, column - 1);
    }
    for i in 1..=written.len() {
        row[0] = above[0] + extra(written, i - 1);
        for j in 1..=meant.len() {
            let (a, b) = (written[i - 1], meant[j - 1]);
            let mut cost = above[j - 1] + instead(a, b, i.min(j) == 1);
            cost = cost.min(above[j] + extra(written, i - 1)).min(row[j - 1] + missing(meant, j - 1));
            if i > 1 && j > 1 && a == meant[j - 2] && written[i - 2] == b {
                cost = cost.min(before[j - 2] + SWAPPED);
            }
            row[j] = cost;
        }
        before = above;
        above = row;
    }
    Some(above[meant.len()])
}

fn missing(meant: &[u8], at: usize) -> u16 {
    let is_double = at > 0 && meant[at] == meant[at - 1];
    if is_double { DOUBLED } else { MISSING + first(at) }
}

fn extra(written: &[u8], at: usize) -> u16 {
    let letter = written[at];
    let is_double = at > 0 && written[at - 1] == letter;
    if is_double { DOUBLED } else { EXTRA + first(at) }
}

fn instead(written: u8, meant: u8, is_first: bool) -> u16 {
    if written == meant {
        return 0;
    }
    let alike = || SOUNDS.iter().any(|group| group.as_bytes().contains(&written) && group.as_bytes().contains(&meant));
    let cost = if KEYS[usize::from(meant - b'a')].as_bytes().contains(&written) {
        BESIDE
    } else if alike() {
        ALIKE
    } else {
        OTHER
    };
    cost + if is_first { FIRST } else { 0 }
}

fn first(at: usize) -> u16 {
    if at == 0 { FIRST } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_slips_cost_less() {
        let cost = |written: &str, meant: &str| slip_cost(written.as_bytes(), meant.as_bytes()).unwrap();
        for (written, meant, expected) in [
            ("refund", "refund", 0),
            ("reffund", "refund", DOUBLED),
            ("shiping", "shipping", DOUBLED),
            ("refudn", "refund", SWAPPED),
            ("rwfund", "refund", BESIDE),
            ("rafund", "refund", ALIKE),
            ("refnd", "refund", MISSING),
            ("refxund", "refund", EXTRA),
            ("rexund", "refund", OTHER),
            ("mefund", "refund", OTHER + FIRST),
            ("efund", "refund", MISSING + FIRST),
            ("", "a", MISSING + FIRST),
        ] {
            assert_eq!(cost(written, meant), expected, "{written} for {meant}");
        }
        assert_eq!(slip_cost("né".as_bytes(), b"ne"), None);
    }

    #[test]
    fn keys_lie_beside_each_other() {
        for (letter, around) in (b'a'..=b'z').zip(KEYS) {
            for other in around.bytes() {
                assert!(KEYS[usize::from(other - b'a')].as_bytes().contains(&letter), "{letter} {other}");
            }
        }
    }
}
