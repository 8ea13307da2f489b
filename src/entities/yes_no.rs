use std::ops::Range;

use super::phrases::{is_picture, wordings};
use super::view::View;
use crate::rules::Pack;
use crate::text::{Folded, TokenKind, strip_accents};

/// What a message says to a yes/no question, and what else it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Whether it is a yes.
    pub(crate) is_yes: bool,
    /// Bytes of the original that go on with something of substance: "yes, *but change the address*".
    pub(crate) rest: Option<Range<usize>>,
}

/// The wordings of the pack's `yes` and `no` lexicons.
#[derive(Clone, Debug, Default)]
pub(super) struct YesNo {
    /// Sorted; a wording and whether it means yes.
    wordings: Vec<(Vec<Box<str>>, bool)>,
    longest: usize,
}

/// Words before an answer that leave it as it is.
const LEADS: [&[&str]; 54] = [
    &["i", "said"],
    &["i", "already", "said"],
    &["i", "told", "you"],
    &["like", "i", "said"],
    &["as", "i", "said"],
    &["for", "the", "last", "time"],
    &["wtf"],
    &["omg"],
    &["ffs"],
    &["ugh"],
    &["god"],
    &["damn"],
    &["ya", "te", "dije", "que"],
    &["te", "dije", "que"],
    &["ya", "dije", "que"],
    &["joder"],
    &["ja", "disse", "que"],
    &["já", "disse", "que"],
    &["nossa"],
    &["我", "说", "了"],
    &["都", "说", "了"],
    &["我", "都", "说", "了"],
    &["我", "靠"],
    &["i", "think"],
    &["i", "guess"],
    &["i", "would", "say"],
    &["creo", "que"],
    &["yo", "creo", "que"],
    &["pienso", "que"],
    &["acho", "que"],
    &["eu", "acho", "que"],
    &["pues"],
    &["well"],
    &["hmm"],
    &["hm"],
    &["ah"],
    &["oh"],
    &["uh"],
    &["um"],
    &["eh"],
    &["mmm"],
    &["entao"],
    &["bom"],
    &["bem"],
    &["ay"],
    &["哦"],
    &["噢"],
    &["呃"],
    &["额"],
    &["那"],
    &["啊"],
    &["唉"],
    &["hey"],
    &["hi"],
];
/// Words after an answer that add nothing.
const TAILS: [&[&str]; 58] = [
    &["please"],
    &["pls"],
    &["plz"],
    &["thanks"],
    &["thank", "you"],
    &["thx"],
    &["ty"],
    &["mate"],
    &["sir"],
    &["lol"],
    &["haha"],
    &["then"],
    &["por", "favor"],
    &["porfa"],
    &["gracias"],
    &["muchas", "gracias"],
    &["amigo"],
    &["senor"],
    &["senorita"],
    &["jaja"],
    &["obrigado"],
    &["obrigada"],
    &["muito", "obrigado"],
    &["muito", "obrigada"],
    &["pfv"],
    &["pf"],
    &["moco"],
    &["moca"],
    &["senhor"],
    &["kkk"],
    &["谢", "谢"],
    &["谢", "谢", "你"],
    &["谢", "谢", "您"],
    &["多", "谢"],
    &["麻", "烦", "了"],
    &["麻", "烦", "你"],
    &["麻", "烦", "您"],
    &["亲"],
    &["呢"],
    &["啊"],
    &["呀"],
    &["哦"],
    &["噢"],
    &["吧"],
    &["的"],
    &["了"],
    &["嘛"],
    &["哈"],
    &["哈", "哈"],
    &["啦"],
    &["滴"],
    &["哒"],
    &["哟"],
    &["呐"],
    &["嗯"],
    &["🙏"],
    &["😊"],
    &["it", "is"],
];
/// What a word that goes on after an answer does to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Goes on with something else.
    On,
    /// Takes back some of a yes, or puts something before it.
    Away,
    /// The same, but only behind a mark: right after an answer it may be part of it ("si antes …").
    AwayApart,
}

/// Words that begin something else after an answer, without accents.
const TURNS: [(&str, Turn); 16] = [
    ("but", Turn::Away),
    ("however", Turn::Away),
    ("except", Turn::Away),
    ("only", Turn::Away),
    ("just", Turn::Away),
    ("first", Turn::AwayApart),
    ("pero", Turn::Away),
    ("aunque", Turn::Away),
    ("mas", Turn::Away),
    ("porem", Turn::Away),
    ("antes", Turn::AwayApart),
    ("solo", Turn::Away),
    ("and", Turn::On),
    ("because", Turn::On),
    ("porque", Turn::On),
    ("so", Turn::On),
];
/// The same for Chinese, which has no word borders to cut by.
const TURNS_ZH: [&str; 8] = ["但", "不过", "可是", "只是", "除了", "就是", "然而", "先"];

