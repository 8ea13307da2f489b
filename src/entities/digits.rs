use std::ops::Range;

/// Most groups of a row; the next begins another. No number is written in more than eight.
const MOST_GROUPS: usize = 24;
/// Most digits that [`Row::few`] gives.
pub(super) const FEW: usize = 20;

/// A row of digit groups with single separators between them: `138 0013-8000`, `(415) 555-2671`, `+34 612 34 56 78`.
pub(super) struct Row {
    /// Where the digits of each group stand in the folded text, and which of these places hold one.
    places: [Range<usize>; MOST_GROUPS],
    held: Range<usize>,
    /// Whether a `+` stands before the first group.
    pub(super) is_international: bool,
    /// Where the row begins, with its `+` or bracket.
    pub(super) start: usize,
}

/// The rows of a folded text, in order.
pub(super) fn rows(text: &str) -> impl Iterator<Item = Row> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while !bytes.get(at)?.is_ascii_digit() {
            at += 1;
        }
        // Why: digits that end a word (`ab1234`) are part of an id, not of a number; `/` and `:` make dates, times, links.
        let before = at.checked_sub(1).and_then(|place| bytes.get(place)).copied();
        let is_word = before.is_some_and(|byte| match byte {
            // Why not always: "电话：138…" and "tel:…" lead to a number.
            b':' => at.checked_sub(2).and_then(|place| bytes.get(place)).is_some_and(u8::is_ascii_digit),
            _ => byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'/' | b'@' | b'#'),
        });
        let (start, is_international) = match before {
            Some(b'+') => (at - 1, true),
            Some(b'(') => match at.checked_sub(2).and_then(|place| bytes.get(place)) {
                Some(b'+') => (at - 2, true),
                _ => (at - 1, false),
            },
            _ => (at, false),
        };
        let mut row =
            Row { places: Default::default(), held: 0..0, is_international: is_international && !is_word, start };
        while let Some(place) = row.places.get_mut(row.held.end) {
            let from = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            *place = from..at;
            row.held.end += 1;
            match separator(bytes.get(at..).unwrap_or_default()) {
                Some(length) => at += length,
                None => break,
            }
        }
        if is_word {
            row.held.start = 1;
            row.start = row.groups().first().map_or(at, |group| group.start);
        }
        Some(row)
    })
}

/// Bytes of the separator before another group; nothing if the row ends here.
fn separator(rest: &[u8]) -> Option<usize> {
    let length = rest.iter().take(3).take_while(|byte| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')')).count();
    let is_one = matches!(rest.get(..length)?, [_] | [b')', b' ' | b'-'] | [b' ', b'('] | [b' ', b'-', b' ']);
    // Why: a bare full stop or bracket before a space ends a sentence, not a group.
    (is_one && rest.get(length).is_some_and(u8::is_ascii_digit)).then_some(length)
}

impl Row {
    /// Where the digits of each group stand in the folded text.
    pub(super) fn groups(&self) -> &[Range<usize>] {
        self.places.get(self.held.clone()).unwrap_or_default()
    }

    /// The digits of some of its groups, together, where they are at most [`FEW`]; `room` is where they are put.
    pub(super) fn few<'r>(&self, text: &str, groups: Range<usize>, room: &'r mut [u8; FEW]) -> Option<&'r str> {
        let mut length = 0;
        for group in self.groups().get(groups)? {
            let digits = text.get(group.clone())?;
            room.get_mut(length..length + digits.len())?.copy_from_slice(digits.as_bytes());
            length += digits.len();
        }
        std::str::from_utf8(room.get(..length)?).ok()
    }

    /// The digits of some of its groups, together.
    pub(super) fn digits(&self, text: &str, groups: Range<usize>) -> String {
        self.groups().get(groups).unwrap_or_default().iter().filter_map(|group| text.get(group.clone())).collect()
    }

    /// The lengths of its groups from one on.
    pub(super) fn sizes(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        self.groups().iter().skip(from).map(ExactSizeIterator::len)
    }

    /// Bytes from one group up to another, with a leading `+` or bracket.
    pub(super) fn span(&self, groups: Range<usize>) -> Range<usize> {
        let first = self.groups().get(groups.start).map_or(self.start, |group| group.start);
        let start = if groups.start == 0 { self.start } else { first };
        let end = groups.end.checked_sub(1).and_then(|last| self.groups().get(last)).map_or(start, |group| group.end);
        start..end.max(start)
    }
}
