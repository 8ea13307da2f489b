use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text without accents: `contraseña` is `contrasena`. Text that has none is lent back.
pub(crate) fn strip_accents(text: &str) -> Cow<'_, str> {
    if text.chars().any(has_accent) { Cow::Owned(text.chars().map(bare).collect()) } else { Cow::Borrowed(text) }
}

/// Whether a letter carries an accent that [`bare`] would take away.
pub(crate) fn has_accent(c: char) -> bool {
    !c.is_ascii() && bare(c) != c
}

/// The letter under an accent.
pub(crate) fn bare(c: char) -> char {
    // Why: beyond these blocks a decomposition parts syllables or marks that are no accents.
    if !matches!(c as u32, 0xC0..=0x24F | 0x1E00..=0x1EFF) {
        return c;
    }
    let mut parts = c.nfd();
    match (parts.next(), parts.next()) {
        (Some(letter), Some(mark)) if is_combining_mark(mark) => letter,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_fall() {
        for (from, to) in [
            ("contraseña", "contrasena"),
            ("devolução", "devolucao"),
            ("cadê", "cade"),
            ("plain", "plain"),
            ("退货", "退货"),
            ("", ""),
        ] {
            assert_eq!(strip_accents(from), to);
        }
    }
}
