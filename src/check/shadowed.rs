use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::Subject;
use crate::classify::usual_weight;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Intent, Keyword, Pack, Part, join};
use crate::text::{Folded, Language, TokenKind, tokens};

/// How much heavier the other keyword must be: with less between them the bot may still ask which is meant.
const HEAVIER: f32 = 1.25;

/// A keyword of an intent and what it weighs.
type Claim<'p> = (f32, &'p Intent, &'p Keyword);

/// The words of plain keywords of a language in their order, and the heaviest keyword that has them among its spellings.
type Heaviest<'p> = Vec<(String, Option<Claim<'p>>)>;

/// Keywords that are among the spellings of another intent's keyword, which weighs more: said alone they mean the other.
///
/// One that its author made weaker than an ordinary keyword is a hint beside others, and may lose; one with choices may be
/// there for the others of its spellings.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack: &Pack = subject.pack;
    let mut plain: Vec<(&Intent, &Keyword, String)> = Vec::new();
    let mut heaviest: BTreeMap<Option<Language>, Heaviest<'_>> = BTreeMap::new();
    for (intent, keyword) in keywords(pack).filter(|(_, keyword)| matches!(&*keyword.parts, [Part::Words(_)])) {
        let words = essence(&keyword.text);
        heaviest.entry(keyword.language).or_default().push((words.clone(), None));
        plain.push((intent, keyword, words));
    }
    for heaviest in heaviest.values_mut() {
        heaviest.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        heaviest.dedup_by(|(a, _), (b, _)| a == b);
    }
    let mut essences = HashMap::new();
    for (intent, keyword) in keywords(pack) {
        if let Some(heaviest) = heaviest.get_mut(&keyword.language) {
            let all = 0..heaviest.len();
            Claims { pack, intent, keyword, heaviest, essences: &mut essences, words: String::new() }
                .follow(&Ahead { parts: &keyword.parts, then: None }, all);
        }
    }
    let mut findings = Vec::new();
    for (intent, keyword, words) in plain {
        let own = weight(keyword, &words);
        let claim = heaviest.get(&keyword.language).and_then(|heaviest| {
            let place = heaviest.binary_search_by(|(known, _)| known.cmp(&words)).ok()?;
            heaviest.get(place)?.1
        });
        let Some((other_weight, other, rule)) = claim else { continue };
        if other.id == intent.id || own < 1.0 || other_weight < own * HEAVIER {
            continue;
        }
        let message = format!("`{}` weighs more as a keyword of `{}`", keyword.text, other.id);
        findings.push(
            Finding::warning(Code::KEYWORD_SHADOWED, keyword.origin, message)
                .related(rule.origin, format!("`{}`, weight {other_weight} against {own}", rule.text))
                .help("give this one more weight, or keep the words in one of the two"),
        );
    }
    findings
}

fn keywords(pack: &Pack) -> impl Iterator<Item = (&Intent, &Keyword)> {
    pack.intents.iter().flat_map(|intent| intent.keywords.iter().map(move |keyword| (intent, keyword)))
}

/// The spellings of one keyword, as far as they may become the words of a plain one.
struct Claims<'c, 'p> {
    pack: &'p Pack,
    intent: &'p Intent,
    keyword: &'p Keyword,
    heaviest: &'c mut Heaviest<'p>,
    /// What words were folded to: those of a word group stand in a thousand keywords.
    essences: &'c mut HashMap<&'p str, String>,
    /// The spelling up to here.
    words: String,
}

/// Parts still to come.
struct Ahead<'a, 'p> {
    parts: &'p [Part],
    then: Option<&'a Ahead<'a, 'p>>,
}

impl<'p> Claims<'_, 'p> {
    /// Follows the parts to come; among the plain keywords those of a range begin like the words up to here.
    fn follow(&mut self, ahead: &Ahead<'_, 'p>, begun: Range<usize>) {
        let Some((part, parts)) = ahead.parts.split_first() else {
            return match ahead.then {
                Some(then) => self.follow(then, begun),
                None => self.claim(begun.start),
            };
        };
        let rest = Ahead { parts, then: ahead.then };
        match part {
            Part::Words(words) => {
                let length = self.words.len();
                join(&mut self.words, self.essences.entry(words).or_insert_with(|| essence(words)));
                let begun = self.narrowed(begun, length);
                // Why: most spellings begin like no plain keyword, and a keyword may have thousands.
                if !begun.is_empty() {
                    self.follow(&rest, begun);
                }
                self.words.truncate(length);
            }
            Part::AnyOf(choices) => {
                for choice in choices {
                    self.follow(&Ahead { parts: choice, then: Some(&rest) }, begun.clone());
                }
            }
            Part::Optional(inner) => {
                self.follow(&rest, begun.clone());
                self.follow(&Ahead { parts: inner, then: Some(&rest) }, begun);
            }
            // INVARIANT: groups hold no groups, so this ends.
            Part::Group(index) => {
                let language = self.keyword.language;
                let members = self.pack.groups.get(*index).map(|(_, members)| members.as_slice()).unwrap_or_default();
                for member in members.iter().filter(|member| member.language.is_none() || member.language == language) {
                    self.follow(&Ahead { parts: &member.parts, then: Some(&rest) }, begun.clone());
                }
            }
        }
    }

    /// Of those that begin like the first bytes of the words, those that begin like all of them.
    fn narrowed(&self, begun: Range<usize>, length: usize) -> Range<usize> {
        let added = self.words.as_bytes().get(length..).unwrap_or_default();
        let known = self.heaviest.get(begun.clone()).unwrap_or_default();
        let start = known.partition_point(|(words, _)| words.as_bytes().get(length..) < Some(added));
        let found = known.get(start..).unwrap_or_default();
        let begins = |words: &str| words.as_bytes().get(length..).is_some_and(|rest| rest.starts_with(added));
        let count = found.partition_point(|(words, _)| begins(words));
        begun.start + start..begun.start + start + count
    }

    /// INVARIANT: the words themselves, if they are a plain keyword, stand first of those that begin like them.
    fn claim(&mut self, first: usize) {
        let Some((_, known)) = self.heaviest.get_mut(first).filter(|(words, _)| *words == self.words) else { return };
        let weight = weight(self.keyword, &self.words);
        if known.is_none_or(|(heaviest, ..)| weight > heaviest) {
            *known = Some((weight, self.intent, self.keyword));
        }
    }
}

/// The words as they are matched, with single blanks.
fn essence(words: &str) -> String {
    Folded::new(words).as_str().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn weight(keyword: &Keyword, words: &str) -> f32 {
    // Why: two Chinese characters are one word.
    let count = |kind: TokenKind| if kind == TokenKind::Han { 0.5 } else { 1.0 };
    keyword.weight.unwrap_or_else(|| usual_weight(tokens(words).map(|token| count(token.kind)).sum()))
}
