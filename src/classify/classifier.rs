use std::ops::Range;
use std::sync::Arc;

use super::classification::Outcome;
use super::courtesy::Courtesies;
use super::finding::{Finding, State};
use super::likeness::Likeness;
use super::parts::Parts;
use super::reading::Reading;
use super::report::of_clause;
use super::roles::{Role, roles};
use super::score::Scale;
use super::similarity::{Rivals, Similarity};
use super::source::Source;
use super::tongue::Tongue;
use super::verdict::{Tally, Verdict};
use super::{Classification, Explanation, Hints, LeftOut, Options, Scratch};
use crate::entities::{Entities, Met, Signs, signs};
use crate::matching::{Leniency, Matcher, Scan, Target};
use crate::rules::Pack;
use crate::text::Language;

/// Longest message, in characters, that is read; what follows is cut off and the classification says so.
///
/// A person writes a few hundred; a pasted page is not read to its end in a shop either.
pub(crate) const LONGEST_MESSAGE: usize = 8000;

/// Understands messages by the rules of one pack.
pub(crate) struct Classifier {
    pub(super) pack: Arc<Pack>,
    options: Options,
    pub(super) matcher: Matcher,
    entities: Entities,
    roles: Vec<Role>,
    courtesies: Courtesies,
    pub(super) scale: Scale,
    similarity: Option<Similarity>,
}

impl Classifier {
    /// Of a pack that nobody else holds, the syntax trees of patterns are let go one by one.
    pub(crate) fn new(mut pack: Arc<Pack>, options: Options) -> Self {
        let leniency = Leniency { stems: options.stems.is_on(), typos: options.typos.is_on() };
        let trees = Arc::get_mut(&mut pack).map(Pack::take_trees).unwrap_or_default();
        let matcher = Matcher::new(&pack, trees, leniency, signs());
        Self {
            matcher,
            entities: Entities::new(&pack),
            roles: roles(&pack),
            courtesies: Courtesies::new(&pack),
            scale: Scale::new(&pack.learned, &pack.thresholds),
            similarity: options.similarity.is_on().then(|| Similarity::new(Arc::clone(&pack))),
            pack,
            options,
        }
    }

