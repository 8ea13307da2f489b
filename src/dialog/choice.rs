//! Choosing from a list in words: the label, a number, an ordinal, or words only one label has.

use std::borrow::Cow;

use crate::entities::is_slip;
use crate::text::{Folded, is_han, tokens};

/// Ordinals a customer may write, folded, with the place they mean; `LAST` counts from the end.
const ORDINALS: [(&str, usize); 41] = [
    ("第一个", 1),
    ("第二个", 2),
    ("第三个", 3),
    ("第四个", 4),
    ("第五个", 5),
    ("第一", 1),
    ("第二", 2),
    ("第三", 3),
    ("第1个", 1),
    ("第2个", 2),
    ("第3个", 3),
    ("最后一个", LAST),
    ("最后那个", LAST),
    ("上面那个", 1),
    ("下面那个", LAST),
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("1st", 1),
    ("2nd", 2),
    ("3rd", 3),
    ("last", LAST),
    ("primero", 1),
    ("primera", 1),
    ("segundo", 2),
    ("segunda", 2),
    ("tercero", 3),
    ("tercera", 3),
    ("cuarto", 4),
    ("ultimo", LAST),
    ("ultima", LAST),
    ("último", LAST),
    ("última", LAST),
    ("primeiro", 1),
    ("primeira", 1),
    ("terceiro", 3),
    ("terceira", 3),
    ("quarto", 4),
    ("former", 1),
    ("latter", LAST),
];

const LAST: usize = usize::MAX;

/// Words around a choice that say nothing about which: "the red one please", "quiero el segundo".
const FILLERS: &[&str] = &[
    "the", "one", "please", "pls", "option", "number", "no", "order", "take", "choose", "pick", "that", "this", "is",
    "it", "its", "want", "my", "for", "of", "in", "el", "la", "lo", "los", "las", "por", "favor", "opcion", "opción",
    "quiero", "pedido", "numero", "número", "es", "de", "del", "esa", "ese", "os", "as", "opcao", "opção", "quero",
    "pode", "ser", "do", "da", "um", "uma", "isso", "esse", "essa", "would", "like", "id", "un", "una", "and", "or",
    "as", "was", "with", "on", "at", "to", "be", "me", "mi", "se", "le", "que", "con", "com", "em", "en", "por",
    "para", "um", "si", "y", "ou", "not", "none", "these", "those", "não", "nao", "nenhum", "nenhuma", "desses",
    "dessas", "é", "ninguno", "ninguna", "esos", "esas", "estos", "estas",
];

/// What may stand behind 第一 or 最后 when something else than a place in a list is meant: 第一次, 最后时间.
const NO_PLACE: [char; 8] = ['次', '时', '天', '年', '月', '期', '步', '间'];

/// Words that an ordinal counts without meaning a list: "the first time", "second hand".
const NO_PLACE_WORDS: [&str; 22] = [
    "time", "times", "hand", "class", "day", "week", "month", "year", "thing", "name", "vez", "veces", "vezes", "mano",
    "mao", "dia", "semana", "mes", "ano", "cosa", "coisa", "nombre",
];

/// The index of the label the text chooses, if it chooses exactly one.
pub(super) fn choose(text: &str, labels: &[&str]) -> Option<usize> {
    choose_plainly(text, labels).or_else(|| choose_by_words(text, labels, SPARE_WORDS))
}

/// The label itself, its number or its place.
pub(super) fn choose_plainly(text: &str, labels: &[&str]) -> Option<usize> {
    if labels.is_empty() {
        return None;
    }
    let folded = Folded::new(text);
    let said = said(folded.as_str()).trim_start_matches('#');
    if said.is_empty() {
        return None;
    }
    let label = only(labels.iter().map(|label| Folded::new(label).as_str().trim() == said));
    // Why: chips may be numbers themselves; then a number is the one it says, not the place.
    match (label, said.parse::<usize>()) {
        (Some(index), _) => Some(index),
        (None, Ok(number)) => number.checked_sub(1).filter(|index| *index < labels.len()),
        (None, Err(_)) => ordinal(&meant(said, labels), labels.len()),
    }
}

/// Words said beside those of a label that still make it a choice: "the one in red I think".
pub(super) const SPARE_WORDS: usize = 3;

