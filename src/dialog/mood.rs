//! How upset the customer is: a running score from words, shouting and repetition.
//!
//! The words and their weights are the lexicon `frustration`; `chat --explain` names each of them, and what was added
//! for the rest of the message stands in the trace of the turn.

use std::ops::Range;

use super::message::{Heard, apart};
use super::run::Run;
use super::rung::Rung;
use crate::classify::LexiconHit;
use crate::text::count_between;

/// What stays of the score from one message to the next: calm messages let go of an angry one.
const MEMORY: f32 = 0.6;

/// What stays after a friendly message: things go well again.
const SOOTHED: f32 = 0.25;

/// Added for a message in capitals, for doubled exclamation or question marks, and for each time the very same is said
/// again, up to a limit: an impatient finger is not yet despair.
const SHOUTING: f32 = 1.0;
const MARKS: f32 = 0.5;
const SAME_AGAIN: f32 = 0.5;
const MOST_SAME: u32 = 4;

/// A strengthening word beside an angry one.
const INTENSIFIED: f32 = 1.3;

/// Most bytes between the two: a space, or one small word.
const BESIDE: usize = 6;

/// Kind words in a message take some of its anger: "damn, that was quick".
const MOST_PRAISE: f32 = 2.0;

/// Letters from which a message in capitals is shouting, not an abbreviation or an order number.
const SHOUTED_LETTERS: usize = 12;

/// Below this a score is calm.
const CALM: f32 = 0.1;

/// What a message adds to the score, part by part.
#[derive(Default)]
struct Mood {
    words: f32,
    denied_praise: f32,
    praise: f32,
    capitals: f32,
    marks: f32,
    repeated: f32,
}

impl Mood {
    fn total(&self) -> f32 {
        (self.words + self.denied_praise - self.praise).max(0.0) + self.capitals + self.marks + self.repeated
    }

    fn parts(&self) -> [(&'static str, f32); 6] {
        [
            ("words", self.words),
            ("praise denied", self.denied_praise),
            ("praise", -self.praise),
            ("capitals", self.capitals),
            ("marks", self.marks),
            ("said again", self.repeated),
        ]
    }
}

impl Run<'_> {
    pub(super) fn feel(&mut self, heard: Heard<'_>) {
        let mood = read(heard, self.doc.counters.same_message);
        let is_friendly = mood.praise > 0.0 && mood.words + mood.denied_praise <= 0.0;
        let kept = self.doc.counters.frustration * if is_friendly { SOOTHED } else { MEMORY };
        let score = kept + mood.total();
        self.doc.counters.frustration = if score < CALM { 0.0 } else { score };
        if self.rules.tracing && score >= CALM {
            let parts = mood.parts().into_iter().chain([("kept from before", kept)]);
            let parts: Vec<String> =
                parts.filter(|(_, part)| *part != 0.0).map(|(name, part)| format!("{name} {part:.1}")).collect();
            self.pass(Rung::Alarm, &format!("frustration is {score:.1}: {}", parts.join(", ")));
        }
    }
}

fn read(heard: Heard<'_>, same_message: u32) -> Mood {
    let mood = Mood {
        capitals: if is_shouting(heard.text) { SHOUTING } else { 0.0 },
        marks: if is_emphatic(heard.text) { MARKS } else { 0.0 },
        repeated: SAME_AGAIN * same_message.saturating_sub(1).min(MOST_SAME) as f32,
        ..Mood::default()
    };
    // Why: most messages are neither angry nor friendly.
    if !heard.said.lexicons().iter().any(|hit| matches!(hit.lexicon().as_str(), "frustration" | "praise")) {
        return mood;
    }
    let stronger: Vec<Range<usize>> = heard.hits("intensifier").map(LexiconHit::span).collect();
    let is_stronger = |hit: &LexiconHit| stronger.iter().any(|word| is_beside(word, &hit.span()));
    let denied = heard.said.lexicons().iter().filter(|hit| *hit.lexicon() == *"praise" && hit.negated());
    let sum = |hits: Vec<&LexiconHit>| -> f32 {
        hits.into_iter().map(|hit| hit.weight() * if is_stronger(hit) { INTENSIFIED } else { 1.0 }).sum()
    };
    Mood {
        words: sum(apart(heard.hits("frustration"))),
        denied_praise: sum(apart(denied)),
        praise: heard.weight("praise").min(MOST_PRAISE),
        ..mood
    }
}

fn is_beside(word: &Range<usize>, angry: &Range<usize>) -> bool {
    let gap = if word.end <= angry.start { angry.start - word.end } else { word.start.saturating_sub(angry.end) };
    // Why: an angry word that also strengthens ("damn") does not strengthen itself.
    word != angry && gap <= BESIDE
}

fn is_emphatic(text: &str) -> bool {
    if text.is_ascii() {
        // Why counted first: hardly any message has two, nor two of all that stands between them in the table.
        return count_between(text, b'!', b'?') > 1
            && count_between(text, b'!', b'!') + count_between(text, b'?', b'?') > 1
            && text.as_bytes().windows(2).any(|pair| pair.iter().all(|mark| matches!(mark, b'!' | b'?')));
    }
    let mut marks = 0;
    for c in text.chars() {
        marks = if matches!(c, '!' | '?' | '！' | '？') { marks + 1 } else { 0 };
        if marks == 2 {
            return true;
        }
    }
    false
}

fn is_shouting(text: &str) -> bool {
    if text.len() < SHOUTED_LETTERS {
        return false;
    }
    if text.is_ascii() {
        let upper = count_between(text, b'A', b'Z');
        return upper >= SHOUTED_LETTERS && count_between(text, b'a', b'z') * 4 < upper;
    }
    let (mut upper, mut lower) = (0, 0);
    for c in text.chars() {
        if c.is_uppercase() {
            upper += 1;
        } else if c.is_lowercase() {
            lower += 1;
        }
    }
    upper >= SHOUTED_LETTERS && lower * 4 < upper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_beside_each_other_strengthen() {
        assert!(is_beside(&(0..4), &(5..10)));
        assert!(is_beside(&(8..12), &(0..7)));
        assert!(!is_beside(&(0..4), &(20..25)));
        assert!(!is_beside(&(0..4), &(0..4)));
    }

    #[test]
    fn shouting_is_capitals_and_emphasis_is_marks_in_a_row() {
        for (text, shouts, stresses) in [
            ("WHERE IS MY ORDER", true, false),
            ("WHERE IS MY ORDER?!", true, true),
            ("order AB12345678 KF99", false, false),
            ("really? yes! ok?", false, false),
            ("什么！！", false, true),
        ] {
            assert_eq!((is_shouting(text), is_emphatic(text)), (shouts, stresses), "{text}");
        }
    }
}
