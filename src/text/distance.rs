//! How many slips of the finger lie between two words.
#![allow(clippy::indexing_slicing)] // Why: rows are as long as the loops that walk them, fixed by LONGEST.

/// Longest word, in letters, that is compared at all.
const LONGEST: usize = 24;

/// The number of single edits (insert, drop, replace, swap of neighbours) between two words, if at most `most`.
///
/// Letters are characters, or bytes where words are known to be plain. This is the restricted Damerau-Levenshtein
/// distance: no part of a word is edited twice.
pub(crate) fn edits<T: PartialEq>(a: &[T], b: &[T], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most || a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let mut before = [0_usize; LONGEST + 1];
    let mut above = [0_usize; LONGEST + 1];
    let mut row = [0_usize; LONGEST + 1];
    for (column, cell) in above.iter_mut().enumerate() {
        *cell = column;
    }
    for i in 1..=a.len() {
        row[0] = i;
        let mut least = i;
        for j in 1..=b.len() {
            let same = a[i - 1] == b[j - 1];
            let mut cost = (above[j - 1] + usize::from(!same)).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(before[j - 2] + 1);
            }
            row[j] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
        before = above;
        above = row;
    }
    Some(above[b.len()]).filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, most, expected) in [
            ("refund", "refund", 1, Some(0)),
            ("refudn", "refund", 1, Some(1)),
            ("refnd", "refund", 1, Some(1)),
            ("reffund", "refund", 1, Some(1)),
            ("rafund", "refund", 1, Some(1)),
            ("rafnd", "refund", 1, None),
            ("rafnd", "refund", 2, Some(2)),
            ("delivrey", "delivery", 1, Some(1)),
            ("", "ab", 2, Some(2)),
            ("ab", "", 1, None),
        ] {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(edits(&x, &y, most), expected, "{a} {b}");
            assert_eq!(edits(&y, &x, most), expected, "{b} {a}");
        }
    }
}