/// The one label that has most of the words said, with at most `spare` words that none of it has.
pub(super) fn choose_by_words(text: &str, labels: &[&str], spare: usize) -> Option<usize> {
    let folded = Folded::new(text);
    let meant = meant(said(folded.as_str()), labels);
    let words = words(&meant);
    if words.is_empty() {
        return None;
    }
    let labels: Vec<Folded> = labels.iter().map(|label| Folded::new(label)).collect();
    let known: Vec<Vec<&str>> = labels.iter().map(|label| self::words(label.as_str())).collect();
    // Why: a misspelt word speaks for a label only where no label has a word of the message as it is written.
    let pick = |same: fn(&str, &str) -> bool| {
        let scores =
            known.iter().map(|known| words.iter().filter(|word| known.iter().any(|known| same(word, known))).count());
        let scores: Vec<usize> = scores.collect();
        let best = scores.iter().copied().max().filter(|best| *best > 0 && words.len() <= best + spare)?;
        only(scores.iter().map(|score| *score == best))
    };
    pick(|word, known| word == known).or_else(|| pick(is_slip)).or_else(|| place_named(&meant, labels.len()))
}

/// A place in the list beside one word for what is listed: "the second slot", "la primera cita".
fn place_named(said: &str, count: usize) -> Option<usize> {
    let words: Vec<&str> = tokens(said).filter_map(|token| said.get(token.span)).collect();
    let is_place = |word: &&str| ORDINALS.iter().any(|(ordinal, _)| ordinal == word);
    let mut others = words.iter().filter(|word| !is_place(word) && !FILLERS.contains(word) && word.len() > 1);
    let (Some(noun), None) = (others.next(), others.next()) else { return None };
    let mut places = words.iter().filter(|word| is_place(word));
    let (Some(place), None) = (places.next(), places.next()) else { return None };
    // Why: "the second" must stand right before or behind what it counts, and some words beside it count something else.
    let beside =
        words.windows(2).any(|pair| matches!(pair, [a, b] if (a == place && b == noun) || (a == noun && b == place)));
    if !beside || NO_PLACE_WORDS.contains(noun) { None } else { ordinal(place, count) }
}

/// The one label that has words of a longer text, as they are written: in a sentence about something else a word that only
/// looks like one is none.
pub(super) fn choose_as_written(text: &str, labels: &[&str]) -> Option<usize> {
    let folded = Folded::new(text);
    let meant = meant(folded.as_str(), labels);
    let said = words(&meant);
    let labels: Vec<Folded> = labels.iter().map(|label| Folded::new(label)).collect();
    let known = labels.iter().map(|label| words(label.as_str()));
    let hits: Vec<bool> = known.map(|known| said.iter().any(|word| known.contains(word))).collect();
    only(hits.into_iter())
}

/// What a text chooses: without what it says it does not mean, "not the first one", 不是第一个是第二个. A label that holds such
/// a word itself (不想要了) is chosen by it.
fn meant<'t>(said: &'t str, labels: &[&str]) -> Cow<'t, str> {
    let governs = |denial: &&&str| !labels.iter().any(|label| Folded::new(label).as_str().contains(denial.trim()));
    let denials: Vec<&&str> = DENIALS.iter().filter(governs).collect();
    // Where a denial begins and ends in the text; the blank before it is none of the text's.
    let denied = |part: &str| {
        let spaced = format!(" {part} ");
        let found = denials.iter().filter_map(|denial| spaced.find(**denial).map(|at| (at, at + denial.len())));
        found.min().map(|(from, to)| (from.saturating_sub(1), to.saturating_sub(1).min(part.len())))
    };
    let parts = || said.split([',', ';', '，', '；', '。', '.']);
    if parts().all(|part| denied(part).is_none()) {
        return Cow::Borrowed(said);
    }
    let mut meant = String::new();
    for part in parts() {
        let Some((from, to)) = denied(part) else {
            meant.extend([part, " "]);
            continue;
        };
        let (before, after) = (part.get(..from).unwrap_or_default(), part.get(to..).unwrap_or_default());
        // Why: what a denial turns to is meant again.
        let turn = TURNS.iter().filter_map(|turn| after.rfind(turn).map(|at| at + turn.len())).max();
        meant.extend([before, " ", turn.and_then(|turn| after.get(turn..)).unwrap_or_default(), " "]);
    }
    Cow::Owned(meant.trim().to_owned())
}

/// What denies the words behind it, in a text with a blank at both ends.
const DENIALS: [&str; 22] = [
    " not ",
    " isn't ",
    " isnt ",
    " don't want ",
    " dont want ",
    " don't take ",
    " no quiero ",
    " no el ",
    " no la ",
    " no los ",
    " no las ",
    " no es ",
    " não ",
    " nao ",
    "不是",
    "不要",
    "不想要",
    "不选",
    "别选",
    "别要",
    "唔要",
    "唔系",
];

/// What turns from the denied to the meant.
const TURNS: [&str; 6] = [" but ", " sino ", " mas sim ", "而是", "个是", "要"];

