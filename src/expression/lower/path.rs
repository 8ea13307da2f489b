//! Names, their fields and items.

use std::ops::Range;

use minijinja::machinery::ast::Expr;

use super::Lowering;
use crate::expression::scope::Presence;
use crate::expression::tree::{Node, Path, Step};
use crate::expression::typing::{self, Absence, Kind, Typed};
use crate::expression::{Problem, ProblemKind};
use crate::rules::{SlotName, Type, Value};

impl Lowering<'_> {
    /// A name, with fields and items after it.
    pub(super) fn path(&mut self, expr: &Expr<'_>, at: Range<usize>) -> Typed {
        match expr {
            Expr::Var(var) => self.root(var.id, at),
            Expr::GetAttr(node) => {
                let before = self.value(&node.expr);
                let name_at = at.end.saturating_sub(node.name.len())..at.end;
                self.field(&before, node.name, name_at, at)
            }
            Expr::GetItem(node) => {
                let before = self.value(&node.expr);
                let index = self.value(&node.subscript_expr);
                match index.node {
                    Node::Literal(Value::Integer(index)) => self.item(&before, index, at),
                    Node::Literal(Value::Text(name)) => self.field(&before, &name, index.at, at),
                    _ if index.kind == Kind::Broken => Typed::broken(at),
                    _ => self.unsupported(at, "only a number can stand in `[ ]`"),
                }
            }
            _ => Typed::broken(at),
        }
    }

    pub(super) fn root(&mut self, name: &str, at: Range<usize>) -> Typed {
        let Some(known) = self.scope.known(name) else {
            let message = format!("there is no `{name}` here");
            let problem =
                Problem::new(ProblemKind::UnknownName, at.clone(), message).of(name).meant(name, self.scope.names());
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
    pub(super) fn place_at(&self, ty: Type, node: Node, at: Range<usize>, absence: Absence, path: String) -> Typed {
        let absence = match &ty {
            Type::Optional(_) if !self.scope.is_present(&path) => absence.max(Absence::Declared),
            _ => absence,
        };
        let ty = if let Type::Optional(inner) = ty { *inner } else { ty };
        Typed { node, kind: Kind::Of(ty), at, absence, path: Some(path) }
    }

    pub(super) fn field(&mut self, before: &Typed, name: &str, name_at: Range<usize>, at: Range<usize>) -> Typed {
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

    pub(super) fn item(&mut self, before: &Typed, index: i64, at: Range<usize>) -> Typed {
        let (Kind::Of(Type::List(item)), Node::Path(path), Some(written)) = (&before.kind, &before.node, &before.path)
        else {
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
}
