/// A character written, and the one that is meant: pairs that customers of shops mix up, whether they are common words
/// themselves or not. Found in the messages of a large shop's customers, where they make up most misspellings.
const MIXED_UP: [(char, char); 15] = [
    ('卷', '券'),
    ('劵', '券'),
    ('帐', '账'),
    ('己', '已'),
    ('巳', '已'),
    ('推', '退'),
    ('定', '订'),
    ('从', '重'),
    ('贷', '货'),
    ('获', '货'),
    ('第', '递'),
    ('弟', '递'),
    ('末', '未'),
    ('负', '付'),
    ('附', '付'),
];

/// The characters that may be meant by one that is often mixed up with them.
pub(crate) fn mixed_up_with(written: char) -> impl Iterator<Item = char> {
    MIXED_UP.iter().filter(move |(known, _)| *known == written).map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_found_by_what_was_written() {
        assert_eq!(mixed_up_with('卷').collect::<String>(), "券");
        assert_eq!(mixed_up_with('券').count(), 0);
    }
}
