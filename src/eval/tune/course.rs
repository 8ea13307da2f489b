use std::collections::BTreeMap;

use super::super::evaluation::Wanted;
use super::super::labels::Labels;
use super::calibrate::{Calibrated, LeftOut, warmth};
use super::items::Items;
use super::kept::examples;
use super::learn::learn;
use super::lesson::{Lessons, Message, Wish};
use super::pack::{Constants, Learnt};
use super::shares::{self, Share, Trial};
use super::split::Parts;
use super::tuner::{TuneError, Tuner};
use crate::classify::{Classification, Hints, Mix, Scratch};
use crate::engine::Engine;
use crate::rules::{Intent, Pack};
use crate::text::Language;

/// An example of the author's counts as much as so many messages of a suite.
///
/// Source: with 1, `check` names 37 examples of the tuned shop pack that are not understood as theirs, with 3 it names 28, and of
/// messages left out as many are right.
const OWN: f64 = 3.0;
/// Constants where nothing can be left out, and of packs whose author wrote rules: those of a pack nobody tuned.
const UNTUNED: Calibrated = Calibrated { temperature: 6.0, none: 36.0 };

/// Learning from a suite with parts of it left out, to see what the learnt is worth.
pub(super) struct Course<'c> {
    pub(super) tuner: &'c Tuner,
    pub(super) author: &'c Engine,
    pub(super) known: &'c Labels,
    pub(super) lessons: &'c Lessons<'c>,
    pub(super) intents: &'c [String],
    parts: Parts,
}

/// How a message left out was understood by the engine itself, before and after.
pub(super) struct Proof {
    /// Its number among the messages.
    pub(super) number: usize,
    pub(super) was_right: bool,
    pub(super) is_right: bool,
}

impl<'c> Course<'c> {
    pub(super) fn new(
        tuner: &'c Tuner,
        author: &'c Engine,
        known: &'c Labels,
        lessons: &'c Lessons<'c>,
        intents: &'c [String],
        parts: Parts,
    ) -> Self {
        Self { tuner, author, known, lessons, intents, parts }
    }

    /// Steps of the whole course, for a progress bar: each part is learnt without and then tried, and all is learnt last.
    pub(super) fn steps(&self) -> usize {
        2 * self.parts.count() + 1
    }

    fn pack(&self) -> &Pack {
        &self.author.rulebook().pack
    }

