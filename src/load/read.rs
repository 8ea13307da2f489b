use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::node::{Content, Node};
use crate::diagnostic::Origin;

/// Deepest nesting of maps and lists.
pub(super) const DEEPEST: usize = 48;

/// What the reader itself finds wrong; everything else is a YAML error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    TooDeep,
    Tag,
}

/// Reads one YAML document into nodes, numbering them in reading order.
pub(super) struct Reader {
    file: u16,
    next: Cell<u32>,
    /// Why it gave up, and at which node.
    refused: Cell<Option<(Refusal, u32)>>,
}

impl Reader {
    pub(super) fn new(file: u16) -> Self {
        Self { file, next: Cell::new(0), refused: Cell::new(None) }
    }

    pub(super) fn refused(&self) -> Option<(Refusal, u32)> {
        self.refused.get()
    }

    /// The root node of a document.
    pub(super) fn read<'de, D: Deserializer<'de>>(&self, document: D) -> Result<Node, D::Error> {
        Seed { reader: self, depth: 0 }.deserialize(document)
    }

    fn number(&self) -> Origin {
        let node = self.next.get();
        self.next.set(node + 1);
        Origin { file: self.file, node }
    }

    fn refuse(&self, why: Refusal, node: u32) {
        if self.refused.get().is_none() {
            self.refused.set(Some((why, node)));
        }
    }
}

struct Seed<'r> {
    reader: &'r Reader,
    depth: usize,
}

impl Seed<'_> {
    fn leaf(&self, content: Content) -> Node {
        Node::new(self.reader.number(), content)
    }

    fn inner(&self) -> Self {
        Seed { reader: self.reader, depth: self.depth + 1 }
    }

    fn enter<E: serde::de::Error>(&self, origin: Origin) -> Result<(), E> {
        if self.depth < DEEPEST {
            return Ok(());
        }
        self.reader.refuse(Refusal::TooDeep, origin.node);
        Err(E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rules")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(self.leaf(Content::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(self.leaf(Content::Null))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(self.leaf(Content::Bool(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(self.leaf(Content::Integer(number)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(self.leaf(i64::try_from(number).map_or(Content::Decimal(number as f64), Content::Integer)))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Node, E> {
        Ok(self.leaf(Content::Decimal(number as f64)))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Node, E> {
        Ok(self.leaf(Content::Decimal(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(self.leaf(Content::Decimal(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(self.leaf(Content::Text(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let origin = self.reader.number();
        self.enter(origin)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner())? {
            list.push(item);
        }
        Ok(Node::new(origin, Content::List(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let origin = self.reader.number();
        self.enter(origin)?;
        let mut map = Vec::new();
        while let Some(key) = entries.next_key_seed(self.inner())? {
            let value = entries.next_value_seed(self.inner())?;
            map.push((key, value));
        }
        Ok(Node::new(origin, Content::Map(map)))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        // Why: a tag is no node of its own; the content would get the number that is next.
        self.reader.refuse(Refusal::Tag, self.reader.next.get());
        let ((), content) = tagged.variant_seed(TagName)?;
        let _ = content.newtype_variant_seed(self.inner());
        Err(A::Error::custom("a tag"))
    }
}

/// Skips the name of a tag.
struct TagName;

impl<'de> DeserializeSeed<'de> for TagName {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(serde::de::IgnoredAny).map(|_| ())
    }
}
