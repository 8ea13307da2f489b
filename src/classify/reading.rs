//! From the hits of a scan to findings: each in its clause, with what takes it away.
#![allow(clippy::indexing_slicing)] // Why: per-token and per-item tables are sized from the scan and the matcher at the start.

use std::ops::Range;

use super::clause::{self, Clause};
use super::finding::{Finding, State};
use super::likeness::Likeness;
use super::options::Options;
use super::roles::Role;
use super::score;
use super::tongue::Tongue;
use crate::matching::{Break, Fit, Hit, Item, Matcher, Scan, Search, Target};
use crate::text::{Language, TokenKind};

/// Longest phrase, in tokens, that a keyword can be; no hit reaches further back.
const LONGEST_HIT: u32 = 64;
/// Most negated phrases that are remembered to take their parts away too.
const MOST_NEGATED: usize = 64;
/// Chinese negators of one character; what stands on both sides of them alike is a question (能不能), not a negation.
const BARE_NEGATORS: [&str; 2] = ["不", "没"];

/// Bytes of a word so short that it is an article or a pronoun, listed or not.
const SHORT_WORD: u32 = 2;

/// Points from which a learnt phrase tells what a customer wants: one nat, e times likelier.
const TELLING: f32 = 4.0;

/// A wish is denied from this token on.
const DENIED: u8 = 1;
/// A fact is denied from this token on.
const DENIED_FACT: u8 = 2;
/// What stands before is denied.
const DENIED_BEFORE: u8 = 4;

/// Chinese words that put the object before the verb.
const OBJECT_MARKS: [&str; 2] = ["把", "将"];

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
    denied: Vec<u8>,
    /// Tokens at which a denial of what stands right before them begins.
    denied_after: Vec<u32>,
    /// For each token inside a denial of a wish, but not its first, where that denial ends.
    inside: Vec<u32>,
    /// The denials of a wish, as tokens.
    denials: Vec<Range<u32>>,
    /// Intent, clause and place.
    negated: Vec<(u32, u16, Range<u32>)>,
    /// Per item: the round in which it was last counted, and by which finding.
    counted: Vec<(u32, u32)>,
    round: u32,
    search: Search,
}

/// What findings are made from.
pub(super) struct Source<'a> {
    pub(super) matcher: &'a Matcher,
    pub(super) scan: &'a Scan,
    pub(super) text: &'a str,
    pub(super) roles: &'a [Role],
    /// Intents that a denial takes away although they were learnt, sorted.
    pub(super) wishes: &'a [u32],
    /// What share of the points of the author's rules counts.
    pub(super) share: f32,
    pub(super) options: Options,
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

    /// Marks the tokens at which something denied begins.
    fn find_denials(&mut self, source: &Source) {
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

    fn is_denied(&self, place: &Range<u32>, target: Target) -> bool {
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
    fn swallows_denial(&self, source: &Source, place: &Range<u32>, item: &Item) -> bool {
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
    fn spread_negation(&mut self, source: &Source) {
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

/// What a denial sees of an item: what was learnt for a wish, and tells something, is like a keyword of it.
fn deniable(source: &Source, finding: &Finding, item: &Item) -> Target {
    match item.target {
        Target::Learned(intent) if finding.points >= TELLING && source.wishes.binary_search(&intent).is_ok() => {
            Target::Keyword(intent)
        }
        other => other,
    }
}

/// Whether one of the tokens lies in a clause.
fn holds(tokens: &[u32], clause: &Range<u32>) -> bool {
    tokens.iter().any(|at| clause.contains(at))
}

/// Bits of all languages in the marks of a token.
const FUNCTION_WORD: u8 = (1 << Language::ALL.len()) - 1;

impl Source<'_> {
    pub(super) fn item(&self, hit: &Hit) -> &Item {
        &self.matcher.items()[hit.item as usize]
    }

    pub(super) fn role(&self, item: &Item) -> Option<Role> {
        match item.target {
            Target::Lexicon(lexicon) => self.roles.get(lexicon as usize).copied(),
            _ => None,
        }
    }

    /// What an item's points count.
    pub(super) fn counted(&self, item: &Item, points: f32) -> f32 {
        if item.target.is_author() { self.share * points } else { points }
    }

    /// How many words a hit covers; two Chinese characters are one.
    fn words(&self, hit: &Hit) -> f32 {
        let tokens = &self.scan.tokens()[hit.start as usize..hit.end as usize];
        tokens.iter().map(|token| if token.kind == TokenKind::Han { 0.5 } else { 1.0 }).sum()
    }

    /// Whether a place is one piece cut out of an id: 12345 in MA2B12345X. A word with a number on one side alone is none
    /// (order12345678, 5kg), nor is a number beside Chinese.
    fn is_part_of_id(&self, place: &Range<u32>) -> bool {
        let tokens = self.scan.tokens();
        let goes_on = |at: u32| {
            let (Some(before), Some(after)) =
                (at.checked_sub(1).and_then(|before| tokens.get(before as usize)), tokens.get(at as usize))
            else {
                return false;
            };
            let kinds = (before.kind, after.kind);
            let differ = [(TokenKind::Word, TokenKind::Digits), (TokenKind::Digits, TokenKind::Word)].contains(&kinds);
            differ && before.end == after.start
        };
        let (start, end) = (place.start, place.end);
        if end != start + 1 {
            return false;
        }
        let is_number = tokens.get(start as usize).is_some_and(|token| token.kind == TokenKind::Digits);
        match (goes_on(start), goes_on(end)) {
            (true, true) => true,
            (true, false) => is_number || goes_on(start - 1),
            (false, true) => is_number || goes_on(end + 1),
            (false, false) => false,
        }
    }

    /// Whether a question word begins at a token.
    fn asks_at(&self, at: u32) -> bool {
        self.hits_at(at..at + 1).any(|hit| self.role(self.item(hit)) == Some(Role::Question))
    }

    fn hits_at(&self, starts: Range<u32>) -> impl Iterator<Item = &Hit> {
        let from = self.scan.hits().partition_point(|hit| hit.start < starts.start);
        self.scan.hits()[from..].iter().take_while(move |hit| hit.start < starts.end)
    }

    /// Whether a negator is only part of something else: "I don't know", 还没 for 没, 能不能.
    fn is_innocent(&self, hit: &Hit, mark: u8) -> bool {
        let longer = self.hits_at(hit.start.saturating_sub(LONGEST_HIT)..hit.start + 1).any(|other| {
            let covers = other.end >= hit.end && other.end - other.start > hit.end - hit.start;
            covers
                && match self.role(self.item(other)) {
                    Some(Role::Factual) => mark == DENIED,
                    Some(Role::DontKnow | Role::WholeWord) => true,
                    _ => false,
                }
        });
        longer || self.is_question_form(hit)
    }

    /// Whether a denial ends with a word behind which the object stands, and then the verb.
    fn takes_object(&self, hit: &Hit) -> bool {
        let last = (hit.end as usize).checked_sub(1).and_then(|last| self.scan.tokens().get(last));
        last.is_some_and(|last| OBJECT_MARKS.contains(&&self.text[last.start as usize..last.end as usize]))
    }

    fn is_question_form(&self, hit: &Hit) -> bool {
        let text =
            |at: usize| self.scan.tokens().get(at).map(|token| &self.text[token.start as usize..token.end as usize]);
        let start = hit.start as usize;
        text(start).is_some_and(|word| BARE_NEGATORS.contains(&word)) && start > 0 && text(start - 1) == text(start + 1)
    }
}
