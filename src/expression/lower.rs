//! From minijinja's tree to ours: names resolved against the scope, types checked, every mistake collected.
//!
//! One file per concern: this one walks, [`super::typing`] knows which types go together.

use std::collections::BTreeSet;
use std::ops::Range;

use minijinja::machinery::ast::{self, Expr};
use minijinja::value::ValueKind;

use super::narrow::Proof;
use super::scope::{Presence, Scope};
use super::tree::{Comparison, Compiled, Filter, Node, Operator, Path, Piece, Raw, Step, Template};
use super::typing::{self, Absence, Kind, Typed};
use super::vocabulary::Vocabulary;
use super::{Problem, ProblemKind, Unset, filter, source};
use crate::rules::{SlotName, Type, Value};

/// Most problems told about one source.
const MOST_PROBLEMS: usize = 20;

/// One source on its way from text to tree.
pub(super) struct Lowering<'a> {
    vocabulary: &'a Vocabulary,
    /// Narrowed while walking behind guards.
    scope: Scope,
    unset: Unset,
    place: Place,
    problems: Vec<Problem>,
    reads: BTreeSet<SlotName>,
}

/// Where the source stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Inside `{{ }}`: values are written in the customer's language.
    Text,
    /// A condition or `from:`: there is no customer's language.
    Bare,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary, scope: &Scope, unset: Unset) -> Self {
        let scope = scope.clone();
        Self { vocabulary, scope, unset, place: Place::Bare, problems: Vec::new(), reads: BTreeSet::new() }
    }

    pub(super) fn template(mut self, source: &str) -> Result<Template, Vec<Problem>> {
        self.place = Place::Text;
        if source::is_plain(source) {
            // Why: a text that looks nothing up keeps every byte, also a last line break.
            return Ok(Template { pieces: vec![Piece::Raw(Raw::new(source))], reads: Vec::new() });
        }
        let tree = source::text(source).map_err(|problem| vec![problem])?;
        let mut pieces = Vec::new();
        if let ast::Stmt::Template(template) = &tree {
            for child in &template.children {
                match child {
                    ast::Stmt::EmitRaw(raw) => pieces.push(Piece::Raw(Raw::new(raw.raw))),
                    ast::Stmt::EmitExpr(emit) => pieces.extend(self.shown(&emit.expr)),
                    _ => self.tell(Problem::new(ProblemKind::Statement, 0..source.len(), "`{% %}` does not work in texts")),
                }
            }
        }
        let reads = self.finish()?;
        Ok(Template { pieces, reads })
    }

    pub(super) fn condition(mut self, source: &str) -> Result<Compiled, Vec<Problem>> {
        let tree = source::bare(source).map_err(|problem| vec![problem])?;
        let (node, proof) = self.test(&tree);
        let reads = self.finish()?;
        Ok(Compiled { node, reads, if_true: proof.if_true, if_false: proof.if_false })
    }

    pub(super) fn expression(mut self, source: &str) -> Result<(Compiled, Type), Vec<Problem>> {
        let tree = source::bare(source).map_err(|problem| vec![problem])?;
        let typed = self.value(&tree);
        let ty = match typed.kind {
            Kind::Of(ty) if typed.absence == Absence::Never => ty,
            Kind::Of(ty) => Type::Optional(Box::new(ty)),
            Kind::Nothing | Kind::Broken => Type::Optional(Box::new(Type::Text)),
        };
        let reads = self.finish()?;
        Ok((Compiled { node: typed.node, reads, if_true: Vec::new(), if_false: Vec::new() }, ty))
    }

    fn finish(self) -> Result<Vec<SlotName>, Vec<Problem>> {
        if self.problems.is_empty() { Ok(self.reads.into_iter().collect()) } else { Err(self.problems) }
    }

    fn tell(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// One `{{ }}` of a text.
    fn shown(&mut self, expr: &Expr<'_>) -> Option<Piece> {
        let typed = self.value(expr);
        let typed = self.need(typed);
        let Kind::Of(ty) = &typed.kind else {
            if typed.kind == Kind::Nothing {
                self.tell(Problem::new(ProblemKind::WrongType, typed.at, "`none` writes nothing"));
            }
            return None;
        };
        let Some(form) = typing::form(ty) else {
            let message = format!("{} has no wording of its own", typing::described(ty));
            let problem = Problem::new(ProblemKind::WrongType, typed.at, message);
            self.tell(match ty {
                Type::Bool => problem.help("say what yes and no mean: `{{ 'in stock' if x else 'sold out' }}`"),
                Type::List(_) => problem.help("join the items: `{{ x | join(', ') }}`, or count them: `{{ x | length }}`"),
                _ => problem.help("name one of its fields"),
            });
            return None;
        };
        Some(Piece::Shown(form, typed.node))
    }

    /// An expression as a condition.
    fn test(&mut self, expr: &Expr<'_>) -> (Node, Proof) {
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

    /// Lowers something that is reached only where these paths have values.
    fn behind<T>(&mut self, paths: &[Box<str>], lower: impl FnOnce(&mut Self) -> T) -> T {
        if paths.is_empty() {
            return lower(self);
        }
        let outer = self.scope.clone();
        self.scope.prove(paths.iter().map(|path| &**path));
        let lowered = lower(self);
        self.scope = outer;
        lowered
    }

    /// A value as a condition: whether it is there and neither false nor empty.
    fn truth(&mut self, expr: &Expr<'_>) -> (Node, Proof) {
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

    fn chain(&mut self, node: &ast::Compare<'_>) -> (Node, Proof) {
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

    fn compared(&mut self, how: Comparison, left: &Expr<'_>, right: &Expr<'_>) -> (Node, Proof) {
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
        let (left, right) = if is_equality {
            (self.need_set(left), self.need_set(right))
        } else {
            (self.need(left), self.need(right))
        };
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
                problem.into_iter().for_each(|problem| self.tell(problem));
                return (Node::Literal(Value::Bool(false)), Proof::default());
            }
        };
        let node = Node::Compare(how, measure, Box::new(left.node), Box::new(right.node));
        // An inequality holds for what is missing and fails only for what is there.
        (node, if how == Comparison::Unequal { proof.not() } else { proof })
    }

    fn among(&mut self, item: &Expr<'_>, list: &Expr<'_>) -> (Node, Proof) {
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
            let mut common = super::tree::Measure::Text;
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
                        problem.into_iter().for_each(|problem| self.tell(problem));
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

    fn is(&mut self, node: &ast::Test<'_>) -> (Node, Proof) {
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

    /// An expression as a value.
    fn value(&mut self, expr: &Expr<'_>) -> Typed {
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

    fn condition_value(&mut self, expr: &Expr<'_>, at: Range<usize>) -> Typed {
        let (node, _) = self.test(expr);
        Typed::of(Type::Bool, node, at)
    }

    fn literal(&mut self, value: &minijinja::Value, at: Range<usize>) -> Typed {
        match value.kind() {
            ValueKind::None | ValueKind::Undefined => {
                Typed { node: Node::Literal(Value::None), kind: Kind::Nothing, at, absence: Absence::Never, path: None }
            }
            ValueKind::Bool => Typed::of(Type::Bool, Node::Literal(Value::Bool(value.is_true())), at),
            ValueKind::Number => match (value.as_i64(), f64::try_from(value.clone())) {
                (Some(number), _) if value.is_integer() => Typed::of(Type::Integer, Node::Literal(Value::Integer(number)), at),
                (_, Ok(number)) if !value.is_integer() => Typed::of(Type::Decimal, Node::Literal(Value::Decimal(number)), at),
                _ => self.unsupported(at, "this number is too large"),
            },
            ValueKind::String => {
                Typed::of(Type::Text, Node::Literal(Value::from(value.as_str().unwrap_or_default())), at)
            }
            _ => self.unsupported(at, "this cannot be written here"),
        }
    }

    fn list(&mut self, items: &[Expr<'_>], at: Range<usize>) -> Typed {
        let mut kind: Option<Type> = None;
        let mut nodes = Vec::with_capacity(items.len());
        for item in items {
            let item = self.value(item);
            let item = self.need(item);
            let Kind::Of(ty) = item.kind else { return Typed::broken(at) };
            kind = match kind.take() {
                None => Some(ty),
                Some(before) => match typing::joined(&before, &ty) {
                    Some(joined) => Some(joined),
                    None => {
                        let message = format!("a list has items of one type, not {before} and {ty}");
                        return self.wrong(item.at, message);
                    }
                },
            };
            nodes.push(item.node);
        }
        Typed::of(Type::List(Box::new(kind.unwrap_or(Type::Text))), Node::List(nodes.into()), at)
    }

    /// A name, with fields and items after it.
    fn path(&mut self, expr: &Expr<'_>, at: Range<usize>) -> Typed {
        match expr {
            Expr::Var(var) => self.root(var.id, at),
            Expr::GetAttr(node) => {
                let before = self.value(&node.expr);
                let name_at = at.end.saturating_sub(node.name.len())..at.end;
                self.field(before, node.name, name_at, at)
            }
            Expr::GetItem(node) => {
                let before = self.value(&node.expr);
                let index = self.value(&node.subscript_expr);
                match index.node {
                    Node::Literal(Value::Integer(index)) => self.item(before, index, at),
                    Node::Literal(Value::Text(name)) => self.field(before, &name, index.at, at),
                    _ if index.kind == Kind::Broken => Typed::broken(at),
                    _ => self.unsupported(at, "only a number can stand in `[ ]`"),
                }
            }
            _ => Typed::broken(at),
        }
    }

    fn root(&mut self, name: &str, at: Range<usize>) -> Typed {
        let Some(known) = self.scope.known(name) else {
            let message = format!("there is no `{name}` here");
            let problem = Problem::new(ProblemKind::UnknownName, at.clone(), message).meant(name, self.scope.names());
            self.tell(problem);
            return Typed::broken(at);
        };
        let root = SlotName::from(name);
        let node = Node::Path(Path { root: root.clone(), steps: Box::default() });
        let unset = known.presence == Presence::MayBeUnset && !self.scope.is_present(name);
        let ty = self.vocabulary.resolve(&known.ty);
        self.reads.insert(root);
        let absence = if unset { Absence::Unset } else { Absence::Never };
        self.place_at(ty, node, at, absence, name.to_owned())
    }

    /// A part of a value under its path: `or none` is taken off the type and remembered, unless a guard has proved it there.
    fn place_at(&self, ty: Type, node: Node, at: Range<usize>, absence: Absence, path: String) -> Typed {
        let absence = match &ty {
            Type::Optional(_) if !self.scope.is_present(&path) => absence.max(Absence::Declared),
            _ => absence,
        };
        let ty = if let Type::Optional(inner) = ty { *inner } else { ty };
        Typed { node, kind: Kind::Of(ty), at, absence, path: Some(path) }
    }

    fn field(&mut self, before: Typed, name: &str, name_at: Range<usize>, at: Range<usize>) -> Typed {
        let Kind::Of(ty) = &before.kind else { return Typed::broken(at) };
        let (Node::Path(path), Some(written)) = (&before.node, &before.path) else {
            return self.unsupported(at, "only a name can be followed by a field");
        };
        let Type::Record(fields) = ty else {
            let message = format!("`{written}` is {}, which has no fields", typing::described(ty));
            self.tell(Problem::new(ProblemKind::UnknownField, name_at, message));
            return Typed::broken(at);
        };
        let Some(found) = fields.iter().find(|field| field.name == name) else {
            let message = format!("`{written}` has no field `{name}`");
            let known = fields.iter().map(|field| field.name.as_str());
            self.tell(Problem::new(ProblemKind::UnknownField, name_at, message).meant(name, known));
            return Typed::broken(at);
        };
        let steps = path.steps.iter().cloned().chain([Step::Field(name.into())]).collect();
        let node = Node::Path(Path { root: path.root.clone(), steps });
        self.place_at(found.ty.clone(), node, at, before.absence, format!("{written}.{name}"))
    }

    fn item(&mut self, before: Typed, index: i64, at: Range<usize>) -> Typed {
        let (Kind::Of(Type::List(item)), Node::Path(path), Some(written)) = (&before.kind, &before.node, &before.path) else {
            if before.kind == Kind::Broken {
                return Typed::broken(at);
            }
            return self.wrong(at, "only a list has numbered items".to_owned());
        };
        let steps = path.steps.iter().cloned().chain([Step::Item(index)]).collect();
        let node = Node::Path(Path { root: path.root.clone(), steps });
        // Why: no list is known to be long enough.
        let ty = Type::Optional(item.clone());
        self.place_at(ty, node, at, before.absence, format!("{written}[{index}]"))
    }

    fn arithmetic(&mut self, how: Operator, left: &Expr<'_>, right: &Expr<'_>, at: Range<usize>) -> Typed {
        let (left, right) = (self.value(left), self.value(right));
        let (left, right) = (self.need(left), self.need(right));
        let (Kind::Of(left_ty), Kind::Of(right_ty)) = (&left.kind, &right.kind) else {
            return match (&left.kind, &right.kind) {
                (Kind::Broken, _) | (_, Kind::Broken) => Typed::broken(at),
                _ => self.wrong(at, "one cannot compute with `none`".to_owned()),
            };
        };
        match typing::computed(how, left_ty, right_ty) {
            Some((how, ty)) => Typed::of(ty, Node::Arithmetic(how, Box::new(left.node), Box::new(right.node)), at),
            None => {
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
        }
    }

    fn concat(&mut self, left: &Expr<'_>, right: &Expr<'_>, at: Range<usize>) -> Typed {
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

    fn choice(&mut self, node: &ast::IfExpr<'_>, at: Range<usize>) -> Typed {
        let (condition, proof) = self.test(&node.test_expr);
        let then = self.behind(&proof.if_true, |lowering| lowering.value(&node.true_expr));
        let Some(otherwise) = &node.false_expr else {
            return self.wrong(at, "`if` needs an `else`: what stands there otherwise?".to_owned());
        };
        let otherwise = self.behind(&proof.if_false, |lowering| lowering.value(otherwise));
        let absence = then.absence.max(otherwise.absence);
        let Some((kind, then, otherwise)) = self.merged(then, otherwise, &at) else { return Typed::broken(at) };
        let absence = if kind.1 { absence.max(Absence::Declared) } else { absence };
        let node = Node::Choose { condition: Box::new(condition), then: Box::new(then), otherwise: Box::new(otherwise) };
        Typed { node, kind: Kind::Of(kind.0), at, absence, path: None }
    }

    /// Two values that can stand in each other's place: their type, whether one is `none`, and both in that type. In a text
    /// whatever can be written can stand beside anything else that can.
    fn merged(&mut self, left: Typed, right: Typed, at: &Range<usize>) -> Option<((Type, bool), Node, Node)> {
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
        let message =
            format!("one is {} and the other {}", typing::described(left_ty), typing::described(right_ty));
        self.tell(Problem::new(ProblemKind::WrongType, at.clone(), message));
        None
    }

    fn filtered(&mut self, node: &ast::Spanned<ast::Filter<'_>>, at: Range<usize>) -> Typed {
        let Some(inner) = &node.expr else { return self.unsupported(at, "a filter needs something before it") };
        let input = self.value(inner);
        let name_at = filter_name(node, &at);
        let Some(known) = filter::named(node.name) else {
            let message = format!("there is no filter `{}`", node.name);
            let names = filter::ALL.iter().map(|(name, _)| *name);
            self.tell(Problem::new(ProblemKind::UnknownFilter, name_at, message).meant(node.name, names));
            return Typed::broken(at);
        };
        let mut arguments = Vec::with_capacity(node.args.len());
        for argument in &node.args {
            match argument {
                ast::CallArg::Pos(argument) => {
                    let argument = self.value(argument);
                    arguments.push(argument);
                }
                _ => return self.unsupported(at, "arguments have no names here"),
            }
        }
        let (least, most) = known.arguments();
        if !(least..=most).contains(&arguments.len()) {
            let expected = if least == most { format!("{least}") } else { format!("{least} or {most}") };
            let message = format!("`{}` takes {expected} arguments, not {}", node.name, arguments.len());
            return self.wrong(name_at, message);
        }
        if known.is_localized() && self.place == Place::Bare {
            let message = format!("`{}` writes for a customer's language, which only texts have", node.name);
            return self.wrong(name_at, message);
        }
        if known == Filter::Default {
            return self.defaulted(input, arguments, at);
        }
        let mut input = self.need(input);
        let arguments: Vec<Typed> = arguments.into_iter().map(|argument| self.need(argument)).collect();
        if self.place == Place::Text
            && matches!(known, Filter::Upper | Filter::Lower)
            && let Kind::Of(ty @ Type::Entity(_)) = &input.kind
            && let Some(form) = typing::form(ty)
        {
            input = Typed::of(Type::Text, Node::Show(form, Box::new(input.node)), input.at);
        }
        let Kind::Of(ty) = &input.kind else { return Typed::broken(at) };
        let Some(result) = known.result(ty) else {
            let message = format!("`{}` takes {}, and this is {}", node.name, known.takes(), typing::described(ty));
            return self.wrong(input.at, message);
        };
        let known = match (known, ty) {
            (Filter::Join(_), Type::List(item)) => match typing::form(item) {
                Some(form) if self.place == Place::Text || **item == Type::Text => Filter::Join(form),
                _ => return self.wrong(input.at, format!("a list of {item} cannot be joined here")),
            },
            (known, _) => known,
        };
        let takes_number = known == Filter::Round;
        let whole = arguments.iter().all(|argument| argument.kind == Kind::Of(Type::Integer));
        for argument in &arguments {
            let fits = match &argument.kind {
                Kind::Of(Type::Integer) => takes_number,
                Kind::Of(Type::Text) => !takes_number,
                Kind::Broken => true,
                _ => false,
            };
            if !fits {
                let expected = if takes_number { "a whole number" } else { "text" };
                let message = format!("`{}` takes {expected} here, not {}", node.name, argument.kind.described());
                self.tell(Problem::new(ProblemKind::WrongType, argument.at.clone(), message));
            }
        }
        let result = if known == Filter::Round && whole && arguments.is_empty() { Type::Integer } else { result };
        let nodes = arguments.into_iter().map(|argument| argument.node).collect();
        Typed::of(result, Node::Filter(known, Box::new(input.node), nodes), at)
    }

    fn defaulted(&mut self, input: Typed, arguments: Vec<Typed>, at: Range<usize>) -> Typed {
        let Some(other) = arguments.into_iter().next() else { return Typed::broken(at) };
        let other = self.need(other);
        let Some(((ty, _), input, other)) = self.merged(input, other, &at) else { return Typed::broken(at) };
        Typed::of(ty, Node::Filter(Filter::Default, Box::new(input), Box::new([other])), at)
    }

    /// A value that must be there.
    fn need(&mut self, typed: Typed) -> Typed {
        self.needed(typed, Absence::Declared)
    }

    /// A value that must have been set; `none` is a value too.
    fn need_set(&mut self, typed: Typed) -> Typed {
        self.needed(typed, Absence::Unset)
    }

    fn needed(&mut self, mut typed: Typed, from: Absence) -> Typed {
        if typed.absence >= from && self.unset == Unset::IsAnError {
            let name = typed.path.as_deref().unwrap_or("this");
            let message = match typed.absence {
                Absence::Unset => format!("`{name}` may be unset here"),
                _ => format!("`{name}` may be none"),
            };
            let help = match self.place {
                Place::Text => "give another value, `{{ x | default('…') }}`, or reach this only where `when: x` holds",
                Place::Bare => "ask first whether it is there: `x and x > 3`",
            };
            self.tell(Problem::new(ProblemKind::MayBeUnset, typed.at.clone(), message).help(help));
            // Why: said once; what follows from it is no further mistake.
            typed.absence = Absence::Never;
        }
        typed
    }

    fn wrong(&mut self, at: Range<usize>, message: String) -> Typed {
        self.tell(Problem::new(ProblemKind::WrongType, at.clone(), message));
        Typed::broken(at)
    }

    fn unsupported(&mut self, at: Range<usize>, message: &str) -> Typed {
        self.tell(Problem::new(ProblemKind::Unsupported, at.clone(), message));
        Typed::broken(at)
    }
}

/// Bytes of a filter's name; the parser's span of a filter begins with it.
fn filter_name(node: &ast::Spanned<ast::Filter<'_>>, at: &Range<usize>) -> Range<usize> {
    let start = (node.span().start_offset as usize).clamp(at.start, at.end);
    start..(start + node.name.len()).min(at.end)
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