fn said(folded: &str) -> &str {
    folded.trim().trim_end_matches(['.', '!', '?', '。', '！', '？', ')', '）', '、', ',', '，']).trim()
}

fn ordinal(said: &str, count: usize) -> Option<usize> {
    // Why not tokens: "2nd" is one word here.
    let words: Vec<&str> = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_said = |ordinal: &str| {
        if ordinal.starts_with(['第', '最', '上', '下']) {
            said.find(ordinal).is_some_and(|at| {
                let behind = said.get(at + ordinal.len()..).and_then(|rest| rest.chars().next());
                said.chars().count() <= ordinal.chars().count() + HAN_BESIDE
                    && !behind.is_some_and(|c| NO_PLACE.contains(&c))
            })
        } else {
            words.contains(&ordinal)
                && words.iter().all(|word| *word == ordinal || FILLERS.contains(word) || word.len() == 1)
        }
    };
    let place = ORDINALS.iter().find(|(ordinal, _)| is_said(ordinal)).map(|(_, place)| *place)?;
    if place == LAST { count.checked_sub(1) } else { Some(place - 1).filter(|index| *index < count) }
}

/// Characters beside a Chinese ordinal that leave it a choice: 我要第二个吧.
const HAN_BESIDE: usize = 5;

/// Words that tell labels apart, digits included, so that AB1 and AB2 share nothing. Chinese has no spaces to tell words
/// by: pairs of neighbours stand for them, and a single character only where it stands alone.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    for piece in text.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
        if !piece.chars().any(is_han) {
            if piece.len() > 1 && !FILLERS.contains(&piece) {
                words.push(piece);
            }
            continue;
        }
        let starts: Vec<usize> = piece.char_indices().map(|(at, _)| at).chain([piece.len()]).collect();
        let pairs = starts.iter().zip(starts.iter().skip(2));
        if starts.len() == 2 {
            words.push(piece);
        }
        words.extend(pairs.filter_map(|(start, end)| piece.get(*start..*end)));
    }
    words
}

/// The index of the only `true`.
pub(super) fn only(hits: impl Iterator<Item = bool>) -> Option<usize> {
    let mut found = hits.enumerate().filter(|(_, hit)| *hit).map(|(index, _)| index);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{SPARE_WORDS, choose, choose_by_words};

    const ORDERS: [&str; 3] = ["Blue lamp · 20 February", "Red kettle · 22 February", "蓝色台灯"];
    const REASONS: [&str; 3] = ["不想要了", "商品破损", "尺码不合适"];

    #[test]
    fn a_chip_is_chosen_by_number_place_words_and_with_a_slip() {
        for (said, index) in [
            ("2", Some(1)),
            ("4", None),
            ("the second one please", Some(1)),
            ("el segundo", Some(1)),
            ("a última", Some(2)),
            ("第二个", Some(1)),
            ("我要第二个吧", Some(1)),
            ("第一次买", None),
            ("first I want to know something", None),
            ("the blue one", Some(0)),
            ("kettle", Some(1)),
            ("the kettel", Some(1)),
            ("台灯", Some(2)),
            ("february", None),
            ("red kettle · 22 february", Some(1)),
            ("the 2nd", Some(1)),
            ("#2", Some(1)),
            ("not the first one", None),
            ("no, not the first", None),
            ("no, the second", Some(1)),
            ("not the first, the second", Some(1)),
            ("not the kettle, the lamp", Some(0)),
            ("the kettle, not the lamp", Some(1)),
            ("I don't want the lamp", None),
            ("no el primero", None),
            ("no quiero el segundo", None),
            ("no el primero sino el segundo", Some(1)),
            ("não o primeiro", None),
            ("não, o segundo", Some(1)),
            ("不是第一个", None),
            ("不要第二个", None),
            ("不是第一个，是第二个", Some(1)),
            ("不要台灯", None),
            ("", None),
            ("?", None),
        ] {
            assert_eq!(choose(said, &ORDERS), index, "{said}");
        }
        for (said, index) in [("坏了", None), ("破损", Some(1)), ("尺码", Some(2)), ("不想要", Some(0)), ("了", None)]
        {
            assert_eq!(choose(said, &REASONS), index, "{said}");
        }
    }

    #[test]
    fn a_sentence_with_a_word_of_a_label_is_no_choice_when_it_asks() {
        assert_eq!(choose_by_words("where is the lamp?", &ORDERS, 0), None);
        assert_eq!(choose_by_words("the lamp?", &ORDERS, 0), Some(0));
        assert_eq!(choose_by_words("I think it was the red one", &ORDERS, SPARE_WORDS), Some(1));
    }
}
