//! The time that stands in every line of the ledger.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::Offset;

/// The digits of a second's fraction.
const FRACTION: usize = 9;

/// A moment as RFC 3339 in UTC, with no more digits than it needs: what jiff writes, in a third of the instructions, since every
/// turn has one.
pub(super) fn stamp(moment: Timestamp) -> Arc<str> {
    let there = Offset::UTC.to_datetime(moment);
    let (Ok(year), Ok(fraction)) = (u16::try_from(there.year()), u32::try_from(there.subsec_nanosecond())) else {
        return moment.to_string().into();
    };
    let ([y1, y2], [y3, y4]) = (pair(year / 100), pair(year % 100));
    let [[m1, m2], [d1, d2], [h1, h2], [i1, i2], [s1, s2]] =
        [there.month(), there.day(), there.hour(), there.minute(), there.second()]
            .map(|part| pair(part.unsigned_abs().into()));
    let mut digits = [b'0'; FRACTION];
    let mut end = 19;
    if fraction > 0 {
        digits.iter_mut().rev().fold(fraction, |rest, digit| {
            *digit = b'0' + (rest % 10) as u8;
            rest / 10
        });
        end += 1 + digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    }
    let [f1, f2, f3, f4, f5, f6, f7, f8, f9] = digits;
    let mut text = [
        y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2, b'.', f1, f2, f3, f4, f5,
        f6, f7, f8, f9, b'Z',
    ];
    if let Some(behind) = text.get_mut(end) {
        *behind = b'Z';
    }
    text.get(..=end).and_then(|text| str::from_utf8(text).ok()).unwrap_or_default().into()
}

/// Two decimal digits.
fn pair(number: u16) -> [u8; 2] {
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_jiff_writes() {
        let days =
            [-377_705_023_201, -62_135_596_800, -1, 0, 951_782_400, 1_772_416_800, 1_772_416_859, 253_402_207_200];
        for seconds in days {
            for nanos in [0, 1, 120, 250_000_000, 999_000_000, 999_999_999, 7_000] {
                let moment = Timestamp::new(seconds, nanos).unwrap();
                assert_eq!(*stamp(moment), moment.to_string());
            }
        }
    }
}
