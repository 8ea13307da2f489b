//! Everything a pack can find in a text, found in one pass.
//!
//! In go the keywords, exceptions, entity values, lexicons and patterns of a pack, compiled once; then per message the
//! folded text. Out come hits: which item, where, and how well it fitted. What a hit is worth to an intent is decided in
//! `classify`; this room knows no scores, no clauses and no languages beyond the tag an item carries.

mod hit;

pub(crate) use hit::ValueHit;
