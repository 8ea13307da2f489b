use std::collections::BTreeMap;
use std::fmt;

use super::course::{Course, Proof, scores};
use super::lesson::Wish;
use super::pack::{Constants, Learnt};
use super::shares::{Share, Trial};
use crate::eval::Sample;
use crate::load::Source;
use crate::text::Language;

/// Messages listed as contradictory or doubtful, and pairs of intents as alike.
pub(super) const LISTED: usize = 50;
/// Points between the best intent and the labelled one from which a message left out speaks against its label.
const SURE: f64 = 20.0;

/// What tuning proposes, and what it is worth.
#[derive(Clone, Debug)]
pub struct Tuned {
    files: Vec<Source>,
    changes: Vec<Change>,
    messages: usize,
    rows: usize,
    contradictory: Vec<Contradiction>,
    doubtful: Vec<Doubt>,
    alike: Vec<(String, String, usize)>,
    hurting: Vec<(String, String, usize, usize)>,
    leaks: Vec<(String, String)>,
    double: usize,
    undeclared: BTreeMap<Language, usize>,
    unknown: BTreeMap<String, usize>,
    known: HeldOut,
    strange: HeldOut,
    /// Right if the best intent were always taken.
    forced: usize,
    languages: BTreeMap<Language, (HeldOut, Option<Share>)>,
    constants: Constants,
}

/// How messages that were left out fared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct HeldOut {
    messages: usize,
    /// Right with the rules as they were, and as they would be.
    before: usize,
    after: usize,
}

impl HeldOut {
    fn count(&mut self, times: usize, was_right: bool, is_right: bool) {
        self.messages += times;
        self.before += if was_right { times } else { 0 };
        self.after += if is_right { times } else { 0 };
    }

    fn share(&self, of: usize) -> f64 {
        of as f64 / self.messages.max(1) as f64
    }
}

/// A message whose label is probably wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Doubt {
    /// The message.
    pub text: String,
    /// Its label.
    pub label: String,
    /// What the other messages say it is.
    pub other: String,
    /// Where it stands, if it was read from a suite.
    pub place: Option<String>,
}

/// A message that stands in a suite with several labels.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradiction {
    /// The message.
    pub text: String,
    /// Its labels, and where each stands first.
    pub labels: Vec<(String, Option<String>)>,
}

/// What would change for one intent.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The intent.
    pub intent: String,
    /// The phrases with their points, the heaviest first.
    pub phrases: Vec<(String, u32)>,
    /// How many messages to compare with are added.
    pub examples: usize,
    /// Messages left out that ask for it.
    pub messages: usize,
    /// How many of them are wrong now and would be right.
    pub gained: usize,
    /// How many of them are right now and would be wrong.
    pub lost: usize,
}

impl Tuned {
    /// What a course has come to, for a suite of so many rows.
    pub(super) fn new(
        course: &Course<'_>,
        files: Vec<Source>,
        learnt: &Learnt<'_>,
        constants: Constants,
        trials: &[Trial],
        proofs: &[Proof],
        rows: usize,
    ) -> Self {
        let lessons = course.lessons;
        let mut tuned = Self {
            files,
            changes: changes(course.intents, learnt, &constants),
            messages: lessons.telling(),
            rows,
            contradictory: lessons.contradictory(),
            doubtful: Vec::new(),
            alike: Vec::new(),
            hurting: lessons.hurting.clone(),
            leaks: Vec::new(),
            double: lessons.double,
            undeclared: lessons.undeclared.clone(),
            unknown: lessons.unknown.clone(),
            known: HeldOut::default(),
            strange: HeldOut::default(),
            forced: 0,
            languages: BTreeMap::new(),
            constants,
        };
        proofs.iter().for_each(|proof| tuned.count(course, proof));
        tuned.compare(course, trials);
        tuned
    }

    /// Counts how a message left out fared. Of a language of which nothing is learnt nothing changes.
    fn count(&mut self, course: &Course<'_>, proof: &Proof) {
        let Some(message) = course.lessons.messages.get(proof.number) else { return };
        let share = self.constants.shares.get(&message.language).copied();
        let is_right = if share.is_some() { proof.is_right } else { proof.was_right };
        if message.wanted == Wish::Nothing {
            self.strange.count(message.times, proof.was_right, is_right);
            return;
        }
        self.known.count(message.times, proof.was_right, is_right);
        let of_language = self.languages.entry(message.language).or_insert((HeldOut::default(), share));
        of_language.0.count(message.times, proof.was_right, is_right);
        let change = match message.wanted {
            Wish::One(class) => self.changes.get_mut(class),
            _ => None,
        };
        if let Some(change) = change {
            change.messages += message.times;
            change.gained += if is_right && !proof.was_right { message.times } else { 0 };
            change.lost += if proof.was_right && !is_right { message.times } else { 0 };
        }
    }

