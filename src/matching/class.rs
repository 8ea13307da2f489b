//! Sets of characters in patterns.

use std::sync::Arc;

use regex_syntax::hir;

use super::hash::Map;
use super::outline::{ANY_OTHER, Kinds, kind};

/// Most characters of a class beyond ASCII that are told apart.
const MOST_TOLD_APART: u32 = 256;

/// A set of characters.
pub(super) struct Class {
    /// The ASCII characters, as bits.
    pub(super) ascii: u128,
    /// Those beyond ASCII, in order.
    others: Box<[(char, char)]>,
    pub(super) kinds: Kinds,
}

/// The classes of all patterns of a pack, each kept once: that of `\w` alone has 771 ranges.
#[derive(Default)]
pub(super) struct Classes(Map<Vec<(char, char)>, Arc<Class>>);

impl Class {
    fn new(ranges: &[(char, char)]) -> Self {
        let mut ascii = 0;
        for (from, to) in ranges.iter().filter(|(from, _)| from.is_ascii()) {
            (*from as u32..=(*to as u32).min(127)).for_each(|c| ascii |= 1 << c);
        }
        let others = ranges.iter().filter(|(_, to)| !to.is_ascii()).map(|(from, to)| ((*from).max('\u{80}'), *to));
        let others: Box<[(char, char)]> = others.collect();
        let of_ascii = ('\0'..='\x7F').filter(|c| ascii & 1 << *c as u32 != 0);
        let mut kinds = of_ascii.fold(0, |kinds, c| kinds | 1 << kind(c));
        let count = others.iter().fold(0, |count: u32, (from, to)| count.saturating_add(*to as u32 - *from as u32 + 1));
        if count > MOST_TOLD_APART {
            kinds |= ANY_OTHER;
        } else {
            others.iter().flat_map(|(from, to)| *from..=*to).for_each(|c| kinds |= 1 << kind(c));
        }
        Self { ascii, others, kinds }
    }

    /// Whether it has a character beyond ASCII.
    pub(super) fn holds(&self, c: char) -> bool {
        let at = self.others.partition_point(|(_, to)| *to < c);
        self.others.get(at).is_some_and(|(from, _)| *from <= c)
    }
}

impl Classes {
    pub(super) fn of(&mut self, class: &hir::Class) -> Arc<Class> {
        let ranges: Vec<(char, char)> = match class {
            hir::Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
            // INVARIANT: in a pattern that matches text alone, a class of bytes holds ASCII alone.
            hir::Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
        };
        if let Some(known) = self.0.get(&ranges) {
            return Arc::clone(known);
        }
        let class = Arc::new(Class::new(&ranges));
        self.0.insert(ranges, Arc::clone(&class));
        class
    }
}
