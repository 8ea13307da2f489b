//! Likeness of a message to the examples of each intent.
//!
//! A text is a set of [fragments](super::fragments). A fragment weighs what it tells about the intent: with `P(c)` the smoothed
//! share of intent `c` among the examples that hold it and `H` the entropy of `P`, `weight = 0.3 + ln C - H`, twice that for stems
//! and pairs of stems. Two texts are as like as the cosine of their weighted fragments. An intent is given 40 points times the
//! likeness of its nearest example and 48 times that of all its examples together, whose profile is the square root of the sum
//! of their vectors.

use std::sync::{Arc, OnceLock};

use super::LeftOut;
use super::fragments::word_hash;
use super::index::Index;
use super::likeness::Likeness;
use super::score::BEST;
use crate::rules::Pack;
use crate::text::{Language, Stems};

/// Points of the nearest example, and of all examples together, where `tune` has learnt none.
const NEAR: f32 = 40.0;
const ALL: f32 = 48.0;
/// Characters of a message that are compared; likeness of a page to an example means nothing.
const LONGEST_TEXT: usize = 400;
/// Points that are only rounding.
const ROUNDING: f32 = 1e-3;
/// Intents whose examples are compared one by one: those that come first by phrases and by the profiles of all their examples.
///
/// Source: of a tuned shop pack's messages, comparing with the 12 likeliest by phrases alone understood as many as with all
/// (within 0.1 of 100), with 8 lost 0.1 and with 5 lost 0.3; time grows with them.
const NEAREST: usize = 10;

/// The examples of a pack, by language.
pub(super) struct Similarity {
    pack: Arc<Pack>,
    /// Made when the first message of a language needs it: a shop's examples are thousands, and most processes hear one language.
    indexes: ByLanguage<OnceLock<Option<Index>>>,
    stems: Stems,
}

type ByLanguage<T> = [T; Language::ALL.len()];

impl Similarity {
    pub(super) fn new(pack: Arc<Pack>) -> Self {
        Self { pack, indexes: ByLanguage::default(), stems: Stems::new() }
    }

    /// Makes the indexes of all languages now.
    pub(super) fn warm_up(&self) {
        for language in Language::ALL {
            self.index(language);
        }
    }

    fn index(&self, language: Language) -> Option<&Index> {
        let index = self.indexes.get(language.index())?;
        index.get_or_init(|| Index::new(&self.pack, language, &self.stems)).as_ref()
    }

    /// What was learnt for a language, if anything.
    fn learned(of: ByLanguage<Option<f32>>, language: Language) -> Option<f32> {
        of.get(language.index()).copied().flatten()
    }

    /// Whether likeness counts for intents that no phrase speaks for: where `tune` weighed it, and set the thresholds by it.
    fn speaks_alone(&self, language: Language) -> bool {
        let learned = &self.pack.learned;
        Self::learned(learned.near, language).or(Self::learned(learned.all, language)).is_some()
    }

    fn near(&self, language: Language) -> f32 {
        Self::learned(self.pack.learned.near, language).unwrap_or(NEAR)
    }

    fn all(&self, language: Language) -> f32 {
        Self::learned(self.pack.learned.all, language).unwrap_or(ALL)
    }

    /// The example of an intent that a text just compared is nearest to, as the number it has in its intent and language.
    pub(super) fn nearest(&self, language: Language, intent: u32, likeness: &Likeness) -> Option<usize> {
        let examples = self.index(language)?.examples_of(intent);
        let place = likeness.points.iter().position(|(compared, _)| *compared == intent)?;
        (*likeness.nearest.get(place)? as usize).checked_sub(examples.start)
    }

    /// The most that likeness can give an intent.
    pub(super) fn most(&self, language: Language) -> f32 {
        self.near(language) + self.all(language)
    }

