use std::fmt;
use std::ops::Range;

use super::Classification;
use super::classification::{Decision, LexiconHit, Request};
use super::finding::{Finding, State};
use super::mended::Mended;
use super::roles::Role;
use super::scratch::Scratch;
use crate::matching::{Fit, Matcher, Target};
use crate::rules::{IntentId, Pack};
use crate::text::Language;

/// Why a message was understood as it was: every match of every rule, and what became of it.
///
/// `Display` writes it for people, one line per match.
#[derive(Clone, Debug)]
pub struct Explanation {
    classification: Classification,
    matches: Vec<Match>,
    alike: Vec<Alike>,
}

/// What likeness to its examples gave an intent.
#[derive(Clone, Debug)]
pub struct Alike {
    intent: IntentId,
    points: f32,
    example: String,
}

impl Alike {
    /// The intent.
    pub fn intent(&self) -> &IntentId {
        &self.intent
    }

    /// What likeness adds to its score, in points.
    pub fn points(&self) -> f32 {
        self.points
    }

    /// The example of the intent that the message is nearest to.
    pub fn example(&self) -> &str {
        &self.example
    }
}

/// One match of a rule in a message.
#[derive(Clone, Debug)]
pub struct Match {
    speaks_for: String,
    rule: String,
    span: Range<usize>,
    weight: f32,
    fit: &'static str,
    withheld: Option<&'static str>,
    mended: Vec<Mended>,
}

impl Explanation {
    pub(super) fn new(
        pack: &Pack,
        matcher: &Matcher,
        scratch: &Scratch,
        roles: &[Role],
        nearest: impl Fn(u32, Language) -> Option<usize>,
    ) -> Self {
        let language = scratch.classification.language();
        let share = pack.learned.author_share(language);
        let alike = scratch.likeness.points().iter().filter_map(|&(index, points)| {
            let intent = pack.intents.get(index as usize)?;
            let is_likely = |request: &Request| request.candidates().iter().any(|likely| *likely.intent() == intent.id);
            let mut examples = pack.examples(index as usize, language);
            let example = examples.nth(nearest(index, language)?)?.text.to_string();
            let likely = scratch.classification.requests().iter().any(is_likely);
            likely.then(|| Alike { intent: intent.id.clone(), points, example })
        });
        let alike = alike.collect();
        let matches = scratch
            .reading
            .findings
            .iter()
            .filter_map(|finding| {
                let item = matcher.items().get(finding.item as usize)?;
                let intent = |index: u32| pack.intents.get(index as usize).map(|intent| intent.id.to_string());
                let (speaks_for, is_scored) = match item.target {
                    Target::Keyword(index) | Target::Pattern(index) | Target::Learned(index) => (intent(index)?, true),
                    Target::LearnedNone => ("none of these".to_owned(), true),
                    Target::Unless(index) => (format!("not {}", intent(index)?), false),
                    Target::Lexicon(index) => {
                        roles.get(index as usize)?;
                        (format!("lexicon {}", pack.lexicons.get(index as usize)?.name), false)
                    }
                    Target::Value { .. } => return None,
                };
                Some(Match {
                    speaks_for,
                    rule: item.rule.to_string(),
                    span: scratch.folded.original(finding.bytes.start as usize..finding.bytes.end as usize),
                    weight: match item.target {
                        _ if !is_scored => item.weight.unwrap_or(1.0),
                        target if target.is_author() => share * finding.points,
                        _ => finding.points,
                    },
                    fit: match finding.fit {
                        Fit::Exact => "as written",
                        Fit::Bare => "without accents",
                        Fit::Stem => "inflected",
                        Fit::Repaired => "misspelt",
                    },
                    withheld: reason(finding.state),
                    mended: mended(matcher, scratch, finding),
                })
            })
            .collect();
        Self { classification: scratch.classification.clone(), matches, alike }
    }

    /// What was understood.
    pub fn classification(&self) -> &Classification {
        &self.classification
    }

    /// What likeness to examples gave the likely intents, where it could change the outcome and was asked.
    pub fn alike(&self) -> &[Alike] {
        &self.alike
    }

    /// Every match, by clause and place.
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }
}

impl Match {
    /// The intent it speaks for, or `lexicon NAME`, or `not INTENT` for an exception.
    pub fn speaks_for(&self) -> &str {
        &self.speaks_for
    }

