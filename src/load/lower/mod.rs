//! From merged nodes to the rule model: every check that one place of a pack can fail is made here.
//!
//! In comes the merged tree of all files; out go rules, compiled texts and conditions, and findings. A faulty item is
//! reported and left out, so that the next one is checked too.

mod action;
mod ask;
mod call;
mod channel;
mod confirm;
mod conversation;
mod entity;
mod escalation;
mod fact;
mod flow;
mod hours;
mod intent;
mod keyword;
mod language;
mod names;
mod pattern;
mod phrases;
mod presence;
mod program;
mod shape;
mod slip;
mod step;
mod types;
mod word;

use std::sync::OnceLock;

use super::file::Files;
use super::keys;
use super::node::Node;
use super::revision::revision;
use crate::diagnostic::{Code, Finding};
use crate::expression::{Expressions, Presence, Scope};
use crate::rules::{Field, Languages, Pack, Type};
use names::Names;

pub(super) use language::declared;
pub(crate) use shape::parse_duration;

/// What is known and made while a pack is lowered.
pub(super) struct Lowering<'f> {
    files: &'f Files<'f>,
    rules: &'f Node,
    findings: Vec<Finding>,
    languages: Languages,
    /// The language of each file's header.
    headers: &'f [Option<crate::text::Language>],
    names: Names,
    expressions: Expressions,
    /// The bot's own words: the texts of the base pack.
    own_texts: std::collections::BTreeSet<Box<str>>,
    /// Texts used by `{text: name}`.
    used_texts: std::collections::BTreeSet<Box<str>>,
    /// Slots that an unknown action would have filled: what reads them is not to blame.
    unfilled: std::collections::BTreeSet<Box<str>>,
    /// Numeric facts of the pack, for texts that repeat them.
    numbers: Vec<(Box<str>, Box<str>)>,
    next_words: u32,
}

/// What lowering gives.
pub(super) struct Lowered {
    pub(super) pack: Pack,
    pub(super) expressions: Expressions,
    pub(super) findings: Vec<Finding>,
}

impl<'f> Lowering<'f> {
    pub(super) fn new(
        files: &'f Files<'f>,
        rules: &'f Node,
        languages: Languages,
        headers: &'f [Option<crate::text::Language>],
        own_texts: std::collections::BTreeSet<Box<str>>,
        findings: Vec<Finding>,
    ) -> Self {
        Self {
            files,
            rules,
            findings,
            languages,
            headers,
            names: Names::default(),
            expressions: Expressions::new(&[]),
            own_texts,
            used_texts: std::collections::BTreeSet::new(),
            unfilled: std::collections::BTreeSet::new(),
            numbers: Vec::new(),
            next_words: 0,
        }
    }

    /// Lowers everything. The pack is only fit for use if no finding is an error.
    pub(super) fn lower(mut self) -> Lowered {
        let rules = self.rules;
        self.names = Names::of(rules);
        let fields = self.fields(rules, &keys::FILE);
        let version = self.version(&fields);
        let thresholds = self.thresholds(fields.get("thresholds"));
        let session = self.lifetimes(fields.get("session"));
        let groups = self.groups(fields.get("words"));
        let entities = self.entities(fields.get("entities"));
        let channels = self.channels(fields.get("channels"));
        let lists = conversation::lists(&channels);
        self.expressions = Expressions::new(entities.iter().chain(&lists));
        let customer = fields.get("customer").map_or_else(Vec::new, |node| self.type_fields(node));
        let facts = self.facts(fields.get("facts"));
        let actions = self.actions(fields.get("actions"));
        let mut scope = Scope::new();
        scope.declare("facts", Type::Record(Self::fact_fields(&facts)), Presence::Set);
        scope.declare("customer", Type::Record(optional(&customer)), Presence::Set);
        conversation::declare(&mut scope, &channels);
        let (flows, every_slot) = self.flows(fields.get("flows"), &scope, &actions, &entities);
        self.check_proofs(&actions, &flows, &customer);
        let intents = self.intents(fields.get("intents"), &scope, &flows, &entities);
        let notices = self.notices(fields.get("notices"), &scope);
        let escalation = self.escalation(fields.get("escalation"), &scope, &every_slot);
        self.check_confirms(&flows, &intents, &actions);
        let lexicons = self.lexicons(fields.get("lexicons"));
        let stems = self.stems(fields.get("stems"));
        let consent = self.consent(fields.get("consent"), &scope);
        let learned = self.learned(fields.get("learned"), &intents);
        let texts = self.texts(fields.get("texts"), &scope, &every_slot);
        let pack = Pack {
            revision: revision(rules),
            version,
            languages: self.languages.clone(),
            thresholds,
            session,
            facts,
            customer,
            groups,
            entities,
            intents,
            places: OnceLock::new(),
            notices,
            actions,
            flows,
            escalation,
            texts,
            lexicons,
            stems,
            channels,
            consent,
            learned,
        };
        Lowered { pack, expressions: self.expressions, findings: self.findings }
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn error(&mut self, code: Code, node: &Node, message: impl Into<String>) {
        self.report(Finding::error(code, node.origin, message));
    }
}

/// What the host may tell about a customer, it may also leave out.
fn optional(fields: &[Field]) -> Vec<Field> {
    fields
        .iter()
        .map(|field| match &field.ty {
            Type::Optional(_) => field.clone(),
            ty => Field { name: field.name.clone(), ty: Type::Optional(Box::new(ty.clone())) },
        })
        .collect()
}
