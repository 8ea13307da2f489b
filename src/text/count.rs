/// How many bytes of a text are ASCII characters from one to another; the first is not NUL.
///
/// Why not a plain count: several looks are taken at every message and every reply, and here eight bytes are looked at together.
pub(crate) fn count_between(text: &str, first: u8, last: u8) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const MOST: usize = u8::MAX as usize / 8;
    // What brings the first, and what follows the last, to the highest bit of its byte.
    let (begin, end) = (ONES * u64::from(0x80 - first), ONES * u64::from(0x7F - last));
    let hits = |word: u64| {
        let low = word & (ONES * 0x7F);
        ((low + begin) & !(low + end) & !word) >> 7 & ONES
    };
    // INVARIANT: no more bytes are added up than the highest byte of a product has numbers for.
    let sum = |counts: u64| (counts.wrapping_mul(ONES) >> 56) as usize;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let of_words = |words: &[[u8; 8]]| sum(words.iter().map(|word| hits(u64::from_le_bytes(*word))).sum());
    let last = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    words.chunks(MOST).map(of_words).sum::<usize>() + sum(hits(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted() {
        for length in [0, 1, 7, 8, 9, 254, 255, 256, 1000, 5000] {
            assert_eq!(count_between(&"a".repeat(length), b'a', b'a'), length);
            assert_eq!(count_between(&"ab".repeat(length), b'b', b'z'), length);
            assert_eq!(count_between(&"á1é!".repeat(length), b'0', b'9'), length);
        }
        let all: String = (1..0x250).filter_map(char::from_u32).collect();
        for (first, last) in [(1, 127), (b'0', b'9'), (b'@', b'@'), (b'A', b'Z'), (b'~', 127)] {
            let plain = all.bytes().filter(|byte| (first..=last).contains(byte)).count();
            assert_eq!(count_between(&all, first, last), plain);
        }
    }
}
