/// Where an item of the pack came from: a file and the number of its node in reading order.
///
/// Why: positions are only needed when something is wrong, so the reader counts nodes and the line and column of a node
/// are looked up by one re-read of that file, in the same order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Origin {
    /// Index of the source in the pack, in load order (base pack first).
    pub(crate) file: u16,
    /// Number of the node (keys and values both count) in reading order, from 0.
    pub(crate) node: u32,
}
