use crate::text::Language;

use super::Mode;

/// What a summary is made of. All texts are masked already and in the summary's language, save the customer's own words.
pub(crate) struct Situation<'a> {
    /// Why, the most urgent first.
    pub(crate) reasons: Vec<String>,
    /// What the customer wants beside what the reasons say: titles of flows and intents; several if it is one of these.
    pub(crate) topic: Vec<String>,
    /// Whether neither topic nor reasons tell what it is about.
    pub(crate) is_unclear: bool,
    /// Slots by name and value.
    pub(crate) slots: Vec<(String, String)>,
    /// What the bot was asking for.
    pub(crate) missing: Option<String>,
    /// What was changed already.
    pub(crate) done: Vec<String>,
    /// What the bot already answered.
    pub(crate) tried: Vec<String>,
    pub(crate) is_upset: bool,
    pub(crate) mode: Mode,
    /// Whether the desk was open and nobody took it in time.
    pub(crate) is_unanswered: bool,
    /// The customer's words that tell most.
    pub(crate) words: Option<&'a str>,
}

/// How sentences are put together; the words themselves are texts of the pack.
struct Marks {
    colon: &'static str,
    comma: &'static str,
    or: &'static str,
    stop: &'static str,
}

const SPACED: Marks = Marks { colon: ": ", comma: ", ", or: " / ", stop: ". " };
const UNSPACED: Marks = Marks { colon: "：", comma: "，", or: "／", stop: "。" };

/// Longest quotation of the customer, in characters: what the eye takes in at once.
const QUOTED: usize = 100;

/// What happened, in one or two lines an agent reads in five seconds: why, what about, what is known, what is missing,
/// what was done, and the customer's own words last. `label` gives the pack's text of that name.
pub(crate) fn summary(situation: &Situation<'_>, label: &dyn Fn(&str) -> String, language: Language) -> String {
    let marks = if language.is_unspaced() { UNSPACED } else { SPACED };
    let labelled = |name: &str, what: String| format!("{}{}{what}", label(name), marks.colon);
    let mut parts = vec![capital(&situation.reasons.join(marks.comma))];
    match situation.mode {
        Mode::Live => {}
        Mode::Callback => parts.push(label("summary_callback")),
        Mode::Ticket if situation.is_unanswered => parts.push(label("summary_unanswered")),
        Mode::Ticket => parts.push(label("summary_ticket")),
    }
    if situation.is_unclear {
        parts.push(label("summary_unclear"));
    } else if !situation.topic.is_empty() {
        parts.push(labelled("summary_wants", situation.topic.join(marks.or)));
    }
    if !situation.slots.is_empty() {
        let slots: Vec<_> = situation.slots.iter().map(|(name, value)| format!("{name} {value}")).collect();
        parts.push(capital(&slots.join(marks.comma)));
    }
    for (name, list) in [("summary_done", &situation.done), ("summary_tried", &situation.tried)] {
        if !list.is_empty() {
            parts.push(labelled(name, list.join(marks.comma)));
        }
    }
    parts.extend(situation.missing.as_ref().map(|missing| labelled("summary_missing", missing.clone())));
    if situation.is_upset {
        parts.push(label("summary_upset"));
    }
    parts.extend(situation.words.map(|words| labelled("summary_words", quoted(words))));
    let mut text = parts.join(marks.stop);
    text.push_str(marks.stop.trim_end());
    text
}

fn quoted(words: &str) -> String {
    let mut short: String = words.chars().take(QUOTED).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    format!("“{short}”")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
