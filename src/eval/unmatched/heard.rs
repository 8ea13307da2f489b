use std::collections::{BTreeMap, BTreeSet};

use crate::dialog::{Happening, Record};
use crate::entities::mask;
use crate::eval::tune::letters;
use crate::session::Speaker;
use crate::text::{Fnv, Language};

/// Lines kept at most: what comes after them is counted. A line takes about 150 bytes.
const MOST_LINES: usize = 100_000;
/// Messages that were understood, kept to measure proposals with.
const MOST_KNOWN: usize = 20_000;
/// Replies of an agent that count as an answer to a message.
const REPLIES: usize = 4;
/// How far back a line is looked for that is told again: a transcript has 40.
const TOLD_AGAIN: usize = 100;

/// A line of a conversation.
#[derive(Clone)]
pub struct Said {
    /// The host's id of the session.
    pub session: String,
    /// When, in milliseconds since 1970, UTC, if the line says so: then it belongs to the records of that moment, else to
    /// those that follow it.
    pub at: Option<i64>,
    /// By whom.
    pub who: Speaker,
    /// The words.
    pub text: String,
    /// What became of it, where the line itself says so.
    pub fate: Fate,
}

impl std::fmt::Debug for Said {
    /// Shows no words: what customers write stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Said").field("at", &self.at).field("who", &self.who).finish_non_exhaustive()
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// Not known yet.
    #[default]
    Open,
    /// It was understood as something.
    Understood,
    /// It was not understood.
    Missed,
    /// It was an answer to a question, or for a person.
    Passed,
}

/// Gathers what customers and agents said from the lines of logs, and what became of it from records.
///
/// # Examples
/// ```
/// use kefu::eval::{Fate, Heard, Said, Worksheet};
/// use kefu::Speaker;
///
/// let mut heard = Heard::default();
/// for (session, text) in [("a", "do you gift wrap"), ("b", "gift wrap for my order?"), ("c", "can you gift wrap it")] {
///     let said = Said { session: session.into(), at: None, who: Speaker::Customer, text: text.into(), fate: Fate::Missed };
///     heard.say(&said);
///     let reply = "Yes, we wrap gifts for 3 EUR".into();
///     heard.say(&Said { session: session.into(), at: None, who: Speaker::Agent, text: reply, fate: Fate::Open });
/// }
/// let rules = kefu::Source::new("bot.yaml", "languages: {default: en}\nintents:\n  hours: {keywords: {en: [opening hours]}}\n");
/// let unmatched = heard.unmatched(Some(vec![rules]), &Worksheet::default())?;
/// let cluster = &unmatched.clusters[0];
/// assert_eq!((cluster.messages, cluster.keywords[0].phrase.as_str(), cluster.keywords[0].caught), (3, "gift wrap", 3));
/// assert_eq!(cluster.answer.as_ref().unwrap().text, "Yes, we wrap gifts for 3 EUR");
/// # Ok::<(), kefu::LoadError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Heard {
    talks: BTreeMap<u64, Talk>,
    lines: usize,
    left_out: usize,
    /// Messages not understood, by session and moment; the language they were in.
    missed: BTreeMap<(u64, i64), Option<Language>>,
    /// Messages that were understood, by their letters.
    known: BTreeMap<String, (String, usize)>,
}

/// The lines of one session that may be of use.
#[derive(Clone, Debug, Default)]
struct Talk {
    lines: Vec<Line>,
    /// Lines before this one are settled: they stay.
    settled: usize,
}

impl Talk {
    /// Lets go of what is of no use later: of a conversation without moments all but what was missed, with the replies to it.
    /// Gives how many lines went, and what was understood.
    fn settle(&mut self, known: &mut Vec<Box<str>>) -> usize {
        let before = self.lines.len();
        for line in self.lines.split_off(self.settled.min(before)) {
            match (line.fate, line.at, line.who) {
                (Fate::Missed, ..) | (_, Some(_), _) | (.., Speaker::Agent) => self.lines.push(line),
                (Fate::Understood | Fate::Open, ..) => known.push(line.text),
                (Fate::Passed, ..) => {}
            }
        }
        self.settled = self.lines.len();
        before - self.lines.len()
    }

    /// Whether anything was, or may have been, missed.
    fn wants_replies(&self) -> bool {
        let of_use = |line: &Line| line.fate == Fate::Missed || line.at.is_some();
        self.settled > 0 || self.lines.iter().any(of_use)
    }
}

#[derive(Clone)]
struct Line {
    at: Option<i64>,
    who: Speaker,
    text: Box<str>,
    fate: Fate,
    language: Option<Language>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {} bytes", self.who, self.text.len())
    }
}

