//! Conditions: what is tested, and what a test proves.

use minijinja::machinery::ast::{self, Expr};

use super::Lowering;
use crate::expression::narrow::Proof;
use crate::expression::tree::{Comparison, Measure, Node};
use crate::expression::typing::{self, Absence, Kind, Typed};
use crate::expression::{Problem, ProblemKind, source};
use crate::rules::{Type, Value};

impl Lowering<'_> {
    /// An expression as a condition.
    pub(super) fn test(&mut self, expr: &Expr<'_>) -> (Node, Proof) {
        match expr {
            Expr::UnaryOp(node) if matches!(node.op, ast::UnaryOpKind::Not) => {
                let (inner, proof) = self.test(&node.expr);
                (Node::Not(Box::new(inner)), proof.not())
            }
            Expr::BinOp(node) if matches!(node.op, ast::BinOpKind::ScAnd) => {
                let (left, proof) = self.test(&node.left);
                let (right, other) = self.behind(&proof.if_true, |lowering| lowering.test(&node.right));
                (Node::And(Box::new(left), Box::new(right)), proof.and(other))
            }
            Expr::BinOp(node) if matches!(node.op, ast::BinOpKind::ScOr) => {
                let (left, proof) = self.test(&node.left);
                let (right, other) = self.behind(&proof.if_false, |lowering| lowering.test(&node.right));
                (Node::Or(Box::new(left), Box::new(right)), proof.or(other))
            }
            Expr::BinOp(node) => match comparison(node.op) {
                Some(how) => self.compared(how, &node.left, &node.right),
                None if matches!(node.op, ast::BinOpKind::In) => self.among(&node.left, &node.right),
                None => self.truth(expr),
            },
            Expr::Compare(node) => self.chain(node),
            Expr::Test(node) => self.is(node),
            _ => self.truth(expr),
        }
    }

    /// A value as a condition: whether it is there and neither false nor empty.
    pub(super) fn truth(&mut self, expr: &Expr<'_>) -> (Node, Proof) {
        let typed = self.value(expr);
        // Why: for a number that may be missing it asks whether there is one; for one that is always there it asks nothing.
        if typed.absence == Absence::Never
            && let Kind::Of(Type::Integer | Type::Decimal | Type::Money) = &typed.kind
        {
            let problem = Problem::new(ProblemKind::WrongType, typed.at.clone(), "a number is no condition");
            self.tell(problem.help("compare it: `x > 0`"));
        }
        let proof = typed.path.as_deref().map(Proof::present).unwrap_or_default();
        (Node::Truth(Box::new(typed.node)), proof)
    }

    pub(super) fn chain(&mut self, node: &ast::Compare<'_>) -> (Node, Proof) {
        let mut left = &node.expr;
        let mut all: Option<(Node, Proof)> = None;
        for link in &node.ops {
            let (next, proof) = match link.op {
                ast::CompareOpKind::In => self.among(left, &link.expr),
                ast::CompareOpKind::NotIn => {
                    let (inner, proof) = self.among(left, &link.expr);
                    (Node::Not(Box::new(inner)), proof.not())
                }
                ast::CompareOpKind::Eq => self.compared(Comparison::Equal, left, &link.expr),
                ast::CompareOpKind::Ne => self.compared(Comparison::Unequal, left, &link.expr),
                ast::CompareOpKind::Lt => self.compared(Comparison::Less, left, &link.expr),
                ast::CompareOpKind::Lte => self.compared(Comparison::LessOrEqual, left, &link.expr),
                ast::CompareOpKind::Gt => self.compared(Comparison::Greater, left, &link.expr),
                ast::CompareOpKind::Gte => self.compared(Comparison::GreaterOrEqual, left, &link.expr),
            };
            all = Some(match all {
                None => (next, proof),
                Some((before, known)) => (Node::And(Box::new(before), Box::new(next)), known.and(proof)),
            });
            left = &link.expr;
        }
        all.unwrap_or((Node::Literal(Value::Bool(false)), Proof::default()))
    }

    pub(super) fn compared(&mut self, how: Comparison, left: &Expr<'_>, right: &Expr<'_>) -> (Node, Proof) {
        let (left, right) = (self.value(left), self.value(right));
        let is_equality = matches!(how, Comparison::Equal | Comparison::Unequal);
        for (one, other) in [(&left, &right), (&right, &left)] {
            if is_equality && one.kind == Kind::Nothing {
                // `x == none` asks whether it is there.
                let proof = other.path.as_deref().map(Proof::present).unwrap_or_default();
                let present = Node::Present(Box::new(other.node.clone()));
                return if how == Comparison::Unequal {
                    (present, proof)
                } else {
                    (Node::Not(Box::new(present)), proof.not())
                };
            }
        }
        // Why: "equal to gold" has an answer for a value declared `or none`; "less than" has none.
        let (left, right) =
            if is_equality { (self.need_set(left), self.need_set(right)) } else { (self.need(left), self.need(right)) };
        let mut proof = Proof::default();
        for side in [&left, &right] {
            if let Some(path) = &side.path {
                proof = proof.and(Proof::present(path));
            }
        }
        proof.if_false.clear();
        let measure = match typing::measure(self.vocabulary, how, &left, &right) {
            Ok(measure) => measure,
            Err(problem) => {
                self.tell_if(problem);
                return (Node::Literal(Value::Bool(false)), Proof::default());
            }
        };
        let node = Node::Compare(how, measure, Box::new(left.node), Box::new(right.node));
        // An inequality holds for what is missing and fails only for what is there.
        (node, if how == Comparison::Unequal { proof.not() } else { proof })
    }

    pub(super) fn among(&mut self, item: &Expr<'_>, list: &Expr<'_>) -> (Node, Proof) {
        let item = self.value(item);
        let item = self.need_set(item);
        let proof = item.path.as_deref().map(Proof::present).unwrap_or_default();
        let items = match list {
            Expr::List(list) => Some(&list.items),
            Expr::Tuple(tuple) => Some(&tuple.items),
            _ => None,
        };
        if let Some(items) = items {
            let mut nodes = Vec::with_capacity(items.len());
            let mut common = Measure::Text;
            for other in items {
                let other = self.value(other);
                match typing::measure(self.vocabulary, Comparison::Equal, &item, &other) {
                    Ok(measure) => common = measure,
                    Err(problem) => problem.into_iter().for_each(|problem| self.tell(problem)),
                }
                nodes.push(other.node);
            }
            return (Node::Among(common, Box::new(item.node), Box::new(Node::List(nodes.into()))), proof);
        }
        let list = self.value(list);
        let list = self.need(list);
        let node = match (&item.kind, &list.kind) {
            (Kind::Broken, _) | (_, Kind::Broken) => Node::Literal(Value::Bool(false)),
            (_, Kind::Of(Type::List(inner))) => {
                let one = Typed::of((**inner).clone(), list.node.clone(), list.at.clone());
                match typing::measure(self.vocabulary, Comparison::Equal, &item, &one) {
                    Ok(measure) => Node::Among(measure, Box::new(item.node), Box::new(list.node)),
                    Err(problem) => {
                        self.tell_if(problem);
                        Node::Literal(Value::Bool(false))
                    }
                }
            }
            (Kind::Of(Type::Text), Kind::Of(Type::Text)) => Node::Within(Box::new(item.node), Box::new(list.node)),
            (_, kind) => {
                let message = format!("`in` looks into a list or a text, and this is {}", kind.described());
                self.tell(Problem::new(ProblemKind::WrongType, list.at, message));
                Node::Literal(Value::Bool(false))
            }
        };
        (node, proof)
    }

    pub(super) fn is(&mut self, node: &ast::Test<'_>) -> (Node, Proof) {
        let typed = self.value(&node.expr);
        let proof = typed.path.as_deref().map(Proof::present).unwrap_or_default();
        let present = Node::Present(Box::new(typed.node));
        match node.name {
            "defined" if node.args.is_empty() => (present, proof),
            "none" | "undefined" if node.args.is_empty() => (Node::Not(Box::new(present)), proof.not()),
            name => {
                let at = typed.at.end..typed.at.end.max(source::range(&node.expr).end);
                let known = ["none", "defined", "undefined"];
                let message = format!("there is no test `is {name}`");
                self.tell(
                    Problem::new(ProblemKind::UnknownFilter, at, message)
                        .meant(name, known)
                        .help("there are `is none`, `is not none` and `is defined`; compare values with `==`"),
                );
                (Node::Literal(Value::Bool(false)), Proof::default())
            }
        }
    }
}

fn comparison(op: ast::BinOpKind) -> Option<Comparison> {
    Some(match op {
        ast::BinOpKind::Eq => Comparison::Equal,
        ast::BinOpKind::Ne => Comparison::Unequal,
        ast::BinOpKind::Lt => Comparison::Less,
        ast::BinOpKind::Lte => Comparison::LessOrEqual,
        ast::BinOpKind::Gt => Comparison::Greater,
        ast::BinOpKind::Gte => Comparison::GreaterOrEqual,
        _ => return None,
    })
}
