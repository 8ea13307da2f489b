//! The one pass.
#![allow(clippy::indexing_slicing)] // Why: bytes, tokens and groups are visited by loops over their own lengths.

use std::ops::Range;
use std::sync::Arc;

use super::gate::{Frequencies, Gate, GateBuilder};
use super::hit::{Fit, Hit, ValueHit};
use super::item::{Item, Target};
use super::pattern::LazyPattern;
use super::phrases::{Ending, Phrases};
use super::repair::{Meant, Mend, Repair};
use super::scan::{Break, FormsAt, GroupHit, Scan, ScannedToken, Walk};
use super::spread::{Spreader, is_word_like};
use super::words::{Form, Marks, WordHash, Words, WordsBuilder};
use crate::rules::{EntityKind, Keyword, Pack};
use crate::text::{Folded, Language, TokenKind, is_han, is_letter, tokens};

/// Most hits that are kept of one text; no message of a person comes near.
const MOST_HITS: usize = 20_000;

/// The lexicon of words that tell a language.
const FUNCTION_WORDS: &str = "function_words";
/// The lexicon of words that are never misspellings.
const COMMON_WORDS: &str = "common_words";

/// Everything a pack looks for, compiled.
pub(crate) struct Matcher {
    identity: Arc<()>,
    words: Words,
    phrases: Phrases,
    repair: Option<Repair>,
    has_groups: bool,
    items: Vec<Item>,
    gate: Gate,
    patterns: Vec<LazyPattern>,
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
    /// `signs` are words that tell of something other than rules: each token carries the signs of its word.
    pub(crate) fn new(pack: &Pack, leniency: Leniency, signs: impl IntoIterator<Item = (&'static str, u8)>) -> Self {
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
        for (index, intent) in (0_u32..).zip(&pack.intents) {
            for pattern in &intent.patterns {
                let required = match regex_syntax::parse(&pattern.regex) {
                    Ok(tree) => gate.insert(patterns.len() as u32, &tree, &frequencies),
                    Err(_) => Vec::new(),
                };
                patterns.push(LazyPattern::new(&pattern.regex, required));
                items.push(Item {
                    target: Target::Pattern(index),
                    weight: pattern.weight,
                    language: pattern.language,
                    rule: Arc::from(&*pattern.text),
                });
            }
        }
        let has_groups = spreader.has_groups();
        let words = spreader.words.build();
        let phrases = spreader.phrases.build(words.symbols());
        let gate = gate.build(&frequencies);
        let repair = leniency.typos.then(|| Repair::new(ordinary));
        Self { identity: Arc::new(()), words, phrases, repair, has_groups, items, gate, patterns, first_pattern }
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
            // Why not lexicons: a word that may be another must not alarm anybody, nor deny what was said.
            let counts = |hit: &Hit| !matches!(self.items[hit.item as usize].target, Target::Lexicon(_));
            scan.hits.retain(|hit| hit.fit != Fit::Repaired || counts(hit));
        }
        self.gate.scan(text.as_str(), |pattern, at| scan.patterns.push((pattern, at)));
        scan.ungated.extend_from_slice(self.gate.always());
        if !scan.patterns.is_empty() || !scan.ungated.is_empty() {
            scan.patterns.sort_unstable();
            scan.grams.take(text.as_str());
            let Scan { patterns, ungated, grams, .. } = scan;
            let is_possible = |pattern: u32| self.patterns[pattern as usize].is_possible(grams);
            patterns.retain(|(pattern, _)| is_possible(*pattern));
            ungated.retain(|pattern| is_possible(*pattern));
        }
    }

    /// What is looked for, by the numbers of the hits.
    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item of a pattern.
    pub(crate) fn pattern_item(&self, pattern: u32) -> u32 {
        self.first_pattern + pattern
    }

