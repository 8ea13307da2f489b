//! Values: literals, computing, choosing.

use std::ops::Range;

use minijinja::machinery::ast::{self, Expr};
use minijinja::value::ValueKind;

use super::{Lowering, Place};
use crate::expression::tree::{Node, Operator};
use crate::expression::typing::{self, Absence, Kind, Typed};
use crate::expression::{Problem, ProblemKind, source};
use crate::rules::{Type, Value};

impl Lowering<'_> {
    /// An expression as a value.
    pub(super) fn value(&mut self, expr: &Expr<'_>) -> Typed {
        let at = source::range(expr);
        match expr {
            Expr::Const(constant) => self.literal(&constant.value, at),
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => self.path(expr, at),
            Expr::UnaryOp(node) if matches!(node.op, ast::UnaryOpKind::Neg) => {
                let inner = self.value(&node.expr);
                let inner = self.need(inner);
                if let Node::Literal(Value::Integer(number)) = inner.node {
                    return Typed::of(Type::Integer, Node::Literal(Value::Integer(-number)), at);
                }
                match inner.kind {
                    Kind::Of(ty @ (Type::Integer | Type::Decimal | Type::Money)) => {
                        Typed::of(ty, Node::Negate(Box::new(inner.node)), at)
                    }
                    Kind::Broken => Typed::broken(at),
                    kind => self.wrong(at, format!("`-` needs a number, and this is {}", kind.described())),
                }
            }
            Expr::BinOp(node) => match operator(node.op) {
                Some(how) => self.arithmetic(how, &node.left, &node.right, at),
                None if matches!(node.op, ast::BinOpKind::Concat) => self.concat(&node.left, &node.right, at),
                None if matches!(node.op, ast::BinOpKind::Pow) => self.unsupported(at, "`**` does not work here"),
                None => self.condition_value(expr, at),
            },
            Expr::UnaryOp(_) | Expr::Compare(_) | Expr::Test(_) => self.condition_value(expr, at),
            Expr::IfExpr(node) => self.choice(node, at),
            Expr::Filter(node) => self.filtered(node, at),
            Expr::List(ast) => self.list(&ast.items, at),
            Expr::Tuple(ast) => self.list(&ast.items, at),
            Expr::Slice(_) => self.unsupported(at, "parts of a list or text cannot be cut out here"),
            Expr::Map(_) => self.unsupported(at, "a map cannot be written here"),
            Expr::Call(_) => {
                let mut typed = self.unsupported(at, "there are no functions here");
                if let Some(problem) = self.problems.last_mut() {
                    problem.help = Some("filters stand behind `|`: `{{ name | upper }}`");
                }
                typed.kind = Kind::Broken;
                typed
            }
        }
    }

    pub(super) fn condition_value(&mut self, expr: &Expr<'_>, at: Range<usize>) -> Typed {
        let (node, _) = self.test(expr);
        Typed::of(Type::Bool, node, at)
    }

    pub(super) fn literal(&mut self, value: &minijinja::Value, at: Range<usize>) -> Typed {
        match value.kind() {
            ValueKind::None | ValueKind::Undefined => {
                Typed { node: Node::Literal(Value::None), kind: Kind::Nothing, at, absence: Absence::Never, path: None }
            }
            ValueKind::Bool => Typed::of(Type::Bool, Node::Literal(Value::Bool(value.is_true())), at),
            ValueKind::Number => match (value.as_i64(), f64::try_from(value.clone())) {
                (Some(number), _) if value.is_integer() => {
                    Typed::of(Type::Integer, Node::Literal(Value::Integer(number)), at)
                }
                (_, Ok(number)) if !value.is_integer() => {
                    Typed::of(Type::Decimal, Node::Literal(Value::Decimal(number)), at)
                }
                _ => self.unsupported(at, "this number is too large"),
            },
            ValueKind::String => {
                Typed::of(Type::Text, Node::Literal(Value::from(value.as_str().unwrap_or_default())), at)
            }
            _ => self.unsupported(at, "this cannot be written here"),
        }
    }

    pub(super) fn list(&mut self, items: &[Expr<'_>], at: Range<usize>) -> Typed {
        let mut kind: Option<Type> = None;
        let mut nodes = Vec::with_capacity(items.len());
        for item in items {
            let item = self.value(item);
            let item = self.need(item);
            let Kind::Of(ty) = item.kind else { return Typed::broken(at) };
            kind = match kind.take() {
                None => Some(ty),
                Some(before) => {
                    let Some(joined) = typing::joined(&before, &ty) else {
                        let message = format!("a list has items of one type, not {before} and {ty}");
                        return self.wrong(item.at, message);
                    };
                    Some(joined)
                }
            };
            nodes.push(item.node);
        }
        Typed::of(Type::List(Box::new(kind.unwrap_or(Type::Text))), Node::List(nodes.into()), at)
    }

    pub(super) fn arithmetic(&mut self, how: Operator, left: &Expr<'_>, right: &Expr<'_>, at: Range<usize>) -> Typed {
        let (left, right) = (self.value(left), self.value(right));
        let (left, right) = (self.need(left), self.need(right));
        let (Kind::Of(left_ty), Kind::Of(right_ty)) = (&left.kind, &right.kind) else {
            return match (&left.kind, &right.kind) {
                (Kind::Broken, _) | (_, Kind::Broken) => Typed::broken(at),
                _ => self.wrong(at, "one cannot compute with `none`".to_owned()),
            };
        };
        if let Some((how, ty)) = typing::computed(how, left_ty, right_ty) {
            return Typed::of(ty, Node::Arithmetic(how, Box::new(left.node), Box::new(right.node)), at);
        }
        let (left, right) = (typing::described(left_ty), typing::described(right_ty));
        let message = format!("one cannot compute {} with {left} and {right}", typing::sign(how));
        let wrong = self.wrong(at, message);
        if how == Operator::Add
            && let Some(problem) = self.problems.last_mut()
        {
            problem.help = Some("texts are put together with `~`, or simply side by side in a text");
        }
        wrong
    }

    pub(super) fn concat(&mut self, left: &Expr<'_>, right: &Expr<'_>, at: Range<usize>) -> Typed {
        let mut sides = Vec::with_capacity(2);
        for side in [left, right] {
            let side = self.value(side);
            let side = self.need(side);
            match &side.kind {
                Kind::Of(Type::Text | Type::Integer) => sides.push(side.node),
                Kind::Of(ty) if self.place == Place::Text && typing::form(ty).is_some() => {
                    sides.extend(typing::form(ty).map(|form| Node::Show(form, Box::new(side.node))));
                }
                Kind::Broken => return Typed::broken(at),
                kind => {
                    let message = format!("`~` joins texts, and this is {}", kind.described());
                    return self.wrong(side.at, message);
                }
            }
        }
        let (Some(right), Some(left)) = (sides.pop(), sides.pop()) else { return Typed::broken(at) };
        Typed::of(Type::Text, Node::Concat(Box::new(left), Box::new(right)), at)
    }

    pub(super) fn choice(&mut self, node: &ast::IfExpr<'_>, at: Range<usize>) -> Typed {
        let (condition, proof) = self.test(&node.test_expr);
        let then = self.behind(&proof.if_true, |lowering| lowering.value(&node.true_expr));
        let Some(otherwise) = &node.false_expr else {
            return self.wrong(at, "`if` needs an `else`: what stands there otherwise?".to_owned());
        };
        let otherwise = self.behind(&proof.if_false, |lowering| lowering.value(otherwise));
        let absence = then.absence.max(otherwise.absence);
        let Some((kind, then, otherwise)) = self.merged(then, otherwise, &at) else { return Typed::broken(at) };
        let absence = if kind.1 { absence.max(Absence::Declared) } else { absence };
        let node =
            Node::Choose { condition: Box::new(condition), then: Box::new(then), otherwise: Box::new(otherwise) };
        Typed { node, kind: Kind::Of(kind.0), at, absence, path: None }
    }

    /// Two values that can stand in each other's place: their type, whether one is `none`, and both in that type. In a text
    /// whatever can be written can stand beside anything else that can.
    pub(super) fn merged(
        &mut self,
        left: Typed,
        right: Typed,
        at: &Range<usize>,
    ) -> Option<((Type, bool), Node, Node)> {
        let (left_ty, right_ty) = match (&left.kind, &right.kind) {
            (Kind::Of(left), Kind::Of(right)) => (left, right),
            (Kind::Of(ty), Kind::Nothing) | (Kind::Nothing, Kind::Of(ty)) => {
                return Some(((ty.clone(), true), left.node, right.node));
            }
            (Kind::Nothing, Kind::Nothing) => return Some(((Type::Text, true), left.node, right.node)),
            _ => return None,
        };
        if let Some(joined) = typing::joined(left_ty, right_ty) {
            return Some(((joined, false), left.node, right.node));
        }
        if self.place == Place::Text
            && let (Some(left_form), Some(right_form)) = (typing::form(left_ty), typing::form(right_ty))
        {
            let show = |form, node| Node::Show(form, Box::new(node));
            return Some(((Type::Text, false), show(left_form, left.node), show(right_form, right.node)));
        }
        let message = format!("one is {} and the other {}", typing::described(left_ty), typing::described(right_ty));
        self.tell(Problem::new(ProblemKind::WrongType, at.clone(), message));
        None
    }
}

fn operator(op: ast::BinOpKind) -> Option<Operator> {
    Some(match op {
        ast::BinOpKind::Add => Operator::Add,
        ast::BinOpKind::Sub => Operator::Subtract,
        ast::BinOpKind::Mul => Operator::Multiply,
        ast::BinOpKind::Div => Operator::Divide,
        ast::BinOpKind::FloorDiv => Operator::FloorDivide,
        ast::BinOpKind::Rem => Operator::Remainder,
        _ => return None,
    })
}
