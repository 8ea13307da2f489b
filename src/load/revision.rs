use super::node::{Content, Node};
use crate::rules::Revision;
use crate::text::Fnv;

/// The content hash of merged rules: independent of files, comments and the order of keys.
pub(super) fn revision(rules: &Node) -> Revision {
    let mut hash = Hash(Fnv::new());
    hash.node(rules);
    Revision(format!("{:016x}", hash.0.value()).into())
}

struct Hash(Fnv);

impl Hash {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.add(bytes);
        // Why: ends what was written, so that `ab`, `c` differs from `a`, `bc`.
        self.0.add(&[0xff]);
    }

    fn node(&mut self, node: &Node) {
        match &node.content {
            Content::Null => self.bytes(b"0"),
            Content::Bool(truth) => self.bytes(if *truth { b"true" } else { b"false" }),
            Content::Integer(number) => self.bytes(&number.to_le_bytes()),
            Content::Decimal(number) => self.bytes(&number.to_bits().to_le_bytes()),
            Content::Text(text) => self.bytes(text.as_bytes()),
            Content::List(items) => {
                self.bytes(b"[");
                for item in items {
                    self.node(item);
                }
                self.bytes(b"]");
            }
            Content::Map(entries) => {
                self.bytes(b"{");
                let mut sorted: Vec<&(Node, Node)> =
                    entries.iter().filter(|(key, _)| key.as_text() != Some("note")).collect();
                sorted.sort_by(|(left, _), (right, _)| left.as_text().cmp(&right.as_text()));
                for (key, value) in sorted {
                    self.node(key);
                    self.node(value);
                }
                self.bytes(b"}");
            }
        }
    }
}