    /// The first match of a pattern in a part of the folded text.
    pub(crate) fn find(&self, pattern: u32, text: &str) -> Option<Range<usize>> {
        self.patterns.get(pattern as usize)?.find(text)
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
        self.patterns.iter().for_each(LazyPattern::warm_up);
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

    /// Cuts the text into tokens and looks up what each may stand for.
    fn cut(&self, text: &str, scan: &mut Scan) {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut pending = Break::None;
        let mut spaced = false;
        while at < bytes.len() {
            let byte = bytes[at];
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    at = self.word(text, at, pending, scan);
                    (pending, spaced) = (Break::None, false);
                }
                b' ' => {
                    spaced = true;
                    at += 1;
                }
                b'0'..=b'9' => {
                    let start = at;
                    while at < bytes.len() && bytes[at].is_ascii_digit() {
                        at += 1;
                    }
                    let digits = &text[start..at];
                    let (forms, _) = self.known(super::words::hash(digits), digits);
                    push(scan, start..at, forms, TokenKind::Digits, Marks::default(), pending);
                    (pending, spaced) = (Break::None, false);
                }
                0..0x80 => {
                    pending = pending.max(self.mark(text, at..at + 1, pending, scan));
                    at += 1;
                }
                _ => {
                    let c = text[at..].chars().next().unwrap_or(' ');
                    let end = at + c.len_utf8();
                    if is_han(c) {
                        if spaced
                            && pending == Break::None
                            && scan.tokens.last().is_some_and(|token| token.kind == TokenKind::Han)
                        {
                            pending = Break::Space;
                        }
                        let (forms, signs) = match self.words.han(c) {
                            Some((symbol, signs)) => (FormsAt::Symbol(symbol), signs),
                            None => (self.known(super::words::hash(&text[at..end]), &text[at..end]).0, 0),
                        };
                        push(scan, at..end, forms, TokenKind::Han, Marks { word: 0, signs }, pending);
                        (pending, spaced) = (Break::None, false);
                        at = end;
                    } else if is_letter(c) {
                        at = self.word(text, at, pending, scan);
                        (pending, spaced) = (Break::None, false);
                    } else {
                        pending = pending.max(self.mark(text, at..end, pending, scan));
                        at = end;
                    }
                }
            }
        }
        scan.last_break = pending;
        scan.has_breaks = scan.tokens.iter().any(|token| token.before != Break::None);
    }

    /// Reads the word at a byte and tells where it ends.
    fn word(&self, text: &str, start: usize, before: Break, scan: &mut Scan) -> usize {
        let bytes = text.as_bytes();
        let mut hash = WordHash::default();
        let mut at = start;
        for &byte in &bytes[start..] {
            if !byte.is_ascii_lowercase() {
                break;
            }
            hash.push(byte);
            at += 1;
        }
        // Why apart: nearly every word is nothing but plain letters.
        let hash = match bytes.get(at) {
            Some(b'\'' | 0x80.. | b'A'..=b'Z') => {
                at = word_end(text, at);
                super::words::hash(&text[start..at])
            }
            _ => hash.of_letters(at - start),
        };
        let word = &text[start..at];
        let (mut forms, marks) = self.known(hash, word);
        if marks.is_none() {
            let first = scan.forms.len() as u32;
            if self.words.may_stem(word) {
                self.unknown(hash, word, scan);
                forms = FormsAt::Found(first, scan.forms.len() as u32);
            }
            if first == scan.forms.len() as u32 && self.repair.is_some() {
                scan.strange.push(scan.tokens.len() as u32);
            }
        }
        let mut marks = marks.unwrap_or_default();
        if !WordHash::is_exact(hash) && !word.is_ascii() {
            marks.signs |= self.words.signs_of_bare(word);
        }
        push(scan, start..at, forms, TokenKind::Word, marks, before);
        at
    }

    #[inline(never)]
    fn unknown(&self, hash: u64, word: &str, scan: &mut Scan) {
        let is_exact = WordHash::is_exact(hash);
        if is_exact && let Some(forms) = scan.memo.forms(hash) {
            scan.forms.extend_from_slice(forms);
            return;
        }
        let first = scan.forms.len();
        self.words.unknown(word, &mut scan.forms);
        if is_exact {
            scan.memo.remember(hash, &scan.forms[first..]);
        }
    }

    /// The forms and marks of a spelling that the rules contain.
    #[inline]
    fn known(&self, hash: u64, word: &str) -> (FormsAt, Option<Marks>) {
        match self.words.entry(hash, word) {
            Some(entry) => (FormsAt::Known(entry.forms.0, entry.forms.1), Some(entry.marks)),
            None => (FormsAt::Symbol(0), None),
        }
    }

    /// What a token may stand for.
    #[inline]
    fn forms<'a>(&'a self, token: &ScannedToken, found: &'a [Form], single: &'a mut [Form; 1]) -> &'a [Form] {
        match token.forms {
            FormsAt::Known(first, last) => self.words.range((first, last)),
            FormsAt::Found(first, last) => &found[first as usize..last as usize],
            FormsAt::Symbol(0) => &[],
            FormsAt::Symbol(symbol) => {
                single[0].symbol = symbol;
                single
            }
        }
    }

    /// Reads a mark: a token if the rules know it, and what it parts.
    fn mark(&self, text: &str, place: Range<usize>, before: Break, scan: &mut Scan) -> Break {
        let mark = &text[place.clone()];
        let parting = match mark {
            "," | "、" => Break::Comma,
            "." => {
                // Why: 12.5 and www.shop.com are one thing.
                let inside = text[place.end..].starts_with(|c: char| c.is_alphanumeric())
                    && text[..place.start].ends_with(|c: char| c.is_alphanumeric());
                if inside { Break::None } else { Break::Stop }
            }
            "?" | "¿" => Break::Question,
            "!" | ";" | "。" | "…" | "\n" | "\r" | "¡" | "⋯" => Break::Stop,
            _ => Break::None,
        };
        if parting != Break::None || is_word_like(mark) {
            let (forms, marks) = self.known(super::words::hash(mark), mark);
            let is_in_rules = matches!(forms, FormsAt::Known(first, last) if first < last);
            scan.signs |= marks.unwrap_or_default().signs;
            if is_in_rules {
                push(scan, place, forms, TokenKind::Mark, Marks::default(), before);
                return parting;
            }
        }
        if mark == "¿" || mark == "¡" { before.max(Break::Stop) } else { parting }
    }

    /// Walks the phrases from every token, the last first.
    fn walk(&self, scan: &mut Scan) {
        let count = scan.tokens.len();
        if self.has_groups {
            scan.groups_at.resize(count, (0, 0));
        }
        // Why taken out: walks read them while they write elsewhere in the scan.
        let tokens = std::mem::take(&mut scan.tokens);
        let found = std::mem::take(&mut scan.forms);
        for (start, token) in tokens.iter().enumerate().rev() {
            let groups_start = scan.groups.len();
            let mut single = [Form::default(); 1];
            for form in self.forms(token, &found, &mut single) {
                let node = self.phrases.root(form.symbol);
                if node != 0 {
                    let walk = Walk { node, at: start as u32 + 1, fit: form.fit };
                    self.follow(walk, start, groups_start, &tokens, &found, scan);
                }
            }
            if self.has_groups {
                scan.groups_at[start] = (groups_start as u32, scan.groups.len() as u32);
            }
            if scan.hits.len() > MOST_HITS {
                break;
            }
        }
        scan.tokens = tokens;
        scan.forms = found;
        scan.hits.sort_unstable();
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
            self.arrive(walk, start, groups_start, scan);
            let mut next = None;
            if !self.phrases.is_leaf(walk.node)
                && let Some(token) = tokens.get(walk.at as usize)
                && token.before < Break::Stop
            {
                let mut single = [Form::default(); 1];
                for form in self.forms(token, found, &mut single) {
                    let node = self.phrases.next(walk.node, form.symbol);
                    if node != 0 {
                        let onward = Walk { node, at: walk.at + 1, fit: walk.fit.max(form.fit) };
                        if let Some(waiting) = next.replace(onward) {
                            scan.walks.push(waiting);
                        }
                    }
                }
                if self.phrases.has_groups(walk.node) {
                    let (first, last) = scan.groups_at[walk.at as usize];
                    for index in first..last {
                        let group = scan.groups[index as usize];
                        let node = self.phrases.next_group(walk.node, group.group);
                        if node != 0 {
                            scan.walks.push(Walk { node, at: group.end, fit: walk.fit.max(group.fit) });
                        }
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
    #[inline]
    fn arrive(&self, walk: Walk, start: usize, groups_start: usize, scan: &mut Scan) {
        for ending in self.phrases.endings(walk.node) {
            match *ending {
                Ending::Item(item) => {
                    scan.hits.push(Hit { start: start as u32, end: walk.at, item, fit: walk.fit });
                }
                Ending::Group(group) => {
                    let found = GroupHit { group, end: walk.at, fit: walk.fit };
                    if !scan.groups[groups_start..].contains(&found) {
                        scan.groups.push(found);
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

fn push(scan: &mut Scan, place: Range<usize>, forms: FormsAt, kind: TokenKind, marks: Marks, before: Break) {
    scan.signs |= marks.signs;
    scan.tokens.push(ScannedToken {
        start: place.start as u32,
        end: place.end as u32,
        forms,
        kind,
        marks: marks.word,
        before,
    });
}

/// Where a word ends that goes on at a byte with an apostrophe or a letter beyond the plain ones.
#[inline(never)]
fn word_end(text: &str, from: usize) -> usize {
    let mut at = from;
    let mut chars = text[from..].chars().peekable();
    while let Some(c) = chars.next() {
        let goes_on = is_letter(c) || (c == '\'' && chars.peek().is_some_and(|next| is_letter(*next)));
        if !goes_on {
            break;
        }
        at += c.len_utf8();
    }
    at
}

fn mark_words(words: &mut WordsBuilder, folded: &str, mark: u8) {
    let mut found = tokens(folded);
    // Why: only a single word marks a token; of a phrase no word tells anything alone.
    if let (Some(token), None) = (found.next(), found.next()) {
        words.mark(&folded[token.span], mark);
    }
}
