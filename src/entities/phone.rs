use std::ops::Range;

use super::digits::{FEW, Row, rows};
use super::hit::Hit;
use super::naming::{named_as_id, named_as_phone};

/// Phone numbers of a folded text: mobiles and landlines of China, Spain, Portugal, Brazil, Mexico and the United States,
/// and anything international. The value is digits with the `+` that was written.
pub(super) fn scan(text: &str, out: &mut Vec<Hit>) {
    for row in rows(text) {
        let mut group = 0;
        while group < row.groups().len() {
            match length(&row, group, text) {
                Some(count) => {
                    let is_plus = row.is_international && group == 0;
                    let digits = row.digits(text, group..group + count);
                    let value = if is_plus { format!("+{digits}") } else { digits };
                    out.push(Hit::new(value, row.span(group..group + count)));
                    group += count;
                }
                None => group += 1,
            }
        }
    }
}

/// The answer to "what is your number?": also a local number, which elsewhere could be anything.
pub(super) fn read(text: &str) -> Vec<Hit> {
    let spoken = spoken(text);
    let text = spoken.as_deref().unwrap_or(text);
    let mut found = Vec::new();
    scan(text, &mut found);
    if found.is_empty() {
        for row in rows(text) {
            let digits = row.digits(text, 0..row.groups().len());
            if (7..=15).contains(&digits.len()) && !named_as_id(text, row.start) {
                found.push(Hit::new(digits, row.span(0..row.groups().len())));
            }
        }
    }
    found
}

/// A number told in Chinese characters, as on the phone, with its digits written: 幺三八……
fn spoken(text: &str) -> Option<String> {
    const DIGITS: [char; 12] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '幺', '〇'];
    let digit = |c: char| {
        let place = DIGITS.iter().position(|known| *known == c)?;
        let digit = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 0].get(place).copied()?;
        char::from_digit(digit, 10)
    };
    // Why seven: a local number; fewer are a count or a date.
    let is_told = text.chars().filter(|c| digit(*c).is_some()).count() >= 7;
    is_told.then(|| text.chars().map(|c| digit(c).unwrap_or(c)).collect())
}

/// Whether digits are a mobile number of China: they are a phone before they are any id.
pub(super) fn is_chinese_mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// Most groups people write a national number in.
const MOST_GROUPS: usize = 6;

/// Where Chinese mobile numbers stand in a folded text, save those that words call an id.
pub(super) fn mobiles(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    scan(text, &mut found);
    let is_mobile =
        |hit: &Hit| hit.value.as_text().is_some_and(|digits| is_chinese_mobile(digits.trim_start_matches("+86")));
    found.into_iter().filter(is_mobile).map(|hit| hit.span).collect()
}

/// How many groups of a row, from one on, are a phone number.
fn length(row: &Row, from: usize, text: &str) -> Option<usize> {
    let start = row.groups().get(from)?.start;
    if row.is_international && from == 0 {
        return international(row, text);
    }
    let mut sizes = [0; MOST_GROUPS];
    let known = sizes.iter_mut().zip(row.sizes(from)).map(|(size, length)| *size = length).count();
    let found = (1..=known).rev().find(|count| {
        let sizes = sizes.get(..*count).unwrap_or_default();
        // Why: most rows are too short or too long for any phone, and need no closer look.
        if !(7..=15).contains(&sizes.iter().sum::<usize>()) {
            return false;
        }
        let mut room = [0; FEW];
        row.few(text, from..from + count, &mut room).is_some_and(|digits| is_national(digits, sizes))
            || (*count == 1 && named_as_phone(text, start))
    })?;
    (!named_as_id(text, start)).then_some(found)
}

/// Digits of a whole number per country code (ITU-T E.164 plans): fewest, most.
const PLANS: [(&str, usize, usize); 9] = [
    ("86", 12, 13),
    ("1", 11, 11),
    ("34", 11, 11),
    ("351", 12, 12),
    ("55", 12, 13),
    ("52", 12, 13),
    ("852", 11, 11),
    ("853", 11, 11),
    ("886", 11, 12),
];

fn international(row: &Row, text: &str) -> Option<usize> {
    let start = row.digits(text, 0..row.groups().len().min(2));
    let plan = PLANS.iter().find(|(code, ..)| start.starts_with(code));
    let (least, most) = plan.map_or((8, 15), |(_, least, most)| (*least, *most));
    let longest = row.groups().len().min(8);
    (1..=longest).rev().find(|count| (least..=most).contains(&row.digits(text, 0..*count).len()))
}

