use std::collections::BTreeMap;

use super::Subject;
use crate::classify::usual_weight;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Intent, Keyword, Part};
use crate::text::{Folded, Language, TokenKind, tokens};

/// Most spellings of a keyword that are compared.
const SPELLINGS: usize = 64;

/// How much heavier the other keyword must be: with less between them the bot may still ask which is meant.
const HEAVIER: f32 = 1.25;

/// A keyword of an intent and what it weighs.
type Claim<'p> = (f32, &'p Intent, &'p Keyword);

/// Keywords that are among the spellings of another intent's keyword, which weighs more: said alone they mean the other.
///
/// One that its author made weaker than an ordinary keyword is a hint beside others, and may lose; one with choices may be
/// there for the others of its spellings.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut heaviest: BTreeMap<(Option<Language>, String), Claim<'_>> = BTreeMap::new();
    for intent in &pack.intents {
        for keyword in &intent.keywords {
            for words in keyword.spellings(&pack.groups, SPELLINGS) {
                let words = essence(&words);
                let weight = weight(keyword, &words);
                let known = heaviest.entry((keyword.language, words)).or_insert((weight, intent, keyword));
                if weight > known.0 {
                    *known = (weight, intent, keyword);
                }
            }
        }
    }
    let mut findings = Vec::new();
    for intent in &pack.intents {
        for keyword in intent.keywords.iter().filter(|keyword| matches!(&*keyword.parts, [Part::Words(_)])) {
            let words = essence(&keyword.text);
            let own = weight(keyword, &words);
            let Some((other_weight, other, rule)) = heaviest.get(&(keyword.language, words)) else { continue };
            if other.id == intent.id || own < 1.0 || *other_weight < own * HEAVIER {
                continue;
            }
            let message = format!("`{}` weighs more as a keyword of `{}`", keyword.text, other.id);
            findings.push(
                Finding::warning(Code::KEYWORD_SHADOWED, keyword.origin, message)
                    .related(rule.origin, format!("`{}`, weight {other_weight} against {own}", rule.text))
                    .help("give this one more weight, or keep the words in one of the two"),
            );
        }
    }
    findings
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
