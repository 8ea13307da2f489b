//! Phrases of symbols, in one tree shared by everything a pack looks for.
//!
//! A phrase is a sequence of symbols; some of its places may be a *group*, which stands for any phrase of that group.
//! The tree is walked from every token of a text, last token first: when a walk comes to a group, all phrases of that
//! group that begin there are known already.
#![allow(clippy::indexing_slicing)] // Why: nodes are numbered here.

use super::edges::{Edge, Edges};
use super::words::Symbol;

/// A place in a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Symbol(Symbol),
    Group(u32),
}

/// What ends at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    Item(u32),
    Group(u32),
}

/// A node of the tree; 0 is the root and, as a target, stands for none.
pub(super) type Node = u32;

/// Phrases, collected.
///
/// Why as they will be walked: a pack has half a million nodes, nearly all of them with one edge, which needs no table.
pub(super) struct PhrasesBuilder {
    /// The first step of each symbol, and of each group.
    roots: Vec<Node>,
    group_roots: Vec<Node>,
    /// By node; that of the root stays empty.
    rows: Vec<NodeRow>,
    /// The edges of nodes with several, and those of groups, whose symbol has [`GROUP_SYMBOL`].
    edges: Edges,
    /// As they come; one may come twice.
    endings: Vec<(Node, Ending)>,
}

/// Phrases, ready to walk.
pub(super) struct Phrases {
    /// The first step of each symbol.
    roots: Box<[Node]>,
    /// The same of each group.
    group_roots: Box<[Node]>,
    nodes: Box<[NodeRow]>,
    /// Edges of nodes with several, and all edges of groups, whose symbol has [`GROUP_SYMBOL`].
    edges: Edges,
    endings: Box<[Ending]>,
}

/// One node: an only edge stands here; several stand among the edges of all.
#[derive(Clone, Copy, Default)]
pub(super) struct NodeRow {
    /// The symbols it goes on with, by [`bit`]: most tokens are told by this that they lead nowhere.
    pub(super) symbols: u64,
    /// The groups it goes on with, by [`bit`].
    pub(super) groups: u64,
    symbol: Symbol,
    next: Node,
    endings: u32,
    ending_count: u16,
    edges: u8,
}

const NO_EDGES: u8 = 0;
const ONE_EDGE: u8 = 1;
const MANY_EDGES: u8 = 2;

impl Default for PhrasesBuilder {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            group_roots: Vec::new(),
            rows: vec![NodeRow::default()],
            edges: Edges::default(),
            endings: Vec::new(),
        }
    }
}

impl PhrasesBuilder {
    pub(super) fn insert(&mut self, steps: &[Step], ending: Ending) {
        let node = steps.iter().fold(0, |node, step| self.next(node, *step));
        self.end(node, ending);
    }

    /// Where a phrase goes on from a node.
    pub(super) fn next(&mut self, node: Node, step: Step) -> Node {
        let Self { roots, group_roots, rows, edges, .. } = self;
        let fresh = rows.len() as Node;
        let row = &mut rows[node as usize];
        let next = match step {
            Step::Symbol(symbol) if node == 0 => first_or(grown(roots, symbol), fresh),
            Step::Group(group) if node == 0 => first_or(grown(group_roots, group), fresh),
            Step::Group(group) => {
                row.groups |= bit(group);
                edges.next_or(node, GROUP_SYMBOL | group, fresh)
            }
            Step::Symbol(symbol) => {
                row.symbols |= bit(symbol);
                match row.edges {
                    NO_EDGES => {
                        (row.symbol, row.next, row.edges) = (symbol, fresh, ONE_EDGE);
                        fresh
                    }
                    ONE_EDGE if row.symbol == symbol => row.next,
                    _ => {
                        if row.edges == ONE_EDGE {
                            edges.next_or(node, row.symbol, row.next);
                            row.edges = MANY_EDGES;
                        }
                        edges.next_or(node, symbol, fresh)
                    }
                }
            }
        };
        if next == fresh {
            rows.push(NodeRow::default());
        }
        next
    }

    /// Where phrases that begin with a group go on, if there are any yet.
    pub(super) fn first(&self, group: u32) -> Option<Node> {
        self.group_roots.get(group as usize).copied().filter(|node| *node != 0)
    }

    /// Lets something end at a node; nothing ends at the root, which is no phrase.
    pub(super) fn end(&mut self, node: Node, ending: Ending) {
        if node != 0 {
            self.endings.push((node, ending));
        }
    }

    pub(super) fn build(self, symbols: usize) -> Phrases {
        let Self { mut roots, group_roots, mut rows, mut edges, endings } = self;
        roots.resize(symbols, 0);
        let mut endings = by_node(rows.len(), endings);
        endings.dedup();
        let mut first = 0;
        for here in endings.chunk_by(|a, b| a.0 == b.0) {
            let row = &mut rows[here[0].0 as usize];
            row.endings = first;
            row.ending_count = here.len().min(u16::MAX.into()) as u16;
            first += here.len() as u32;
        }
        edges.seal();
        Phrases {
            roots: roots.into(),
            group_roots: group_roots.into(),
            nodes: rows.into(),
            edges,
            endings: endings.into_iter().map(|(_, ending)| ending).collect(),
        }
    }
}

impl Phrases {
    /// Where phrases that begin with a symbol go on, 0 if none does.
    #[inline]
    pub(super) fn root(&self, symbol: Symbol) -> Node {
        self.roots[symbol as usize]
    }

    /// Where phrases that begin with a group go on, 0 if none does.
    #[inline]
    pub(super) fn group_root(&self, group: u32) -> Node {
        self.group_roots.get(group as usize).copied().unwrap_or(0)
    }