    /// Compares a folded message with the examples of a language, without the one that the message is: those of the intents
    /// that phrases speak for, and where `tune` weighed likeness those of every intent. The [`NEAREST`] that come first by
    /// phrases and profiles get points; those that cannot be among the best whatever the rest of their nearest example says
    /// get no more than they have by then.
    ///
    /// Why not always of every one: `tune` also set the threshold by what likeness gives. Why the weights of fragments stay:
    /// what one example of thousands says about them changes them little.
    pub(super) fn compare(
        &self,
        text: &str,
        language: Language,
        spoken_for: &[u32],
        rivals: &impl Rivals,
        left_out: Option<LeftOut>,
        likeness: &mut Likeness,
    ) {
        likeness.clear();
        if spoken_for.is_empty() && !self.speaks_alone(language) {
            return;
        }
        let Some(index) = self.index(language) else { return };
        let Likeness { fragments, stemmed, met, compared, bounds, scores, nearest, points } = likeness;
        let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(at, _)| at);
        let stem = |word: &str| match index.stems.get(&word_hash(word)) {
            Some(stem) => *stem,
            None => stemmed.hash(word, language, &self.stems),
        };
        fragments.take(text.get(..end).unwrap_or(text), stem);
        index.meet(fragments.as_slice(), met);
        if met.norm() <= 0.0 {
            return;
        }
        index.profiles(met, (!self.speaks_alone(language)).then_some(spoken_for), compared);
        let left_out = left_out.and_then(|LeftOut { intent, example }| {
            Some((intent, index.examples_of(intent).nth(example as usize)? as u32))
        });
        if let Some((intent, example)) = left_out
            && let Some((_, all)) = compared.iter_mut().find(|(of, _)| *of == intent)
        {
            *all = index.all_without(met, intent, example);
        }
        let (of_near, of_all) = (self.near(language), self.all(language));
        compared.retain(|(_, all)| *all > 0.0);
        if compared.len() > NEAREST {
            let value = |(intent, all): &(u32, f32)| rivals.score(*intent, 0.0) + of_all * all / met.norm();
            // Why the number second: equal values must not depend on the order of the words.
            compared.select_nth_unstable_by(NEAREST, |a, b| value(b).total_cmp(&value(a)).then(a.0.cmp(&b.0)));
            compared.truncate(NEAREST);
        }
        compared.sort_unstable_by_key(|(intent, _)| *intent);
        let norm = met.norm();
        let left_out = left_out.map(|(_, example)| example);
        index.bound(met, compared, left_out, bounds);
        let given = |all: f32, near: f32| (of_near * near + of_all * all) / norm;
        scores.clear();
        scores.extend(
            compared
                .iter()
                .zip(bounds.iter())
                .filter(|((intent, _), _)| rivals.are_ranked(*intent))
                .map(|((intent, all), bound)| rivals.score(*intent, given(*all, bound.least))),
        );
        // Why: of those that count so many are at least as good as the last of these.
        let least = if scores.len() > BEST {
            let (_, least, _) = scores.select_nth_unstable_by(BEST - 1, |a, b| b.total_cmp(a));
            *least
        } else {
            f32::NEG_INFINITY
        };
        for (&(intent, all), bound) in compared.iter().zip(bounds.iter()) {
            let may_be_best = rivals.score(intent, given(all, bound.most)) >= least - ROUNDING;
            let is_needed = may_be_best || !rivals.are_ranked(intent);
            let known = if is_needed { index.nearest(met, intent, bound, left_out) } else { *bound };
            nearest.push(known.example);
            points.push((intent, given(all, known.least)));
        }
    }
}

/// What the intents that are compared have beside likeness.
pub(super) trait Rivals {
    /// What an intent comes to with so many points of likeness; no less with more of them.
    fn score(&self, intent: u32, points: f32) -> f32;

    /// Whether an intent surely stands among the others as its score says.
    fn are_ranked(&self, intent: u32) -> bool;
}

#[cfg(test)]
mod tests {
    use super::super::sample::pack;
    use super::*;

    /// Intents that nothing else speaks for, each of which is weighed.
    struct Alone;

    impl Rivals for Alone {
        fn score(&self, _: u32, points: f32) -> f32 {
            points
        }

        fn are_ranked(&self, _: u32) -> bool {
            false
        }
    }

    #[test]
    fn the_likest_intent_is_given_most() {
        let pack = pack(&[Language::En])
            .intent_words(
                "late",
                Language::En,
                &["=my parcel is late", "=the delivery takes too long", "=still waiting for my box"],
            )
            .intent_words("money", Language::En, &["=i want my money back", "=refund me please"])
            .intent_words("size", Language::En, &["=which size fits me", "=is it true to size"]);
        let similarity = Similarity::new(Arc::new(pack));
        let mut likeness = Likeness::default();
        for (text, intent) in [("waiting for parcel", 0), ("give the money back", 1), ("sizes", 2)] {
            similarity.compare(text, Language::En, &[2, 1, 0], &Alone, None, &mut likeness);
            let best = likeness.points().iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert_eq!(best.0, intent, "{text}");
            assert!(best.1 <= similarity.most(Language::En) + 0.01);
        }
        similarity.compare("is it true to size", Language::En, &[2], &Alone, None, &mut likeness);
        let best = likeness.points().iter().map(|(_, points)| *points).fold(0.0, f32::max);
        assert!(best > NEAR, "an example is as like as can be to itself");
        let left_out = Some(LeftOut { intent: 2, example: 1 });
        similarity.compare("is it true to size", Language::En, &[2], &Alone, left_out, &mut likeness);
        let without = likeness.points().iter().map(|(_, points)| *points).fold(0.0, f32::max);
        assert!(
            without > 0.0 && without < best / 2.0,
            "{without} of {best}: what is left is its likeness to the other"
        );
        similarity.compare("退货", Language::Zh, &[0, 1, 2], &Alone, None, &mut likeness);
        assert!(likeness.points().is_empty());
    }
}
