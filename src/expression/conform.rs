use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::vocabulary::Vocabulary;
use crate::rules::{Money, Type, Value};

/// A value that is not of its declared type. It names the place and the type, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// Path inside the value, such as `orders[2].placed`; empty for the value itself.
    pub(crate) path: String,
    /// The declared type there, as it stands in the rules.
    pub(crate) expected: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "expected {}", self.expected)
        } else {
            write!(f, "`{}`: expected {}", self.path, self.expected)
        }
    }
}

/// Longest list of a host value; the rest could only slow a turn down.
const MOST_ITEMS: usize = 1_000;

impl Vocabulary {
    /// The value in the canonical form of its type, or where it does not fit.
    ///
    /// Whole numbers may come as `3.0`, money as a number or `{amount, currency}`, an entity's value by name or label (it
    /// becomes the name). Fields no rule declares are dropped: nothing could read them, and they may be private.
    pub(super) fn conform(&self, value: &Value, ty: &Type, path: &mut String) -> Result<Value, Mismatch> {
        let conformed = match ty {
            Type::Optional(_) if value.is_none() => Some(Value::None),
            Type::Optional(inner) => return self.conform(value, inner, path),
            Type::Text | Type::Image => value.as_text().map(Value::from),
            Type::Integer => value.as_integer().map(Value::Integer),
            Type::Decimal => match value {
                Value::Integer(_) => Some(value.clone()),
                Value::Decimal(number) if number.is_finite() => Some(value.clone()),
                _ => None,
            },
            Type::Money => money(value),
            Type::Bool => value.as_bool().map(Value::Bool),
            Type::Date => value.as_text().and_then(date),
            Type::Time => value.as_text().and_then(time),
            Type::Entity(name) => {
                let resolved = self.resolve(ty);
                if &resolved != ty {
                    return self.conform(value, &resolved, path);
                }
                value.as_text().and_then(|text| self.named_or_labelled(name.as_str(), text)).map(Value::from)
            }
            Type::List(item) => match value.as_list() {
                Some(items) if items.len() <= MOST_ITEMS => {
                    let mut conformed = Vec::with_capacity(items.len());
                    for (index, value) in items.iter().enumerate() {
                        let end = path.len();
                        let _ = write!(path, "[{index}]");
                        conformed.push(self.conform(value, item, path)?);
                        path.truncate(end);
                    }
                    Some(Value::List(conformed))
                }
                _ => None,
            },
            Type::Record(fields) => match value {
                Value::Record(values) => {
                    let mut conformed = BTreeMap::new();
                    for field in fields {
                        let end = path.len();
                        if end > 0 {
                            path.push('.');
                        }
                        path.push_str(&field.name);
                        let value = values.get(&field.name).unwrap_or(&Value::None);
                        conformed.insert(field.name.clone(), self.conform(value, &field.ty, path)?);
                        path.truncate(end);
                    }
                    Some(Value::Record(conformed))
                }
                _ => None,
            },
        };
        conformed.ok_or_else(|| Mismatch { path: path.clone(), expected: ty.to_string() })
    }
}

fn money(value: &Value) -> Option<Value> {
    let Money { amount, currency } = Money::of(value)?;
    if !amount.is_finite() {
        return None;
    }
    let Some(currency) = currency else {
        // Why: a record without a currency says no more than the number.
        return Some(value.field("amount").unwrap_or(value).clone());
    };
    let code = currency.trim().to_ascii_uppercase();
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let amount = value.field("amount")?.clone();
    is_code.then(|| Value::record([("amount", amount), ("currency", Value::from(code))]))
}

fn date(text: &str) -> Option<Value> {
    let text = text.trim();
    // Why: only the plain ISO day is a date; jiff would also take a date with a time and drop the time silently.
    let is_iso = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_iso.then(|| text.parse::<jiff::civil::Date>().ok())?.map(|date| Value::from(date.to_string()))
}

fn time(text: &str) -> Option<Value> {
    let text = text.trim();
    text.parse::<jiff::Timestamp>().ok().map(|_| Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Field;

    fn field(name: &str, ty: Type) -> Field {
        Field { name: name.to_owned(), ty }
    }

    #[test]
    fn host_values_are_brought_into_the_form_of_their_type() {
        let vocabulary = Vocabulary::new(&[]);
        let euros =
            |currency: &str| Value::record([("amount", Value::from(12.5)), ("currency", Value::from(currency))]);
        for (value, ty, expected) in [
            (Value::from(3.0), Type::Integer, Some(Value::from(3))),
            (Value::from(3.5), Type::Integer, None),
            (Value::from("3"), Type::Integer, None),
            (Value::from(99), Type::Money, Some(Value::from(99))),
            (euros("eur"), Type::Money, Some(euros("EUR"))),
            (euros("euros"), Type::Money, None),
            (Value::from("2026-03-02"), Type::Date, Some(Value::from("2026-03-02"))),
            (Value::from("2026-02-30"), Type::Date, None),
            (Value::from("2026-03-02T10:00:00+08:00"), Type::Date, None),
            (Value::from("2026-03-02T10:00:00+08:00"), Type::Time, Some(Value::from("2026-03-02T10:00:00+08:00"))),
            (Value::from("10:00"), Type::Time, None),
            (Value::None, Type::Text, None),
            (Value::None, Type::Optional(Box::new(Type::Text)), Some(Value::None)),
            (Value::from(4), Type::Entity("rating".into()), Some(Value::from(4))),
            (Value::Decimal(f64::NAN), Type::Decimal, None),
        ] {
            let found = vocabulary.conform(&value, &ty, &mut String::new()).ok();
            assert!(found == expected, "{ty}");
        }
    }

    #[test]
    fn a_mismatch_names_place_and_type_and_no_value() {
        let ty = Type::Record(vec![field(
            "orders",
            Type::List(Box::new(Type::Record(vec![field("placed", Type::Time), field("title", Type::Text)]))),
        )]);
        let order = |placed: &str| {
            Value::record([("placed", Value::from(placed)), ("title", Value::from("x")), ("secret", Value::from("y"))])
        };
        let rows = |rows: Vec<Value>| Value::record([("orders", Value::from(rows))]);
        let vocabulary = Vocabulary::new(&[]);
        let mismatch = vocabulary
            .conform(&rows(vec![order("2026-03-02T10:00:00Z"), order("yesterday")]), &ty, &mut String::new())
            .unwrap_err();
        assert_eq!(mismatch.to_string(), "`orders[1].placed`: expected time");
        let good = vocabulary.conform(&rows(vec![order("2026-03-02T10:00:00Z")]), &ty, &mut String::new()).unwrap();
        let row = &good.field("orders").unwrap().as_list().unwrap()[0];
        assert!(row.field("title").is_some() && row.field("secret").is_none());
    }
}
