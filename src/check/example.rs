use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::{Example, Pack};
use crate::text::{Folded, Language, TokenKind, tokens};

/// Lexicon of words that say nothing of what is wanted.
const FUNCTION_WORDS: &str = "function_words";
/// Lexicons whose words change what is said, though they may be function words too.
const TELLING: [&str; 4] = ["question", "negation", "negation_after", "negation_factual"];

/// Examples of two intents that are the same but for signs, digits, the order of words, and a word that says nothing of what
/// is wanted: one more, one less, or another.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let fillers: BTreeMap<Language, BTreeSet<String>> =
        pack.languages.all.iter().map(|language| (*language, fillers(pack, *language))).collect();
    let mut first: BTreeMap<(Language, String), (usize, &Example)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (index, intent) in pack.intents.iter().enumerate() {
        for example in &intent.examples {
            let words = words(&example.text);
            let keys = wordings(&words, fillers.get(&example.language));
            let known = keys.iter().find_map(|key| first.get(&(example.language, key.clone())));
            match known {
                Some((other, twin)) if *other != index => {
                    let name = pack.intents.get(*other).map(|intent| intent.id.as_str()).unwrap_or_default();
                    let message = format!("this example of `{}` is nearly one of `{name}`", intent.id);
                    findings.push(
                        Finding::warning(Code::SIMILAR_EXAMPLES, example.origin, message)
                            .related(twin.origin, "the other one")
                            .help("remove one, or make it a `not_examples` of the other intent"),
                    );
                }
                _ => {
                    for key in keys {
                        first.entry((example.language, key)).or_insert((index, example));
                    }
                }
            }
        }
    }
    findings
}

/// Function words that may be left out or be others without another thing being said.
fn fillers(pack: &Pack, language: Language) -> BTreeSet<String> {
    let words_of = |name: &str| -> BTreeSet<String> {
        let entries = pack.lexicon(name).map(|(_, lexicon)| lexicon.entries.iter()).into_iter().flatten();
        let own = entries.filter(|entry| entry.language.is_none_or(|of| of == language));
        own.map(|entry| Folded::new(&entry.text).as_str().to_owned()).collect()
    };
    let telling: BTreeSet<String> = TELLING.into_iter().flat_map(words_of).collect();
    words_of(FUNCTION_WORDS).difference(&telling).cloned().collect()
}

/// The words of a text, folded and sorted; signs and digits left out, each Chinese character a word.
fn words(text: &str) -> Vec<String> {
    let folded = Folded::new(text);
    let text = folded.as_str();
    let is_word = |kind: TokenKind| matches!(kind, TokenKind::Word | TokenKind::Han);
    let words = tokens(text).filter(|token| is_word(token.kind)).filter_map(|token| text.get(token.span));
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// The words, and the words without each one that fills; nothing where no word is left.
fn wordings(words: &[String], fillers: Option<&BTreeSet<String>>) -> Vec<String> {
    let is_filler = |word: &String| fillers.is_some_and(|fillers| fillers.contains(word));
    let without = words.iter().enumerate().filter(|(_, word)| is_filler(word)).map(|(at, _)| {
        let kept = words.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, word)| word.as_str());
        kept.collect::<Vec<_>>().join(" ")
    });
    // Why: "is it" without a word is nothing that two intents could be told apart by.
    let says_something = |rest: &String| !rest.is_empty();
    std::iter::once(words.join(" ")).chain(without).filter(says_something).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_digits_and_order_do_not_count() {
        assert_eq!(words("Where is order AB123, please?"), words("please where is order ab"));
        assert_eq!(words("訂單呢？"), words("订单呢"));
        assert_ne!(words("cancel it"), words("return it"));
    }

    #[test]
    fn one_word_that_fills_may_be_more_or_less() {
        let fillers = BTreeSet::from(["the".to_owned(), "my".to_owned()]);
        let near = |one: &str, other: &str| {
            let other = wordings(&words(other), Some(&fillers));
            wordings(&words(one), Some(&fillers)).iter().any(|wording| other.contains(wording))
        };
        assert!(near("where is the order", "where is order"));
        assert!(near("where is the order", "where is my order"));
        assert!(!near("where is the order", "when is the order"));
        assert!(!near("where is the order", "where is the blue order"));
    }
}
