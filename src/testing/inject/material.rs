use crate::classify::{Decision, Hints, Scratch};
use crate::engine::Engine;
use crate::rules::{Does, Intent, IntentId, Keyword};
use crate::text::{Language, to_traditional};

/// How sure the bot must be of a side question: what it does with one it hardly understands is another matter.
const SURE: f32 = 0.9;

/// Side questions tried at each point.
const QUESTIONS: usize = 2;

/// Examples of asking for a person tried at each point, beside a keyword.
const EXAMPLES: usize = 2;

/// What customers say beside the matter, in the pack's own words.
#[derive(Debug, Default)]
pub(super) struct Material {
    questions: Vec<(Language, String, IntentId)>,
    /// Requests for a person, with what to call the language and script.
    pub(super) persons: Vec<(&'static str, String)>,
    cancels: Vec<(Language, String)>,
    corrections: Vec<(Language, String)>,
}

impl Material {
    pub(super) fn of(engine: &Engine) -> Self {
        let pack = &engine.rulebook().pack;
        let mut material = Self::default();
        for language in pack.languages.all.iter().copied() {
            material.add_questions(engine, language);
            material.add_persons(engine, language);
            material.cancels.extend(first_of(engine, "cancel", language).map(|words| (language, words)));
            material.corrections.extend(first_of(engine, "correction", language).map(|words| (language, words)));
        }
        material
    }

    pub(super) fn questions(&self, language: Language) -> impl Iterator<Item = (&str, &IntentId)> {
        let of_language = self.questions.iter().filter(move |(known, ..)| *known == language);
        of_language.map(|(_, text, intent)| (text.as_str(), intent))
    }

    pub(super) fn cancel(&self, language: Language) -> Option<&str> {
        in_language(&self.cancels, language)
    }

    pub(super) fn correction(&self, language: Language) -> Option<&str> {
        in_language(&self.corrections, language)
    }

    /// Examples that ask for an answer of the pack, surely and for nothing else.
    fn add_questions(&mut self, engine: &Engine, language: Language) {
        let pack = &engine.rulebook().pack;
        let mut taken: Vec<&IntentId> = Vec::new();
        let mut scratch = Scratch::new();
        for intent in pack.intents.iter().filter(|intent| is_lasting_answer(intent)) {
            let of_language = intent.examples.iter().filter(|example| example.language == language);
            let fitting = of_language.map(|example| &*example.text).find(|text| {
                let hints = Hints { language: Some(language), ..Hints::default() };
                let said = engine.rulebook().classifier.classify(&mut scratch, text, &hints);
                let [request] = said.requests() else { return false };
                request.is_question()
                    && request.confidence() >= SURE
                    && said.entities().is_empty()
                    && said.lexicons().is_empty()
                    && matches!(request.decision(), Decision::Act(id) if *id == intent.id)
            });
            if let Some(text) = fitting {
                taken.push(&intent.id);
                self.questions.push((language, text.to_owned(), intent.id.clone()));
            }
            if taken.len() == QUESTIONS {
                break;
            }
        }
    }

    /// The first keyword of the intents that ask for a person, and the first examples that do so without a doubt.
    fn add_persons(&mut self, engine: &Engine, language: Language) {
        let rules = engine.rulebook();
        let asks = |intent: &&Intent| rules.asking_for_person.contains(&intent.id);
        let mut scratch = Scratch::new();
        let hints = Hints { language: Some(language), ..Hints::default() };
        for intent in rules.pack.intents.iter().filter(asks) {
            let of_language = intent.examples.iter().filter(|example| example.language == language);
            let examples = of_language.map(|example| example.text.to_string()).filter(|text| {
                let said = rules.classifier.classify(&mut scratch, text, &hints);
                said.asked(&intent.id) && said.lexicons().is_empty()
            });
            let keyword = intent.keywords.iter().find(|keyword| keyword.language == Some(language));
            let mut all: Vec<String> = examples.take(EXAMPLES).collect();
            all.extend(keyword.map(|keyword| keyword.first_spelling(&rules.pack.groups)));
            for words in all {
                let traditional = to_traditional(&words);
                if language == Language::Zh && traditional != words {
                    self.persons.push(("zh-Hant", traditional));
                }
                self.persons.push((language.code(), words));
            }
        }
    }
}

/// An answer that is said every day.
fn is_lasting_answer(intent: &Intent) -> bool {
    matches!(&intent.does, Does::Say(words) if words.since.is_none() && words.until.is_none())
}

fn first_of(engine: &Engine, lexicon: &str, language: Language) -> Option<String> {
    let pack = &engine.rulebook().pack;
    let (_, lexicon) = pack.lexicon(lexicon)?;
    let of_language = |keyword: &&Keyword| keyword.language == Some(language);
    lexicon.entries.iter().find(of_language).map(|keyword| keyword.first_spelling(&pack.groups))
}

fn in_language(words: &[(Language, String)], language: Language) -> Option<&str> {
    words.iter().find(|(known, _)| *known == language).map(|(_, words)| words.as_str())
}
