use std::sync::OnceLock;

use crate::rules::{EntityName, SlotName, Value};

/// Where values come from at run time: `facts`, `customer`, slots, `item`, `hours`, `frustration`.
pub(crate) trait Values {
    /// The value of a name; `None` while it is unset.
    fn root(&self, name: &str) -> Option<&Value>;
}

/// One node of a checked expression. Types have been checked, so a node says how to compute and not whether it may.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Literal(Value),
    Path(Path),
    List(Box<[Node]>),
    /// Whether the value is there and is neither false nor empty.
    Truth(Box<Node>),
    /// Whether there is a value at all.
    Present(Box<Node>),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(Comparison, Measure, Box<Node>, Box<Node>),
    /// Whether the first equals an item of the second (a list).
    Among(Measure, Box<Node>, Box<Node>),
    /// Whether the first is a part of the second (texts).
    Within(Box<Node>, Box<Node>),
    Arithmetic(Operator, Box<Node>, Box<Node>),
    Negate(Box<Node>),
    /// Texts one after the other.
    Concat(Box<Node>, Box<Node>),
    Choose {
        condition: Box<Node>,
        then: Box<Node>,
        otherwise: Box<Node>,
    },
    /// The value as it is written for the customer.
    Show(Form, Box<Node>),
    Filter(Filter, Box<Node>, Box<[Node]>),
}

/// A name and the way from its value to a part of it.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) root: SlotName,
    pub(super) steps: Box<[Step]>,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Field(Box<str>),
    /// An item of a list; from the end if negative.
    Item(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What two values are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Number,
    /// Amounts; different currencies are never equal, less or greater.
    Money,
    /// Text, names of entity values and dates (whose ISO form sorts by itself).
    Text,
    /// Moments, whatever their offsets.
    Moment,
    Bool,
    /// One side is the word `none`.
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    /// A date and a number of days.
    AddDays,
    SubtractDays,
    /// Days from the second date to the first.
    DaysBetween,
}

/// How a value of a type is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Number,
    Money,
    Date,
    /// Date and time of day.
    Moment,
    Label(EntityName),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Upper,
    Lower,
    Length,
    Default,
    Round,
    /// Joins items written in a form.
    Join(Form),
    Money,
    Date,
    Time,
    Plural,
}

/// A piece of a text.
#[derive(Debug)]
pub(super) enum Piece {
    Raw(Raw),
    Shown(Form, Node),
}

/// The pack's own words, with their traditional form made on first use.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) text: Box<str>,
    pub(super) traditional: OnceLock<Box<str>>,
}

impl Raw {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.into(), traditional: OnceLock::new() }
    }
}

/// A compiled text.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) pieces: Vec<Piece>,
    pub(super) reads: Vec<SlotName>,
}

/// A compiled condition or expression.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) node: Node,
    pub(super) reads: Vec<SlotName>,
    /// Paths that have a value when it is true.
    pub(super) if_true: Vec<Box<str>>,
    /// Paths that have a value when it is false.
    pub(super) if_false: Vec<Box<str>>,
}