    /// What is learnt without each part in turn.
    pub(super) fn learn_parts(&self, step: &mut dyn FnMut()) -> Result<Vec<Learnt<'c>>, TuneError> {
        let learn = |part: usize| {
            step();
            self.learn(|number| !self.parts.contain(part, number))
        };
        (0..self.parts.count()).map(learn).collect()
    }

    /// What messages teach, of those that count.
    pub(super) fn learn(&self, counts: impl Fn(usize) -> bool) -> Result<Learnt<'c>, TuneError> {
        let mut learnt = Learnt::new(self.intents, self.author.languages());
        for language in Language::ALL {
            let telling: Vec<(&Message<'_>, usize)> = self
                .lessons
                .messages
                .iter()
                .enumerate()
                .filter(|(number, message)| message.language == language && counts(*number))
                .filter_map(|(_, message)| match message.wanted {
                    Wish::One(class) => Some((message, class)),
                    Wish::Nothing => Some((message, self.intents.len())),
                    Wish::Any(_) => None,
                })
                .collect();
            if telling.iter().all(|(_, class)| *class == self.intents.len()) {
                continue;
            }
            let suite =
                telling.iter().map(|(message, class)| (message.sample.text(), *class as u32, message.times as f64));
            let rows: Vec<(&str, u32, f64)> = suite.chain(self.own_examples(language)).collect();
            let items = Items::read(&rows, self.intents.len() + 1, language);
            learnt.weights.insert(language, learn(&items, language, self.tuner.most_items()));
            for class in 0..self.intents.len() {
                let of_class = telling.iter().filter(|(_, of)| *of == class).map(|(message, _)| message.sample.text());
                let own: Vec<&str> = self
                    .pack()
                    .intents
                    .get(class)
                    .map_or_else(Vec::new, |intent| intent.examples.iter().map(|example| &*example.text).collect());
                let examples = examples(of_class, &own, self.tuner.most_examples());
                if !examples.is_empty() {
                    learnt.examples.insert((class, language), examples);
                }
            }
        }
        learnt.wishes = self.wishes(&learnt, &counts)?;
        Ok(learnt)
    }

    /// The author's examples of a language: they are right whatever a suite says, so they are always learnt from, and weigh more.
    fn own_examples<'i>(&'i self, language: Language) -> impl Iterator<Item = (&'i str, u32, f64)> {
        let of_intent = move |(class, intent): (usize, &'i Intent)| {
            let of_language = intent.examples.iter().filter(move |example| example.language == language);
            of_language.map(move |example| (&*example.text, class as u32, OWN))
        };
        self.pack().intents.iter().enumerate().flat_map(of_intent)
    }

    /// Intents that a "don't" before what was learnt for them would take away from hardly any message that asks for them.
    ///
    /// Where the author wrote rules, those know what is denied.
    fn wishes(&self, learnt: &Learnt<'_>, counts: &impl Fn(usize) -> bool) -> Result<Vec<usize>, TuneError> {
        if Language::ALL.into_iter().any(|language| self.has_rules(language)) {
            return Ok(Vec::new());
        }
        let all = Learnt { wishes: (0..self.intents.len()).collect(), examples: BTreeMap::new(), ..learnt.clone() };
        let engine = self.tuner.engine(all.files(&self.whole())).map_err(TuneError::Pack)?;
        let classifier = &engine.rulebook().classifier;
        let mut scratch = Scratch::new();
        let mut asked = vec![(0, 0); self.intents.len()];
        for (_, message) in self.lessons.messages.iter().enumerate().filter(|(number, _)| counts(*number)) {
            let Wish::One(class) = message.wanted else { continue };
            let Some((all, denied)) = asked.get_mut(class) else { continue };
            *all += message.times;
            if classifier.denies(&mut scratch, message.sample.text(), class as u32) {
                *denied += message.times;
            }
        }
        let is_wish = |(_, (all, denied)): &(usize, (usize, usize))| *all > 0 && denied * 100 <= *all;
        Ok(asked.into_iter().enumerate().filter(is_wish).map(|(class, _)| class).collect())
    }

    /// Everything learnt, counting whole.
    fn whole(&self) -> Constants {
        let spoken = self.author.languages().iter();
        Constants::new(UNTUNED, spoken.map(|language| (*language, Share::WHOLE)))
    }

    /// What speaks for each intent in the messages left out, by the author's rules and by what was learnt without them.
    pub(super) fn trials(&self, learnt: &[Learnt<'_>]) -> Result<Vec<Trial>, TuneError> {
        let whole = self.whole();
        let mut trials = Vec::new();
        let mut scratch = Scratch::new();
        for (part, learnt) in learnt.iter().enumerate() {
            let engine = self.tuner.engine(learnt.files(&whole)).map_err(TuneError::Pack)?;
            let classifier = &engine.rulebook().classifier;
            let author = &self.author.rulebook().classifier;
            for (number, message) in self.of_part(part) {
                let gold = match &message.wanted {
                    Wish::One(class) => vec![*class],
                    Wish::Any(classes) => classes.clone(),
                    Wish::Nothing => Vec::new(),
                };
                let mut before = author.parts(&mut scratch, message.sample.text(), &Hints::default());
                // Why: without anything learnt, likeness counts only where a rule speaks.
                before.intents.retain(|part| part.author > 0.0);
                let parts = classifier.parts(&mut scratch, message.sample.text(), &Hints::default());
                let (language, times) = (message.language, message.times as f64);
                trials.push(Trial { number, times, language, before, parts, gold });
            }
        }
        Ok(trials)
    }

    fn of_part(&self, part: usize) -> impl Iterator<Item = (usize, &Message<'c>)> {
        let numbered = self.lessons.messages.iter().enumerate();
        numbered.filter(move |(number, _)| self.parts.contain(part, *number))
    }

    /// The constants and shares that fit the messages left out best.
    pub(super) fn choose(&self, trials: &[Trial]) -> Constants {
        let spoken = self.author.languages().iter().copied();
        if trials.is_empty() {
            return Constants::new(UNTUNED, spoken.map(|language| (language, Share::WHOLE)));
        }
        let thresholds = &self.pack().thresholds;
        let (act, margin) = (thresholds.act, thresholds.margin);
        let mut constants = if spoken.clone().any(|language| self.has_rules(language)) {
            let untuned = UNTUNED.mix(Share::WHOLE, act, margin);
            let shares = spoken.filter_map(|language| {
                let of_language: Vec<&Trial> = trials.iter().filter(|trial| trial.language == language).collect();
                let share = if self.has_rules(language) && !of_language.is_empty() {
                    Share::beside_rules(&of_language, untuned)
                } else {
                    Some(Share::WHOLE)
                };
                share.map(|share| (language, share))
            });
            Constants::new(UNTUNED, shares)
        } else {
            let tried = Share::alone().map(|share| {
                let mix = UNTUNED.mix(share, act, margin);
                let left_out: Vec<LeftOut> = trials.iter().map(|trial| trial.left_out(&mix)).collect();
                (share, left_out)
            });
            let best = tried.into_iter().min_by(|a, b| warmth(&a.1).1.total_cmp(&warmth(&b.1).1));
            let (share, left_out) = best.unwrap_or((Share::WHOLE, Vec::new()));
            Constants::new(Calibrated::of(&left_out, f64::from(act)), spoken.map(|language| (language, share)))
        };
        constants.margin = shares::margin(trials, margin, |language| constants.mix(language, act, margin));
        constants
    }

    /// How constants weigh a message of a language.
    pub(super) fn mix(&self, constants: &Constants, language: Language) -> Option<Mix> {
        let thresholds = &self.pack().thresholds;
        constants.mix(language, thresholds.act, constants.margin.unwrap_or(thresholds.margin))
    }

    /// Whether the author wrote rules for messages of a language.
    fn has_rules(&self, language: Language) -> bool {
        let speaks = |of: Option<Language>| of.is_none_or(|of| of == language);
        self.pack().intents.iter().any(|intent| {
            intent.keywords.iter().any(|each| speaks(each.language))
                || intent.patterns.iter().any(|each| speaks(each.language))
        })
    }

    /// How the engine itself understands the messages left out, with the constants chosen.
    pub(super) fn prove(
        &self,
        learnt: &[Learnt<'_>],
        constants: &Constants,
        step: &mut dyn FnMut(),
    ) -> Result<Vec<Proof>, TuneError> {
        let mut proofs = Vec::new();
        let mut scratch = Scratch::new();
        for (part, learnt) in learnt.iter().enumerate() {
            step();
            let engine = self.tuner.engine(learnt.files(constants)).map_err(TuneError::Pack)?;
            for (number, message) in self.of_part(part) {
                let wanted = Wanted::new(message.sample.expected(), self.known);
                let mut is_right =
                    |engine: &Engine| self.meets(&wanted, engine.classify_with(&mut scratch, message.sample.text()));
                proofs.push(Proof { number, was_right: is_right(self.author), is_right: is_right(&engine) });
            }
        }
        Ok(proofs)
    }

    fn meets(&self, wanted: &Wanted, said: &Classification) -> bool {
        let got = said.intent().and_then(|intent| self.known.find(intent.as_str()));
        wanted.met(got, said, self.known).is_some()
    }

    /// Languages in which the messages left out were understood better before.
    pub(super) fn harmed(&self, proofs: &[Proof], constants: &Constants) -> Vec<Language> {
        let is_harmed = |language: &Language| {
            let mut known = (0.0, 0.0);
            let mut strange = (0.0, 0.0);
            for proof in proofs {
                let Some(message) = self.lessons.messages.get(proof.number) else { continue };
                if message.language != *language {
                    continue;
                }
                let (all, gain) = if message.wanted == Wish::Nothing { &mut strange } else { &mut known };
                let times = message.times as f64;
                *all += times;
                *gain += times * f64::from(i8::from(proof.is_right) - i8::from(proof.was_right));
            }
            let share = |(all, gain): (f64, f64)| if all > 0.0 { gain / all } else { 0.0 };
            self.has_rules(*language) && (share(known) < 0.0 || share(known) + share(strange) < 0.0)
        };
        constants.shares.keys().copied().filter(is_harmed).collect()
    }
}

/// What a trial gives, for those who look at scores: the best five intents. Without a mix nothing learnt counts.
pub(super) fn scores(trial: &Trial, mix: Option<Mix>) -> Vec<(usize, f64)> {
    let weighed = match mix {
        Some(mix) => mix.weigh(&trial.parts),
        None => UNTUNED.mix(Share::WHOLE, 0.0, 0.0).weigh(&trial.before),
    };
    weighed.scores.into_iter().map(|(intent, score)| (intent as usize, f64::from(score))).collect()
}
