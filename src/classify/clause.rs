//! Where a message is cut into clauses.

use std::ops::Range;

use crate::matching::{Break, Scan};
use crate::text::TokenKind;

/// Most clauses of one message; what follows belongs to the last.
pub(super) const MOST_CLAUSES: usize = 16;
/// Chinese characters that must stand on both sides of a space for it to be a comma.
const HAN_BEFORE_SPACE: u32 = 2;

/// A run of tokens between two cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) tokens: Range<u32>,
    /// Whether a question mark ends it.
    pub(super) ends_asking: bool,
}

/// Cuts at marks and before the tokens given, which begin another request.
pub(super) fn cut(scan: &Scan, splits: &[u32], clauses: &mut Vec<Clause>) {
    clauses.clear();
    let tokens = scan.tokens();
    if !scan.has_breaks() && splits.is_empty() {
        if !tokens.is_empty() {
            clauses.push(Clause { tokens: 0..tokens.len() as u32, ends_asking: scan.last_break() == Break::Question });
        }
        return;
    }
    let mut start = 0_u32;
    let mut han = 0_u32;
    for (at, token) in (0_u32..).zip(tokens) {
        let parts = match token.before {
            Break::None => false,
            Break::Space => han >= HAN_BEFORE_SPACE,
            Break::Comma | Break::Stop | Break::Question => true,
        };
        if at > start && (parts || splits.contains(&at)) && clauses.len() + 1 < MOST_CLAUSES {
            clauses.push(Clause { tokens: start..at, ends_asking: token.before == Break::Question });
            start = at;
            han = 0;
        }
        han = if token.kind == TokenKind::Han { han + 1 } else { 0 };
    }
    let end = tokens.len() as u32;
    if end > start {
        clauses.push(Clause { tokens: start..end, ends_asking: scan.last_break() == Break::Question });
    }
}
