use std::ops::Range;

use super::date::Days;
use super::hit::Hit;
use super::listed::Listed;
use super::pattern::Pattern;
use super::view::View;
use super::yes_no::{Answer, YesNo};
use super::{Clock, Found, Met, Reading, amount, card, email, free, phone, time};
use crate::rules::{Builtin, Entity, EntityKind, EntityName, Pack, Privacy, StepKind, Value};
use crate::text::{Folded, Language};

/// How many values of one message are told; a pasted page of numbers is not worth more.
const MOST_FOUND: usize = 100;

/// Every entity of a pack and every built-in one, ready to read with.
#[derive(Clone, Debug)]
pub(crate) struct Entities {
    /// The pack's entities in its order, then the built-in ones it does not declare.
    known: Vec<Known>,
    yes_no: YesNo,
    /// Whether a pattern of the pack may match letters alone.
    has_wordy: bool,
}

#[derive(Clone, Debug)]
struct Known {
    name: EntityName,
    reader: Reader,
    privacy: Privacy,
    /// Whether values are looked for in every message, and not only where they are asked for.
    is_sought: bool,
}

#[derive(Clone, Debug)]
enum Reader {
    Pattern(Pattern),
    Listed(Listed),
    Builtin(Builtin),
    /// A pattern that does not compile; load lets none through.
    Nothing,
}

impl Entities {
    /// The entities of a pack.
    pub(crate) fn new(pack: &Pack) -> Self {
        let mut known: Vec<Known> = pack.entities.iter().map(|entity| Known::new(entity, pack)).collect();
        for (name, builtin) in Builtin::ALL {
            if pack.entity(name).is_none() {
                let privacy = match builtin {
                    Builtin::Phone | Builtin::BankCard => Privacy::KeepLast(4),
                    Builtin::Email | Builtin::IdCard => Privacy::Mask,
                    _ => Privacy::Public,
                };
                let is_sought = is_asked(pack, name) && is_sought(builtin);
                known.push(Known { name: name.into(), reader: Reader::Builtin(builtin), privacy, is_sought });
            }
        }
        let is_wordy = |known: &Known| matches!(&known.reader, Reader::Pattern(pattern) if !pattern.needs_digit);
        Self { has_wordy: known.iter().any(is_wordy), known, yes_no: YesNo::new(pack) }
    }

    /// Adds every typed value of a message, in its order.
    ///
    /// `met` is what the matcher met. Without a clock no relative day or
    /// time is found. `row` is room to work in. Names, addresses, ratings, bare numbers and yes/no are read only where they are asked for ([`Self::read`]).
    pub(crate) fn find(
        &self,
        text: &Folded,
        original: &str,
        met: Met<'_>,
        clock: Option<&Clock>,
        row: &mut View,
        out: &mut Vec<Found>,
    ) {
        let Met { signs, values } = met;
        let first = out.len();
        for hit in values {
            if let Some(Known { name, reader: Reader::Listed(listed), .. }) = self.known.get(hit.entity)
                && let Some(value) = listed.name(hit.value)
            {
                out.push(Found::new(name.clone(), Value::from(value), text.original(hit.span.clone())));
            }
        }
        // Why: most messages show none, and then nothing need be looked for.
        if signs.are_none() && !self.has_wordy {
            return;
        }
        let view = text.as_str();
        let has_digit = signs.has_digit;
        let mails = if signs.has_at { scanned(email::scan, view) } else { Vec::new() };
        let mut is_read = false;
        for known in self.known.iter().filter(|known| known.is_sought) {
            match &known.reader {
                Reader::Pattern(pattern) if has_digit || !pattern.needs_digit => {
                    for span in pattern.scan(view).filter(|span| !overlaps(&mails, span)).take(MOST_FOUND) {
                        let value = pattern.value(text, original, span.clone());
                        out.push(Found::new(known.name.clone(), Value::from(value), text.original(span)));
                    }
                }
                Reader::Builtin(Builtin::Email) => known.tell(&mails, text, out),
                Reader::Builtin(builtin @ (Builtin::Phone | Builtin::IdCard | Builtin::BankCard)) if has_digit => {
                    let mut hits = digit_driven(*builtin, view);
                    hits.retain(|hit| !overlaps(&mails, &hit.span));
                    known.tell(&hits, text, out);
                }
                Reader::Builtin(builtin @ (Builtin::Quantity | Builtin::Money | Builtin::Date | Builtin::Time)) => {
                    if !signs.may_tell(*builtin, clock.is_some()) {
                        continue;
                    }
                    if !std::mem::replace(&mut is_read, true) {
                        row.read(view);
                    }
                    let row = &*row;
                    let language = signs.has_han.then_some(Language::Zh);
                    let hits = match (builtin, clock) {
                        (Builtin::Quantity, _) => any_language(language, |language| amount::quantities(row, language)),
                        (Builtin::Money, _) => any_language(language, |language| amount::money(row, language)),
                        (Builtin::Time, Some(clock)) => time::scan(row, clock, language),
                        (Builtin::Time, None) => Vec::new(),
                        _ => Days { today: clock.map(Clock::today), language }.scan(row),
                    };
                    known.tell(&hits, text, out);
                }
                _ => {}
            }
        }
        out.truncate(first + MOST_FOUND);
        if let Some(new) = out.get_mut(first..) {
            new.sort_by_key(|found| found.span().start);
        }
    }