    /// The rules it was made of.
    pub(crate) fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }

    /// The typed values it reads.
    pub(crate) fn entities(&self) -> &Entities {
        &self.entities
    }

    /// Does now what would otherwise be done for the first messages.
    pub(crate) fn warm_up(&self) {
        self.matcher.warm_up();
        self.similarity.iter().for_each(Similarity::warm_up);
    }

    /// What a message says. The result stands in the scratch until the next message.
    pub(crate) fn classify<'s>(&self, scratch: &'s mut Scratch, text: &str, hints: &Hints) -> &'s Classification {
        let (text, is_cut) = cut(text);
        let Scratch { folded, scan, reading, tally, verdicts, values, row, covered, likeness, classification } =
            scratch;
        folded.fold(text);
        self.matcher.scan(folded, scan);
        let tongue = Tongue::of(scan, folded.as_str(), self.matcher.items(), &self.roles, &self.pack, hints.language);
        self.matcher.sift(folded, scan, |language| !tongue.has_lost(language));
        let source = self.source(scan, folded.as_str(), &tongue);
        reading.read(&source, tongue);
        classification.asked.clear();
        classification.declined.clear();
        verdicts.clear();
        // Why only the author's: "y" alone may have been learnt for some intent.
        let ties = |item: u32| self.matcher.items().get(item as usize).is_some_and(|item| item.target.is_author());
        reading.part_at_joints(ties, |findings| {
            tally.sum(&source, findings);
            let verdict = tally.decide(&self.scale, |intent| self.courtesies.contain(intent));
            verdict.asked_for().filter(|_| verdict.decided.outcome == Outcome::Act)
        });
        reading.except();
        let mut at = 0;
        for clause in 0..reading.clauses.len() {
            let range = of_clause(&reading.findings, &mut at, clause);
            reading.count_once(self.matcher.items().len(), range.clone());
            tally.sum(&source, reading.findings.get(range).unwrap_or_default().iter());
            for intent in tally.asked(&self.scale) {
                self.note_asked(classification, intent);
            }
            verdicts.push(tally.decide(&self.scale, |intent| self.courtesies.contain(intent)));
        }
        let language = self.language(&tongue);
        likeness.clear();
        let joined = self.join_target(verdicts);
        let mut whole = None;
        if let Some(target) = joined {
            if verdicts.len() > 1 {
                // Why once more: the same words in two clauses are one wish.
                reading.count_once(self.matcher.items().len(), 0..reading.findings.len());
                tally.sum(&source, reading.findings.iter());
                for intent in tally.asked(&self.scale) {
                    self.note_asked(classification, intent);
                }
            }
            // Why: of a single clause nothing has changed since it was decided.
            let mut verdict = match verdicts[..] {
                [only] => only,
                _ => tally.decide(&self.scale, |intent| self.courtesies.contain(intent)),
            };
            let is_spoken_for = !tally.spoken_for().is_empty();
            if self.compare(folded.as_str(), language, &verdict, (tally, reading), hints.left_out, likeness) {
                reading.take_away(likeness);
                for &(intent, points) in likeness.points() {
                    tally.add(intent, points);
                }
                verdict = tally.decide(&self.scale, |intent| self.courtesies.contain(intent));
                if !is_spoken_for {
                    verdict.decided = self.scale.guessed(verdict.decided);
                }
            }
            let target = target.unwrap_or_else(|| best_clause(reading, verdict.candidates().first()));
            if let Some(place) = verdicts.get_mut(target) {
                *place = verdict;
                whole = Some(target);
            }
            // Why: one wish is one request, however often it is said.
            for (clause, other) in verdicts.iter_mut().enumerate() {
                if clause != target && other.best().is_some_and(|intent| !self.courtesies.contain(intent)) {
                    other.decided.outcome = Outcome::Nothing;
                }
            }
        }
        self.keep_denials(reading, verdicts);
        if verdicts.iter().any(|verdict| verdict.is_courtesy)
            && (verdicts.iter().any(|verdict| verdict.best().is_some() && !verdict.is_courtesy)
                || !self.courtesies.are_outweighed(&source, &reading.findings, covered))
        {
            // Courtesies stay what they are; beside a request they do not speak for the message.
        } else {
            for verdict in verdicts.iter_mut().filter(|verdict| verdict.is_courtesy) {
                verdict.decided.outcome = Outcome::Nothing;
            }
        }
        classification.is_cut = is_cut;
        classification.script = folded.script();
        classification.language = language;
        classification.lexicons.clear();
        classification.entities.clear();
        values.clear();
        self.matcher.values(scan, |language| !tongue.has_lost(language), values);
        self.entities.find(
            folded,
            text,
            Met { signs: Signs::of(scan), values },
            hints.clock,
            row,
            &mut classification.entities,
        );
        let to_original = |bytes: Range<usize>| folded.original(bytes);
        self.report_lexicons(classification, &reading.findings, &to_original);
        self.report_declined(classification, &reading.findings);
        let whole = whole.map(|clause| (clause, likeness.points()));
        self.report_requests(classification, &source, reading, verdicts, whole, &to_original);
        classification
    }

    /// What speaks for each intent in a message, taken apart.
    pub(crate) fn parts(&self, scratch: &mut Scratch, text: &str, hints: &Hints) -> Parts {
        self.classify(scratch, text, hints);
        let Scratch { folded, scan, reading, tally, likeness, classification, .. } = scratch;
        let source = self.source(scan, folded.as_str(), &reading.tongue);
        reading.count_once(self.matcher.items().len(), 0..reading.findings.len());
        tally.sum(&source, reading.findings.iter());
        likeness.clear();
        if let Some(similarity) = &self.similarity {
            similarity.compare(
                folded.as_str(),
                classification.language,
                tally.spoken_for(),
                &Standing { tally, courtesies: &self.courtesies, reading: None },
                None,
                likeness,
            );
        }
        reading.take_away(likeness);
        let mut parts = tally.parts(likeness.points());
        for part in &mut parts.intents {
            part.is_courtesy = self.courtesies.contain(part.intent);
        }
        parts
    }

    /// Whether a message denies what speaks for an intent.
    pub(crate) fn denies(&self, scratch: &mut Scratch, text: &str, intent: u32) -> bool {
        self.classify(scratch, text, &Hints::default());
        let of_intent = |finding: &&Finding| {
            let target = self.matcher.items().get(finding.item as usize).map(|item| item.target);
            target.is_some_and(|target| matches!(target, Target::Keyword(of) | Target::Learned(of) if of == intent))
        };
        scratch.reading.findings.iter().filter(of_intent).any(|finding| finding.state == State::Negated)
    }

    /// What a message says, and why.
    pub(crate) fn explain(&self, text: &str, hints: &Hints) -> Explanation {
        self.explain_with(&mut Scratch::new(), text, hints)
    }

    /// The same with working memory kept from message to message.
    pub(crate) fn explain_with(&self, scratch: &mut Scratch, text: &str, hints: &Hints) -> Explanation {
        self.classify(scratch, text, hints);
        let nearest =
            |intent: u32, language: Language| self.similarity.as_ref()?.nearest(language, intent, &scratch.likeness);
        Explanation::new(&self.pack, &self.matcher, scratch, &self.roles, nearest)
    }

    /// What findings in a message are made from.
    fn source<'a>(&'a self, scan: &'a Scan, text: &'a str, tongue: &Tongue) -> Source<'a> {
        let (matcher, roles, wishes) = (&self.matcher, &self.roles, &self.pack.learned.wishes);
        let share = self.pack.learned.author_share(self.language(tongue));
        Source { matcher, scan, text, roles, wishes, share, options: self.options }
    }

    /// The clause that the evidence of all clauses together speaks for: `Some(None)` where that must be found out, `None`
    /// where two clauses ask for different things and each stands alone.
    ///
    /// What was only learnt does not stand alone beside what a rule of the author's is enough for: "wrong address! can you
    /// change it" is about the address.
    fn join_target(&self, verdicts: &[Verdict]) -> Option<Option<usize>> {
        let asks = |verdict: &Verdict| verdict.best().is_some() && !verdict.is_courtesy;
        let is_written = |verdict: &Verdict| self.scale.is_enough(verdict.written);
        let any_written = verdicts.iter().any(|verdict| asks(verdict) && is_written(verdict));
        let mut first: Option<(usize, u32)> = None;
        for (clause, verdict) in verdicts.iter().enumerate() {
            let Some(best) = verdict.best().filter(|_| asks(verdict) && (is_written(verdict) || !any_written)) else {
                continue;
            };
            match first {
                Some((_, intent)) if intent != best && verdict.decided.outcome == Outcome::Act => return None,
                Some(_) => {}
                None => first = Some((clause, best)),
            }
        }
        Some(first.map(|(clause, _)| clause))
    }

    fn language(&self, tongue: &Tongue) -> Language {
        tongue.language.unwrap_or(self.pack.languages.default)
    }

    fn note_asked(&self, classification: &mut Classification, intent: u32) {
        if let Some(intent) = self.pack.intents.get(intent as usize)
            && !classification.asked.contains(&intent.id)
        {
            classification.asked.push(intent.id.clone());
        }
    }

    /// What was learnt does not speak where a rule of the author's was denied: "I do not want a refund" asks for nothing, however
    /// like other requests the rest of it is.
    fn keep_denials(&self, reading: &Reading, verdicts: &mut [Verdict]) {
        for (clause, verdict) in verdicts.iter_mut().enumerate() {
            let is_denied = |finding: &Finding| {
                finding.state == State::Negated
                    && usize::from(finding.clause) == clause
                    && finding.intent.is_some()
                    && self.scale.is_enough(finding.points)
            };
            if !self.scale.is_enough(verdict.written) && reading.findings.iter().any(is_denied) {
                verdict.decided.outcome = Outcome::Nothing;
            }
        }
    }

    /// Compares a message with the examples, if that could change what was decided.
    fn compare(
        &self,
        text: &str,
        language: Language,
        verdict: &Verdict,
        (tally, reading): (&Tally, &Reading),
        left_out: Option<LeftOut>,
        likeness: &mut Likeness,
    ) -> bool {
        let Some(similarity) = &self.similarity else { return false };
        let score = |place: usize| verdict.candidates().get(place).map_or(0.0, |(_, score)| *score);
        // Why: with so much between them, all that likeness can give leaves the first the first, in scope and clear.
        let is_clear = self.scale.stands(score(0) - score(1), verdict.decided.confidence, similarity.most(language));
        if self.options.gate.is_on() && verdict.decided.outcome == Outcome::Act && !verdict.is_courtesy && is_clear {
            return false;
        }
        let standing = Standing { tally, courtesies: &self.courtesies, reading: Some(reading) };
        similarity.compare(text, language, tally.spoken_for(), &standing, left_out, likeness);
        !likeness.points().is_empty()
    }
}

