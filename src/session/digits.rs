//! Small numbers as signs of a JSON text, six bits each: a list of them takes a third of what it takes as numbers.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Adds a number as so many signs; higher bits than those hold are lost.
pub(super) fn write(number: u64, width: usize, text: &mut String) {
    let digits = (0..width).rev().filter_map(|place| DIGITS.get((number >> (6 * place)) as usize & 63));
    text.extend(digits.map(|digit| char::from(*digit)));
}

/// The number that signs stand for; nothing if one of them is none.
pub(super) fn read(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number, digit| {
        let value = DIGITS.iter().position(|known| known == digit)? as u64;
        Some(number << 6 | value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were() {
        for (number, width) in [(0, 1), (63, 1), (64, 2), (4095, 2), (0xF_FFFF_FFFF, 6)] {
            let mut text = String::new();
            write(number, width, &mut text);
            assert_eq!((text.len(), read(text.as_bytes())), (width, Some(number)));
        }
        assert_eq!(read(b"A."), None);
    }
}
