//! What a message denies, and what that takes away.
#![allow(clippy::indexing_slicing)] // Why: per-token tables are sized from the scan, and findings come from the matcher's items.

use std::ops::Range;

use super::finding::{Finding, State};
use super::reading::Reading;
use super::roles::Role;
use super::source::Source;
use crate::matching::{Break, Fit, Item, Target};
use crate::text::{Language, TokenKind};

/// Most negated phrases that are remembered to take their parts away too.
const MOST_NEGATED: usize = 64;
/// Bytes of a word so short that it is an article or a pronoun, listed or not.
const SHORT_WORD: u32 = 2;

/// Points from which a learnt phrase tells what a customer wants: one nat, e times likelier.
const TELLING: f32 = 4.0;

/// A wish is denied from this token on.
pub(super) const DENIED: u8 = 1;
/// A fact is denied from this token on.
const DENIED_FACT: u8 = 2;
/// What stands before is denied.
const DENIED_BEFORE: u8 = 4;

/// Bits of all languages in the marks of a token.
const FUNCTION_WORD: u8 = (1 << Language::ALL.len()) - 1;

impl Reading {
    /// Marks the tokens at which something denied begins.
    pub(super) fn find_denials(&mut self, source: &Source) {
        let tokens = source.scan.tokens();
        self.denied.clear();
        self.denied.resize(tokens.len() + 1, 0);
        self.denials.clear();
        self.denied_after.clear();
        self.inside.clear();
        self.inside.resize(tokens.len() + 1, 0);
        if !source.options.negation.is_on() {
            return;
        }
        for hit in source.scan.hits() {
            let item = source.item(hit);
            let mark = match source.role(item) {
                Some(Role::Negation) => DENIED,
                Some(Role::Factual) => DENIED_FACT,
                Some(Role::NegationAfter) => DENIED_BEFORE,
                _ => continue,
            };
            if self.tongue.withholds_denial(item.language, hit.fit)
                || hit.fit == Fit::Repaired
                || source.is_innocent(hit, mark)
            {
                continue;
            }
            if mark == DENIED_BEFORE {
                if tokens.get(hit.start as usize).is_some_and(|token| token.before <= Break::Space) {
                    self.denied_after.push(hit.start);
                }
                continue;
            }
            if mark == DENIED {
                self.denials.push(hit.start..hit.end);
                // Why: 不想 denies 想退货 and "no quiero" denies "quiero cancelar", though they begin inside the denial.
                for inside in self.inside.iter_mut().take(hit.end as usize).skip(hit.start as usize + 1) {
                    *inside = (*inside).max(hit.end);
                }
            }
            let at = hit.end as usize;
            let unparted = |at: usize| tokens.get(at).is_some_and(|token| token.before <= Break::Space);
            if !unparted(at) {
                continue;
            }
            self.denied[at] |= mark;
            if source.takes_object(hit) {
                // Why: what is not to be done stands behind what it would be done to, 不要把我的订单取消.
                let rest = (at + 1..tokens.len()).take_while(|at| unparted(*at));
                rest.for_each(|at| self.denied[at] |= mark);
                continue;
            }
            // Why: "no lo canceles", "don't you cancel": one function word may stand between.
            let token = &tokens[at];
            let is_short = token.end - token.start <= SHORT_WORD;
            let is_function_word = token.kind == TokenKind::Word && (is_short || token.marks & FUNCTION_WORD != 0);
            if is_function_word && unparted(at + 1) && !source.asks_at(hit.end) {
                self.denied[at + 1] |= mark;
            }
        }
    }

    pub(super) fn is_denied(&self, place: &Range<u32>, target: Target) -> bool {
        let at = place.start as usize;
        let begun_inside = self.inside.get(at).is_some_and(|end| *end > 0 && place.end > *end);
        let mark = self.denied.get(at).copied().unwrap_or(0) | if begun_inside { DENIED } else { 0 };
        match target {
            Target::Keyword(_) | Target::Pattern(_) => mark & DENIED != 0 || self.denied_after.contains(&place.end),
            // Why both: praise is denied by a fact too, "isn't good".
            Target::Lexicon(_) => mark != 0,
            // Why not those learnt: most weights were learnt among denials, and phrases with a denial in them beside them.
            Target::Learned(_) | Target::Unless(_) | Target::LearnedNone | Target::Value { .. } => false,
        }
    }

    /// Whether a pattern's gap has swallowed a denial that its author did not write: `^.{0,4}退` on 不想退.
    pub(super) fn swallows_denial(&self, source: &Source, place: &Range<u32>, item: &Item) -> bool {
        matches!(item.target, Target::Pattern(_))
            && self.denials.iter().any(|denial| {
                let tokens = source.scan.tokens();
                let (Some(first), Some(last)) =
                    (tokens.get(denial.start as usize), tokens.get(denial.end as usize - 1))
                else {
                    return false;
                };
                let words = source.text.get(first.start as usize..last.end as usize).unwrap_or_default();
                place.start <= denial.start && denial.end < place.end && !item.rule.contains(words)
            })
    }

    /// What lies inside a negated phrase of an intent is negated with it, and so is what was learnt for it, all over the clause:
    /// "don't cancel it" holds many a word that asks for cancelling.
    pub(super) fn spread_negation(&mut self, source: &Source) {
        let mut negated = std::mem::take(&mut self.negated);
        negated.clear();
        for finding in &self.findings {
            if finding.state == State::Negated
                && negated.len() < MOST_NEGATED
                && let Some(intent) = finding.intent
                // Why: a pattern whose gap ran over a denial says nothing about what else was found there.
                && self.is_denied(&finding.tokens, deniable(source, finding, &source.matcher.items()[finding.item as usize]))
            {
                negated.push((intent, finding.clause, finding.tokens.clone()));
            }
        }
        self.negated = negated;
        if self.negated.is_empty() {
            return;
        }
        for finding in &mut self.findings {
            if !finding.stands() {
                continue;
            }
            let Some(intent) = finding.intent else { continue };
            let is_learned = matches!(source.matcher.items()[finding.item as usize].target, Target::Learned(_));
            let inside = |(of, clause, place): &(u32, u16, Range<u32>)| {
                let is_inside = place.start <= finding.tokens.start && place.end >= finding.tokens.end;
                *of == intent && (is_inside || (is_learned && *clause == finding.clause))
            };
            if self.negated.iter().any(inside) {
                finding.state = State::Negated;
            }
        }
    }
}

/// What a denial sees of an item: what was learnt for a wish, and tells something, is like a keyword of it.
pub(super) fn deniable(source: &Source, finding: &Finding, item: &Item) -> Target {
    match item.target {
        Target::Learned(intent) if finding.points >= TELLING && source.wishes.binary_search(&intent).is_ok() => {
            Target::Keyword(intent)
        }
        other => other,
    }
}