    /// What is known of a node.
    #[inline]
    pub(super) fn node(&self, node: Node) -> &NodeRow {
        &self.nodes[node as usize]
    }

    /// Where a node goes on with a symbol, 0 if it does not.
    #[inline]
    pub(super) fn next(&self, row: &NodeRow, node: Node, symbol: Symbol) -> Node {
        match row.edges {
            NO_EDGES => 0,
            ONE_EDGE => u32::from(row.symbol == symbol) * row.next,
            _ => self.edges.next(node, symbol),
        }
    }

    /// Where a node goes on with a group, 0 if it does not.
    #[inline]
    pub(super) fn next_group(&self, node: Node, group: u32) -> Node {
        self.edges.next(node, group | GROUP_SYMBOL)
    }

    /// Of the symbols that count, those that stand side by side in some phrase; a pair may come often.
    pub(super) fn pairs(&self, counts: impl Fn(Symbol) -> bool) -> Vec<(Symbol, Symbol)> {
        let ones = (0..).zip(&*self.nodes).filter(|(_, row)| row.edges == ONE_EDGE);
        let ones = ones.map(|(node, row)| Edge { node, symbol: row.symbol, next: row.next });
        let many = self.edges.iter().filter(|edge| edge.symbol & GROUP_SYMBOL == 0);
        let edges: Vec<Edge> = ones.chain(many).filter(|edge| counts(edge.symbol)).collect();
        let mut into: Vec<Symbol> = vec![0; self.nodes.len()];
        let roots = (0..).zip(&*self.roots).filter(|(symbol, _)| counts(*symbol));
        roots.for_each(|(symbol, node)| into[*node as usize] = symbol);
        edges.iter().for_each(|edge| into[edge.next as usize] = edge.symbol);
        into[0] = 0;
        let pairs = edges.into_iter().map(|edge| (into[edge.node as usize], edge.symbol));
        pairs.filter(|(before, _)| *before != 0).collect()
    }

    /// What ends at a node.
    #[inline]
    pub(super) fn endings(&self, row: &NodeRow) -> &[Ending] {
        &self.endings[row.endings as usize..row.endings as usize + row.ending_count as usize]
    }
}

impl NodeRow {
    /// Whether anything ends here.
    #[inline]
    pub(super) fn has_endings(&self) -> bool {
        self.ending_count > 0
    }

    /// Whether it does not go on at all.
    #[cfg(test)]
    fn is_leaf(&self) -> bool {
        self.symbols | self.groups == 0
    }
}

/// Set in the number of a group where it stands in the place of a symbol.
const GROUP_SYMBOL: Symbol = 1 << 31;

/// One bit of a set of symbols, or of groups, that may say yes to one it does not hold.
#[inline]
pub(super) fn bit(number: u32) -> u64 {
    1 << (number % u64::BITS)
}

/// What is told of nodes, node by node and in order.
fn by_node<T: Copy + Ord>(nodes: usize, told: impl IntoIterator<Item = (Node, T)>) -> Vec<(Node, T)> {
    let told: Vec<(Node, T)> = told.into_iter().collect();
    let Some(any) = told.first().copied() else { return told };
    // Why by counting: a pack has half a million edges, and nearly every node one.
    let mut ends = vec![0_u32; nodes];
    told.iter().for_each(|(node, _)| ends[*node as usize] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    let mut sorted = vec![any; told.len()];
    for what in told {
        let place = &mut ends[what.0 as usize];
        *place -= 1;
        sorted[*place as usize] = what;
    }
    sorted.chunk_by_mut(|a, b| a.0 == b.0).filter(|of_node| of_node.len() > 1).for_each(<[_]>::sort_unstable);
    sorted
}

/// The place of a number in a list that grows with it.
fn grown(nodes: &mut Vec<Node>, number: u32) -> &mut Node {
    let at = number as usize;
    if nodes.len() <= at {
        nodes.resize(at + 1, 0);
    }
    &mut nodes[at]
}

/// A node, a fresh one where there was none.
fn first_or(node: &mut Node, fresh: Node) -> Node {
    if *node == 0 {
        *node = fresh;
    }
    *node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_find_what_was_inserted() {
        let mut builder = PhrasesBuilder::default();
        let phrases: [(&[Symbol], u32); 5] = [(&[1], 0), (&[1, 2], 1), (&[1, 3], 2), (&[2, 3, 4], 3), (&[1, 2], 4)];
        for (symbols, item) in phrases {
            let steps: Vec<Step> = symbols.iter().map(|symbol| Step::Symbol(*symbol)).collect();
            builder.insert(&steps, Ending::Item(item));
        }
        builder.insert(&[Step::Symbol(2), Step::Group(7)], Ending::Item(5));
        let phrases = builder.build(5);
        let next = |node: Node, symbol: Symbol| phrases.next(phrases.node(node), node, symbol);
        let endings = |node: Node| phrases.endings(phrases.node(node));
        let one = phrases.root(1);
        assert_eq!(endings(one), [Ending::Item(0)]);
        assert_eq!(endings(next(one, 2)), [Ending::Item(1), Ending::Item(4)]);
        assert_eq!(endings(next(one, 3)), [Ending::Item(2)]);
        assert_eq!(next(one, 4), 0);
        assert_eq!(phrases.root(4), 0);
        let two = phrases.root(2);
        assert_ne!(phrases.node(two).groups, 0);
        assert_eq!(endings(phrases.next_group(two, 7)), [Ending::Item(5)]);
        assert!(phrases.node(next(next(two, 3), 4)).is_leaf());
    }
}
