//! From the syntax tree of a pattern to its steps.
#![allow(clippy::indexing_slicing)] // Why: steps lead to steps numbered here.

use std::sync::Arc;

use regex_syntax::hir::{self, Hir, HirKind, Look};

use super::class::{Class, Classes};
use super::outline::{END, Kinds, kind};

/// Most steps of a pattern; larger ones are left to the `regex` crate.
const MOST_STEPS: usize = 4000;

#[derive(Clone, Copy)]
pub(super) enum Step {
    Byte(u8),
    /// A part of the literals.
    Bytes(u32, u32),
    Class(u32),
    /// Goes on with the next step, and if that leads nowhere with another; the number is that of the fork.
    Fork(u32, u32),
    Jump(u32),
    Look(Look),
    Match,
}

/// Makes the steps of a pattern.
pub(super) struct Maker<'c> {
    pub(super) steps: Vec<Step>,
    pub(super) literals: Vec<u8>,
    pub(super) used: Vec<Arc<Class>>,
    forks: u32,
    classes: &'c mut Classes,
}

impl<'c> Maker<'c> {
    pub(super) fn new(classes: &'c mut Classes) -> Self {
        Self { steps: Vec::new(), literals: Vec::new(), used: Vec::new(), forks: 0, classes }
    }

    pub(super) fn push(&mut self, step: Step) -> Option<usize> {
        self.steps.push(step);
        (self.steps.len() <= MOST_STEPS).then(|| self.steps.len() - 1)
    }

    /// A fork whose other way is told later.
    fn fork(&mut self) -> Option<usize> {
        self.forks += 1;
        self.push(Step::Fork(self.forks - 1, 0))
    }

    /// Lets a fork or a jump lead to the step that comes next.
    fn land(&mut self, from: usize) {
        let here = self.steps.len() as u32;
        match &mut self.steps[from] {
            Step::Fork(_, to) | Step::Jump(to) => *to = here,
            _ => {}
        }
    }

    pub(super) fn insert(&mut self, tree: &Hir) -> Option<()> {
        match tree.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                let from = self.literals.len() as u32;
                if let [byte] = &*literal.0 {
                    self.push(Step::Byte(*byte))?;
                } else {
                    self.literals.extend_from_slice(&literal.0);
                    self.push(Step::Bytes(from, self.literals.len() as u32))?;
                }
            }
            HirKind::Class(class) => {
                self.used.push(self.classes.of(class));
                self.push(Step::Class(self.used.len() as u32 - 1))?;
            }
            HirKind::Look(look) => {
                let is_known = matches!(look, Look::Start | Look::End | Look::WordUnicode | Look::WordUnicodeNegate);
                is_known.then(|| self.push(Step::Look(*look)))??;
            }
            HirKind::Repetition(repetition) => self.repeat(repetition)?,
            HirKind::Capture(capture) => self.insert(&capture.sub)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.insert(part))?,
            HirKind::Alternation(choices) => {
                let (last, choices) = choices.split_last()?;
                let mut ends = Vec::new();
                for choice in choices {
                    let fork = self.fork()?;
                    self.insert(choice)?;
                    ends.push(self.push(Step::Jump(0))?);
                    self.land(fork);
                }
                self.insert(last)?;
                ends.into_iter().for_each(|end| self.land(end));
            }
        }
        Some(())
    }

    fn repeat(&mut self, repetition: &hir::Repetition) -> Option<()> {
        let hir::Repetition { min, max, greedy, sub } = repetition;
        for _ in 0..*min {
            self.insert(sub)?;
        }
        let Some(max) = max else {
            // Why: a round that matches nothing would have to end the repetition, and steps do not know where a round began.
            if sub.properties().minimum_len().is_none_or(|shortest| shortest == 0) {
                return None;
            }
            let begin = self.steps.len();
            let exit = self.optional(*greedy)?;
            self.insert(sub)?;
            self.push(Step::Jump(begin as u32))?;
            self.land(exit);
            return Some(());
        };
        let exits: Option<Vec<usize>> = (*min..*max)
            .map(|_| {
                let exit = self.optional(*greedy)?;
                self.insert(sub)?;
                Some(exit)
            })
            .collect();
        exits?.into_iter().for_each(|exit| self.land(exit));
        Some(())
    }

    /// Begins what may be left out; returns the step that leads past it.
    fn optional(&mut self, greedy: bool) -> Option<usize> {
        let fork = self.fork()?;
        if greedy {
            return Some(fork);
        }
        let exit = self.push(Step::Jump(0))?;
        self.land(fork);
        Some(exit)
    }
}

/// What can stand where each step is come to, if it is to lead to a match.
pub(super) fn ahead(steps: &[Step], literals: &[u8], classes: &[Arc<Class>]) -> Vec<Kinds> {
    let mut ahead: Vec<Kinds> = vec![0; steps.len()];
    loop {
        let mut has_grown = false;
        // Why from behind: all but loops lead forward, so the second round mostly finds nothing new.
        for (at, step) in steps.iter().enumerate().rev() {
            let next = ahead.get(at + 1).copied().unwrap_or_default();
            let kinds = match *step {
                Step::Byte(byte) if byte.is_ascii() => 1 << kind(byte.into()),
                Step::Bytes(from, to) => {
                    let literal = std::str::from_utf8(&literals[from as usize..to as usize]).unwrap_or_default();
                    literal.chars().next().map_or(Kinds::MAX, |c| 1 << kind(c))
                }
                Step::Class(class) => classes[class as usize].kinds,
                Step::Fork(_, other) => next | ahead[other as usize],
                Step::Jump(to) => ahead[to as usize],
                Step::Look(Look::End) => next & 1 << END,
                Step::Look(_) => next,
                Step::Match | Step::Byte(_) => Kinds::MAX,
            };
            has_grown |= kinds != ahead[at];
            ahead[at] = kinds;
        }
        if !has_grown {
            return ahead;
        }
    }
}
