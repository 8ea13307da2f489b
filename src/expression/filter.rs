use super::tree::{Filter, Form};
use crate::rules::{Type, Value};

/// The filters of the language: name, the filter (a join's form is set when its items are known), and what it does.
pub(super) const ALL: [(&str, Filter); 10] = [
    ("date", Filter::Date),
    ("default", Filter::Default),
    ("join", Filter::Join(Form::Text)),
    ("length", Filter::Length),
    ("lower", Filter::Lower),
    ("money", Filter::Money),
    ("plural", Filter::Plural),
    ("round", Filter::Round),
    ("time", Filter::Time),
    ("upper", Filter::Upper),
];

/// The filter of a name.
pub(super) fn named(name: &str) -> Option<Filter> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, filter)| filter.clone())
}

impl Filter {
    /// How many arguments it takes: least and most.
    pub(super) fn arguments(&self) -> (usize, usize) {
        match self {
            Filter::Plural => (2, 2),
            Filter::Default => (1, 1),
            Filter::Join(_) | Filter::Round => (0, 1),
            _ => (0, 0),
        }
    }

    /// Whether its result depends on the customer's language or zone.
    pub(super) fn is_localized(&self) -> bool {
        matches!(self, Filter::Money | Filter::Date | Filter::Time | Filter::Plural)
    }

    /// What it takes, in the words of a message.
    pub(super) fn takes(&self) -> &'static str {
        match self {
            Filter::Upper | Filter::Lower => "text",
            Filter::Length => "text or a list",
            Filter::Default => "any value",
            Filter::Round | Filter::Plural => "a number",
            Filter::Join(_) => "a list",
            Filter::Money => "money or a number",
            Filter::Date => "a date or a time",
            Filter::Time => "a time",
        }
    }

    /// The type of its result for an input of a type, or `None` if it does not take it.
    pub(super) fn result(&self, input: &Type) -> Option<Type> {
        let is_number = matches!(input, Type::Integer | Type::Decimal);
        match self {
            Filter::Upper | Filter::Lower => matches!(input, Type::Text).then_some(Type::Text),
            Filter::Length => matches!(input, Type::Text | Type::List(_)).then_some(Type::Integer),
            Filter::Default => Some(input.clone()),
            Filter::Round => is_number.then_some(Type::Decimal),
            Filter::Plural => is_number.then_some(Type::Text),
            Filter::Join(_) => matches!(input, Type::List(_)).then_some(Type::Text),
            Filter::Money => (is_number || *input == Type::Money).then_some(Type::Text),
            Filter::Date => matches!(input, Type::Date | Type::Time).then_some(Type::Text),
            Filter::Time => (*input == Type::Time).then_some(Type::Text),
        }
    }
}

/// Most decimals a number is rounded to.
const MOST_DECIMALS: i64 = 9;

/// The value of a filter that needs no language.
pub(super) fn apply(filter: &Filter, input: &Value, argument: Option<&Value>) -> Option<Value> {
    match filter {
        Filter::Upper => input.as_text().map(|text| Value::from(text.to_uppercase())),
        Filter::Lower => input.as_text().map(|text| Value::from(text.to_lowercase())),
        Filter::Length => match input {
            Value::List(items) => Some(items.len()),
            Value::Text(text) => Some(text.chars().count()),
            _ => None,
        }
        .and_then(|length| i64::try_from(length).ok())
        .map(Value::Integer),
        Filter::Round => {
            let decimals = argument.and_then(Value::as_integer).unwrap_or(0).clamp(0, MOST_DECIMALS);
            let number = input.as_decimal()?;
            let scale = 10_f64.powi(decimals as i32);
            let rounded = (number * scale).round() / scale;
            if !rounded.is_finite() {
                return Some(input.clone());
            }
            let rounded = Value::Decimal(rounded);
            Some(match rounded.as_integer() {
                Some(whole) if decimals == 0 => Value::Integer(whole),
                _ => rounded,
            })
        }
        _ => None,
    }
}
