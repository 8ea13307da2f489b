use crate::text::{edits, is_han};

/// Whether one word is the other with a slip of the finger. Digits and Chinese characters are never slips.
pub(crate) fn is_slip(word: &str, known: &str) -> bool {
    let letters = |word: &str| word.chars().all(char::is_alphabetic) && !word.chars().any(is_han);
    if !letters(word) || !letters(known) {
        return false;
    }
    let (word, known): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    let most = match known.len() {
        0..=3 => return false,
        4..=7 => 1,
        _ => 2,
    };
    edits(&word, &known, most).is_some()
}

/// Whether a text holds all words of a wording in a row, each as it is written or with a slip; at most `beside` others.
pub(crate) fn names_with_slips(said: &[Box<str>], wording: &[Box<str>], beside: usize) -> bool {
    !wording.is_empty()
        && said.len() <= wording.len() + beside
        && said
            .windows(wording.len())
            .any(|part| part.iter().zip(wording).all(|(word, known)| word == known || is_slip(word, known)))
}
