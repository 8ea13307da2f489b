//! Computes checked trees. A missing value makes what needs it unknown, and an unknown condition does not hold; `and` and
//! `or` are decided by their other side where that is enough.

use std::borrow::Cow;

use super::Locale;
use super::arithmetic::compute;
use super::compare::compare;
use super::filter::apply;
use super::format;
use super::tree::{Comparison, Compiled, Filter, Measure, Node, Path, Step, Values};
use super::vocabulary::Vocabulary;
use crate::rules::Value;

/// What an evaluation looks things up in.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) values: &'a dyn Values,
    /// Texts have one; bare expressions need none.
    pub(super) locale: Option<&'a Locale<'a>>,
}

impl Compiled {
    pub(super) fn holds(&self, vocabulary: &Vocabulary, values: &dyn Values) -> bool {
        self.node.test(&Frame { vocabulary, values, locale: None }) == Some(true)
    }

    pub(super) fn value(&self, vocabulary: &Vocabulary, values: &dyn Values) -> Value {
        self.node.value(&Frame { vocabulary, values, locale: None }).map_or(Value::None, Cow::into_owned)
    }
}

impl Node {
    /// The value; `None` if something it needs is unset.
    pub(super) fn value<'a>(&'a self, frame: &Frame<'a>) -> Option<Cow<'a, Value>> {
        match self {
            Node::Literal(value) => Some(Cow::Borrowed(value)),
            Node::Path(path) => path.value(frame.values).map(Cow::Borrowed),
            Node::List(items) => {
                let items = items.iter().map(|item| item.value(frame).map(Cow::into_owned));
                items.collect::<Option<Vec<Value>>>().map(|items| Cow::Owned(Value::List(items)))
            }
            Node::Arithmetic(operator, left, right) => {
                compute(*operator, &*left.value(frame)?, &*right.value(frame)?).map(Cow::Owned)
            }
            Node::Negate(inner) => negate(&*inner.value(frame)?).map(Cow::Owned),
            Node::Concat(left, right) => {
                let mut text = String::new();
                plain(&*left.value(frame)?, &mut text);
                plain(&*right.value(frame)?, &mut text);
                Some(Cow::Owned(Value::Text(text)))
            }
            Node::Choose { condition, then, otherwise } => {
                if condition.test(frame) == Some(true) {
                    then.value(frame)
                } else {
                    otherwise.value(frame)
                }
            }
            Node::Show(form, inner) => {
                let mut text = String::new();
                inner.write(form, frame, &mut text);
                Some(Cow::Owned(Value::Text(text)))
            }
            Node::Filter(filter, input, arguments) => filtered(filter, input, arguments, frame),
            _ => self.test(frame).map(|truth| Cow::Owned(Value::Bool(truth))),
        }
    }

    /// Whether a condition holds; `None` if that cannot be said.
    pub(super) fn test<'a>(&'a self, frame: &Frame<'a>) -> Option<bool> {
        match self {
            Node::Truth(inner) => Some(inner.value(frame).is_some_and(|value| is_true(&value))),
            Node::Present(inner) => Some(inner.value(frame).is_some_and(|value| !value.is_none())),
            Node::Not(inner) => inner.test(frame).map(|truth| !truth),
            Node::And(left, right) => match left.test(frame) {
                Some(false) => Some(false),
                left => match (left, right.test(frame)) {
                    (_, Some(false)) => Some(false),
                    (Some(_), Some(true)) => Some(true),
                    _ => None,
                },
            },
            Node::Or(left, right) => match left.test(frame) {
                Some(true) => Some(true),
                left => match (left, right.test(frame)) {
                    (_, Some(true)) => Some(true),
                    (Some(_), Some(false)) => Some(false),
                    _ => None,
                },
            },
            Node::Compare(comparison, measure, left, right) => {
                compare(*comparison, *measure, &*left.value(frame)?, &*right.value(frame)?)
            }
            Node::Among(measure, item, list) => among(*measure, item, list, frame),
            Node::Within(part, whole) => {
                let (part, whole) = (part.value(frame)?, whole.value(frame)?);
                Some(whole.as_text()?.contains(part.as_text()?))
            }
            _ => self.value(frame)?.as_bool(),
        }
    }
}

