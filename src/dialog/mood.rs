//! How upset the customer is: a running score from words, shouting and repetition.

use super::message::Heard;
use super::run::Run;

/// What stays of the score from one message to the next: a calm message halves the memory of an angry one.
const MEMORY: f32 = 0.6;

/// Added for a message in capitals, for doubled exclamation or question marks, and for saying the very same again.
const SHOUTING: f32 = 1.0;
const MARKS: f32 = 0.5;
const SAME_AGAIN: f32 = 0.5;

/// A strengthening word beside an angry one.
const INTENSIFIED: f32 = 1.3;

/// Letters from which a message in capitals is shouting, not an abbreviation or an order number.
const SHOUTED_LETTERS: usize = 12;

impl Run<'_> {
    pub(super) fn feel(&mut self, heard: Heard<'_>) {
        let words = heard.weight("frustration");
        let praise = heard.said.lexicons().iter().filter(|hit| *hit.lexicon() == *"praise" && hit.negated()).count();
        let strong = if heard.weight("intensifier") > 0.0 { INTENSIFIED } else { 1.0 };
        let mut now = (words + praise as f32) * strong;
        if is_shouting(heard.text) {
            now += SHOUTING;
        }
        let marks = ["!!", "??", "！！", "？？", "?!", "!?"].iter().any(|marks| heard.text.contains(marks));
        if marks {
            now += MARKS;
        }
        if self.doc.counters.same_message > 1 {
            now += SAME_AGAIN;
        }
        let counters = &mut self.doc.counters;
        counters.frustration = counters.frustration * MEMORY + now;
        if counters.frustration < 0.1 {
            counters.frustration = 0.0;
        }
    }
}

fn is_shouting(text: &str) -> bool {
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
