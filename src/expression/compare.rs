use std::cmp::Ordering;

use super::arithmetic::{amount, are_comparable};
use super::tree::{Comparison, Measure};
use crate::rules::Value;

/// Whether a comparison holds; `None` if the two have no order (a value is missing, two currencies).
pub(super) fn compare(comparison: Comparison, measure: Measure, left: &Value, right: &Value) -> Option<bool> {
    if left.is_none() || right.is_none() {
        let equal = left.is_none() && right.is_none();
        return match comparison {
            Comparison::Equal => Some(equal),
            Comparison::Unequal => Some(!equal),
            _ => None,
        };
    }
    let ordering = order(measure, left, right);
    match comparison {
        Comparison::Equal => Some(ordering == Some(Ordering::Equal)),
        Comparison::Unequal => Some(ordering != Some(Ordering::Equal)),
        Comparison::Less => ordering.map(Ordering::is_lt),
        Comparison::LessOrEqual => ordering.map(Ordering::is_le),
        Comparison::Greater => ordering.map(Ordering::is_gt),
        Comparison::GreaterOrEqual => ordering.map(Ordering::is_ge),
    }
}

fn order(measure: Measure, left: &Value, right: &Value) -> Option<Ordering> {
    match measure {
        Measure::Number => left.as_decimal()?.partial_cmp(&right.as_decimal()?),
        Measure::Money => {
            let ((left, left_currency), (right, right_currency)) = (amount(left)?, amount(right)?);
            if are_comparable(left_currency, right_currency) { left.partial_cmp(&right) } else { None }
        }
        Measure::Text => Some(left.as_text()?.cmp(right.as_text()?)),
        Measure::Moment => {
            let moment = |value: &Value| value.as_text()?.parse::<jiff::Timestamp>().ok();
            Some(moment(left)?.cmp(&moment(right)?))
        }
        Measure::Bool => Some(left.as_bool()?.cmp(&right.as_bool()?)),
        Measure::None => None,
    }
}
