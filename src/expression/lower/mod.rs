//! From minijinja's tree to ours: names resolved against the scope, types checked, every mistake collected.
//!
//! One file per kind of expression; [`super::typing`] knows which types go together.

mod condition;
mod filtered;
mod path;
mod value;

use std::collections::BTreeSet;
use std::ops::Range;

use minijinja::machinery::ast::{self, Expr};

use super::scope::Scope;
use super::tree::{Compiled, Piece, Raw, Template};
use super::typing::{self, Absence, Kind, Typed};
use super::vocabulary::Vocabulary;
use super::{Problem, ProblemKind, Unset, source};
use crate::rules::{SlotName, Type};

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
                    _ => self.tell(Problem::new(
                        ProblemKind::Statement,
                        0..source.len(),
                        "`{% %}` does not work in texts",
                    )),
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

    fn tell_if(&mut self, problem: Option<Problem>) {
        if let Some(problem) = problem {
            self.tell(problem);
        }
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
                Type::List(_) => {
                    problem.help("join the items: `{{ x | join(', ') }}`, or count them: `{{ x | length }}`")
                }
                _ => problem.help("name one of its fields"),
            });
            return None;
        };
        Some(Piece::Shown(form, typed.node))
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