impl Path {
    /// The value at the end of the path; missing fields of a value that is there are `Value::None`.
    pub(super) fn value<'a>(&self, values: &'a dyn Values) -> Option<&'a Value> {
        const NOTHING: &Value = &Value::None;
        let mut value = values.root(self.root.as_str())?;
        for step in &self.steps {
            value = match step {
                Step::Field(name) => value.field(name).unwrap_or(NOTHING),
                Step::Item(index) => {
                    let items = value.as_list().unwrap_or_default();
                    let place = if *index < 0 {
                        items.len().checked_add_signed(*index as isize)
                    } else {
                        usize::try_from(*index).ok()
                    };
                    place.and_then(|place| items.get(place)).unwrap_or(NOTHING)
                }
            };
        }
        Some(value)
    }
}

fn among<'a>(measure: Measure, item: &'a Node, list: &'a Node, frame: &Frame<'a>) -> Option<bool> {
    let item = item.value(frame)?;
    let equals = |other: &Value| compare(Comparison::Equal, measure, &item, other) == Some(true);
    // Why: a list of literals is the usual case and needs no list made.
    if let Node::List(nodes) = list {
        return Some(nodes.iter().any(|node| node.value(frame).is_some_and(|value| equals(&value))));
    }
    Some(list.value(frame)?.as_list()?.iter().any(equals))
}

fn filtered<'a>(
    filter: &'a Filter,
    input: &'a Node,
    arguments: &'a [Node],
    frame: &Frame<'a>,
) -> Option<Cow<'a, Value>> {
    let first = arguments.first();
    match filter {
        Filter::Default => match input.value(frame) {
            Some(value) if !is_empty(&value) => Some(value),
            _ => first?.value(frame),
        },
        Filter::Plural => {
            let number = input.value(frame)?.as_decimal()?;
            let chosen = if format::is_one(number, frame.locale?.language) { first } else { arguments.get(1) };
            chosen?.value(frame)
        }
        Filter::Money | Filter::Date | Filter::Time | Filter::Join(_) => {
            let mut text = String::new();
            write_filtered(filter, input, first, frame, &mut text)?;
            Some(Cow::Owned(Value::Text(text)))
        }
        _ => {
            let argument = first.and_then(|node| node.value(frame));
            apply(filter, &*input.value(frame)?, argument.as_deref()).map(Cow::Owned)
        }
    }
}

/// Writes what a filter makes of its input.
pub(super) fn write_filtered<'a>(
    filter: &'a Filter,
    input: &'a Node,
    argument: Option<&'a Node>,
    frame: &Frame<'a>,
    out: &mut String,
) -> Option<()> {
    let value = input.value(frame)?;
    if let Filter::Join(form) = filter {
        let between = argument.and_then(|node| node.value(frame));
        let between = match between.as_deref().and_then(Value::as_text) {
            Some(text) => text,
            None => frame.locale.map_or(", ", |locale| format::comma(locale.language)),
        };
        for (index, item) in value.as_list()?.iter().enumerate() {
            if index > 0 {
                out.push_str(between);
            }
            format::value(item, form, frame, out);
        }
        return Some(());
    }
    let locale = frame.locale?;
    match filter {
        Filter::Money => format::money(&value, locale.language, out),
        Filter::Date => format::date(value.as_text()?, locale, out),
        Filter::Time => format::time(value.as_text()?, locale, out),
        _ => return None,
    }
    Some(())
}

fn negate(value: &Value) -> Option<Value> {
    match value {
        Value::Integer(number) => number.checked_neg().map(Value::Integer),
        Value::Decimal(number) => Some(Value::Decimal(-number)),
        _ => compute(super::tree::Operator::Multiply, value, &Value::Integer(-1)),
    }
}

/// Numbers and texts as they are, for joining in expressions.
fn plain(value: &Value, out: &mut String) {
    use std::fmt::Write as _;
    match value {
        Value::Text(text) => out.push_str(text),
        Value::Integer(number) => drop(write!(out, "{number}")),
        Value::Decimal(number) => drop(write!(out, "{number}")),
        _ => {}
    }
}

/// Whether a value is there and is neither false nor empty.
fn is_true(value: &Value) -> bool {
    !matches!(value, Value::Bool(false)) && !is_empty(value)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::None => true,
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Record(fields) => fields.is_empty(),
        _ => false,
    }
}
