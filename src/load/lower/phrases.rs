use super::super::keys;
use super::super::node::{Content, Node};
use super::Lowering;
use super::keyword::{KeywordProblem, parse};
use super::slip::Sentences;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::matching::{MOST_SPELLINGS, spellings};
use crate::rules::{Example, Intent, Keyword, Learned, LearnedItem, Lexicon, LexiconName, Stems};
use crate::text::Language;

/// Largest weight of a phrase.
const HEAVIEST: f64 = 100.0;

/// Whether `<group>` may stand in a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Groups {
    Allowed,
    Refused,
}

impl Lowering<'_> {
    /// Word groups, sorted by name.
    pub(super) fn groups(&mut self, node: Option<&Node>) -> Vec<(Box<str>, Vec<Keyword>)> {
        let mut groups = Vec::new();
        for (name, _, value) in self.named(node, "words") {
            groups.push((name, self.phrases(value, Groups::Refused)));
        }
        // Why: keywords name groups by index, so a group that could not be read keeps its place.
        self.names.groups = groups.iter().map(|(name, _)| name.clone()).collect();
        groups
    }

    pub(super) fn lexicons(&mut self, node: Option<&Node>) -> Vec<Lexicon> {
        let mut lexicons = Vec::new();
        for (name, _, value) in self.named(node, "lexicons") {
            let entries = self.phrases(value, Groups::Allowed);
            lexicons.push(Lexicon { name: LexiconName::from(&*name), entries });
        }
        lexicons
    }

    /// The phrases of every language of a map.
    pub(super) fn phrases(&mut self, node: &Node, groups: Groups) -> Vec<Keyword> {
        let mut keywords = Vec::new();
        for (speaker, value) in self.per_language(node, "phrases are meant", &[]) {
            self.phrase_list(value, speaker.language, groups, &mut keywords);
        }
        keywords
    }

    pub(super) fn phrase_list(
        &mut self,
        node: &Node,
        language: Option<Language>,
        groups: Groups,
        keywords: &mut Vec<Keyword>,
    ) {
        if let Content::Map(entries) = &node.content
            && !entries.iter().any(|(_, value)| value.is_null())
        {
            for (key, value) in entries {
                self.phrase(key, Some(value), language, groups, keywords);
            }
            return;
        }
        let items = match &node.content {
            Content::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        for item in items {
            match &item.content {
                Content::Map(entries) if entries.len() == 1 => {
                    let Some((key, value)) = entries.first() else { continue };
                    if value.is_null() {
                        self.text(item, "a phrase");
                    } else {
                        self.phrase(key, Some(value), language, groups, keywords);
                    }
                }
                _ => self.phrase(item, None, language, groups, keywords),
            }
        }
    }

    fn phrase(
        &mut self,
        node: &Node,
        weight: Option<&Node>,
        language: Option<Language>,
        groups: Groups,
        keywords: &mut Vec<Keyword>,
    ) {
        let Some(text) = self.text(node, "a phrase") else { return };
        let weight = weight.and_then(|weight| self.weight(weight));
        let names = &self.names;
        let parsed = parse(&text, &|name| names.group(name));
        let parts = match parsed {
            Ok(parts) => parts,
            Err(problem) => return self.keyword_problem(node, problem),
        };
        if groups == Groups::Refused && parts.iter().any(|part| matches!(part, crate::rules::Part::Group(_))) {
            let finding = Finding::error(Code::GROUP_CYCLE, node.origin, "a word group cannot name another one");
            self.report(finding.help("write its words out"));
            return;
        }
        let keyword = Keyword { origin: node.origin, language, text, weight, parts };
        let spellings = spellings(&keyword);
        if spellings > MOST_SPELLINGS {
            let message = format!("this keyword has {spellings} spellings; {MOST_SPELLINGS} are kept");
            let finding = Finding::warning(Code::TOO_MANY_SPELLINGS, node.origin, message);
            self.report(finding.help("split it, or make a choice a word group"));
        }
        keywords.push(keyword);
    }

    fn weight(&mut self, node: &Node) -> Option<f32> {
        let number = match node.content {
            Content::Integer(number) => number as f64,
            Content::Decimal(number) => number,
            _ => {
                let finding = Finding::error(
                    Code::BAD_WEIGHT,
                    node.origin,
                    format!("a weight is a number, and here stands {}", node.describe()),
                );
                self.report(finding.help("a phrase that contains `: ` must stand in quotes"));
                return None;
            }
        };
        if number > 0.0 && number <= HEAVIEST {
            return Some(number as f32);
        }
        let finding = Finding::error(
            Code::BAD_WEIGHT,
            node.origin,
            format!("{number} is no weight: above 0 and up to {HEAVIEST}"),
        );
        self.report(finding.help("phrases that speak against an intent stand under `unless:`"));
        None
    }

    fn keyword_problem(&mut self, node: &Node, problem: KeywordProblem) {
        let error = |code: Code, message: String| Finding::error(code, node.origin, message);
        let finding = match problem {
            KeywordProblem::Unclosed(sign, range) => {
                error(Code::BRACKETS, format!("this `{sign}` is never closed")).within(range)
            }
            KeywordProblem::Unopened(sign, range) => {
                error(Code::BRACKETS, format!("this `{sign}` closes nothing")).within(range)
            }
            KeywordProblem::Empty(range) => {
                error(Code::EMPTY_KEYWORD, "this part of the phrase has no words".to_owned()).within(range)
            }
            KeywordProblem::UnknownGroup(name, range) => {
                let help = did_you_mean_help(&name, self.names.groups.iter().map(|known| &**known));
                error(Code::UNKNOWN_GROUP, format!("there is no word group `{name}`")).within(range).maybe_help(help)
            }
            KeywordProblem::Regex(range) => error(
                Code::REGEX_IN_KEYWORD,
                "this is a sign of regular expressions, and phrases are plain words".to_owned(),
            )
            .within(range)
            .help("move it to `patterns:`; phrases know (a|b), [optional] and <group>"),
            KeywordProblem::Weight(range) => {
                let text = node.as_text().unwrap_or_default();
                let (phrase, weight) = text.rsplit_once(':').unwrap_or((text, ""));
                error(Code::WEIGHT_IN_QUOTES, "the weight stands inside the quotes".to_owned())
                    .within(range)
                    .help(format!("write '{}': {}", phrase.trim(), weight.trim()))
            }
        };
        self.report(finding);
    }

    /// Sample sentences per language.
    pub(super) fn examples(&mut self, node: Option<&Node>) -> Vec<Example> {
        let Some(node) = node else { return Vec::new() };
        let mut examples: Vec<Example> = Vec::new();
        for (speaker, value) in self.per_language(node, "sentences are meant", &["any"]) {
            let Some(language) = speaker.language else { continue };
            let items = self.items(value);
            self.comma_slip(items, Some(language), Sentences::Heard);
            for item in items {
                if let Some(text) = self.text(item, "a sentence")
                    && !text.trim().is_empty()
                {
                    examples.push(Example { origin: item.origin, language, text });
                }
            }
        }
        examples
    }

    pub(super) fn stems(&mut self, node: Option<&Node>) -> Stems {
        let mut never = Vec::new();
        if let Some(node) = node {
            let fields = self.fields(node, &keys::STEMS);
            if let Some(node) = fields.get("never") {
                for (speaker, value) in self.per_language(node, "words are meant", &["any"]) {
                    let Some(language) = speaker.language else { continue };
                    for item in self.items(value) {
                        never.extend(self.text(item, "a word").map(|word| (language, word)));
                    }
                }
            }
        }
        Stems { never }
    }

    pub(super) fn learned(&mut self, node: Option<&Node>, intents: &[Intent]) -> Learned {
        let Some(node) = node else { return Learned::default() };
        let fields = self.fields(node, &keys::LEARNED);
        let mut items = Vec::new();
        for (name, key, value) in self.named(fields.get("weights"), "weights") {
            if let Some(intent) = self.learned_intent(&name, key, intents) {
                let keywords = self.phrases(value, Groups::Allowed);
                items.extend(keywords.into_iter().map(|keyword| LearnedItem { intent, keyword }));
            }
        }
        let mut examples = Vec::new();
        for (name, key, value) in self.named(fields.get("examples"), "examples") {
            if let Some(intent) = self.learned_intent(&name, key, intents) {
                let of_intent = self.examples(Some(value));
                // Why never of `none`: what is about nothing here is like nothing else that is not.
                examples.extend(intent.map(|intent| (intent, of_intent)));
            }
        }
        let mut wishes = Vec::new();
        for node in fields.get("wishes").map_or(&[][..], |node| self.items(node)) {
            let name = self.text(node, "an intent");
            let intent = name.and_then(|name| self.learned_intent(&name, node, intents)).flatten();
            wishes.extend(intent.map(|intent| intent as u32));
        }
        wishes.sort_unstable();
        let mut points = |name: &str| fields.get(name).and_then(|node| self.number(node)).map(|number| number as f32);
        let temperature = points("temperature");
        let none_of_these = points("none");
        let margin = points("margin");
        let near = self.points_by_language(fields.get("near"));
        let all = self.points_by_language(fields.get("all"));
        let author = self.points_by_language(fields.get("author"));
        if let (Some(temperature), Some(node)) = (temperature, fields.get("temperature"))
            && temperature <= 0.0
        {
            self.error(Code::OUT_OF_RANGE, node, "a temperature is above 0");
        }
        if let Some(node) = fields.get("author")
            && author.iter().flatten().any(|share| !(0.0..=1.0).contains(share))
        {
            self.error(Code::OUT_OF_RANGE, node, "a share is between 0 and 1");
        }
        Learned { items, examples, temperature, none: none_of_these, near, all, author, wishes, margin }
    }

    /// A number for all languages, or one for each that is named.
    fn points_by_language(&mut self, node: Option<&Node>) -> [Option<f32>; Language::ALL.len()] {
        let mut points = [None; Language::ALL.len()];
        let Some(node) = node else { return points };
        if node.as_map().is_none() {
            let number = self.number(node).map(|number| number as f32);
            return [number; Language::ALL.len()];
        }
        for (speaker, value) in self.per_language(node, "numbers are meant", &[]) {
            let place = speaker.language.and_then(|language| points.get_mut(language.index()));
            if let (Some(place), Some(number)) = (place, self.number(value)) {
                *place = Some(number as f32);
            }
        }
        points
    }

    /// The intent something was learnt for, by its place; `Some(None)` for `none`, `None` if there is no such intent.
    fn learned_intent(&mut self, name: &str, key: &Node, intents: &[Intent]) -> Option<Option<usize>> {
        let intent = intents.binary_search_by(|intent| intent.id.as_str().cmp(name)).ok();
        if intent.is_none() && name != "none" {
            let help = did_you_mean_help(name, intents.iter().map(|intent| intent.id.as_str()));
            let finding = Finding::error(Code::UNKNOWN_INTENT, key.origin, format!("there is no intent `{name}`"));
            self.report(finding.maybe_help(help));
            return None;
        }
        Some(intent)
    }
}