/// Whether what follows a yes begins with a reservation: "…, but when do I get the money?"
pub(crate) fn turns_away(rest: &str) -> bool {
    let folded = Folded::new(rest);
    let text = folded.as_str().trim_start_matches(|c: char| !c.is_alphanumeric());
    let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let first = strip_accents(first);
    TURNS.iter().any(|(word, turn)| *turn != Turn::On && **word == *first)
        || TURNS_ZH.iter().any(|turn| text.starts_with(turn))
}

/// Whether a word right after an answer begins something else.
fn turns(word: &str) -> bool {
    TURNS.iter().any(|(known, turn)| *turn != Turn::AwayApart && *known == word)
}

/// Answers that nobody says for another reason, so that they may be followed at once: "yes change it", 好的帮我改一下.
const PLAIN: [&str; 17] = [
    "yes",
    "yeah",
    "yep",
    "yup",
    "sure",
    "ok",
    "okay",
    "sim",
    "好的",
    "是的",
    "对的",
    "行的",
    "可以的",
    "嗯嗯",
    "没错",
    "好滴",
    "嗯",
];

impl YesNo {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut all: Vec<(Vec<Box<str>>, bool)> = Vec::new();
        for (name, is_yes) in [("yes", true), ("no", false)] {
            if let Some((_, lexicon)) = pack.lexicon(name) {
                all.extend(lexicon.entries.iter().flat_map(|entry| wordings(entry, pack)).map(|words| (words, is_yes)));
            }
        }
        Self::of(all)
    }

    fn of(mut all: Vec<(Vec<Box<str>>, bool)>) -> Self {
        all.sort();
        all.dedup();
        let longest = all.iter().map(|(words, _)| words.len()).max().unwrap_or(0);
        Self { wordings: all, longest }
    }

    /// What a message says to a yes/no question; nothing if it does not begin with an answer.
    pub(super) fn read(&self, original: &str) -> Option<Answer> {
        let folded = Folded::new(original);
        let view = View::new(folded.as_str());
        let mut at = skip_marks(&view, 0);
        // Why: "no" may follow "bueno," or "ok,": what is said last counts.
        let mut answer = None;
        loop {
            if let Some((is_yes, end)) = self.answer_at(&view, at, folded.as_str()) {
                answer = Some((is_yes, at, end));
                at = skip_marks(&view, end);
            } else if let Some(length) = phrase(&view, at, if answer.is_some() { &TAILS } else { &LEADS }) {
                at = skip_marks(&view, at + length);
            } else {
                break;
            }
        }
        let (is_yes, ..) = answer?;
        let rest = (at < view.len()).then(|| folded.original(view.span(at, view.len())));
        Some(Answer { is_yes, rest })
    }

    /// The answer that begins at a word, and the place after it.
    fn answer_at(&self, view: &View, at: usize, text: &str) -> Option<(bool, usize)> {
        let (is_yes, end) = self.at(view, at)?;
        // Why before all: 不接受 and "no ok" take a yes back.
        let denied = self.at(view, end).filter(|(is_denied, after)| !is_yes && *is_denied && ends(view, *after, self));
        if let Some((_, after)) = denied {
            return Some((false, after));
        }
        fits(view, at, end, text, self).then_some((is_yes, end))
    }

    /// The longest wording that begins at a word, and the place after it. A wording of both lists says nothing.
    fn at(&self, view: &View, at: usize) -> Option<(bool, usize)> {
        (1..=self.longest.min(view.len().checked_sub(at)?)).rev().find_map(|length| {
            let found = self.lookup(view, at, length, false).or_else(|| self.lookup(view, at, length, true));
            found.map(|is_yes| (is_yes, at + length))
        })
    }

    fn lookup(&self, view: &View, at: usize, length: usize, is_drawn_out: bool) -> Option<bool> {
        let words: Vec<String> = (at..at + length)
            .map(|index| if is_drawn_out { shortened(view.at(index)) } else { view.at(index).to_owned() })
            .collect();
        let matches = |known: &[Box<str>]| {
            known.len() == words.len() && known.iter().zip(&words).all(|(known, word)| **known == **word)
        };
        let from = self
            .wordings
            .partition_point(|(known, _)| known.iter().map(|word| &**word).lt(words.iter().map(String::as_str)));
        let mut meanings =
            self.wordings.iter().skip(from).take(2).filter(|(known, _)| matches(known)).map(|(_, is_yes)| *is_yes);
        match (meanings.next(), meanings.next()) {
            (Some(is_yes), None) => Some(is_yes),
            _ => None,
        }
    }
}

/// `siiii`, `nooo`, `yesss` without what is drawn out.
fn shortened(word: &str) -> String {
    let mut short = String::with_capacity(word.len());
    let letters: Vec<char> = word.chars().collect();
    let mut index = 0;
    while let Some(letter) = letters.get(index) {
        let run = letters.iter().skip(index).take_while(|other| *other == letter).count();
        short.extend(std::iter::repeat_n(*letter, if run >= 3 { 1 } else { run }));
        index += run;
    }
    short
}

