//! Greetings, thanks and goodbyes: said beside requests, and then not what a message is about.

use super::finding::Finding;
use super::source::Source;
use crate::matching::Target;
use crate::rules::Pack;
use crate::text::{Language, TokenKind};

/// Intents that only keep a conversation polite, by their name.
///
/// They are taken when a message asks for nothing else: no other intent is in scope, and hardly anything is said beyond
/// them ("thanks but it still doesn't work" is no thanks).
const COURTESIES: [&str; 3] = ["goodbye", "greet", "thank"];

/// Words left over beside a courtesy that still make it one; two Chinese characters are a word.
const MOST_LEFT: f32 = 3.0;

/// The courtesies of a pack: of each intent up to the last one whether it is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Courtesies(Vec<bool>);

impl Courtesies {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut all = Vec::new();
        for (index, _) in COURTESIES.iter().filter_map(|id| pack.intent(id)) {
            all.resize(all.len().max(index + 1), false);
            all.iter_mut().skip(index).take(1).for_each(|is_one| *is_one = true);
        }
        Self(all)
    }

    pub(super) fn contain(&self, intent: u32) -> bool {
        self.0.get(intent as usize).copied().unwrap_or_default()
    }

    /// Whether so much stands beside the courtesies of a message that it must be about something else.
    pub(super) fn are_outweighed(&self, source: &Source, findings: &[Finding], covered: &mut Vec<bool>) -> bool {
        let tokens = source.scan.tokens();
        covered.clear();
        covered.resize(tokens.len(), false);
        for finding in findings {
            if finding.intent.is_some_and(|intent| self.contain(intent)) {
                for token in covered.iter_mut().take(finding.tokens.end as usize).skip(finding.tokens.start as usize) {
                    *token = true;
                }
            }
        }
        let denies = findings.iter().any(|finding| {
            finding.stands()
                && source.is_factual(finding)
                && !covered.get(finding.tokens.start as usize).copied().unwrap_or(false)
        });
        let left: f32 = tokens
            .iter()
            .zip(covered.iter())
            .filter(|(token, covered)| !**covered && token.marks & ((1 << Language::ALL.len()) - 1) == 0)
            .map(|(token, _)| match token.kind {
                TokenKind::Word | TokenKind::Digits => 1.0,
                TokenKind::Han => 0.5,
                TokenKind::Mark => 0.0,
            })
            .sum();
        denies || left > MOST_LEFT
    }
}

impl Source<'_> {
    /// Whether a finding denies a fact.
    fn is_factual(&self, finding: &Finding) -> bool {
        match self.matcher.items().get(finding.item as usize).map(|item| item.target) {
            Some(Target::Lexicon(lexicon)) => self.roles.get(lexicon as usize) == Some(&super::roles::Role::Factual),
            _ => false,
        }
    }
}
