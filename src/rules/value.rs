use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A slot's value, an action's argument or its result: JSON-like and small.
///
/// Dates are text `2026-03-02`, times RFC 3339, an entity's value is its name (`damaged`), money is a number or a record
/// `{amount, currency}` (see [`Money`]). What a value means is said by the declared type.
///
/// `Debug` shows the kind only, never the contents: a value may be private.
///
/// # Examples
/// ```
/// use kefu::Value;
/// let order = Value::record([("status", Value::from("delivered")), ("days", Value::from(2))]);
/// assert_eq!(order.field("days").and_then(Value::as_integer), Some(2));
/// ```
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Value {
    /// No value.
    #[default]
    None,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Decimal(f64),
    /// Text, also dates, times and the names of entity values.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Named fields.
    Record(BTreeMap<String, Value>),
}

impl Value {
    /// A record of the given fields.
    pub fn record<K: Into<String>>(fields: impl IntoIterator<Item = (K, Value)>) -> Self {
        Value::Record(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Whether there is no value.
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one (`3.0` counts).
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            // Why: JSON hosts write whole numbers as 3.0; beyond 2^53 a float no longer is one number.
            Value::Decimal(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => Some(*number as i64),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_decimal(&self) -> Option<f64> {
        match self {
            Value::Integer(number) => Some(*number as f64),
            Value::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    /// True or false, if it is either.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// A field of a record, `None` where there is no such field or it is no record.
    pub fn field(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Record(fields) => fields.get(name),
            _ => None,
        }
    }

    /// The value as any type that serde can read.
    ///
    /// # Errors
    /// If the value does not have the shape of `T`; the message names no contents.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, ValueError> {
        let json = serde_json::to_value(self).map_err(|_| ValueError)?;
        serde_json::from_value(json).map_err(|_| ValueError)
    }

    /// Any serde data as a value.
    ///
    /// # Errors
    /// If the data has no JSON form (maps with keys that are no text).
    pub fn of<T: Serialize>(data: &T) -> Result<Self, ValueError> {
        let json = serde_json::to_value(data).map_err(|_| ValueError)?;
        serde_json::from_value(json).map_err(|_| ValueError)
    }
}

/// A value that does not have the shape asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value does not have the shape asked for")]
#[non_exhaustive]
pub struct ValueError;

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("None"),
            Value::Bool(_) => f.write_str("Bool(…)"),
            Value::Integer(_) => f.write_str("Integer(…)"),
            Value::Decimal(_) => f.write_str("Decimal(…)"),
            Value::Text(_) => f.write_str("Text(…)"),
            Value::List(items) => write!(f, "List({} items)", items.len()),
            Value::Record(fields) => f.debug_set().entries(fields.keys()).finish(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Value::Integer(number.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Decimal(number)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::List(items)
    }
}

/// An amount of money, with its currency where it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// The amount in units of the currency, such as 12.5.
    pub amount: f64,
    /// ISO 4217 code, such as `CNY`; `None` means the shop's own.
    pub currency: Option<String>,
}

impl Money {
    /// The money a value stands for: a number, or a record `{amount, currency}`.
    pub fn of(value: &Value) -> Option<Self> {
        if let Some(amount) = value.as_decimal() {
            return Some(Self { amount, currency: None });
        }
        let amount = value.field("amount")?.as_decimal()?;
        let currency = value.field("currency").and_then(Value::as_text).map(str::to_owned);
        Some(Self { amount, currency })
    }
}