/// Whether digits in groups of these sizes are a number as people of one of the countries write it.
fn is_national(digits: &str, sizes: &[usize]) -> bool {
    let bytes = digits.as_bytes();
    let first = |expected: &[u8]| bytes.first().is_some_and(|byte| expected.contains(byte));
    let chinese = match sizes {
        [11] | [3, 4, 4] | [3, 8] | [4, 4, 3] | [3, 3, 5] | [7, 4] => is_chinese_mobile(digits),
        [13] | [2, 11] | [2, 3, 4, 4] => digits.strip_prefix("86").is_some_and(is_chinese_mobile),
        _ => false,
    };
    let chinese_landline = match sizes {
        [3, 8] | [3, 4, 4] | [4, 7 | 8] | [4, 3 | 4, 4] => first(b"0"),
        [11 | 12] => first(b"0") && matches!(bytes, [b'0', b'1' | b'2', ..] | [b'0', b'3'..=b'9', b'1'..=b'9', ..]),
        _ => false,
    };
    let north_american = match sizes {
        [3, 3, 4] | [10] | [3, 7] => {
            matches!(bytes, [b'2'..=b'9', _, _, b'2'..=b'9', ..]) || (sizes.len() > 1 && first(b"48"))
        }
        [1, 3, 3, 4] => matches!(bytes, [b'1', b'2'..=b'9', ..]),
        _ => false,
    };
    let mexican = matches!(sizes, [2, 4, 4] | [2, 8] | [3, 3, 2, 2]) && first(b"23456789");
    let iberian = matches!(sizes, [9] | [3, 3, 3] | [3, 2, 2, 2] | [3, 6] | [2, 3, 2, 2]) && first(b"6789");
    let brazilian = match sizes {
        [2, 5, 4] | [11] | [2, 9] => matches!(bytes, [b'1'..=b'9', b'1'..=b'9', b'9', ..]),
        [3, 5, 4] => matches!(bytes, [b'0', b'1'..=b'9', b'1'..=b'9', b'9', ..]),
        [5, 4] => first(b"9"),
        [2, 1, 4, 4] => matches!(bytes, [_, _, b'9', ..]),
        _ => false,
    };
    chinese || chinese_landline || north_american || mexican || iberian || brazilian
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_as_people_write_them() {
        for (text, expected) in [
            ("我的电话13800138000谢谢", vec!["13800138000"]),
            ("138-0013-8000 或 138 0013 8001", vec!["13800138000", "13800138001"]),
            ("+86 138 0013 8000", vec!["+8613800138000"]),
            ("座机 010-62345678", vec!["01062345678"]),
            ("0571 8765 4321", vec!["057187654321"]),
            ("call me at (415) 555-2671.", vec!["4155552671"]),
            ("it's 1-415-555-2671", vec!["14155552671"]),
            ("415.555.2671", vec!["4155552671"]),
            ("mi número es 612 34 56 78", vec!["612345678"]),
            ("+34 612 345 678 gracias", vec!["+34612345678"]),
            ("meu celular é (11) 98765-4321", vec!["11987654321"]),
            ("+55 11 98765-4321", vec!["+5511987654321"]),
            ("whatsapp 55 1234 5678", vec!["5512345678"]),
            ("912 345 678", vec!["912345678"]),
            ("电话 62345678", vec!["62345678"]),
            ("订单号12345678901", vec![]),
            ("订单号13800138000", vec![]),
            ("订单有问题，手机号13800138000", vec!["13800138000"]),
            ("my order number is 4155552671", vec![]),
            ("AB12345678", vec![]),
            ("2026-03-02 10:00", vec![]),
            ("12345678", vec![]),
            ("1299.50", vec![]),
            ("", vec![]),
        ] {
            let mut hits = Vec::new();
            scan(&text.to_lowercase(), &mut hits);
            let found: Vec<_> = hits.iter().filter_map(|hit| hit.value.as_text()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn an_answer_may_be_a_local_number() {
        assert_eq!(read("6234 5678").len(), 1);
        assert_eq!(read("no tengo").len(), 0);
        assert_eq!(read("12").len(), 0);
        for text in ["一三八零零一三八零零零", "幺三八 零零幺三 八零零零"] {
            let hits = read(text);
            assert_eq!(hits.first().and_then(|hit| hit.value.as_text()), Some("13800138000"), "{text}");
        }
    }
}
