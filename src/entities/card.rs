//! Numbers of cards and papers, known by their check digits.

use super::digits::{FEW, rows};
use super::hit::Hit;

/// Bank card numbers: 13 to 19 digits whose Luhn sum is right (ISO/IEC 7812).
pub(super) fn scan_bank(text: &str, out: &mut Vec<Hit>) {
    for row in rows(text) {
        let mut group = 0;
        while group < row.groups().len() {
            let longest = row.groups().len().min(group + 7);
            let found = (group + 1..=longest).rev().find(|to| {
                let length: usize = row.sizes(group).take(*to - group).sum();
                if !(13..=19).contains(&length) {
                    return false;
                }
                let mut room = [0; FEW];
                let digits = row.few(text, group..*to, &mut room).unwrap_or_default();
                matches!(digits.as_bytes().first(), Some(b'2'..=b'6' | b'9')) && luhn(digits)
            });
            match found {
                Some(to) => {
                    out.push(Hit::new(row.digits(text, group..to), row.span(group..to)));
                    group = to;
                }
                None => group += 1,
            }
        }
    }
}

/// Identity numbers: China (GB 11643, 18 characters), Spain (DNI, NIE), Brazil (CPF).
pub(super) fn scan_identity(text: &str, out: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let before = at.checked_sub(1).and_then(|place| bytes.get(place));
        let begins = bytes.get(at).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'x' | b'y' | b'z'));
        if !begins || before.is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
            continue;
        }
        let (compact, ends, count) = compacted(bytes, at);
        let fits = |length: usize, test: &dyn Fn(&[u8]) -> bool| {
            let end = *ends.get(..count)?.get(length.checked_sub(1)?)?;
            let follows = bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
            (!follows && test(compact.get(..length)?)).then_some((length, end))
        };
        let found = fits(18, &is_chinese).or_else(|| fits(11, &is_cpf)).or_else(|| fits(9, &is_spanish));
        match found {
            Some((length, end)) => {
                let value: String = compact.iter().take(length).map(|byte| byte.to_ascii_uppercase() as char).collect();
                out.push(Hit::new(value, at..end));
                at = end;
            }
            None => at += 1,
        }
    }
}

/// Characters of the longest id.
const LONGEST: usize = 18;

/// The next characters of an id without single separators, where each ends, and how many there are.
fn compacted(bytes: &[u8], from: usize) -> ([u8; LONGEST], [usize; LONGEST], usize) {
    let (mut compact, mut ends) = ([0; LONGEST], [0; LONGEST]);
    let (mut at, mut count) = (from, 0);
    while let (Some(next), Some(end)) = (compact.get_mut(count), ends.get_mut(count)) {
        match bytes.get(at) {
            Some(byte) if byte.is_ascii_alphanumeric() => {
                (*next, *end) = (*byte, at + 1);
                count += 1;
            }
            Some(b' ' | b'-' | b'.') if bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) => {}
            _ => break,
        }
        at += 1;
    }
    (compact, ends, count)
}

/// Whether digits end with the check digit of Luhn.
pub(super) fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            }
        })
        .sum();
    sum.is_multiple_of(10) && digits.bytes().any(|byte| byte != b'0')
}

fn is_chinese(id: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10x98765432";
    let Some((last, digits)) = id.split_last() else { return false };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    let month = digits.get(10..12).map(number);
    CHECK.get((sum % 11) as usize) == Some(last) && month.is_some_and(|month| (1..=12).contains(&month))
}

fn is_spanish(id: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"trwagmyfpdxbnjzsqvhlcke";
    let (Some((first, _)), Some((letter, rest))) = (id.split_first(), id.split_last()) else { return false };
    let lead = match first {
        b'x' => 0,
        b'y' => 1,
        b'z' => 2,
        digit if digit.is_ascii_digit() => u32::from(digit - b'0'),
        _ => return false,
    };
    let Some(tail) = rest.get(1..).filter(|tail| tail.len() == 7 && tail.iter().all(u8::is_ascii_digit)) else {
        return false;
    };
    LETTERS.get(((lead * 10_000_000 + number(tail)) % 23) as usize) == Some(letter)
}

fn is_cpf(id: &[u8]) -> bool {
    if id.len() != 11 || !id.iter().all(u8::is_ascii_digit) || id.windows(2).all(|pair| pair.first() == pair.last()) {
        return false;
    }
    let check = |count: usize| {
        let sum: usize =
            id.iter().take(count).enumerate().map(|(place, byte)| usize::from(byte - b'0') * (count + 1 - place)).sum();
        match sum * 10 % 11 {
            10 => 0,
            digit => digit,
        }
    };
    [9, 10].into_iter().all(|count| id.get(count).map(|byte| usize::from(byte - b'0')) == Some(check(count)))
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, byte| sum.wrapping_mul(10).wrapping_add(u32::from(byte.wrapping_sub(b'0'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(scan: fn(&str, &mut Vec<Hit>), text: &str) -> Vec<String> {
        let mut hits = Vec::new();
        scan(text, &mut hits);
        hits.iter().filter_map(|hit| hit.value.as_text().map(str::to_owned)).collect()
    }

    #[test]
    fn bank_cards_have_a_right_sum() {
        for (text, expected) in [
            ("4111 1111 1111 1111", vec!["4111111111111111"]),
            ("卡号6222021234567890129", vec![]),
            ("my card is 5500-0000-0000-0004 ok", vec!["5500000000000004"]),
            ("378282246310005", vec!["378282246310005"]),
            ("4111 1111 1111 1112", vec![]),
            ("0000000000000000", vec![]),
        ] {
            assert_eq!(found(scan_bank, text), expected, "{text}");
        }
    }

    #[test]
    fn papers_have_a_right_check() {
        for (text, expected) in [
            ("身份证11010519491231002x", vec!["11010519491231002X"]),
            ("110105 19491231 002x", vec!["11010519491231002X"]),
            ("110105194912310021", vec![]),
            ("mi dni es 12345678z", vec!["12345678Z"]),
            ("12.345.678-z", vec!["12345678Z"]),
            ("nie x1234567l", vec!["X1234567L"]),
            ("12345678a", vec![]),
            ("cpf 529.982.247-25", vec!["52998224725"]),
            ("52998224725", vec!["52998224725"]),
            ("52998224724", vec![]),
            ("11111111111", vec![]),
        ] {
            assert_eq!(found(scan_identity, text), expected, "{text}");
        }
    }
}
