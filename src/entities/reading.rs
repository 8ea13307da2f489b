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
