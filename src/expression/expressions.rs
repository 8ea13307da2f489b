use super::conform::Mismatch;
use super::lower::Lowering;
use super::tree::{Compiled, Piece, Template, Values};
use super::vocabulary::Vocabulary;
use super::{Locale, Problem, Scope};
use crate::rules::{ConditionId, Entity, EntityName, ExpressionId, SlotName, TemplateId, Type, Value};
use crate::text::Language;

/// Every text, condition and expression of a pack, compiled; built by `load`, then immutable.
#[derive(Debug, Default)]
pub(crate) struct Expressions {
    vocabulary: Vocabulary,
    templates: Vec<Template>,
    conditions: Vec<Compiled>,
    bare: Vec<Compiled>,
    /// Conditions and bare expressions as they are written, for drawings.
    written: Written,
}

#[derive(Debug, Default)]
struct Written {
    conditions: Vec<Box<str>>,
    bare: Vec<Box<str>>,
}

/// What reading a slot that may be unset means in a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unset {
    /// A mistake of the author, found at load (flows).
    IsAnError,
    /// The comparison that needs it does not hold (escalation, which looks at any session).
    IsFalse,
}

impl Expressions {
    /// An empty store that knows the pack's entities, their values and labels, and the built-in ones.
    pub(crate) fn new<'e>(entities: impl IntoIterator<Item = &'e Entity>) -> Self {
        Self { vocabulary: Vocabulary::new(entities), ..Self::default() }
    }

    /// Compiles a text with `{{ }}`.
    pub(crate) fn template(&mut self, source: &str, scope: &Scope) -> Result<TemplateId, Vec<Problem>> {
        let template = Lowering::new(&self.vocabulary, scope, Unset::IsAnError).template(source)?;
        self.templates.push(template);
        Ok(TemplateId(last(self.templates.len())))
    }

    /// Compiles a bare expression used as a condition.
    pub(crate) fn condition(&mut self, source: &str, scope: &Scope, unset: Unset) -> Result<ConditionId, Vec<Problem>> {
        let condition = Lowering::new(&self.vocabulary, scope, unset).condition(source)?;
        self.conditions.push(condition);
        self.written.conditions.push(source.into());
        Ok(ConditionId(last(self.conditions.len())))
    }

    /// Compiles a bare expression of any type, and says of which. Entities keep their type; a value that may be missing
    /// is `… or none`.
    pub(crate) fn expression(&mut self, source: &str, scope: &Scope) -> Result<(ExpressionId, Type), Vec<Problem>> {
        let (expression, ty) = Lowering::new(&self.vocabulary, scope, Unset::IsAnError).expression(source)?;
        self.bare.push(expression);
        self.written.bare.push(source.into());
        Ok((ExpressionId(last(self.bare.len())), ty))
    }

    /// A condition as it is written.
    pub(crate) fn condition_as_written(&self, condition: ConditionId) -> &str {
        self.written.conditions.get(condition.0 as usize).map_or("", |source| source)
    }

    /// A bare expression as it is written.
    pub(crate) fn expression_as_written(&self, expression: ExpressionId) -> &str {
        self.written.bare.get(expression.0 as usize).map_or("", |source| source)
    }

    /// The scope inside the branch taken when a condition holds: what it tested for is there.
    pub(crate) fn when_holds(&self, condition: ConditionId, scope: &Scope) -> Scope {
        let mut narrowed = scope.clone();
        if let Some(compiled) = self.conditions.get(condition.0 as usize) {
            narrowed.prove(compiled.if_true.iter().map(|path| &**path));
        }
        narrowed
    }

    /// The scope inside the branch taken when a condition does not hold, and after a branch that left.
    pub(crate) fn when_fails(&self, condition: ConditionId, scope: &Scope) -> Scope {
        let mut narrowed = scope.clone();
        if let Some(compiled) = self.conditions.get(condition.0 as usize) {
            narrowed.prove(compiled.if_false.iter().map(|path| &**path));
        }
        narrowed
    }

    /// The names a text reads, sorted, each once.
    pub(crate) fn reads_template(&self, id: TemplateId) -> &[SlotName] {
        self.templates.get(id.0 as usize).map_or(&[], |template| &template.reads)
    }

    /// The names a condition reads, sorted, each once.
    pub(crate) fn reads_condition(&self, id: ConditionId) -> &[SlotName] {
        self.conditions.get(id.0 as usize).map_or(&[], |compiled| &compiled.reads)
    }

    /// The names an expression reads, sorted, each once.
    pub(crate) fn reads_expression(&self, id: ExpressionId) -> &[SlotName] {
        self.bare.get(id.0 as usize).map_or(&[], |compiled| &compiled.reads)
    }

    /// The text itself if it looks nothing up. It is as written: traditional Chinese needs [`Self::render`].
    pub(crate) fn is_literal(&self, id: TemplateId) -> Option<&str> {
        match self.templates.get(id.0 as usize)?.pieces.as_slice() {
            [] => Some(""),
            [Piece::Raw(raw)] => Some(&raw.text),
            _ => None,
        }
    }

    /// Writes a text for a customer; a value that is missing after all leaves nothing.
    pub(crate) fn render(&self, id: TemplateId, values: &dyn Values, locale: &Locale<'_>, out: &mut String) {
        if let Some(template) = self.templates.get(id.0 as usize) {
            template.render(&self.vocabulary, values, locale, out);
        }
    }

    /// Whether a condition holds; one that cannot be computed does not.
    pub(crate) fn holds(&self, id: ConditionId, values: &dyn Values) -> bool {
        self.conditions.get(id.0 as usize).is_some_and(|compiled| compiled.holds(&self.vocabulary, values))
    }

    /// What a condition always is, if it reads nothing.
    pub(crate) fn constant(&self, id: ConditionId) -> Option<bool> {
        struct Nothing;
        impl Values for Nothing {
            fn root(&self, _: &str) -> Option<&Value> {
                None
            }
        }
        let compiled = self.conditions.get(id.0 as usize)?;
        compiled.reads.is_empty().then(|| compiled.holds(&self.vocabulary, &Nothing))
    }

    /// The value of an expression; `Value::None` if it cannot be computed.
    pub(crate) fn value(&self, id: ExpressionId, values: &dyn Values) -> Value {
        self.bare.get(id.0 as usize).map_or(Value::None, |compiled| compiled.value(&self.vocabulary, values))
    }

    /// The value in the canonical form of a declared type, or where it does not fit.
    ///
    /// For everything a host hands in: action results, customer facts, event arguments.
    ///
    /// Whole numbers may come as `3.0`, money as a number or `{amount, currency}`, dates as `2026-03-02`, times as RFC 3339,
    /// an entity's value by name or label (it becomes the name). Fields the type does not declare are dropped.
    pub(crate) fn conforms(&self, value: &Value, ty: &Type) -> Result<Value, Mismatch> {
        self.vocabulary.conform(value, ty, &mut String::new())
    }

    /// What the bot calls a value of an entity; the name itself without a label.
    pub(crate) fn label_of<'a>(&'a self, entity: &EntityName, value: &'a str, language: Language) -> &'a str {
        self.vocabulary.shown(entity.as_str(), value, language)
    }
}

fn last(length: usize) -> u32 {
    // INVARIANT: called right after a push, so there is a last one; a pack has far fewer texts than u32 can count.
    (length - 1) as u32
}
