use crate::rules::Value;

/// What an answer says to a question.
#[derive(Clone, PartialEq)]
pub(crate) enum Reading {
    /// One value.
    Value(Value),
    /// Several values side by side.
    Several(Vec<Value>),
    /// One value that can be read in several ways, such as `3/2`.
    Ambiguous(Vec<Value>),
    /// No value of the kind asked for.
    None,
}

impl Reading {
    /// The reading of values with their other ways to be read; equal values count once.
    pub(super) fn of(values: impl IntoIterator<Item = (Value, Vec<Value>)>) -> Self {
        let mut distinct: Vec<(Value, Vec<Value>)> = Vec::new();
        for (value, others) in values {
            if distinct.iter().all(|(known, _)| *known != value) {
                distinct.push((value, others));
            }
        }
        match distinct.len() {
            0 => Reading::None,
            1 => distinct.pop().map_or(Reading::None, |(value, mut others)| {
                if others.is_empty() {
                    return Reading::Value(value);
                }
                others.insert(0, value);
                Reading::Ambiguous(others)
            }),
            _ => Reading::Several(distinct.into_iter().map(|(value, _)| value).collect()),
        }
    }
}

impl std::fmt::Debug for Reading {
    /// Says how many values there are; a value may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reading::Value(_) => f.write_str("Value(…)"),
            Reading::Several(values) => write!(f, "Several({})", values.len()),
            Reading::Ambiguous(values) => write!(f, "Ambiguous({})", values.len()),
            Reading::None => f.write_str("None"),
        }
    }
}