/// Whether an answer ends where it seems to: 对 in 对不起 and `no` in "no quiero cancelar" are no answers.
fn fits(view: &View, at: usize, end: usize, text: &str, known: &YesNo) -> bool {
    // Why: 行不行 and 是不是 ask; their parts are no answers.
    if view.follows(at + 1, &["不", view.at(at)])
        || (view.at(at) == "不" && view.is_joined(at) && view.before(at, 1) == view.at(at + 1))
    {
        return false;
    }
    let Some(next) = view.word(end) else { return true };
    let said = text.get(view.span(at, end)).unwrap_or_default();
    next.kind == TokenKind::Mark
        || turns(next.text)
        || PLAIN.contains(&said)
        // Why: "si" is also "if"; only with its accent is it surely a yes.
        || said == "sí"
        || phrase(view, end, &TAILS).is_some_and(|length| ends(view, end + length, known))
        || known.at(view, end).is_some_and(|(_, after)| ends(view, after, known))
        || is_picture(view.before(end, 1))
}

/// Whether nothing of substance follows at once.
fn ends(view: &View, at: usize, known: &YesNo) -> bool {
    match view.word(at) {
        None => true,
        Some(word) => {
            word.kind == TokenKind::Mark
                || turns(word.text)
                || phrase(view, at, &TAILS).is_some_and(|length| ends(view, at + length, known))
                || known
                    .at(view, at)
                    .is_some_and(|(_, after)| view.word(after).is_none_or(|word| word.kind == TokenKind::Mark))
        }
    }
}

fn phrase(view: &View, at: usize, phrases: &[&[&str]]) -> Option<usize> {
    phrases.iter().filter(|words| view.follows(at, words)).map(|words| words.len()).max()
}

fn skip_marks(view: &View, mut at: usize) -> usize {
    while view.word(at).is_some_and(|word| word.kind == TokenKind::Mark && !is_picture(word.text)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::phrases::words;

    fn known() -> YesNo {
        let yes = [
            "yes",
            "yeah",
            "ok",
            "right",
            "sí",
            "claro",
            "claro que sí",
            "bueno",
            "ya",
            "sim",
            "isso",
            "pode",
            "pode ser",
            "好的",
            "好",
            "嗯",
            "对",
            "是",
            "是的",
            "可以",
            "没问题",
            "👍",
            "no problem",
        ];
        let no =
            ["no", "nope", "no thanks", "claro que no", "não", "不", "不是", "不对", "不用", "不用了", "not really"];
        let all = yes.iter().map(|text| (words(text), true)).chain(no.iter().map(|text| (words(text), false)));
        YesNo::of(all.collect())
    }

    #[test]
    fn answers_are_read_and_what_follows_is_kept() {
        let known = known();
        for (text, expected) in [
            ("sí.", Some((true, ""))),
            ("Si", Some((true, ""))),
            ("siiii", Some((true, ""))),
            ("No!", Some((false, ""))),
            ("好的", Some((true, ""))),
            ("嗯", Some((true, ""))),
            ("ok", Some((true, ""))),
            ("对", Some((true, ""))),
            ("對的", Some((true, ""))),
            ("不是", Some((false, ""))),
            ("不是的，谢谢", Some((false, ""))),
            ("yes please", Some((true, ""))),
            ("Yes, thank you!", Some((true, ""))),
            ("nope", Some((false, ""))),
            ("claro que sí", Some((true, ""))),
            ("claro que no", Some((false, ""))),
            ("isso", Some((true, ""))),
            ("não, obrigada", Some((false, ""))),
            ("I think so, yes", None),
            ("I think yes", Some((true, ""))),
            ("bueno, no", Some((false, ""))),
            ("👍", Some((true, ""))),
            ("ok 👍", Some((true, ""))),
            ("no problem", Some((true, ""))),
            ("没问题", Some((true, ""))),
            ("yes, but change the address", Some((true, "but change the address"))),
            ("Yes change the address", Some((true, "change the address"))),
            ("好的，帮我改下地址", Some((true, "帮我改下地址"))),
            ("好的帮我改下地址", Some((true, "帮我改下地址"))),
            ("不可以", Some((false, ""))),
            ("不ok", Some((false, ""))),
            ("no ok", Some((false, ""))),
            ("不，可以", Some((true, ""))),
            ("不对，是AB12345678", Some((false, "是AB12345678"))),
            ("no, es AB1234", Some((false, "es AB1234"))),
            ("sí pero cámbialo", Some((true, "pero cámbialo"))),
            ("对不起", None),
            ("不用转人工", None),
            ("可以退吗", None),
            ("是不是", None),
            ("好不好", None),
            ("no quiero cancelar", None),
            ("si no llega mañana", None),
            ("right now", None),
            ("ya no quiero", None),
            ("where is my order", None),
            ("不", Some((false, ""))),
            ("", None),
            ("？", None),
        ] {
            let answer = known.read(text);
            let found = answer.map(|answer| (answer.is_yes, answer.rest.map_or("", |rest| &text[rest])));
            assert_eq!(found, expected, "{text}");
        }
    }
}
