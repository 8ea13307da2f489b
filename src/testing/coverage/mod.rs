//! What no test reaches: intents, keywords, patterns, steps, branches, error exits, reasons and texts, by file and line.
//!
//! In come the files of a pack, its dialog tests and labelled messages; the examples of its intents count too, as they are
//! proved by `check`. What reaches a rule is told apart. The dialogs are held by an engine that traces its turns; a host's engine notes none of this.

mod gather;
mod item;
mod page;
mod record;
mod witness;

pub use item::{CoverageItem, Reach, RuleKind};
pub use record::{CoverageRecord, Lost};
pub use witness::{Labelled, Witness};

use std::collections::BTreeMap;

use super::{DialogTest, runner};
use crate::diagnostic::Origin;
use crate::engine::EngineBuilder;
use crate::load::{LoadError, Source, places};
use gather::Gathered;
use item::Catalogued;

/// How much of a pack its tests and examples reach.
///
/// # Examples
/// ```
/// use kefu::{Source, testing::{Coverage, DialogTest, Reach}};
///
/// let rules = Source::new("bot.yaml", "
/// languages: {default: en}
/// intents:
///   opening_hours:
///     keywords: {en: [opening hours, when are you open]}
///     say: {en: We are open from 9 to 21.}
/// ");
/// let tests = DialogTest::read("hours.yaml", "
/// test: opening hours
/// talk: [{user: When are you open?, bot: {answers: opening_hours}}]
/// ")?;
/// let coverage = Coverage::measure(&[rules], &tests, &[])?;
/// let missed: Vec<&str> = coverage.items().iter().filter(|item| item.reach() == Reach::Missed).map(|item| item.name()).collect();
/// assert_eq!(missed, ["opening hours"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Coverage {
    items: Vec<CoverageItem>,
    files: Vec<(String, String)>,
}

impl Coverage {
    /// Holds the tests, reads the examples of the pack and the messages, and looks which rules took part.
    ///
    /// A test that fails counts as far as it goes, a message that is not understood as labelled counts for nothing.
    ///
    /// # Errors
    /// If the rules have errors.
    pub fn measure(sources: &[Source], tests: &[DialogTest], messages: &[Labelled]) -> Result<Self, LoadError> {
        let builder = sources
            .iter()
            .fold(EngineBuilder::default(), |builder, source| builder.source(source.name(), source.bytes()));
        let engine = builder.tracing().build()?;
        let mut gathered = Gathered::new(&engine);
        gathered.add_examples();
        gathered.add_keywords();
        messages.iter().for_each(|message| gathered.add_labelled(message));
        for test in tests {
            gathered.begin();
            let _ = runner::run_watched(test, &engine, |line, exchange, session| gathered.add(line, exchange, session));
        }
        let catalogue =
            |pack: &crate::rules::Pack| item::catalogue(pack).into_iter().map(|each| (each.origin, each)).collect();
        let located: Vec<(_, Catalogued)> = places(sources, catalogue)?;
        let mut items: Vec<CoverageItem> = Vec::with_capacity(located.len());
        let mut texts: BTreeMap<Origin, usize> = BTreeMap::new();
        for (place, each) in located {
            let reached = gathered.reached(&each.what);
            // Why: a text that three flows say is one text, reached by any of them.
            if each.what.kind() == RuleKind::Text {
                if let Some(known) = texts.get(&each.origin).and_then(|index| items.get_mut(*index)) {
                    for (known, more) in known.reached.iter_mut().zip(reached) {
                        *known = (*known).max(more);
                    }
                    continue;
                }
                texts.insert(each.origin, items.len());
            }
            items.push(CoverageItem { kind: each.what.kind(), name: each.name, place, reached });
        }
        items.sort_by(|left, right| left.place.cmp(&right.place).then(left.kind.cmp(&right.kind)));
        let files = sources.iter().map(|source| {
            (
                source.name().to_owned(),
                String::from_utf8_lossy(source.bytes()).trim_start_matches('\u{feff}').to_owned(),
            )
        });
        Ok(Self { items, files: files.collect() })
    }

    /// Every rule of the pack, by file and line.
    pub fn items(&self) -> &[CoverageItem] {
        &self.items
    }

    /// How many rules of a kind are reached, and how many there are.
    pub fn count(&self, kind: RuleKind) -> (usize, usize) {
        let of_kind = || self.items.iter().filter(move |item| item.kind == kind);
        (of_kind().filter(|item| item.reach() != Reach::Missed).count(), of_kind().count())
    }

    /// How many rules of a kind one kind of witness reaches.
    pub fn count_by(&self, kind: RuleKind, witness: Witness) -> usize {
        self.items.iter().filter(|item| item.kind == kind && item.by(witness) != Reach::Missed).count()
    }

    /// All of it, to be written out and compared with later.
    pub fn record(&self) -> CoverageRecord {
        CoverageRecord::of(self)
    }

    /// Rules that an earlier run reached and this one does not: gone, or no longer reached.
    pub fn lost_since(&self, before: &CoverageRecord) -> Vec<Lost> {
        before.lost(self)
    }

    /// The files of the pack as one HTML page, every rule marked by whether a test reaches it.
    pub fn page(&self) -> String {
        page::page(self)
    }
}