/// What intents have beside likeness.
struct Standing<'a> {
    tally: &'a Tally,
    courtesies: &'a Courtesies,
    /// Without it the points of all are asked for, whatever place they have.
    reading: Option<&'a Reading>,
}

impl Rivals for Standing<'_> {
    fn score(&self, intent: u32, points: f32) -> f32 {
        self.tally.score(intent, points)
    }

    /// Courtesies may be left out of the ranking, and likeness be taken away from what was denied.
    fn are_ranked(&self, intent: u32) -> bool {
        self.reading.is_some_and(|reading| !self.courtesies.contain(intent) && !reading.denies(intent))
    }
}

/// The clause that says most for an intent, the last of equals.
fn best_clause(reading: &Reading, best: Option<&(u32, f32)>) -> usize {
    let Some((intent, _)) = best else { return 0 };
    let mut most = (0.0, 0);
    let mut sum = (0_u16, 0.0);
    for finding in reading.findings.iter().filter(|finding| finding.stands() && finding.intent == Some(*intent)) {
        if finding.clause != sum.0 {
            sum = (finding.clause, 0.0);
        }
        sum.1 += finding.points;
        if sum.1 >= most.0 {
            most = (sum.1, usize::from(sum.0));
        }
    }
    most.1
}

/// The part of a message that is read, and whether that is not all of it.
fn cut(text: &str) -> (&str, bool) {
    if text.len() <= LONGEST_MESSAGE {
        return (text, false);
    }
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => (text.get(..end).unwrap_or(text), true),
        None => (text, false),
    }
}
