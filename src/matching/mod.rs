//! Everything a pack can find in a text, found in one pass.
//!
//! In go the keywords, exceptions, entity values, lexicons and patterns of a pack, compiled once; then per message the
//! folded text. Out come hits: which item, where, and how well it fitted. What a hit is worth to an intent is decided in
//! `classify`; this room knows no scores, no clauses and no languages beyond the tag an item carries.
//!
//! - `words` turns the spelling of a token into the words of the rules it may stand for;
//! - `spread` writes a keyword out as phrases, `phrases` holds them all in one tree;
//! - `gate` tells which patterns could match at all, `pattern` compiles one when it first could;
//! - `repair` reads misspelt words, by `spelling` in letters, by `homophone` in characters, by `spacing` in their spaces;
//! - `matcher` is the pass, `scan` what it found and the memory it reuses.

mod gate;
mod hash;
mod hit;
mod homophone;
mod item;
mod matcher;
mod pattern;
mod phrases;
mod repair;
mod scan;
mod spacing;
mod spelling;
mod spread;
mod words;

pub(crate) use hit::{Fit, Hit, ValueHit};
pub(crate) use item::{Item, Target};
pub(crate) use matcher::{Leniency, Matcher, span};
pub(crate) use scan::{Break, Scan};
pub(crate) use spread::{MOST_SPELLINGS, spellings};
