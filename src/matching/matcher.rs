//! The one pass.
#![allow(clippy::indexing_slicing)] // Why: bytes, tokens and groups are visited by loops over their own lengths.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use regex_syntax::hir::Hir;

use super::class::Classes;
use super::gate::{Frequencies, Gate, GateBuilder};
use super::hit::{Fit, Hit, ValueHit};
use super::item::{Item, Target};
use super::pattern::Pattern;
use super::phrases::{Ending, NodeRow, Phrases, bit};
use super::program::Search;
use super::repair::{Meant, Mend, Repair};
use super::scan::{Ahead, Break, GroupHit, Scan, ScannedToken, Walk};
use super::spread::Spreader;
use super::words::{Form, FormsAt, Words, WordsBuilder};
use crate::rules::{EntityKind, Keyword, Pack};
use crate::text::{Folded, Language, TokenKind, tokens};

/// Most hits that are kept of one text; no message of a person comes near.
const MOST_HITS: usize = 20_000;

/// The lexicon of words that tell a language.
const FUNCTION_WORDS: &str = "function_words";
/// The lexicon of words that are never misspellings.
const COMMON_WORDS: &str = "common_words";

/// Everything a pack looks for, compiled.
pub(crate) struct Matcher {
    identity: Arc<()>,
    pub(super) words: Words,
    phrases: Phrases,
    pub(super) repair: Option<Repair>,
    items: Vec<Item>,
    gate: Gate,
    patterns: Vec<Pattern>,
    /// The first item that is a pattern; the others follow in order.
    first_pattern: u32,
}

/// What may be looked up beyond the words as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leniency {
    pub(crate) stems: bool,
    pub(crate) typos: bool,
}