    /// Finds intents taken for each other, and labels that the other messages speak against.
    fn compare(&mut self, course: &Course<'_>, trials: &[Trial]) {
        let mut alike: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut doubtful = Vec::new();
        for trial in trials {
            let Some(message) = course.lessons.messages.get(trial.number) else { continue };
            let scores = scores(trial, course.mix(&self.constants, trial.language));
            let Some((best, score)) = scores.first().copied() else { continue };
            if trial.gold.contains(&best) {
                self.forced += message.times;
            } else if let Wish::One(class) = message.wanted {
                *alike.entry((class.min(best), class.max(best))).or_default() += message.times;
                let own = scores.iter().find(|(intent, _)| *intent == class).map_or(0.0, |own| own.1);
                if score - own >= SURE {
                    doubtful.push((score - own, message.sample, class, best));
                }
            }
        }
        let name = |intent: usize| course.intents.get(intent).cloned().unwrap_or_default();
        doubtful.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.text().cmp(b.1.text())));
        let doubtful = doubtful.into_iter().take(LISTED);
        let doubt = |(_, sample, label, best): (f64, &Sample, usize, usize)| Doubt {
            text: sample.text().to_owned(),
            label: name(label),
            other: name(best),
            place: sample.place(),
        };
        self.doubtful = doubtful.map(doubt).collect();
        let alike = alike.into_iter().filter(|(_, count)| *count > 1);
        self.alike = alike.map(|((a, b), count)| (name(a), name(b), count)).collect();
        self.alike.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
        self.alike.truncate(LISTED);
    }

    /// Takes rows of the unseen suite that nearly repeat one of the others, each with where that stands.
    pub(super) fn with_leaks(mut self, leaks: Vec<(String, String)>) -> Self {
        self.leaks = leaks;
        self
    }

    /// The files to write: `tuned.yaml`, and for a new pack `bot.yaml`.
    pub fn files(&self) -> &[Source] {
        &self.files
    }

    /// What would change, by intent.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Of messages left out of learning, the share understood rightly with the rules as they were.
    pub fn accuracy_before(&self) -> f64 {
        self.known.share(self.known.before)
    }

    /// The same with the proposal, learnt without them.
    pub fn accuracy_after(&self) -> f64 {
        self.known.share(self.known.after)
    }

    /// Intents that are taken for one another, and how often: perhaps they are one.
    pub fn alike(&self) -> &[(String, String, usize)] {
        &self.alike
    }

    /// Rules of the author's that decide more messages wrongly than rightly: rule, intent, wrong, right.
    pub fn hurting(&self) -> &[(String, String, usize, usize)] {
        &self.hurting
    }

    /// Messages whose label is probably wrong.
    pub fn doubtful(&self) -> &[Doubt] {
        &self.doubtful
    }

    /// Messages that stand in the suite with several labels.
    pub fn contradictory(&self) -> &[Contradiction] {
        &self.contradictory
    }
}

/// Rows shown of each list.
const SHOWN: usize = 12;
/// Phrases shown of each intent.
const PHRASES: usize = 12;

