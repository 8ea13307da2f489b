//! From the hits of a scan to findings: each in its clause, with what takes it away.
#![allow(clippy::indexing_slicing)] // Why: per-token and per-item tables are sized from the scan and the matcher at the start.

use std::ops::Range;

use super::clause::{self, Clause};
use super::denial::deniable;
use super::finding::{Finding, State};
use super::likeness::Likeness;
use super::roles::Role;
use super::score;
use super::source::{LONGEST_HIT, Source};
use super::tongue::Tongue;
use crate::matching::{Break, Fit, Item, Search, Target};

/// Findings of one message and the tables they are made with.
#[derive(Clone, Default)]
pub(super) struct Reading {
    pub(super) clauses: Vec<Clause>,
    /// By clause, place and item.
    pub(super) findings: Vec<Finding>,
    pub(super) tongue: Tongue,
    /// Tokens at which a question word begins, or a wish or a command.
    asking: Vec<u32>,
    wishing: Vec<u32>,
    splits: Vec<u32>,
    /// Tokens at which a phrase begins that announces another request.
    openings: Vec<u32>,
    /// Words that may join two requests: "and".
    pub(super) joints: Vec<Range<u32>>,
    whole_words: Vec<Range<u32>>,
    pub(super) denied: Vec<u8>,
    /// Tokens at which a denial of what stands right before them begins.
    pub(super) denied_after: Vec<u32>,
    /// For each token inside a denial of a wish, but not its first, where that denial ends.
    pub(super) inside: Vec<u32>,
    /// The denials of a wish, as tokens.
    pub(super) denials: Vec<Range<u32>>,
    /// Intent, clause and place.
    pub(super) negated: Vec<(u32, u16, Range<u32>)>,
    /// Per item: the round in which it was last counted, and by which finding.
    counted: Vec<(u32, u32)>,
    round: u32,
    search: Search,
}

impl Reading {
    pub(super) fn read(&mut self, source: &Source, tongue: Tongue) {
        self.tongue = tongue;
        self.find_structure(source);
        self.find_denials(source);
        self.collect(source);
        self.collect_patterns(source);
        self.spread_negation(source);
    }

    /// Whether a clause asks, by its marks or words.
    pub(super) fn is_question(&self, clause: usize) -> bool {
        self.clauses.get(clause).is_some_and(|clause| clause.ends_asking || holds(&self.asking, &clause.tokens))
    }

    /// Whether a clause asks for something, as a question, a wish or a command; what does not only tells.
    pub(super) fn asks(&self, clause: usize) -> bool {
        self.is_question(clause) || self.clauses.get(clause).is_some_and(|clause| holds(&self.wishing, &clause.tokens))
    }

    /// Whether a clause says of itself that it is about something else: "another thing".
    pub(super) fn starts_anew(&self, clause: usize) -> bool {
        self.clauses.get(clause).is_some_and(|clause| self.openings.binary_search(&clause.tokens.start).is_ok())
    }

    /// Of findings of the same item in the same clause the best counts, and the others are marked.
    pub(super) fn count_once(&mut self, items: usize, clause: Range<usize>) {
        self.counted.resize(items, (0, 0));
        self.round += 1;
        for index in clause {
            if !self.findings[index].stands() {
                continue;
            }
            let item = self.findings[index].item as usize;
            let (round, earlier) = self.counted[item];
            if round != self.round {
                self.counted[item] = (self.round, index as u32);
            } else if self.findings[index].points > self.findings[earlier as usize].points {
                self.findings[earlier as usize].state = State::Repeated;
                self.counted[item].1 = index as u32;
            } else {
                self.findings[index].state = State::Repeated;
            }
        }
    }

