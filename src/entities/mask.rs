use std::borrow::Cow;
use std::ops::Range;

use super::{card, email, phone};
use crate::rules::{Privacy, Value};
use crate::text::{Folded, count_between};

/// What stands for a hidden character. No digit or letter of it can be read as part of a number again.
const DOT: char = '•';
/// How many of the last characters of a phone or card stay, so that people can tell two apart.
const KEPT: usize = 4;
/// How often a masked text is looked over again: what is left of two numbers side by side could be read as a third.
const PASSES: usize = 4;

/// The text without the phones, e-mail addresses, identity papers and bank cards in it.
///
/// Masking a masked text changes nothing.
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for _ in 0..PASSES {
        match pass(&masked) {
            Some(next) => masked = Cow::Owned(next),
            None => return masked,
        }
    }
    // Why: only text made to defy masking comes here; then no digit is worth keeping.
    Cow::Owned(masked.chars().map(|c| if c.is_numeric() || c == '@' || c == '＠' { DOT } else { c }).collect())
}

/// A value as it may be shown: dates, numbers and names of lists included.
pub(crate) fn mask_value(value: &Value, privacy: Privacy) -> Value {
    match (privacy, value) {
        (Privacy::Public, _) | (_, Value::None) => value.clone(),
        (_, Value::List(items)) => Value::List(items.iter().map(|item| mask_value(item, privacy)).collect()),
        (_, Value::Record(fields)) => {
            Value::record(fields.iter().map(|(name, value)| (name.clone(), mask_value(value, privacy))))
        }
        (Privacy::KeepLast(count), Value::Text(text)) => Value::Text(dotted(text, usize::from(count))),
        _ => Value::Text(DOT.to_string().repeat(6)),
    }
}

/// All characters as dots but the last few letters and digits; a text with no more of them is hidden whole.
fn dotted(text: &str, kept: usize) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let mut hidden = if letters > kept { letters - kept } else { letters + 1 };
    let mut hide = |c: char| {
        if hidden > 0 && c.is_alphanumeric() {
            hidden -= 1;
            return DOT;
        }
        if hidden > 0 { DOT } else { c }
    };
    text.chars().map(&mut hide).collect()
}

/// One look over the text; nothing if there was nothing to hide.
fn pass(text: &str) -> Option<String> {
    if !may_hold_private(text) {
        return None;
    }
    let folded = Folded::new(text);
    let view = folded.as_str();
    let mut spans: Vec<(Range<usize>, String)> = Vec::new();
    let mut hits = Vec::new();
    // Why: in this order, since a paper or card may contain what looks like a phone.
    email::scan(view, &mut hits);
    spans.extend(hits.drain(..).map(|hit| (hit.span, "•••@•••".to_owned())));
    card::scan_identity(view, &mut hits);
    add(&mut spans, hits.drain(..).map(|hit| (hit.span, shown(hit.value.as_text(), 0))));
    card::scan_bank(view, &mut hits);
    add(&mut spans, hits.drain(..).map(|hit| (hit.span, shown(hit.value.as_text(), KEPT))));
    phone::scan(view, &mut hits);
    let private = hits.drain(..).filter(|hit| !is_service(hit.value.as_text().unwrap_or_default()));
    add(&mut spans, private.map(|hit| (hit.span, shown(hit.value.as_text(), KEPT))));
    if spans.is_empty() {
        return None;
    }
    spans.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (span, dots) in spans {
        let span = folded.original(span);
        out.push_str(text.get(end..span.start).unwrap_or_default());
        out.push_str(&dots);
        end = span.end.max(end);
    }
    out.push_str(text.get(end..).unwrap_or_default());
    Some(out)
}

/// Numbers everyone may know: service lines of China and toll-free lines.
fn is_service(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
}

fn shown(value: Option<&str>, kept: usize) -> String {
    let digits: String = value.unwrap_or_default().chars().filter(|c| *c != '+').collect();
    dotted(&digits, kept)
}

fn add(spans: &mut Vec<(Range<usize>, String)>, more: impl Iterator<Item = (Range<usize>, String)>) {
    for (span, dots) in more {
        if spans.iter().all(|(taken, _)| taken.end <= span.start || span.end <= taken.start) {
            spans.push((span, dots));
        }
    }
}

/// Whether a text has an `@` or enough digits for anything private; most have not.
fn may_hold_private(text: &str) -> bool {
    if text.is_ascii() {
        return count_between(text, b'0', b'9') > 6 || text.contains('@');
    }
    text.contains(['@', '＠', '﹫']) || text.chars().filter(|c| c.is_numeric()).nth(6).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_numbers_are_hidden_anywhere() {
        for (text, expected) in [
            ("我的电话是13800138000", "我的电话是•••••••8000"),
            ("电话：13800138000", "电话：•••••••8000"),
            ("tel:13800138000", "tel:•••••••8000"),
            ("card:4111111111111111", "card:••••••••••••1111"),
            ("at 12:30:45", "at 12:30:45"),
            ("１３８００１３８０００", "•••••••8000"),
            ("138-0013-8000", "•••••••8000"),
            ("call +1 (415) 555-2671 now", "call •••••••2671 now"),
            ("card 4111 1111 1111 1111!", "card ••••••••••••1111!"),
            ("cpf 529.982.247-25", "cpf •••••••••••"),
            ("DNI 12345678Z", "DNI •••••••••"),
            ("mail Ana.B@Mail.com please", "mail •••@••• please"),
            ("ana＠mail.com", "•••@•••"),
            ("订单 AB12345678 什么时候到", "订单 AB12345678 什么时候到"),
            ("订单号12345678901", "订单号12345678901"),
            ("400-800-1234", "400-800-1234"),
            ("2026-03-02 14:30", "2026-03-02 14:30"),
            ("nothing here", "nothing here"),
        ] {
            assert_eq!(mask(text), expected, "{text}");
        }
        assert!(matches!(mask("no digits"), Cow::Borrowed(_)));
    }

    #[test]
    fn values_are_hidden_by_their_privacy() {
        let phone = Value::from("13800138000");
        assert!(mask_value(&phone, Privacy::KeepLast(4)) == Value::from("•••••••8000"));
        assert!(mask_value(&phone, Privacy::Mask) == Value::from("••••••"));
        assert!(mask_value(&phone, Privacy::Public) == phone);
        assert!(mask_value(&Value::from("123"), Privacy::KeepLast(4)) == Value::from("•••"));
        assert!(mask_value(&Value::from(12), Privacy::KeepLast(4)) == Value::from("••••••"));
    }

    proptest::proptest! {
        #[test]
        fn masking_twice_is_masking_once(text in "[0-9 +().a-zA-Z@１２３ｘ电话订单号-]{0,60}", any in "\\PC{0,40}") {
            for text in [&text, &any] {
                let once = mask(text).into_owned();
                assert_eq!(mask(&once), once, "{text:?}");
            }
        }
    }
}
