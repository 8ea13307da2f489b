use super::scope::Scope;
use super::tree::{Compiled, Piece, Raw, Template};
use super::vocabulary::Vocabulary;
use super::{Problem, ProblemKind, Unset};
use crate::rules::Type;

pub(super) struct Lowering;

impl Lowering {
    pub(super) fn new(_: &Vocabulary, _: &Scope, _: Unset) -> Self {
        Self
    }
    pub(super) fn template(self, source: &str) -> Result<Template, Vec<Problem>> {
        Ok(Template { pieces: vec![Piece::Raw(Raw::new(source))], reads: Vec::new() })
    }
    pub(super) fn condition(self, source: &str) -> Result<Compiled, Vec<Problem>> {
        Err(vec![Problem::new(ProblemKind::Unsupported, 0..source.len(), "conditions are not compiled yet")])
    }
    pub(super) fn expression(self, source: &str) -> Result<(Compiled, Type), Vec<Problem>> {
        Err(vec![Problem::new(ProblemKind::Unsupported, 0..source.len(), "expressions are not compiled yet")])
    }
}