    /// Long words that hide others, and the cuts between clauses.
    fn find_structure(&mut self, source: &Source) {
        self.whole_words.clear();
        self.splits.clear();
        self.joints.clear();
        for hit in source.scan.hits() {
            let item = source.item(hit);
            if self.tongue.has_lost(item.language) {
                continue;
            }
            match source.role(item) {
                Some(Role::WholeWord) => self.whole_words.push(hit.start..hit.end),
                Some(Role::ClauseSplit) => self.splits.push(hit.start),
                Some(Role::Joint) => self.joints.push(hit.start..hit.end),
                _ => {}
            }
        }
        self.openings.clone_from(&self.splits);
        let tokens = if source.scan.has_breaks() { source.scan.tokens() } else { &[] };
        let spaces = (0_u32..).zip(tokens).filter(|(_, token)| token.before == Break::Space).map(|(at, _)| at);
        self.splits.extend(spaces);
        self.splits.sort_unstable();
        self.splits.dedup();
        // Why: 转 人工 is one phrase although a space stands in it.
        self.splits.retain(|at| {
            let from = source.scan.hits().partition_point(|hit| hit.start + LONGEST_HIT < *at);
            !source.scan.hits()[from..]
                .iter()
                .take_while(|hit| hit.start < *at)
                .any(|hit| hit.end > *at && matches!(source.item(hit).target, Target::Keyword(_) | Target::Unless(_)))
        });
        clause::cut(source.scan, &self.splits, &mut self.clauses);
    }

    fn collect(&mut self, source: &Source) {
        self.findings.clear();
        self.asking.clear();
        self.wishing.clear();
        let mut clause = 0;
        for hit in source.scan.hits() {
            while clause + 1 < self.clauses.len() && self.clauses[clause].tokens.end <= hit.start {
                clause += 1;
            }
            let item = source.item(hit);
            match source.role(item) {
                Some(Role::WholeWord | Role::ClauseSplit | Role::Joint) => continue,
                Some(role @ (Role::Question | Role::Wish)) => {
                    let place = hit.start..hit.end;
                    if !self.tongue.has_lost(item.language) {
                        match role {
                            Role::Question => self.asking.push(hit.start),
                            _ if self.is_denied(&place, Target::Keyword(0)) => {}
                            _ => self.wishing.push(hit.start),
                        }
                    }
                    continue;
                }
                _ => {}
            }
            if matches!(item.target, Target::Value { .. }) {
                continue;
            }
            let across = hit.end > self.clauses[clause].tokens.end && !matches!(item.target, Target::Lexicon(_));
            let bytes = crate::matching::span(hit, source.scan);
            let mut finding = Finding {
                item: hit.item,
                intent: item.target.intent(),
                excepted: item.target.excepted(),
                tokens: hit.start..hit.end,
                bytes: bytes.start as u32..bytes.end as u32,
                fit: hit.fit,
                clause: clause as u16,
                points: score::points(item, source.words(hit), hit.fit),
                state: State::Stands,
            };
            finding.state = if across { State::AcrossClauses } else { self.state(source, &finding, item) };
            self.insert(finding);
        }
        if source.scan.holds_mark('¿') {
            for clause in &self.clauses {
                let start = source.scan.tokens()[clause.tokens.start as usize].start as usize;
                if source.text[..start].trim_end().ends_with('¿') {
                    self.asking.push(clause.tokens.start);
                }
            }
        }
    }

    fn collect_patterns(&mut self, source: &Source) {
        let mut before = None;
        for &(pattern, at) in source.scan.patterns() {
            let tokens = source.scan.tokens();
            let clause = self
                .clauses
                .partition_point(|clause| tokens.get(clause.tokens.end as usize).is_some_and(|next| next.start <= at));
            if clause < self.clauses.len() && before != Some((pattern, clause)) {
                before = Some((pattern, clause));
                self.try_pattern(source, pattern, clause);
            }
        }
        for &pattern in source.scan.ungated() {
            for clause in 0..self.clauses.len() {
                self.try_pattern(source, pattern, clause);
            }
        }
    }