impl fmt::Display for Tuned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left_aside = self.rows - self.messages;
        writeln!(f, "learnt from {} messages; {left_aside} rows say nothing to learn", self.messages)?;
        self.tell_left_aside(f)?;
        self.tell_left_out(f)?;
        let Constants { calibrated, margin, .. } = &self.constants;
        write!(f, "temperature {}, none {}", calibrated.temperature, calibrated.none)?;
        match margin {
            Some(margin) => writeln!(f, ", margin {margin}")?,
            None => writeln!(f)?,
        }
        for change in self.changes.iter().filter(|change| !change.phrases.is_empty() || change.messages > 0) {
            writeln!(
                f,
                "\n{}: {} messages left out, {} gained, {} lost; {} examples",
                change.intent, change.messages, change.gained, change.lost, change.examples
            )?;
            let phrases: Vec<String> =
                change.phrases.iter().take(PHRASES).map(|(text, points)| format!("{text} {points}")).collect();
            let more = change.phrases.len().saturating_sub(PHRASES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            if !phrases.is_empty() {
                writeln!(f, "  {}{more}", phrases.join(", "))?;
            }
        }
        section(f, "rules of yours that mislead", &self.hurting, |(rule, intent, wrong, right)| {
            format!("`{rule}` of {intent}: tips {wrong} messages the wrong way, {right} the right way")
        })?;
        section(
            f,
            "intents that look alike; join them, or tell them apart in the labels",
            &self.alike,
            |(a, b, n)| format!("{a} and {b}: {n} messages left out were taken for the other"),
        )?;
        section(f, "messages with several labels", &self.contradictory, |Contradiction { text, labels }| {
            let labels: Vec<String> =
                labels.iter().map(|(label, place)| format!("{label}{}", at(place.as_ref()))).collect();
            format!("“{text}”: {}", labels.join(", "))
        })?;
        section(f, "labels that may be wrong", &self.doubtful, |Doubt { text, label, other, place }| {
            format!("“{text}”{}: {label}, and all else says {other}", at(place.as_ref()))
        })?;
        section(f, "rows of the unseen suite that nearly repeat one of the others", &self.leaks, |(unseen, other)| {
            format!("{unseen} and {other}")
        })
    }
}

/// What would change for each intent.
fn changes(intents: &[String], learnt: &Learnt<'_>, constants: &Constants) -> Vec<Change> {
    let of_intent = |(number, intent): (usize, &String)| {
        let of_language = |language| learnt.phrases(number, language, constants);
        let mut phrases: Vec<(String, u32)> = Language::ALL.into_iter().flat_map(of_language).collect();
        phrases.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
        let of_examples = learnt
            .examples
            .iter()
            .filter(|((intent, language), _)| *intent == number && constants.shares.contains_key(language));
        let examples = of_examples.map(|(_, examples)| examples.len()).sum();
        Change { intent: intent.clone(), phrases, examples, ..Change::default() }
    };
    intents.iter().enumerate().map(of_intent).collect()
}

/// Where a row stands, in brackets.
fn at(place: Option<&String>) -> String {
    place.map_or_else(String::new, |place| format!(" ({place})"))
}

impl Tuned {
    fn tell_left_aside(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.double > 0 {
            writeln!(f, "{} rows ask for two things at once: nothing is learnt from them", self.double)?;
        }
        for (language, rows) in &self.undeclared {
            writeln!(f, "{rows} rows are in `{language}`, which the pack does not declare: they were left aside")?;
        }
        if !self.unknown.is_empty() {
            let rows: usize = self.unknown.values().sum();
            let names: Vec<&str> = self.unknown.keys().take(SHOWN).map(String::as_str).collect();
            writeln!(f, "{rows} rows have labels that no intent of the pack has: {}", names.join(", "))?;
        }
        Ok(())
    }

    fn tell_left_out(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.known.messages > 0 {
            writeln!(
                f,
                "of {} messages left out: {:.1}% right before, {:.1}% after ({:.1}% if it always answered)",
                self.known.messages,
                100.0 * self.accuracy_before(),
                100.0 * self.accuracy_after(),
                100.0 * self.known.share(self.forced)
            )?;
        }
        if self.strange.messages > 0 {
            let of = |count: usize| 100.0 * self.strange.share(count);
            let (before, after) = (of(self.strange.before), of(self.strange.after));
            writeln!(f, "of {} about nothing: {before:.1}% refused before, {after:.1}% after", self.strange.messages)?;
        }
        for (language, (held_out, share)) in &self.languages {
            let of = |count: usize| 100.0 * held_out.share(count);
            let (before, after) = (of(held_out.before), of(held_out.after));
            write!(f, "  {language}: {} left out, {before:.1}% before, {after:.1}% after", held_out.messages)?;
            match share {
                Some(Share { author, learned, like }) => {
                    write!(f, "; learnt phrases count {learned} times, likeness {like} times")?;
                    if *author < 1.0 {
                        write!(f, ", your own rules {author} times")?;
                    }
                    writeln!(f)?;
                }
                None => writeln!(f, "; nothing learnt helps, so nothing is written")?,
            }
        }
        Ok(())
    }
}

fn section<T>(f: &mut fmt::Formatter<'_>, title: &str, rows: &[T], line: impl Fn(&T) -> String) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    for row in rows.iter().take(SHOWN) {
        writeln!(f, "  {}", line(row))?;
    }
    if rows.len() > SHOWN {
        writeln!(f, "  and {} more", rows.len() - SHOWN)?;
    }
    Ok(())
}
