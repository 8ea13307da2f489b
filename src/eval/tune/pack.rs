//! The files that tuning writes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::labels::intent_name;
use super::calibrate::Calibrated;
use super::learn::Weighted;
use super::shares::Share;
use super::yaml::{flow_list, flow_map, one_line, scalar};
use crate::classify::Mix;
use crate::load::Source;
use crate::text::Language;

/// Points of the nearest example and of all of an intent's together (source: a plateau from 8 to 16 nat on ten sets).
const NEAR: f32 = 40.0;
const ALL: f32 = 48.0;

/// The file that only tuning writes.
const TUNED: &str = "tuned.yaml";

/// The file of what was learnt in a language, where there are several.
fn tuned_in(language: Language) -> String {
    format!("tuned.{language}.yaml")
}

/// Whether tuning wrote a file, by its path.
pub(super) fn is_tuned(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == TUNED || Language::ALL.into_iter().any(|language| name == tuned_in(language))
}

/// How each of them begins.
const HEAD: &str = "# Written by `kefu tune`; it will be written anew. Weights are points, 44 of them an ordinary keyword.\n\
                    kefu: 1\n\nlearned:\n";

/// What was learnt of a pack.
#[derive(Clone)]
pub(super) struct Learnt<'a> {
    pub(super) intents: &'a [String],
    /// Those of the pack.
    pub(super) languages: &'a [Language],
    /// What speaks for "none of these" stands behind the last intent.
    pub(super) weights: BTreeMap<Language, Vec<Weighted>>,
    /// By intent and language.
    pub(super) examples: BTreeMap<(usize, Language), Vec<String>>,
    /// Intents that nobody asks for with a "don't".
    pub(super) wishes: Vec<usize>,
}

/// How what was learnt counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constants {
    pub(super) calibrated: Calibrated,
    /// Where the pack's own is not the best.
    pub(super) margin: Option<f32>,
    /// By language; of others nothing is written.
    pub(super) shares: BTreeMap<Language, Share>,
}

impl Constants {
    pub(super) fn new(calibrated: Calibrated, shares: impl IntoIterator<Item = (Language, Share)>) -> Self {
        Self { calibrated, margin: None, shares: shares.into_iter().collect() }
    }

    /// How messages of a language are weighed, if anything learnt counts there.
    pub(super) fn mix(&self, language: Language, act: f32, margin: f32) -> Option<Mix> {
        Some(self.calibrated.mix(*self.shares.get(&language)?, act, margin))
    }
}

impl<'a> Learnt<'a> {
    /// Nothing yet.
    pub(super) fn new(intents: &'a [String], languages: &'a [Language]) -> Self {
        Self { intents, languages, weights: BTreeMap::new(), examples: BTreeMap::new(), wishes: Vec::new() }
    }
}

impl Learnt<'_> {
    /// `tuned.yaml`, and beside it a file for each language if there are several.
    pub(super) fn files(&self, constants: &Constants) -> Vec<Source> {
        let Calibrated { temperature, none } = constants.calibrated;
        let mut text = String::from(HEAD);
        text.push_str(&format!("  temperature: {temperature}\n  none: {none}\n"));
        if let Some(margin) = constants.margin {
            text.push_str(&format!("  margin: {margin}\n"));
        }
        text.push_str(&self.of_languages("near", constants, |share| (NEAR * share.like).round()));
        text.push_str(&self.of_languages("all", constants, |share| (ALL * share.like).round()));
        if constants.shares.values().any(|share| share.author < 1.0) {
            text.push_str("  # Your own rules count this share of their points; one of them alone is still enough.\n");
            text.push_str(&self.of_languages("author", constants, |share| share.author));
        }
        let wishes: Vec<String> =
            self.wishes.iter().filter_map(|intent| self.intents.get(*intent)).map(|intent| scalar(intent)).collect();
        if !wishes.is_empty() {
            text.push_str("  # \"Don't …\" takes these away, for nobody asks for them so.\n");
            text.push_str(&flow_list("wishes: ", 2, &wishes));
        }
        let languages: Vec<Language> = constants.shares.keys().copied().collect();
        let [_, _, ..] = languages.as_slice() else {
            languages.iter().for_each(|language| self.write(*language, constants, &mut text));
            return vec![Source::new(TUNED, text)];
        };
        let of_language = |language: Language| {
            let mut text = String::from(HEAD);
            self.write(language, constants, &mut text);
            Source::new(tuned_in(language), text)
        };
        let main = Source::new(TUNED, text);
        let others = languages.into_iter().map(of_language).filter(|file| file.bytes() != HEAD.as_bytes());
        std::iter::once(main).chain(others).collect()
    }

    /// What was learnt in a language.
    fn write(&self, language: Language, constants: &Constants, text: &mut String) {
        self.write_weights(language, constants, text);
        self.write_examples(language, text);
    }

    /// The phrases of an intent in a language that weigh anything, the heaviest first.
    pub(super) fn phrases(&self, intent: usize, language: Language, constants: &Constants) -> Vec<(String, u32)> {
        let Some(share) = constants.shares.get(&language) else { return Vec::new() };
        let of_intent = self.weights.get(&language).into_iter().flatten();
        let of_intent = of_intent.filter(|weighted| weighted.class as usize == intent);
        let mut seen = BTreeSet::new();
        of_intent
            .map(|weighted| (weighted.text.clone(), (weighted.points as f32 * share.learned).round() as u32))
            .filter(|(phrase, points)| *points > 0 && seen.insert(phrase.clone()))
            .collect()
    }

    /// `near: 40`, or by language where they differ.
    fn of_languages(&self, key: &str, constants: &Constants, of: impl Fn(&Share) -> f32) -> String {
        let mut all: Vec<f32> = constants.shares.values().map(&of).collect();
        all.dedup();
        match all.as_slice() {
            [] => String::new(),
            [same] if self.languages.iter().all(|language| constants.shares.contains_key(language)) => {
                format!("  {key}: {same}\n")
            }
            _ => {
                let each: Vec<String> =
                    constants.shares.iter().map(|(language, share)| format!("{language}: {}", of(share))).collect();
                format!("  {key}: {{{}}}\n", each.join(", "))
            }
        }
    }

    fn write_weights(&self, language: Language, constants: &Constants, text: &mut String) {
        let mut title = Some("  weights:\n");
        let none = "none".to_owned();
        for (number, intent) in self.intents.iter().chain([&none]).enumerate() {
            let phrases = self.phrases(number, language, constants);
            let entries: Vec<String> =
                phrases.iter().map(|(phrase, points)| format!("{}: {points}", scalar(phrase))).collect();
            if !entries.is_empty() {
                text.push_str(title.take().unwrap_or_default());
                text.push_str(&format!("    {}:\n", scalar(intent)));
                text.push_str(&flow_map(&format!("{language}: "), 6, &entries));
            }
        }
    }

    fn write_examples(&self, language: Language, text: &mut String) {
        let mut title = Some("  examples:\n");
        for (number, intent) in self.intents.iter().enumerate() {
            let Some(examples) = self.examples.get(&(number, language)) else { continue };
            text.push_str(title.take().unwrap_or_default());
            text.push_str(&format!("    {}:\n      {language}:\n", scalar(intent)));
            for example in examples {
                text.push_str(&format!("        - {}\n", scalar(example)));
            }
        }
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
