/// Why a store did not do what it was asked. None of them holds what customers said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another node saved the document in between: load it again.
    #[error("the document was saved by another in between")]
    Conflict,
    /// The document is larger than the store keeps.
    #[error("the document has {bytes} bytes, the store keeps up to {limit}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The most the store keeps.
        limit: usize,
    },
    /// The store is full of documents that are still needed.
    #[error("the store is full: it keeps up to {limit} documents")]
    Full {
        /// The most it keeps.
        limit: usize,
    },
    /// The store cannot be reached or cannot write; trying again later may help.
    #[error("the store cannot be used now: {0}")]
    Unavailable(String),
    /// What the store holds is not what this library wrote: another program's table, a damaged file.
    #[error("the store holds something else: {0}")]
    Damaged(String),
}
