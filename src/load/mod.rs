//! YAML in, rules out: reads a pack's files, merges them leaf by leaf over the base pack, and lowers them into the typed
//! model, with every problem at its line.
//!
//! The way of a file: `source` (a name and bytes) → `read` (`serde_yaml` through an own visitor into `node`, which keeps order
//! and duplicates and numbers every node) → `merge` → `lower` (rules, compiled texts, findings). Nothing has positions until
//! a finding needs one; then `marks` re-reads that file once, with an event parser that numbers nodes alike.
//!
//! Only this room names `serde_yaml`. It knows nothing of sessions or messages.

mod document;
mod error;
mod file;
mod folder;
mod keys;
mod lower;
mod marks;
mod merge;
mod node;
mod prepare;
mod read;
mod revision;
mod schema;
mod source;
mod syntax;

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Finding, Origin, Place, Severity};
use crate::expression::Expressions;
use crate::rules::Pack;
use crate::text::Language;

pub(crate) use document::{Entry, read_documents};
pub use error::{LoadError, LoadErrorKind};
pub(crate) use folder::read_dir;
pub(crate) use lower::parse_duration;
pub use schema::schema;
pub use source::Source;
pub(crate) use source::base_sources;

use file::Files;
use merge::{Meeting, drop_duplicates, merge, name_language};
use node::{Content, Node};
use prepare::Prepared;

/// A pack that can be used.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) pack: Arc<Pack>,
    pub(crate) expressions: Expressions,
    /// Sorted by file and line.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Loads a pack over the base pack.
///
/// # Errors
/// If there is nothing to load, or with every error and warning at once.
pub(crate) fn load(sources: &[Source]) -> Result<Loaded, LoadError> {
    load_and(sources, |_, _| Vec::new())
}

/// Like [`load`], with further checks over the finished rules, whose findings join the warnings.
pub(crate) fn load_and(
    sources: &[Source],
    checks: impl FnOnce(&Arc<Pack>, &Expressions) -> Vec<Finding>,
) -> Result<Loaded, LoadError> {
    if sources.is_empty() {
        return Err(LoadError::empty("there are no rules to load"));
    }
    let base = base_sources();
    let Prepared { files, roots, mut diagnostics, findings } = prepare::prepare(&base, sources);
    let is_whole = diagnostics.is_empty();
    let outcome = assemble(&files, roots, findings);
    let mut findings = outcome.findings;
    let pack = Arc::new(outcome.pack);
    if is_whole && !findings.iter().any(|finding| finding.severity == Severity::Error) {
        // Why: what the base pack says is no shop's to change.
        let is_own = |finding: &Finding| !files.is_base(finding.origin);
        findings.extend(checks(&pack, &outcome.expressions).into_iter().filter(is_own));
    }
    if !is_whole {
        // Why: what a file defines that could not be read is missing everywhere else; only that file is to blame.
        findings.retain(|finding| finding.severity == Severity::Error && !depends_on_others(finding.code));
    }
    diagnostics.extend(files.locate(findings));
    diagnostics.sort_by(|left, right| left.sort_key().cmp(&right.sort_key()));
    if diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error) {
        return Err(LoadError::faulty(diagnostics));
    }
    Ok(Loaded { pack, expressions: outcome.expressions, warnings: diagnostics })
}

/// Where nodes of a pack stand; those of the base pack are left out.
///
/// # Errors
/// As [`load`].
pub(crate) fn places<T>(
    sources: &[Source],
    wanted: impl FnOnce(&Pack) -> Vec<(Origin, T)>,
) -> Result<Vec<(Place, T)>, LoadError> {
    let base = base_sources();
    let Prepared { files, roots, diagnostics, findings } = prepare::prepare(&base, sources);
    if !diagnostics.is_empty() {
        return Err(LoadError::faulty(diagnostics));
    }
    let outcome = assemble(&files, roots, findings);
    let own = wanted(&outcome.pack).into_iter().filter(|(origin, _)| !files.is_base(*origin));
    Ok(own.filter_map(|(origin, what)| Some((files.file(origin)?.place_of(origin.node, None), what))).collect())
}

fn depends_on_others(code: Code) -> bool {
    (500..700).contains(&code.0)
        || matches!(
            code,
            Code::WHICH_LANGUAGE
                | Code::MISSING
                | Code::UNKNOWN_GROUP
                | Code::NO_ASK
                | Code::ARGUMENT
                | Code::ARGUMENT_TYPE
        )
}

/// Merges the files and lowers them.
fn assemble(files: &Files<'_>, roots: Vec<Node>, mut findings: Vec<Finding>) -> lower::Lowered {
    let mut headers: Vec<Option<Language>> = Vec::with_capacity(roots.len());
    for root in &roots {
        headers.push(root.field("language").and_then(Node::as_text).and_then(Language::from_code));
    }
    let mut base = empty();
    let mut own = empty();
    let mut used: Vec<Language> = Vec::new();
    let mut own_roots = Vec::new();
    for (index, mut root) in roots.into_iter().enumerate() {
        drop_duplicates(&mut root, &mut findings);
        let header = headers.get(index).copied().flatten();
        if let Some(language) = header {
            name_language(&mut root, language, true);
        }
        let Content::Map(entries) = &mut root.content else { continue };
        entries.retain(|(key, _)| !matches!(key.as_text(), Some("kefu" | "language" | "note")));
        if files.is_base(root.origin) {
            merge(&mut base, root, Meeting::IsAnError, &mut Vec::new(), &mut findings);
        } else {
            languages_used(&root, &mut used);
            own_roots.push((header, root));
        }
    }
    used.sort();
    used.dedup();
    let declaring = own_roots.iter().find(|(_, root)| root.has("languages")).map(|(_, root)| root);
    let languages = lower::declared(declaring.unwrap_or(&base), &used);
    for (header, mut root) in own_roots {
        if let ([only], None) = (languages.all.as_slice(), header) {
            name_language(&mut root, *only, false);
        }
        merge(&mut own, root, Meeting::IsAnError, &mut Vec::new(), &mut findings);
    }
    let texts = base.field("texts").and_then(Node::as_map).unwrap_or_default();
    let own_texts = texts.iter().filter_map(|(key, _)| key.as_text().map(Box::from)).collect();
    merge(&mut base, own, Meeting::Overrides, &mut Vec::new(), &mut findings);
    lower::Lowering::new(files, &base, languages, &headers, own_texts, findings).lower()
}

fn empty() -> Node {
    Node::new(Origin::default(), Content::Map(Vec::new()))
}

/// Languages that words of a tree are given in.
fn languages_used(node: &Node, used: &mut Vec<Language>) {
    match &node.content {
        Content::Map(entries) => {
            for (key, value) in entries {
                let name = key.as_text().unwrap_or_default();
                // Why by its length first: most keys are no languages, and there are many.
                let is_code = matches!(name.as_bytes().get(2), None | Some(b'@' | b'-'));
                used.extend(name.get(..2).filter(|_| is_code).and_then(Language::from_code));
                languages_used(value, used);
            }
        }
        Content::List(items) => items.iter().for_each(|item| languages_used(item, used)),
        _ => {}
    }
}