    /// The rule as it stands in the pack.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Bytes of the original message.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Points for an intent; for a lexicon the weight of its word.
    pub fn weight(&self) -> f32 {
        self.weight
    }

    /// How the words fitted: as written, without accents, inflected, misspelt.
    pub fn fit(&self) -> &str {
        self.fit
    }

    /// The words in it that were read as others, because they looked misspelt.
    pub fn mended(&self) -> &[Mended] {
        &self.mended
    }

    /// Whether the message itself takes it away, rather than a better match of the same rule.
    pub fn is_taken_away(&self) -> bool {
        self.withheld.is_some_and(|why| why != REPEATED)
    }

    /// Why it does not count, if it does not.
    pub fn withheld(&self) -> Option<&str> {
        self.withheld
    }
}

/// What was read otherwise than written in a finding that rests on that.
fn mended(matcher: &Matcher, scratch: &Scratch, finding: &Finding) -> Vec<Mended> {
    if finding.fit != Fit::Repaired {
        return Vec::new();
    }
    let language = matcher.items().get(finding.item as usize).and_then(|item| item.language);
    let inside =
        scratch.scan.mends().iter().filter(|mend| mend.start < finding.bytes.end && finding.bytes.start < mend.end);
    let mut all: Vec<Mended> = inside
        .filter_map(|mend| {
            let span = scratch.folded.original(mend.start as usize..mend.end as usize);
            Some(Mended { span, meant: matcher.meant(mend, &scratch.folded, language)? })
        })
        .collect();
    all.sort_unstable_by(|a, b| a.span.start.cmp(&b.span.start).then_with(|| a.meant.cmp(&b.meant)));
    all.dedup();
    all
}

/// Why a rule's second match in a clause counts for nothing.
const REPEATED: &str = "counted already";

fn reason(state: State) -> Option<&'static str> {
    Some(match state {
        State::Stands => return None,
        State::OtherLanguage => "the message is in another language",
        State::InsideWord => "part of a longer word",
        State::AcrossClauses => "spans two clauses",
        State::Negated => "negated",
        State::Excepted => "taken out by an exception",
        State::Repeated => REPEATED,
    })
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "language {}", self.classification.language())?;
        for (number, request) in self.classification.requests().iter().enumerate() {
            let span = request.span();
            write!(f, "request {} at {}..{}: ", number + 1, span.start, span.end)?;
            match request.decision() {
                Decision::Act(intent) => write!(f, "{intent}")?,
                Decision::Clarify(choices) => {
                    for (place, choice) in choices.iter().enumerate() {
                        write!(f, "{}{}", if place == 0 { "" } else { " or " }, choice.intent())?;
                    }
                }
                Decision::Nothing => f.write_str("nothing")?,
            }
            if request.is_situation() {
                f.write_str(", told before a request")?;
            }
            writeln!(f, " (confidence {:.2})", request.confidence())?;
            for candidate in request.candidates() {
                write!(f, "  {} {:.2}, {:.1} points", candidate.intent(), candidate.confidence(), candidate.score())?;
                if candidate.lift() > 0.0 {
                    write!(f, ", {:+.1} of them because a rule alone is enough", candidate.lift())?;
                }
                writeln!(f)?;
            }
        }
        for like in &self.alike {
            writeln!(f, "  {:+.1} {} by likeness to its example `{}`", like.points, like.intent, like.example)?;
        }
        for found in &self.matches {
            write!(
                f,
                "  {:+.1} {} by `{}` at {}..{}",
                found.weight, found.speaks_for, found.rule, found.span.start, found.span.end
            )?;
            if found.fit != "as written" {
                write!(f, ", {}", found.fit)?;
            }
            for mended in &found.mended {
                write!(f, ", {}..{} read as `{}`", mended.span.start, mended.span.end, mended.meant)?;
            }
            match found.withheld {
                Some(reason) => writeln!(f, ", withheld: {reason}")?,
                None => writeln!(f)?,
            }
        }
        let denied = self.classification.lexicons().iter().filter(|hit| LexiconHit::negated(hit)).count();
        if denied > 0 {
            writeln!(f, "{denied} lexicon words negated")?;
        }
        Ok(())
    }
}