    /// What an answer says to a question for a value of an entity.
    ///
    /// Whether the message is an answer at all — and not a question or a command — is decided before.
    pub(crate) fn read(&self, entity: &str, original: &str, language: Language, clock: &Clock) -> Reading {
        let Some(known) = self.known.iter().find(|known| known.name == *entity) else { return Reading::None };
        let folded = Folded::new(original);
        match &known.reader {
            Reader::Nothing => Reading::None,
            Reader::Pattern(pattern) => {
                let spans = pattern.read(folded.as_str());
                Reading::of(
                    spans.into_iter().map(|span| (Value::from(pattern.value(&folded, original, span)), Vec::new())),
                )
            }
            Reader::Listed(listed) => {
                let mut named = listed.read(&folded);
                if named.is_empty() {
                    named.extend(listed.read_misspelt(original));
                }
                Reading::of(named.into_iter().map(|name| (Value::from(name), Vec::new())))
            }
            Reader::Builtin(builtin) => self.builtin(*builtin, &folded, original, language, clock),
        }
    }

    /// What a message says to a yes/no question, and what else it says; nothing if it begins with neither yes nor no.
    pub(crate) fn answer(&self, original: &str) -> Option<Answer> {
        self.yes_no.read(original)
    }

    /// The address that a message is, though none was asked for: it names a kind of street or place, and a number.
    pub(crate) fn sure_address<'t>(&self, original: &'t str) -> Option<&'t str> {
        free::sure_address(original).and_then(|span| original.get(span))
    }

    /// Whether and how an entity's values are masked. Undeclared phones, cards, papers and e-mails are.
    pub(crate) fn privacy(&self, entity: &str) -> Privacy {
        self.known.iter().find(|known| known.name == *entity).map_or(Privacy::Public, |known| known.privacy)
    }

    fn builtin(&self, builtin: Builtin, folded: &Folded, original: &str, language: Language, clock: &Clock) -> Reading {
        let text = folded.as_str();
        let slice = |span: Option<Range<usize>>| span.and_then(|span| original.get(span)).map(Value::from);
        let hits = match builtin {
            Builtin::YesNo => {
                // Why: with more behind it the dialog must see both; then it asks for the answer itself.
                return match self.yes_no.read(original) {
                    Some(Answer { is_yes, rest: None }) => Reading::Value(Value::Bool(is_yes)),
                    _ => Reading::None,
                };
            }
            Builtin::Name => return slice(free::name(original)).map_or(Reading::None, Reading::Value),
            Builtin::Address => return slice(free::address(original)).map_or(Reading::None, Reading::Value),
            Builtin::Image => return slice(free::image(original)).map_or(Reading::None, Reading::Value),
            Builtin::Email => email::read(text),
            Builtin::Phone => phone::read(text),
            Builtin::IdCard | Builtin::BankCard => digit_driven(builtin, text),
            Builtin::Number | Builtin::Quantity | Builtin::Money | Builtin::Rating => {
                spoken(builtin, &View::new(text), language)
            }
            Builtin::Date => Days { today: Some(clock.today()), language: Some(language) }.read(&View::new(text)),
            Builtin::Time => time::scan(&View::new(text), clock, Some(language)),
        };
        Reading::of(hits.into_iter().map(|hit| (hit.value, hit.others)))
    }

    /// The names of all entities, to try each: the pack's, then the built-in ones it does not declare.
    #[cfg(test)]
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|known| known.name.as_str())
    }
}

