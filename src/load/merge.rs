use std::collections::BTreeMap;

use super::node::{Content, Node};
use crate::diagnostic::{Code, Finding, Origin};
use crate::text::Language;

/// Where words may stand bare in a file of one language; `*` is any name.
const WORDS_AT: &[&[&str]] = &[
    &["words", "*"],
    &["lexicons", "*"],
    &["texts", "*"],
    &["facts", "*"],
    &["entities", "*", "values", "*"],
    &["intents", "*", "title"],
    &["intents", "*", "keywords"],
    &["intents", "*", "patterns"],
    &["intents", "*", "unless"],
    &["intents", "*", "examples"],
    &["intents", "*", "not_examples"],
    &["intents", "*", "say"],
    &["notices", "*", "say"],
    &["learned", "weights", "*"],
    &["learned", "examples", "*"],
    &["stems", "never"],
    &["consent", "say"],
    &["escalation", "defaults", "say"],
    &["escalation", "reasons", "*", "say"],
    &["escalation", "reasons", "*", "say_closed"],
    &["escalation", "hours", "closed", "say"],
];

/// Writes the language before every bare text and list of a file, so that files of all languages have one shape.
///
/// `is_language_file` tells a file headed `language:` from one whose pack simply has a single language: a bare fact of the
/// latter is a value.
pub(super) fn name_language(root: &mut Node, language: Language, is_language_file: bool) {
    for path in WORDS_AT {
        if is_language_file || path.first() != Some(&"facts") {
            walk(root, path, language);
        }
    }
}

fn walk(node: &mut Node, path: &[&str], language: Language) {
    let Some((step, rest)) = path.split_first() else {
        return wrap(node, language);
    };
    let Content::Map(entries) = &mut node.content else { return };
    for (key, value) in entries {
        if *step == "*" || key.as_text() == Some(*step) {
            walk(value, rest, language);
        }
    }
}

fn wrap(node: &mut Node, language: Language) {
    if let Content::Map(entries) = &node.content {
        let speaks = |(key, value): &(Node, Node)| {
            key.as_text().is_some_and(|name| {
                matches!(name, "any" | "text" | "since" | "until" | "show")
                    || name.split(['@', '-']).next().and_then(Language::from_code).is_some()
                    || (name.len() == 2 && !value.is_null())
            })
        };
        if entries.is_empty() || entries.iter().any(speaks) {
            return;
        }
    }
    if node.is_null() {
        return;
    }
    let origin = node.origin;
    let bare = std::mem::replace(node, Node::new(origin, Content::Null));
    let key = Node::new(origin, Content::Text(language.code().into()));
    node.content = Content::Map(vec![(key, bare)]);
}

/// Reports keys that stand twice in a map, and keeps the first.
pub(super) fn drop_duplicates(node: &mut Node, findings: &mut Vec<Finding>) {
    match &mut node.content {
        Content::List(items) => {
            for item in items {
                drop_duplicates(item, findings);
            }
        }
        Content::Map(entries) => {
            let mut seen: BTreeMap<Box<str>, Origin> = BTreeMap::new();
            entries.retain(|(key, _)| {
                let name: Box<str> = match &key.content {
                    Content::Text(text) => text.clone(),
                    Content::Integer(number) => number.to_string().into(),
                    Content::Decimal(number) => number.to_string().into(),
                    Content::Bool(truth) => truth.to_string().into(),
                    _ => return true,
                };
                if let Some(first) = seen.get(&name) {
                    let message = format!("`{name}` stands twice in this map");
                    findings.push(
                        Finding::error(Code::DUPLICATE_KEY, key.origin, message)
                            .related(*first, "first here")
                            .help("join the two values, or remove one"),
                    );
                    return false;
                }
                seen.insert(name, key.origin);
                true
            });
            for (_, value) in entries {
                drop_duplicates(value, findings);
            }
        }
        _ => {}
    }
}

/// What happens when both sides give the same leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// Files of one pack: a mistake.
    IsAnError,
    /// A pack over the base pack: the pack's wins, and its word lists add to those of the base pack.
    Overrides,
}

/// Word lists of a pack that add to those of the base pack; of the same phrase the pack's weight counts.
const ADD_UP: &[&[&str]] = &[&["lexicons", "*", "*"], &["stems", "never", "*"]];

fn adds_up(path: &[Box<str>]) -> bool {
    ADD_UP.iter().any(|known| {
        known.len() == path.len() && known.iter().zip(path).all(|(step, name)| *step == "*" || **step == **name)
    })
}

/// Puts the phrases of two lists into one; a phrase of both is the second's.
fn add_phrases(into: &mut Node, from: Node) {
    let added = phrases(from);
    let is_added = |node: &Node| phrase(node).is_some_and(|text| added.iter().any(|item| phrase(item) == Some(text)));
    let known = phrases(std::mem::replace(into, Node::new(into.origin, Content::Null)));
    let mut all: Vec<Node> = known.into_iter().filter(|item| !is_added(item)).collect();
    all.extend(added);
    into.content = Content::List(all);
}

/// The items of a list of phrases, however it is written: a list, a map of weights, a single phrase.
fn phrases(node: Node) -> Vec<Node> {
    let origin = node.origin;
    match node.content {
        Content::List(items) => items,
        Content::Map(entries) => {
            let item = |(key, value): (Node, Node)| {
                if value.is_null() { key } else { Node::new(key.origin, Content::Map(vec![(key, value)])) }
            };
            entries.into_iter().map(item).collect()
        }
        content => vec![Node::new(origin, content)],
    }
}

/// The text of an item, without its weight.
fn phrase(item: &Node) -> Option<&str> {
    match &item.content {
        Content::Map(entries) => entries.first().and_then(|(key, _)| key.as_text()),
        _ => item.as_text(),
    }
}

/// Adds a tree to another, leaf by leaf.
pub(super) fn merge(
    into: &mut Node,
    from: Node,
    meeting: Meeting,
    path: &mut Vec<Box<str>>,
    findings: &mut Vec<Finding>,
) {
    let Content::Map(known) = &mut into.content else { return };
    let Content::Map(added) = from.content else { return };
    let mut index: BTreeMap<Box<str>, usize> =
        known.iter().enumerate().filter_map(|(at, (key, _))| Some((key.as_text()?.into(), at))).collect();
    for (key, value) in added {
        let Some(name) = key.as_text().map(Box::<str>::from) else {
            known.push((key, value));
            continue;
        };
        let Some((known_key, there)) = index.get(&name).and_then(|at| known.get_mut(*at)) else {
            index.insert(name, known.len());
            known.push((key, value));
            continue;
        };
        if value.is_null() {
            continue;
        }
        path.push(name);
        // Why: `{text: name}` and own words are two ways to say one thing, no two halves of it.
        let mergeable = there.as_map().is_some() && value.as_map().is_some() && there.has("text") == value.has("text");
        if meeting == Meeting::Overrides && adds_up(path) {
            add_phrases(there, value);
        } else if mergeable {
            merge(there, value, meeting, path, findings);
        } else if meeting == Meeting::Overrides || there.is_null() {
            *there = value;
            *known_key = key;
        } else {
            findings.push(
                Finding::error(Code::DUPLICATE, key.origin, format!("`{}` is given twice", path.join(".")))
                    .related(known_key.origin, "first here")
                    .help("remove one of the two; lists and texts of one language are not joined"),
            );
        }
        path.pop();
    }
}
