use std::collections::BTreeMap;
use std::ops::Bound;

use super::Subject;
use crate::classify::usual_weight;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Intent, Keyword, Pack, Part, join};
use crate::text::{Folded, Language, TokenKind, tokens};

/// How much heavier the other keyword must be: with less between them the bot may still ask which is meant.
const HEAVIER: f32 = 1.25;

/// A keyword of an intent and what it weighs.
type Claim<'p> = (f32, &'p Intent, &'p Keyword);

/// The words of plain keywords of a language, and the heaviest keyword that has them among its spellings.
type Heaviest<'p> = BTreeMap<String, Option<Claim<'p>>>;

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
        heaviest.entry(keyword.language).or_default().insert(words.clone(), None);
        plain.push((intent, keyword, words));
    }
    for (intent, keyword) in keywords(pack) {
        if let Some(heaviest) = heaviest.get_mut(&keyword.language) {
            Claims { pack, intent, keyword, heaviest, words: String::new() }
                .follow(&Ahead { parts: &keyword.parts, then: None });
        }
    }
    let mut findings = Vec::new();
    for (intent, keyword, words) in plain {
        let own = weight(keyword, &words);
        let claim = heaviest.get(&keyword.language).and_then(|heaviest| *heaviest.get(&words)?);
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
    /// The spelling up to here.
    words: String,
}

/// Parts still to come.
struct Ahead<'a> {
    parts: &'a [Part],
    then: Option<&'a Ahead<'a>>,
}

impl Claims<'_, '_> {
    fn follow(&mut self, ahead: &Ahead<'_>) {
        let Some((part, parts)) = ahead.parts.split_first() else {
            return match ahead.then {
                Some(then) => self.follow(then),
                None => self.claim(),
            };
        };
        let rest = Ahead { parts, then: ahead.then };
        match part {
            Part::Words(words) => {
                let length = self.words.len();
                join(&mut self.words, &essence(words));
                // Why: most spellings begin like no plain keyword, and a keyword may have thousands.
                if self.is_beginning() {
                    self.follow(&rest);
                }
                self.words.truncate(length);
            }
            Part::AnyOf(choices) => {
                choices.iter().for_each(|choice| self.follow(&Ahead { parts: choice, then: Some(&rest) }));
            }
            Part::Optional(inner) => {
                self.follow(&rest);
                self.follow(&Ahead { parts: inner, then: Some(&rest) });
            }
            // INVARIANT: groups hold no groups, so this ends.
            Part::Group(index) => {
                let language = self.keyword.language;
                let members = self.pack.groups.get(*index).map(|(_, members)| members.as_slice()).unwrap_or_default();
                for member in members.iter().filter(|member| member.language.is_none() || member.language == language) {
                    self.follow(&Ahead { parts: &member.parts, then: Some(&rest) });
                }
            }
        }
    }

    fn is_beginning(&self) -> bool {
        let from = (Bound::Included(self.words.as_str()), Bound::Unbounded);
        self.heaviest.range::<str, _>(from).next().is_some_and(|(words, _)| words.starts_with(&self.words))
    }

    fn claim(&mut self) {
        let Some(known) = self.heaviest.get_mut(&self.words) else { return };
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
