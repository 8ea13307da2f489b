use super::tree::Operator;
use crate::rules::Value;

/// The result of an operation; nothing where it has none (division by zero, overflow, two currencies).
pub(super) fn compute(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    match operator {
        Operator::AddDays | Operator::SubtractDays | Operator::DaysBetween => days(operator, left, right),
        _ => match (left, right) {
            (Value::Integer(left), Value::Integer(right)) => whole(operator, *left, *right),
            (Value::Record(_), _) | (_, Value::Record(_)) => money(operator, left, right),
            _ => fraction(operator, left.as_decimal()?, right.as_decimal()?).map(Value::Decimal),
        },
    }
}

/// An amount and its currency, borrowed.
pub(super) fn amount(value: &Value) -> Option<(f64, Option<&str>)> {
    match value.as_decimal() {
        Some(amount) => Some((amount, None)),
        None => Some((value.field("amount")?.as_decimal()?, value.field("currency").and_then(Value::as_text))),
    }
}

/// Whether two amounts can be taken together; a bare number is in the other's currency.
pub(super) fn are_comparable(left: Option<&str>, right: Option<&str>) -> bool {
    left.is_none() || right.is_none() || left == right
}

fn whole(operator: Operator, left: i64, right: i64) -> Option<Value> {
    match operator {
        Operator::Add => left.checked_add(right).map(Value::Integer),
        Operator::Subtract => left.checked_sub(right).map(Value::Integer),
        Operator::Multiply => left.checked_mul(right).map(Value::Integer),
        Operator::FloorDivide => left.checked_div_euclid(right).map(Value::Integer),
        Operator::Remainder => left.checked_rem_euclid(right).map(Value::Integer),
        _ => fraction(operator, left as f64, right as f64).map(Value::Decimal),
    }
}

fn fraction(operator: Operator, left: f64, right: f64) -> Option<f64> {
    let result = match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::FloorDivide => (left / right).floor(),
        Operator::Remainder => left.rem_euclid(right),
        Operator::AddDays | Operator::SubtractDays | Operator::DaysBetween => return None,
    };
    // Why: a division by zero is infinite or no number.
    result.is_finite().then_some(result)
}

fn money(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    let ((left, left_currency), (right, right_currency)) = (amount(left)?, amount(right)?);
    if !are_comparable(left_currency, right_currency) {
        return None;
    }
    let currency = left_currency.or(right_currency);
    let result = fraction(operator, left, right)?;
    // Why: money divided by money is a ratio.
    let is_ratio = operator == Operator::Divide && left_currency.is_some() && right_currency.is_some();
    Some(match currency {
        Some(currency) if !is_ratio => {
            Value::record([("amount", Value::Decimal(result)), ("currency", Value::from(currency))])
        }
        _ => Value::Decimal(result),
    })
}

fn days(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    let date = |value: &Value| value.as_text()?.parse::<jiff::civil::Date>().ok();
    if operator == Operator::DaysBetween {
        return Some(Value::from(i64::from((date(left)? - date(right)?).get_days())));
    }
    let count = right.as_integer()?;
    let count = if operator == Operator::SubtractDays { count.checked_neg()? } else { count };
    let span = jiff::Span::new().try_days(count).ok()?;
    date(left)?.checked_add(span).ok().map(|date| Value::from(date.to_string()))
}
