//! Which types go together, and the words for it when they do not.

use std::ops::Range;

use super::tree::{Comparison, Form, Measure, Node, Operator};
use super::vocabulary::Vocabulary;
use super::{Problem, ProblemKind};
use crate::rules::{Type, Value};

/// A lowered expression with what is known of its value.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) node: Node,
    pub(super) kind: Kind,
    /// Bytes of the source.
    pub(super) at: Range<usize>,
    pub(super) absence: Absence,
    /// As written, if it is a path.
    pub(super) path: Option<String>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of a type (never an optional one; see [`Absence`]).
    Of(Type),
    /// The word `none`.
    Nothing,
    /// Already told; says nothing more.
    Broken,
}

/// Whether a value may be missing, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Absence {
    Never,
    /// Its type is `… or none`.
    Declared,
    /// Nothing may have set it yet.
    Unset,
}

impl Typed {
    pub(super) fn of(ty: Type, node: Node, at: Range<usize>) -> Self {
        Self { node, kind: Kind::Of(ty), at, absence: Absence::Never, path: None }
    }

    pub(super) fn broken(at: Range<usize>) -> Self {
        let node = Node::Literal(Value::None);
        Self { node, kind: Kind::Broken, at, absence: Absence::Never, path: None }
    }

    fn text(&self) -> Option<&str> {
        match &self.node {
            Node::Literal(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl Kind {
    pub(super) fn described(&self) -> String {
        match self {
            Kind::Of(ty) => described(ty),
            Kind::Nothing => "none".to_owned(),
            Kind::Broken => "unknown".to_owned(),
        }
    }
}

/// A type in the words of a message.
pub(super) fn described(ty: &Type) -> String {
    match ty {
        Type::Text => "text".to_owned(),
        Type::Integer | Type::Decimal => "a number".to_owned(),
        Type::Money => "money".to_owned(),
        Type::Bool => "true or false".to_owned(),
        Type::Date => "a date".to_owned(),
        Type::Time => "a time".to_owned(),
        Type::Image => "an image".to_owned(),
        Type::Entity(name) => format!("a value of `{name}`"),
        Type::List(_) => "a list".to_owned(),
        Type::Record(_) => "a record".to_owned(),
        Type::Optional(inner) => format!("{} or none", described(inner)),
    }
}

/// How a value of a type is written, if it has a wording.
pub(super) fn form(ty: &Type) -> Option<Form> {
    Some(match ty {
        Type::Text | Type::Image => Form::Text,
        Type::Integer | Type::Decimal => Form::Number,
        Type::Money => Form::Money,
        Type::Date => Form::Date,
        Type::Time => Form::Moment,
        Type::Entity(name) => Form::Label(name.clone()),
        _ => return None,
    })
}

/// The type two values have in common.
pub(super) fn joined(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (left, right) if left == right => Some(left.clone()),
        (Type::Integer | Type::Decimal, Type::Integer | Type::Decimal) => Some(Type::Decimal),
        (Type::Money, Type::Integer | Type::Decimal) | (Type::Integer | Type::Decimal, Type::Money) => {
            Some(Type::Money)
        }
        _ => None,
    }
}

/// What the two sides of a comparison are compared by. A broken side is no new problem.
pub(super) fn measure(
    vocabulary: &Vocabulary,
    how: Comparison,
    left: &Typed,
    right: &Typed,
) -> Result<Measure, Option<Problem>> {
    let (left_ty, right_ty) = match (&left.kind, &right.kind) {
        (Kind::Broken, _) | (_, Kind::Broken) => return Err(None),
        (Kind::Nothing, Kind::Of(_) | Kind::Nothing) | (Kind::Of(_), Kind::Nothing) => {
            return Ok(Measure::None);
        }
        (Kind::Of(left), Kind::Of(right)) => (left, right),
    };
    let is_equality = matches!(how, Comparison::Equal | Comparison::Unequal);
    let measure = match (left_ty, right_ty) {
        (Type::Integer | Type::Decimal, Type::Integer | Type::Decimal) => Measure::Number,
        (Type::Money, Type::Money | Type::Integer | Type::Decimal) | (Type::Integer | Type::Decimal, Type::Money) => {
            Measure::Money
        }
        (Type::Bool, Type::Bool) if is_equality => Measure::Bool,
        (Type::Text | Type::Image, Type::Text | Type::Image) if is_equality => Measure::Text,
        (Type::Entity(one), Type::Entity(other)) if one == other && is_equality => Measure::Text,
        (Type::Entity(name), Type::Text) | (Type::Text, Type::Entity(name)) if is_equality => {
            let literal = if matches!(left_ty, Type::Entity(_)) { right } else { left };
            return match literal.text() {
                Some(value) if vocabulary.has(name.as_str(), value) => Ok(Measure::Text),
                Some(value) => {
                    let message = format!("`{name}` has no value `{value}`");
                    let problem = Problem::new(ProblemKind::UnknownValue, literal.at.clone(), message);
                    Err(Some(problem.meant(value, vocabulary.values(name.as_str()))))
                }
                None => Err(Some(mismatch(left, right, left_ty, right_ty))),
            };
        }
        (Type::Date, Type::Date) => Measure::Text,
        (Type::Time, Type::Time) => Measure::Moment,
        (Type::Date | Type::Time, Type::Text) => return moment(left_ty, left, right),
        (Type::Text, Type::Date | Type::Time) => return moment(right_ty, right, left),
        (Type::Text, Type::Text) | (Type::Entity(_), Type::Entity(_) | Type::Text) | (Type::Bool, Type::Bool)
            if !is_equality =>
        {
            let at = left.at.start..right.at.end;
            let message = format!("{} has no order: it can only be equal or not", described(left_ty));
            return Err(Some(Problem::new(ProblemKind::WrongType, at, message)));
        }
        _ => return Err(Some(mismatch(left, right, left_ty, right_ty))),
    };
    Ok(measure)
}

fn mismatch(left: &Typed, right: &Typed, left_ty: &Type, right_ty: &Type) -> Problem {
    let at = left.at.start.min(right.at.start)..left.at.end.max(right.at.end);
    let message = format!("{} is compared with {}", described(left_ty), described(right_ty));
    let problem = Problem::new(ProblemKind::WrongType, at, message);
    match (left_ty, right_ty) {
        (Type::Text, Type::Integer | Type::Decimal) | (Type::Integer | Type::Decimal, Type::Text) => {
            problem.help("text stands in quotes, numbers do not")
        }
        (Type::Date, Type::Time) | (Type::Time, Type::Date) => {
            problem.help("a date is a day, a time is a moment of one")
        }
        _ => problem,
    }
}

/// A date or time beside a text: the text must be a literal that is one.
fn moment(ty: &Type, typed: &Typed, literal: &Typed) -> Result<Measure, Option<Problem>> {
    let (expected, measure) = match ty {
        Type::Date => ("a date is written '2026-03-02'", Measure::Text),
        _ => ("a time is written '2026-03-02T14:30:00+08:00'", Measure::Moment),
    };
    let Some(text) = literal.text() else {
        return Err(Some(mismatch(typed, literal, ty, &Type::Text)));
    };
    let is_one = match ty {
        Type::Date => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        _ => text.parse::<jiff::Timestamp>().is_ok(),
    };
    if is_one {
        Ok(measure)
    } else {
        let message = format!("{} is compared with `{text}`", described(ty));
        Err(Some(Problem::new(ProblemKind::WrongType, literal.at.clone(), message).help(expected)))
    }
}

/// The operation two types allow, and the type of its result.
pub(super) fn computed(how: Operator, left: &Type, right: &Type) -> Option<(Operator, Type)> {
    let is_number = |ty: &Type| matches!(ty, Type::Integer | Type::Decimal);
    Some(match (left, right) {
        (Type::Integer, Type::Integer) if how == Operator::Divide => (how, Type::Decimal),
        (Type::Integer, Type::Integer) => (how, Type::Integer),
        (left, right) if is_number(left) && is_number(right) => (how, Type::Decimal),
        (Type::Money, Type::Money) => match how {
            Operator::Add | Operator::Subtract => (how, Type::Money),
            Operator::Divide => (how, Type::Decimal),
            _ => return None,
        },
        (Type::Money, right) if is_number(right) => match how {
            Operator::FloorDivide | Operator::Remainder => return None,
            _ => (how, Type::Money),
        },
        (left, Type::Money) if is_number(left) => match how {
            Operator::Add | Operator::Subtract | Operator::Multiply => (how, Type::Money),
            _ => return None,
        },
        (Type::Date, Type::Integer) => match how {
            Operator::Add => (Operator::AddDays, Type::Date),
            Operator::Subtract => (Operator::SubtractDays, Type::Date),
            _ => return None,
        },
        (Type::Date, Type::Date) if how == Operator::Subtract => (Operator::DaysBetween, Type::Integer),
        _ => return None,
    })
}

/// The sign of an operation.
pub(super) fn sign(how: Operator) -> &'static str {
    match how {
        Operator::Add | Operator::AddDays => "`+`",
        Operator::Subtract | Operator::SubtractDays | Operator::DaysBetween => "`-`",
        Operator::Multiply => "`*`",
        Operator::Divide => "`/`",
        Operator::FloorDivide => "`//`",
        Operator::Remainder => "`%`",
    }
}
