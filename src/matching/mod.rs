//! Everything a pack can find in a text, found in one pass.
//!
//! In go the keywords, exceptions, entity values, lexicons and patterns of a pack, compiled once; then per message the
//! folded text. Out come hits: which item, where, and how well it fitted. What a hit is worth to an intent is decided in
//! `classify`; this room knows no scores, no clauses and no languages beyond the tag an item carries.
//!
//! - `word_key` reads a word as a number, `words` turns it into the words of the rules it may stand for;
//! - `spread` writes a keyword out as phrases, `phrases` holds them all in one tree, with its `edges`;
//! - `cut` parts a text into tokens;
//! - `repair` reads misspelt words, by `spelling` in letters, by `homophone` in characters, by `spacing` in their spaces;
//! - `gate` tells which patterns could match at all, by the literals a `sieve` finds, and `ends` where a match must begin or end;
//!   `maker` makes a pattern steps, with its `class`es of characters, and `program` goes them by the `outline` of a text; `pattern` is all
//!   of this of one;
//! - `matcher` is the pass, `scan` what it found and the memory it reuses.

mod class;
mod cut;
mod edges;
mod ends;
mod gate;
mod hash;
mod hit;
mod homophone;
mod item;
mod maker;
mod matcher;
mod outline;
mod pattern;
mod phrases;
mod program;
mod repair;
mod scan;
mod sieve;
mod spacing;
mod spelling;
mod spread;
mod word_key;
mod words;

pub(crate) use hit::{Fit, Hit, ValueHit};
pub(crate) use item::{Item, Target};
pub(crate) use matcher::{Leniency, Matcher, span};
pub(crate) use program::Search;
pub(crate) use scan::{Break, Scan};
pub(crate) use spread::{MOST_SPELLINGS, spellings};
