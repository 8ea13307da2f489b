use std::collections::BTreeMap;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::rules::Example;
use crate::text::Folded;

/// Examples of two intents that are the same but for signs, digits and the order of words.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let mut first: BTreeMap<(crate::text::Language, String), (usize, &Example)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (index, intent) in pack.intents.iter().enumerate() {
        for example in &intent.examples {
            let key = (example.language, essence(&example.text));
            if key.1.is_empty() {
                continue;
            }
            match first.get(&key) {
                Some((other, twin)) if *other != index => {
                    let name = pack.intents.get(*other).map(|intent| intent.id.as_str()).unwrap_or_default();
                    let message = format!("this example of `{}` is nearly one of `{name}`", intent.id);
                    findings.push(
                        Finding::warning(Code::SIMILAR_EXAMPLES, example.origin, message)
                            .related(twin.origin, "the other one")
                            .help("remove one, or make it a `not_examples` of the other intent"),
                    );
                }
                Some(_) => {}
                None => {
                    first.insert(key, (index, example));
                }
            }
        }
    }
    findings
}

/// The words of a text, folded and sorted; signs and digits left out, of Chinese every character.
fn essence(text: &str) -> String {
    let folded = Folded::new(text);
    let letters: String = folded.as_str().chars().map(|sign| if sign.is_alphabetic() { sign } else { ' ' }).collect();
    let mut words: Vec<&str> = letters.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_digits_and_order_do_not_count() {
        assert_eq!(essence("Where is order AB123, please?"), essence("please where is order ab"));
        assert_eq!(essence("訂單呢？"), essence("订单呢"));
        assert_ne!(essence("cancel it"), essence("return it"));
    }
}