/// A message that was not understood, as often as it came, with what agents replied.
#[derive(Clone)]
pub(super) struct Missed {
    pub(super) text: String,
    pub(super) times: usize,
    pub(super) language: Option<Language>,
    pub(super) replies: Vec<String>,
}

impl Heard {
    /// Takes a line, masked. The bot's own are passed over.
    pub fn say(&mut self, said: &Said) {
        if said.who == Speaker::Bot || said.text.trim().is_empty() {
            return;
        }
        let id = hash(&said.session);
        let text = mask(said.text.trim()).into_owned().into_boxed_str();
        let talk = self.talks.entry(id).or_default();
        // Why: each update of a handoff tells the same lines again.
        let is_same = |line: &Line| line.at == said.at && line.who == said.who && line.text == text;
        if said.at.is_some() && talk.lines.iter().rev().take(TOLD_AGAIN).any(is_same) {
            return;
        }
        let mut known = Vec::new();
        if said.who == Speaker::Customer {
            self.lines -= talk.settle(&mut known);
        }
        if said.who == Speaker::Customer || talk.wants_replies() {
            if self.lines < MOST_LINES {
                talk.lines.push(Line { at: said.at, who: said.who, text, fate: said.fate, language: None });
                self.lines += 1;
            } else {
                self.left_out += 1;
            }
        }
        if talk.lines.is_empty() {
            self.talks.remove(&id);
        }
        known.into_iter().for_each(|text| self.know(&text));
    }

    /// Takes what became of a message.
    pub fn count(&mut self, record: &Record) {
        let fate = match &record.what {
            Happening::Miss { .. } => Fate::Missed,
            Happening::Message { intent: Some(_), .. } => Fate::Understood,
            Happening::Message { .. } => Fate::Passed,
            _ => return,
        };
        let id = hash(&record.session);
        if fate == Fate::Missed
            && self.missed.len() < MOST_LINES
            && let Ok(at) = record.at.parse::<jiff::Timestamp>()
        {
            self.missed.insert((id, at.as_millisecond()), record.language);
        }
        let Some(talk) = self.talks.get_mut(&id) else { return };
        let last = talk.lines.iter_mut().rev().find(|line| line.who == Speaker::Customer);
        let Some(line) = last.filter(|line| line.at.is_none() && line.fate != Fate::Missed) else { return };
        line.fate = fate;
        line.language = record.language;
    }

    fn know(&mut self, text: &str) {
        let letters = letters(text);
        if let Some((_, times)) = self.known.get_mut(&letters) {
            *times += 1;
        } else if !letters.is_empty() && self.known.len() < MOST_KNOWN {
            self.known.insert(letters, (text.to_owned(), 1));
        }
    }

    /// Whether any line was taken.
    pub fn is_empty(&self) -> bool {
        self.talks.is_empty() && self.known.is_empty()
    }

    /// Lines there was no room for.
    pub(super) fn left_out(&self) -> usize {
        self.left_out
    }

    /// The messages not understood, by their letters; and those understood, or that may have been.
    pub(super) fn sorted(&self) -> (BTreeMap<String, Missed>, Vec<(String, usize)>) {
        let mut missed: BTreeMap<String, Missed> = BTreeMap::new();
        let mut known: BTreeMap<String, (String, usize)> = self.known.clone();
        for (id, talk) in &self.talks {
            for (number, line) in talk.lines.iter().enumerate().filter(|(_, line)| line.who == Speaker::Customer) {
                let moment = line.at.and_then(|at| self.missed.get(&(*id, at)));
                let letters = letters(&line.text);
                if letters.is_empty() {
                    continue;
                }
                if line.fate != Fate::Missed && moment.is_none() {
                    if line.fate != Fate::Passed {
                        known.entry(letters).or_insert_with(|| (line.text.to_string(), 0)).1 += 1;
                    }
                    continue;
                }
                let of = missed.entry(letters).or_insert_with(|| Missed {
                    text: line.text.to_string(),
                    times: 0,
                    language: moment.copied().flatten().or(line.language),
                    replies: Vec::new(),
                });
                of.times += 1;
                let after = talk.lines.iter().skip(number + 1).filter(|line| line.who == Speaker::Agent);
                of.replies.extend(after.take(REPLIES).map(|line| line.text.to_string()));
            }
        }
        let both: BTreeSet<&String> = missed.keys().collect();
        known.retain(|letters, _| !both.contains(letters));
        (missed, known.into_values().collect())
    }
}

fn hash(session: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.add(session.as_bytes());
    hash.value()
}
