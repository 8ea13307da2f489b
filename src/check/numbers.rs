use std::collections::BTreeSet;

use super::Subject;
use crate::diagnostic::{Code, Finding};
use crate::expression::{Locale, Values};
use crate::rules::{FactValue, Pack, Value, Words};
use crate::text::{Folded, Language, Script};

/// Longest number that is compared: longer ones are telephone and order numbers.
const LONGEST: usize = 4;

const HELP: &str = "say the same number, best as a fact: `{{ facts.name }}`";

/// Words that say other numbers in one language than in another.
///
/// Two languages, or two variants in one, contradict each other when each has a number that the other lacks; a number that
/// only one of them has may be written out in the other. Facts count as the numbers they are.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let facts = Facts::of(subject.pack);
    let mut seen = BTreeSet::new();
    let said = subject.pack.everything_said().into_iter().filter(|(_, words)| seen.insert(words.origin));
    said.filter_map(|(what, words)| contradiction(subject, &facts, &what, words)).collect()
}

fn contradiction(subject: &Subject<'_>, facts: &Facts, what: &str, words: &Words) -> Option<Finding> {
    let mut numbers: Vec<(Language, BTreeSet<String>)> = Vec::new();
    for wording in &words.wordings {
        let mut all = BTreeSet::new();
        let mut unconditional: Vec<BTreeSet<String>> = Vec::new();
        for variant in &wording.variants {
            let script = if wording.language == Language::Zh { Script::Hans } else { Script::Latin };
            let zone = jiff::tz::TimeZone::UTC;
            let locale = Locale { language: wording.language, script, zone: &zone, now: None };
            let mut text = String::new();
            subject.expressions.render(variant.template, facts, &locale, &mut text);
            let of_variant: BTreeSet<String> = digits(&text).into_iter().collect();
            all.extend(of_variant.iter().cloned());
            if variant.when.is_none() {
                unconditional.push(of_variant);
            }
        }
        if let Some((left, right)) = unconditional.windows(2).find_map(|pair| match pair {
            [one, two] => Some((lacks(one, two)?, lacks(two, one)?)),
            _ => None,
        }) {
            let message = format!("{what}: {left} in one variant, {right} in another");
            return Some(Finding::warning(Code::NUMBERS_DIFFER, words.origin, message).help(HELP));
        }
        match numbers.iter_mut().find(|(language, _)| *language == wording.language) {
            Some((_, known)) => known.extend(all),
            None => numbers.push((wording.language, all)),
        }
    }
    let pairs =
        numbers.iter().enumerate().flat_map(|(index, one)| numbers.iter().skip(index + 1).map(move |two| (one, two)));
    let found = pairs.filter_map(|((one, ones), (two, twos))| Some((one, lacks(ones, twos)?, two, lacks(twos, ones)?)));
    found.into_iter().next().map(|(one, left, two, right)| {
        let message = format!("{what}: {left} in {}, {right} in {}", one.code(), two.code());
        Finding::warning(Code::NUMBERS_DIFFER, words.origin, message).help(HELP)
    })
}

/// A number of the one that the other does not have.
fn lacks(one: &BTreeSet<String>, other: &BTreeSet<String>) -> Option<String> {
    one.difference(other).next().cloned()
}

/// What a text reads before any conversation: the shop's facts.
struct Facts(Value);

impl Facts {
    fn of(pack: &Pack) -> Self {
        let values = pack.facts.iter().filter_map(|fact| match &fact.value {
            FactValue::Value(_, value) => Some((fact.name.as_str(), value.clone())),
            FactValue::Words(_) => None,
        });
        Self(Value::record(values))
    }
}

impl Values for Facts {
    fn root(&self, name: &str) -> Option<&Value> {
        (name == "facts").then_some(&self.0)
    }
}

/// The numbers in a text, without times of day (9:00 is 9 am elsewhere) and without long ones.
fn digits(text: &str) -> Vec<String> {
    let folded = Folded::new(text);
    let signs: Vec<char> = folded.as_str().chars().collect();
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let length = signs.iter().skip(at).take_while(|sign| sign.is_ascii_digit()).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let beside = [at.checked_sub(1).and_then(|before| signs.get(before)), signs.get(at + length)];
        let is_part = beside
            .into_iter()
            .flatten()
            .any(|sign| sign.is_ascii_alphabetic() || matches!(sign, ':' | '-' | '/' | '.' | ',' | '@'));
        // Why: a full stop or a comma behind it ends the sentence, in front of a digit it is part of the number.
        let ends = matches!(beside.get(1), Some(Some('.' | ',')))
            && !signs.get(at + length + 1).is_some_and(char::is_ascii_digit)
            && !beside
                .first()
                .copied()
                .flatten()
                .is_some_and(|sign| sign.is_ascii_alphabetic() || matches!(sign, ':' | '-' | '/'));
        if length <= LONGEST && (!is_part || ends) {
            numbers.push(signs.iter().skip(at).take(length).collect());
        }
        at += length;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_prices_and_codes_are_no_plain_numbers() {
        for (text, expected) in [
            ("within 7 days.", vec!["7"]),
            ("4８ 小时", vec!["48"]),
            ("from 9:00 to 21:00", vec![]),
            ("call 4008001234", vec![]),
            ("order AB12", vec![]),
            ("1.10 or 12, thanks", vec!["12"]),
        ] {
            assert_eq!(digits(text), expected, "{text}");
        }
    }
}