    fn try_pattern(&mut self, source: &Source, pattern: u32, clause: usize) {
        let number = source.matcher.pattern_item(pattern);
        let item = &source.matcher.items()[number as usize];
        if self.tongue.has_lost(item.language) {
            return;
        }
        let tokens = source.scan.tokens();
        let range = &self.clauses[clause].tokens;
        let start = tokens[range.start as usize].start as usize;
        let end = tokens.get(range.end as usize).map_or(source.text.len(), |next| next.start as usize);
        let part = start..start + source.text[start..end].trim_end().len();
        let Some(found) = source.matcher.find(pattern, source.text, part, source.scan, &mut self.search) else {
            return;
        };
        if found.is_empty() {
            return;
        }
        let bytes = start + found.start..start + found.end;
        let first = tokens.partition_point(|token| token.end as usize <= bytes.start) as u32;
        let last = tokens.partition_point(|token| (token.start as usize) < bytes.end) as u32;
        let mut finding = Finding {
            item: number,
            intent: item.target.intent(),
            excepted: None,
            tokens: first..last.max(first),
            bytes: bytes.start as u32..bytes.end as u32,
            fit: Fit::Exact,
            clause: clause as u16,
            points: score::points(item, 1.0, Fit::Exact),
            state: State::Stands,
        };
        finding.state = self.state(source, &finding, item);
        self.insert(finding);
    }

    /// Puts a finding in its place, which is near the end for most: hits come in nearly the same order.
    fn insert(&mut self, finding: Finding) {
        let place = |finding: &Finding| (finding.clause, finding.tokens.start, finding.item);
        let after = self.findings.iter().rev().take_while(|other| place(other) > place(&finding)).count();
        self.findings.insert(self.findings.len() - after, finding);
    }

    /// What a finding's surroundings do to it.
    fn state(&self, source: &Source, finding: &Finding, item: &Item) -> State {
        let place = &finding.tokens;
        let inside = |word: &Range<u32>| {
            word.start <= place.start && word.end >= place.end && word.end - word.start > place.end - place.start
        };
        let takes_away = matches!(item.target, Target::Unless(_)) || source.role(item) == Some(Role::OtherTopic);
        let foreign = if takes_away { Tongue::withholds_denial } else { Tongue::withholds };
        if foreign(&self.tongue, item.language, finding.fit) {
            State::OtherLanguage
        } else if self.whole_words.iter().any(inside) || source.is_part_of_id(place) {
            State::InsideWord
        } else if self.is_denied(place, deniable(source, finding, item)) || self.swallows_denial(source, place, item) {
            State::Negated
        } else {
            State::Stands
        }
    }

    /// Takes likeness away from intents of which a rule was denied: "don't cancel it" is very like "cancel it".
    pub(super) fn take_away(&self, likeness: &mut Likeness) {
        if self.findings.iter().any(Finding::is_denied) {
            likeness.keep(|intent| !self.denies(intent));
        }
    }

    /// Whether a rule of an intent was denied.
    pub(super) fn denies(&self, intent: u32) -> bool {
        self.findings.iter().any(|finding| finding.intent == Some(intent) && finding.is_denied())
    }

    /// Takes intents out of the clauses in which an `unless` phrase of theirs stands.
    pub(super) fn except(&mut self) {
        for at in 0..self.findings.len() {
            let exception = &self.findings[at];
            let Some(intent) = exception.excepted.filter(|_| exception.stands()) else { continue };
            let exception = exception.clone();
            let of_intent = |finding: &Finding| {
                finding.intent == Some(intent) && finding.clause == exception.clause && finding.stands()
            };
            let outweighed = self.findings.iter().any(|finding| {
                of_intent(finding) && finding.covers(&exception) && finding.length() > exception.length()
            });
            if !outweighed {
                for finding in &mut self.findings {
                    if of_intent(finding) {
                        finding.state = State::Excepted;
                    }
                }
            }
        }
    }
}

/// Whether one of the tokens lies in a clause.
fn holds(tokens: &[u32], clause: &Range<u32>) -> bool {
    tokens.iter().any(|at| clause.contains(at))
}
