//! The edges of a tree of phrases, by the node they leave and the symbol they go on with.
#![allow(clippy::indexing_slicing)] // Why: masks keep places inside.

use super::hash::SPREAD;
use super::phrases::Node;
use super::words::Symbol;

/// Fewest places, as a power of two.
const FEWEST: usize = 16;
/// How many bits tell of a place, as a power of two.
const BITS_A_PLACE: u32 = 2;

/// Edges in a table by open addressing, at most half full.
pub(super) struct Edges {
    places: Vec<Edge>,
    shift: u32,
    count: usize,
    /// What there is, as bits, once all is there: most edges that are asked for are not, and this is small enough to stay at hand.
    bits: Box<[u64]>,
}

/// An edge; a free place leads nowhere.
#[derive(Clone, Copy, Default)]
pub(super) struct Edge {
    pub(super) node: Node,
    pub(super) symbol: Symbol,
    pub(super) next: Node,
}

impl Default for Edges {
    fn default() -> Self {
        Self::of_size(FEWEST)
    }
}

impl Edges {
    fn of_size(size: usize) -> Self {
        let shift = u64::BITS - size.trailing_zeros();
        Self { places: vec![Edge::default(); size], shift, count: 0, bits: Box::default() }
    }

    /// Where a node goes on with a symbol: where it did before, or else to a fresh node.
    pub(super) fn next_or(&mut self, node: Node, symbol: Symbol, fresh: Node) -> Node {
        if self.places.len() < 2 * (self.count + 1) {
            // Why fourfold: to move them all is dear.
            let mut larger = Self::of_size(self.places.len() * 4);
            self.iter().for_each(|edge| larger.insert(edge));
            *self = larger;
        }
        let place = self.place(node, symbol);
        if self.places[place].next == 0 {
            self.places[place] = Edge { node, symbol, next: fresh };
            self.count += 1;
        }
        self.places[place].next
    }

    fn insert(&mut self, edge: Edge) {
        self.next_or(edge.node, edge.symbol, edge.next);
    }

    /// Makes it ready to be asked.
    pub(super) fn seal(&mut self) {
        let mut bits: Box<[u64]> = vec![0; (self.places.len() << BITS_A_PLACE) / 64].into();
        for edge in self.iter() {
            let bit = self.bit(spread(edge.node, edge.symbol));
            bits[bit / 64] |= 1 << (bit % 64);
        }
        self.bits = bits;
    }

    /// Where a node goes on with a symbol, 0 if it does not.
    #[inline]
    pub(super) fn next(&self, node: Node, symbol: Symbol) -> Node {
        let bit = self.bit(spread(node, symbol));
        if self.bits[bit / 64] & 1 << (bit % 64) == 0 {
            return 0;
        }
        self.places[self.place(node, symbol)].next
    }

    /// All edges, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Edge> + '_ {
        self.places.iter().copied().filter(|edge| edge.next != 0)
    }

    /// The place of an edge, or the free one where it would stand.
    #[inline]
    fn place(&self, node: Node, symbol: Symbol) -> usize {
        let mut at = (spread(node, symbol) >> self.shift) as usize;
        loop {
            let edge = &self.places[at];
            if edge.next == 0 || (edge.node == node && edge.symbol == symbol) {
                return at;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }

    #[inline]
    fn bit(&self, spread: u64) -> usize {
        (spread >> (self.shift - BITS_A_PLACE)) as usize
    }
}

/// A number of an edge whose upper bits are well spread.
#[inline]
fn spread(node: Node, symbol: Symbol) -> u64 {
    (u64::from(node) << 32 | u64::from(symbol)).wrapping_mul(SPREAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_lead_where_they_were_let_to() {
        let mut edges = Edges::default();
        for at in 1..500 {
            assert_eq!(edges.next_or(at % 7, at, at), at);
        }
        assert_eq!(edges.next_or(3, 3, 999), 3, "it led somewhere already");
        edges.seal();
        for at in 1..500 {
            assert_eq!(edges.next(at % 7, at), at);
            assert_eq!(edges.next(at % 7 + 1, at), 0);
        }
        assert_eq!(edges.iter().count(), 499);
    }
}