impl Known {
    fn new(entity: &Entity, pack: &Pack) -> Self {
        let (reader, is_sought) = match &entity.kind {
            EntityKind::Pattern { regex, form } => {
                (Pattern::new(regex, *form).map_or(Reader::Nothing, Reader::Pattern), true)
            }
            EntityKind::Values(values) => (Reader::Listed(Listed::new(values, pack)), false),
            EntityKind::Builtin(builtin) => (Reader::Builtin(*builtin), is_sought(*builtin)),
        };
        Self { name: entity.name.clone(), reader, privacy: entity.privacy, is_sought }
    }

    fn tell(&self, hits: &[Hit], text: &Folded, out: &mut Vec<Found>) {
        let found = hits.iter().take(MOST_FOUND).map(|hit| {
            Found::new(self.name.clone(), hit.value.clone(), text.original(hit.span.clone())).or(hit.others.clone())
        });
        out.extend(found);
    }
}

/// Whether values of a builtin are plain enough to be found in any message.
fn is_sought(builtin: Builtin) -> bool {
    !matches!(
        builtin,
        Builtin::Name | Builtin::Address | Builtin::YesNo | Builtin::Image | Builtin::Number | Builtin::Rating
    )
}

/// Whether a flow asks for a builtin without declaring it.
fn is_asked(pack: &Pack, name: &str) -> bool {
    let asks = |kind: &StepKind| matches!(kind, StepKind::Ask(ask) if ask.entity.as_ref().is_some_and(|entity| entity == name));
    pack.flows.iter().any(|flow| flow.program.iter().any(|node| asks(&node.kind)))
}

fn scanned(scan: fn(&str, &mut Vec<Hit>), text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    scan(text, &mut hits);
    hits
}

fn digit_driven(builtin: Builtin, text: &str) -> Vec<Hit> {
    scanned(
        match builtin {
            Builtin::IdCard => card::scan_identity,
            Builtin::BankCard => card::scan_bank,
            _ => phone::scan,
        },
        text,
    )
}

/// Numbers in the customer's language, or else in any of the others: people mix them.
fn spoken(builtin: Builtin, view: &View, language: Language) -> Vec<Hit> {
    let read = |language: Language| match builtin {
        Builtin::Number => amount::numbers(view, language),
        Builtin::Quantity => amount::read_quantities(view, language),
        Builtin::Money => amount::read_money(view, language),
        _ => amount::ratings(view, language),
    };
    any_language(Some(language), read)
}

/// What is found in the first language that finds anything, the likelier one first.
fn any_language(likely: Option<Language>, read: impl Fn(Language) -> Vec<Hit>) -> Vec<Hit> {
    let others =
        [Language::En, Language::Es, Language::Pt, Language::Zh].into_iter().filter(|other| Some(*other) != likely);
    likely.into_iter().chain(others).map(read).find(|hits| !hits.is_empty()).unwrap_or_default()
}

fn overlaps(hits: &[Hit], span: &Range<usize>) -> bool {
    hits.iter().any(|hit| hit.span.start < span.end && span.start < hit.span.end)
}
