use std::ops::Range;

use super::Source;
use super::file::File;
use super::node::{Content, Node};
use super::prepare::{bounded, refusal, text};
use super::read::Reader;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::rules::Value;

/// A node of a YAML file that is data, not rules: dialog tests and scripted answers.
///
/// A scalar keeps how it is written, so that `00123456` stays the order number it is.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    place: Place,
    bytes: Range<usize>,
    written: Box<str>,
    content: EntryContent,
}

#[derive(Clone, Debug)]
enum EntryContent {
    Scalar(Value),
    List(Vec<Entry>),
    Map(Vec<(Entry, Entry)>),
}

impl Entry {
    /// Where it stands.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The bytes it takes in its file, all that is in it included; a mark at the file's start does not count.
    pub(crate) fn bytes(&self) -> Range<usize> {
        self.bytes.clone()
    }

    /// Whether nothing stands there.
    pub(crate) fn is_none(&self) -> bool {
        matches!(&self.content, EntryContent::Scalar(value) if value.is_none())
    }

    /// The scalar as it is written; nothing, a list and a map are no text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            EntryContent::Scalar(value) if !value.is_none() => Some(&self.written),
            _ => None,
        }
    }

    /// The scalar as YAML reads it.
    pub(crate) fn scalar(&self) -> Option<&Value> {
        match &self.content {
            EntryContent::Scalar(value) => Some(value),
            _ => None,
        }
    }

    /// The items of a list.
    pub(crate) fn list(&self) -> Option<&[Entry]> {
        match &self.content {
            EntryContent::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map, in order.
    pub(crate) fn map(&self) -> Option<&[(Entry, Entry)]> {
        match &self.content {
            EntryContent::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key of a map.
    pub(crate) fn field(&self, name: &str) -> Option<&Entry> {
        self.map()?.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
    }

    /// All of it as a value, scalars as YAML reads them.
    pub(crate) fn value(&self) -> Value {
        match &self.content {
            EntryContent::Scalar(value) => value.clone(),
            EntryContent::List(items) => Value::List(items.iter().map(Entry::value).collect()),
            EntryContent::Map(entries) => {
                Value::record(entries.iter().filter_map(|(key, value)| Some((key.text()?, value.value()))))
            }
        }
    }
}

/// The documents of a YAML file, `---` between them; empty ones are left out.
///
/// # Errors
/// The first thing that is no UTF-8 or no YAML, is too large or nested too deeply, or stands twice as a key.
pub(crate) fn read_documents(source: &Source) -> Result<Vec<Entry>, Diagnostic> {
    let text = text(source).map_err(|problem| *problem)?;
    let file = File::new(source.name(), text);
    bounded(&file).map_err(|problem| *problem)?;
    let reader = Reader::new(0);
    let mut entries = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let node = reader.read(document).map_err(|error| *refusal(&file, &reader, &error))?;
        if !node.is_null() {
            entries.push(entry(&file, node)?);
        }
    }
    Ok(entries)
}

fn entry(file: &File<'_>, node: Node) -> Result<Entry, Diagnostic> {
    let place = file.place_of(node.origin.node, None);
    let spot = file.marks().spot(node.origin.node);
    let written = spot.map(|spot| spot.written.clone()).unwrap_or_default();
    let bytes = spot.map(|spot| spot.bytes.start..spot.end).unwrap_or_default();
    let content = match node.content {
        Content::Null => EntryContent::Scalar(Value::None),
        Content::Bool(truth) => EntryContent::Scalar(Value::Bool(truth)),
        Content::Integer(number) => EntryContent::Scalar(Value::Integer(number)),
        Content::Decimal(number) => EntryContent::Scalar(Value::Decimal(number)),
        Content::Text(text) => EntryContent::Scalar(Value::Text(text.into())),
        Content::List(items) => {
            EntryContent::List(items.into_iter().map(|item| entry(file, item)).collect::<Result<_, _>>()?)
        }
        Content::Map(pairs) => {
            let mut entries: Vec<(Entry, Entry)> = Vec::with_capacity(pairs.len());
            for (key, value) in pairs {
                let key = entry(file, key)?;
                if let Some((first, _)) = entries.iter().find(|(known, _)| known.text() == key.text()) {
                    let message = format!("`{}` stands here a second time", key.text().unwrap_or_default());
                    let twice = Diagnostic::new(Code::DUPLICATE_KEY, Severity::Error, message).at(key.place.clone());
                    return Err(twice.with_related(first.place.clone(), "it first stands here".to_owned()));
                }
                entries.push((key, entry(file, value)?));
            }
            EntryContent::Map(entries)
        }
    };
    Ok(Entry { place, bytes, written, content })
}