impl Matcher {
    /// `trees` are those of the patterns, in their order, where the pack has them no longer; `signs` are words that tell of something other than rules: each token carries the signs of its word.
    pub(crate) fn new(
        pack: &Pack,
        trees: Vec<Option<Hir>>,
        leniency: Leniency,
        signs: impl IntoIterator<Item = (&'static str, u8)>,
    ) -> Self {
        let mut words = WordsBuilder::new(&pack.stems.never, leniency.stems);
        signs.into_iter().for_each(|(word, sign)| words.sign(word, sign));
        let mut ordinary = Vec::new();
        for (name, mark) in [(FUNCTION_WORDS, None), (COMMON_WORDS, Some(super::words::COMMON))] {
            let Some((_, lexicon)) = pack.lexicon(name) else { continue };
            for entry in &lexicon.entries {
                let bit = entry.language.map_or(0, |language| 1 << language.index());
                let folded = Folded::new(&entry.text);
                mark_words(&mut words, folded.as_str(), mark.unwrap_or(bit | super::words::COMMON));
                ordinary.push((folded.as_str().into(), entry.language));
            }
        }
        let mut spreader = Spreader::new(pack, words);
        let mut items = Vec::new();
        let mut frequencies = Frequencies::default();
        let mut add = |target: Target, keyword: &Keyword| {
            frequencies.count(Folded::new(&keyword.text).as_str());
            spreader.insert(keyword, Ending::Item(items.len() as u32));
            items.push(Item {
                target,
                weight: keyword.weight,
                language: keyword.language,
                rule: Arc::from(&*keyword.text),
            });
        };
        for (index, intent) in (0_u32..).zip(&pack.intents) {
            intent.keywords.iter().for_each(|keyword| add(Target::Keyword(index), keyword));
            intent.unless.iter().for_each(|keyword| add(Target::Unless(index), keyword));
        }
        for learned in &pack.learned.items {
            let target = learned.intent.map_or(Target::LearnedNone, |intent| Target::Learned(intent as u32));
            add(target, &learned.keyword);
        }
        for (entity, declared) in (0_u32..).zip(&pack.entities) {
            if let EntityKind::Values(values) = &declared.kind {
                for (value, declared) in (0_u32..).zip(values) {
                    declared.words.iter().for_each(|word| add(Target::Value { entity, value }, word));
                }
            }
        }
        for (index, lexicon) in (0_u32..).zip(&pack.lexicons) {
            if !matches!(lexicon.name.as_str(), FUNCTION_WORDS | COMMON_WORDS) {
                lexicon.entries.iter().for_each(|entry| add(Target::Lexicon(index), entry));
            }
        }
        let first_pattern = items.len() as u32;
        // Why patterns too: a word that begins a thousand patterns is no sign of any of them.
        for pattern in pack.intents.iter().flat_map(|intent| &intent.patterns) {
            frequencies.count(&pattern.regex);
        }
        let mut gate = GateBuilder::default();
        let mut patterns = Vec::new();
        let mut classes = Classes::default();
        let mut trees = trees.into_iter();
        for (index, intent) in (0_u32..).zip(&pack.intents) {
            for pattern in &intent.patterns {
                let tree = trees.next().flatten().map(Cow::Owned).or_else(|| pattern.tree());
                // INVARIANT: that it can be read was seen at load.
                let Some(tree) = tree else { continue };
                let required = gate.insert(patterns.len() as u32, &tree, &frequencies);
                patterns.push(Pattern::new(&pattern.regex, &tree, required, &mut classes));
                items.push(Item {
                    target: Target::Pattern(index),
                    weight: pattern.weight,
                    language: pattern.language,
                    rule: Arc::from(&*pattern.text),
                });
            }
        }
        let words = spreader.words.build();
        let phrases = spreader.phrases.build(words.symbols());
        let gate = gate.build(&frequencies);
        let repair = leniency.typos.then(|| Repair::new(ordinary));
        Self { identity: Arc::new(()), words, phrases, repair, items, gate, patterns, first_pattern }
    }

    /// Finds everything in a folded text.
    pub(crate) fn scan(&self, text: &Folded, scan: &mut Scan) {
        scan.clear();
        scan.memo.belong_to(&self.identity);
        self.cut(text.as_str(), scan);
        if let Some(repair) = &self.repair {
            repair.mend(text, &self.words, &self.phrases, scan);
        }
        self.walk(scan);
        if !scan.mends.is_empty() {
            let Scan { hits, tokens, .. } = scan;
            hits.retain(|hit| hit.fit != Fit::Repaired || self.may_rest_on_repair(hit, tokens));
        }
        self.gate.scan(text.as_str(), |pattern, at| scan.patterns.push((pattern, at)));
        scan.ungated.extend_from_slice(self.gate.always());
    }

    /// Leaves of the patterns that could match those of the languages that count which still can, all else considered.
    pub(crate) fn sift(&self, text: &Folded, scan: &mut Scan, counts: impl Fn(Option<Language>) -> bool) {
        let Scan { patterns, ungated, grams, outline, .. } = scan;
        let speaks = |pattern: u32| counts(self.items[self.pattern_item(pattern) as usize].language);
        patterns.retain(|(pattern, _)| speaks(*pattern));
        ungated.retain(|pattern| speaks(*pattern));
        if patterns.is_empty() && ungated.is_empty() {
            return;
        }
        grams.take(text.as_str());
        let is_possible = |pattern: u32| self.patterns[pattern as usize].is_possible(grams);
        patterns.retain(|(pattern, _)| is_possible(*pattern));
        ungated.retain(|pattern| is_possible(*pattern));
        patterns.sort_unstable();
        if !patterns.is_empty() || !ungated.is_empty() {
            outline.take(text.as_str());
        }
    }

    /// Whether a hit counts though words in it are misspelt.
    fn may_rest_on_repair(&self, hit: &Hit, tokens: &[ScannedToken]) -> bool {
        // Why not lexicons: a word that may be another must not alarm anybody, nor deny what was said. Why no single
        // character: by sound alone it may be any of a dozen.
        let is_character = hit.end - hit.start == 1 && tokens[hit.start as usize].kind == TokenKind::Han;
        !is_character && !matches!(self.items[hit.item as usize].target, Target::Lexicon(_))
    }

    /// What is looked for, by the numbers of the hits.
    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item of a pattern.
    pub(crate) fn pattern_item(&self, pattern: u32) -> u32 {
        self.first_pattern + pattern
    }

    /// The first match of a pattern in a part of the folded text, counted from where that begins.
    pub(crate) fn find(
        &self,
        pattern: u32,
        text: &str,
        part: Range<usize>,
        scan: &Scan,
        search: &mut Search,
    ) -> Option<Range<usize>> {
        self.patterns.get(pattern as usize)?.find(text.get(part.clone())?, scan.outline.part(part), search)
    }

    /// Words of entity values among the hits, in the languages that count.
    pub(crate) fn values(&self, scan: &Scan, counts: impl Fn(Option<Language>) -> bool, values: &mut Vec<ValueHit>) {
        for hit in &scan.hits {
            let item = &self.items[hit.item as usize];
            if let Target::Value { entity, value } = item.target
                && counts(item.language)
            {
                values.push(ValueHit { entity: entity as usize, value: value as usize, span: span(hit, scan) });
            }
        }
    }

    /// Compiles every pattern now instead of when it is first needed.
    ///
    /// What misspelt words are looked up in is built too.
    pub(crate) fn warm_up(&self) {
        self.patterns.iter().for_each(Pattern::warm_up);
        if let Some(repair) = &self.repair {
            repair.warm_up(&self.words, &self.phrases);
        }
    }

    /// What a place of the folded text was read as, if a word of a language (or of any) is meant.
    pub(crate) fn meant(&self, mend: &Mend, text: &Folded, language: Option<Language>) -> Option<String> {
        let written = |range: Range<u32>| text.as_str().get(range.start as usize..range.end as usize);
        match mend.meant {
            Meant::Word(symbol) => {
                let (word, own) = self.words.spelt().get((symbol as usize).checked_sub(1)?)?;
                (own.is_none() || language.is_none() || *own == language).then(|| word.to_string())
            }
            Meant::Character(c) => Some(c.to_string()),
            Meant::Joined => written(mend.start..mend.end).map(super::spacing::joined),
            Meant::Parted(second) => Some(format!("{} {}", written(mend.start..second)?, written(second..mend.end)?)),
        }
    }

    /// What a token may stand for.
    #[inline]
    fn forms<'a>(&'a self, token: &ScannedToken, found: &'a [Form]) -> &'a [Form] {
        let FormsAt { first, count } = token.forms;
        if first & FormsAt::FOUND == 0 {
            return self.words.forms(token.forms);
        }
        let first = (first & !FormsAt::FOUND) as usize;
        &found[first..first + count as usize]
    }

    /// Walks the phrases from every token, the last first.
    fn walk(&self, scan: &mut Scan) {
        scan.ahead.resize(scan.tokens.len() + 1, Ahead::default());
        // Why taken out: walks read them while they write elsewhere in the scan.
        let tokens = std::mem::take(&mut scan.tokens);
        let found = std::mem::take(&mut scan.forms);
        for (start, token) in tokens.iter().enumerate().rev() {
            let groups_start = scan.groups.len();
            scan.groups_here = 0;
            let mut symbols = 0;
            for form in self.forms(token, &found) {
                symbols |= bit(form.symbol);
                let node = self.phrases.root(form.symbol);
                if node != 0 {
                    let walk = Walk { node, at: start as u32 + 1, fit: form.fit };
                    self.follow(walk, start, groups_start, &tokens, &found, scan);
                }
            }
            if token.before < Break::Stop {
                let (first, last) = (groups_start as u32, scan.groups.len() as u32);
                scan.ahead[start] = Ahead { symbols, groups: scan.groups_here, first, last };
            }
            if scan.hits.len() > MOST_HITS {
                break;
            }
        }
        scan.tokens = tokens;
        scan.forms = found;
        scan.hits.sort_unstable_by_key(Hit::place);
    }

    /// Follows one walk to all its ends.
    #[inline]
    fn follow(
        &self,
        first: Walk,
        start: usize,
        groups_start: usize,
        tokens: &[ScannedToken],
        found: &[Form],
        scan: &mut Scan,
    ) {
        let mut walk = first;
        loop {
            let node = self.phrases.node(walk.node);
            if node.has_endings() {
                self.arrive(node, walk, start, groups_start, scan);
            }
            let mut next = None;
            let ahead = &scan.ahead[walk.at as usize];
            if node.symbols & ahead.symbols != 0 {
                for form in self.forms(&tokens[walk.at as usize], found) {
                    let onward = self.phrases.next(node, walk.node, form.symbol);
                    if onward != 0 {
                        let onward = Walk { node: onward, at: walk.at + 1, fit: walk.fit.max(form.fit) };
                        if let Some(waiting) = next.replace(onward) {
                            scan.walks.push(waiting);
                        }
                    }
                }
            }
            if node.groups & ahead.groups != 0 {
                for group in &scan.groups[ahead.first as usize..ahead.last as usize] {
                    if node.groups & bit(group.group) == 0 {
                        continue;
                    }
                    let onward = self.phrases.next_group(walk.node, group.group);
                    if onward != 0 {
                        scan.walks.push(Walk { node: onward, at: group.end, fit: walk.fit.max(group.fit) });
                    }
                }
            }
            match next.or_else(|| scan.walks.pop()) {
                Some(onward) => walk = onward,
                None => return,
            }
        }
    }

    /// Notes what ends where a walk has come to.
    fn arrive(&self, node: &NodeRow, walk: Walk, start: usize, groups_start: usize, scan: &mut Scan) {
        for ending in self.phrases.endings(node) {
            match *ending {
                Ending::Item(item) => {
                    scan.hits.push(Hit { start: start as u32, end: walk.at, item, fit: walk.fit });
                }
                Ending::Group(group) => {
                    let found = GroupHit { group, end: walk.at, fit: walk.fit };
                    let is_new = scan.groups_here & bit(group) == 0;
                    if is_new || !scan.groups[groups_start..].contains(&found) {
                        scan.groups.push(found);
                        scan.groups_here |= bit(group);
                        let node = self.phrases.group_root(group);
                        if node != 0 {
                            scan.walks.push(Walk { node, ..walk });
                        }
                    }
                }
            }
        }
    }
}

/// Bytes of the folded text that a hit covers.
pub(crate) fn span(hit: &Hit, scan: &Scan) -> Range<usize> {
    let start = scan.tokens.get(hit.start as usize).map_or(0, |token| token.start as usize);
    let end = (hit.end as usize)
        .checked_sub(1)
        .and_then(|last| scan.tokens.get(last))
        .map_or(start, |token| token.end as usize);
    start..end
}

fn mark_words(words: &mut WordsBuilder, folded: &str, mark: u8) {
    let mut found = tokens(folded);
    // Why: only a single word marks a token; of a phrase no word tells anything alone.
    if let (Some(token), None) = (found.next(), found.next()) {
        words.mark(&folded[token.span], mark);
    }
}
