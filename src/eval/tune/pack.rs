//! The files that tuning writes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::labels::intent_name;
use super::calibrate::Calibrated;
use super::learn::Weighted;
use super::split::letters;
use super::yaml::{flow_map, one_line, scalar};
use crate::load::Source;
use crate::text::{Fnv, Language};

/// Points of the nearest example and of all of an intent's together (source: a plateau from 8 to 16 nat on ten sets).
const NEAR: u32 = 40;
const ALL: u32 = 48;

/// The file that only tuning writes.
pub(super) const TUNED: &str = "tuned.yaml";

/// What was learnt of a pack.
pub(super) struct Learnt<'a> {
    pub(super) intents: &'a [String],
    pub(super) weights: BTreeMap<Language, Vec<Weighted>>,
    /// By intent and language.
    pub(super) examples: BTreeMap<(usize, Language), Vec<String>>,
    pub(super) constants: Calibrated,
}

impl Learnt<'_> {
    /// The text of `tuned.yaml`.
    pub(super) fn file(&self) -> Source {
        let Calibrated { temperature, none, .. } = self.constants;
        let mut text = String::from(
            "# Written by `kefu tune`; it will be written anew. Weights are points, 44 of them an ordinary keyword.\n\
             kefu: 1\n\nlearned:\n",
        );
        text.push_str(&format!("  temperature: {temperature}\n  none: {none}\n  near: {NEAR}\n  all: {ALL}\n"));
        text.push_str("  weights:\n");
        let mut any = false;
        for (number, intent) in self.intents.iter().enumerate() {
            let mut head = Some(format!("    {}:\n", scalar(intent)));
            for (language, weights) in &self.weights {
                let mut seen = BTreeSet::new();
                let of_intent = weights.iter().filter(|weighted| weighted.class as usize == number);
                let entries: Vec<String> = of_intent
                    .filter(|weighted| seen.insert(&weighted.text))
                    .map(|weighted| format!("{}: {}", scalar(&weighted.text), weighted.points))
                    .collect();
                if !entries.is_empty() {
                    any = true;
                    text.push_str(&head.take().unwrap_or_default());
                    text.push_str(&flow_map(&format!("{language}: "), 6, &entries));
                }
            }
        }
        if !any {
            text = text.replace("  weights:\n", "");
        }
        if !self.examples.is_empty() {
            text.push_str("\nintents:\n");
        }
        for (number, intent) in self.intents.iter().enumerate() {
            let of_intent: Vec<_> = self.examples.iter().filter(|((of, _), _)| *of == number).collect();
            if of_intent.is_empty() {
                continue;
            }
            text.push_str(&format!("  {}:\n    examples:\n", scalar(intent)));
            for ((_, language), examples) in of_intent {
                text.push_str(&format!("      {language}:\n"));
                for example in examples {
                    text.push_str(&format!("        - {}\n", scalar(example)));
                }
            }
        }
        Source::new(TUNED, text)
    }
}

/// A pack for labels, with nothing but their names.
pub(super) fn new_pack(labels: &[String], languages: &[Language]) -> Source {
    let mut text =
        String::from("# What each intent says or does is yours to write: `say`, `flow` or `handoff`.\nkefu: 1\n");
    let (first, others) = languages.split_first().map_or((Language::En, &[][..]), |(first, others)| (*first, others));
    let also: Vec<&str> = others.iter().map(|language| language.code()).collect();
    match also.as_slice() {
        [] => text.push_str(&format!("languages: {{default: {first}}}\n")),
        _ => text.push_str(&format!("languages: {{default: {first}, also: [{}]}}\n", also.join(", "))),
    }
    text.push_str("\nintents:\n");
    let mut seen = BTreeSet::new();
    for label in labels {
        let name = intent_name(label);
        if seen.insert(name.clone()) {
            let title = one_line(label).replace(['_'], " ");
            text.push_str(&format!("  {}: {{title: {{{first}: {}}}}}\n", scalar(&name), scalar(&quiet(&title))));
        }
    }
    Source::new("bot.yaml", text)
}

/// Why: braces in a text would look something up.
fn quiet(text: &str) -> String {
    text.replace(['{', '}', '%'], "")
}

/// Examples to keep of an intent's messages: different ones, dealt out by hash where there are too many.
pub(super) fn examples<'t>(texts: impl Iterator<Item = &'t str>, most: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<(u64, String)> = Vec::new();
    for text in texts {
        let letters = letters(text);
        if letters.is_empty() || !seen.insert(letters.clone()) {
            continue;
        }
        let mut hash = Fnv::new();
        hash.add(letters.as_bytes());
        kept.push((hash.value(), one_line(text)));
    }
    kept.sort();
    kept.truncate(most);
    let mut kept: Vec<String> = kept.into_iter().map(|(_, text)| text).collect();
    kept.sort();
    kept
}
