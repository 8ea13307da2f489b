/// How many bytes of a text are such.
///
/// Why not a plain count: one of eight bits is made sixteen bytes at a time, one as wide as an address only two, and several looks
/// are taken at every message and every reply.
pub(crate) fn count_bytes(text: &str, is_such: impl Fn(u8) -> bool) -> usize {
    let in_chunk = |chunk: &[u8]| usize::from(chunk.iter().fold(0_u8, |count, byte| count + u8::from(is_such(*byte))));
    text.as_bytes().chunks(usize::from(u8::MAX)).map(in_chunk).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted() {
        for length in [0, 1, 254, 255, 256, 1000] {
            assert_eq!(count_bytes(&"a".repeat(length), |byte| byte == b'a'), length);
            assert_eq!(count_bytes(&"ab".repeat(length), |byte| byte == b'b'), length);
        }
    }
}
