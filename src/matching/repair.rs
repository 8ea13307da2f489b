//! What a message says where a word of it is misspelt.
//!
//! Only words are looked at that nothing of the pack knows: no word of any rule, no ordinary word of a language, no
//! inflection of either. Numbers, ids, addresses and names stay as they are. What is built for it is built when the first
//! such word comes, so that neither loading nor a well-written message pays for it.
#![allow(clippy::indexing_slicing)] // Why: tokens are visited by numbers that the loops keep inside.

use std::sync::OnceLock;

use super::hash::{Map, Set};
use super::hit::Fit;
use super::homophone::Homophones;
use super::phrases::Phrases;
use super::scan::{Break, Scan, ScannedToken};
use super::spacing;
use super::spelling::{SHORTEST, Slips, Spellings};
use super::word_key::WordKey;
use super::words::{Entry, Form, FormsAt, Symbol, Words};
use crate::text::{Folded, Language, Script, TokenKind, bare};

/// Most unknown words of one message that are looked at; a pasted page is not proof-read.
const MOST_STRANGE: usize = 64;
/// Most letters of a word that is looked at.
const MOST_LETTERS: usize = 24;

/// Repairs the words of messages.
pub(super) struct Repair {
    /// Words that are never misspellings, and of which language.
    ordinary: Vec<(Box<str>, Option<Language>)>,
    letters: OnceLock<Letters>,
    characters: OnceLock<Homophones>,
}

/// What is known of words written in letters.
struct Letters {
    spellings: Spellings,
    /// The languages, as bits, of each ordinary word.
    ordinary: Map<Box<str>, u8>,
    /// Stems of ordinary words: their inflections are ordinary too.
    stems: Set<(Box<str>, u8)>,
}

/// A place of a message that was read as something else than what is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mend {
    /// Bytes of the folded text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(super) meant: Meant,
}

/// What is read there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// A word of the rules.
    Word(Symbol),
    /// A character of the rules.
    Character(char),
    /// One word, without the space in it.
    Joined,
    /// Two words, the second from this byte on.
    Parted(u32),
}

impl Repair {
    pub(super) fn new(ordinary: Vec<(Box<str>, Option<Language>)>) -> Self {
        Self { ordinary, letters: OnceLock::new(), characters: OnceLock::new() }
    }

    /// Builds now what would be built for the first unknown word.
    pub(super) fn warm_up(&self, words: &Words, phrases: &Phrases) {
        self.letters(words);
        self.characters(words, phrases);
    }

    /// Gives the unknown tokens of a text what they may stand for.
    pub(super) fn mend(&self, text: &Folded, words: &Words, phrases: &Phrases, scan: &mut Scan) {
        if !scan.strange.is_empty() {
            self.mend_words(text.as_str(), words, scan);
        }
        if text.script() != Script::Latin {
            self.mend_characters(text.as_str(), words, self.characters(words, phrases), scan);
        }
    }

    fn mend_words(&self, text: &str, words: &Words, scan: &mut Scan) {
        // Why taken out: mending writes to the tokens that these number.
        let strange = std::mem::take(&mut scan.strange);
        let mut moved = 0_isize;
        let mut done = 0;
        let mut named = None;
        for &number in strange.iter().take(MOST_STRANGE) {
            let Some(at) = usize::try_from(number).ok().and_then(|number| number.checked_add_signed(moved)) else {
                break;
            };
            let Some(token) = scan.tokens.get(at).copied() else { break };
            if token.start < done || is_part_of_id(text, &token) {
                continue;
            }
            if is_name(text, &scan.tokens, at) || named == Some(at) {
                named = Some(at + 1);
                continue;
            }
            if let Some(first) = spacing::to_join(text, words, &scan.tokens, at) {
                done = scan.tokens[first + 1].end;
                join(text, words, first, scan);
                moved -= 1;
                continue;
            }
            let word = &text[token.start as usize..token.end as usize];
            let mut letters = [0_u8; MOST_LETTERS];
            let Some(letters) = plain(word, &mut letters) else { continue };
            if letters.len() < SHORTEST {
                continue;
            }
            match self.meant(word, letters, words, scan) {
                Found::Nothing => {}
                Found::Words(first, last) => {
                    scan.tokens[at].forms = FormsAt::found(first, last);
                    for index in first..last {
                        let meant = Meant::Word(scan.forms[index].symbol);
                        scan.mends.push(Mend { start: token.start, end: token.end, meant });
                    }
                }
                Found::Parts(second) => {
                    part(text, words, at, second, scan);
                    moved += 1;
                }
            }
        }
        scan.strange = strange;
    }

    /// What an unknown word of plain letters stands for.
    fn meant(&self, word: &str, letters: &[u8], words: &Words, scan: &mut Scan) -> Found {
        let first = scan.forms.len();
        let key = WordKey::of(word).misspelt();
        if let Some((known, second)) = scan.memo.recall(key, word) {
            if second != 0 {
                return Found::Parts(second.into());
            }
            scan.forms.extend_from_slice(known);
        } else {
            let known = self.letters(words);
            let mut symbols = std::mem::take(&mut scan.symbols);
            known.spellings.find(letters, Slips::One, words, &mut symbols);
            if symbols.is_empty() {
                let languages =
                    |word: &str, entry: &Entry| words.languages(entry) | known.ordinary.get(word).copied().unwrap_or(0);
                if let Some(second) = spacing::to_part(word, words, languages) {
                    scan.symbols = symbols;
                    // Why as its sign: a misspelt word has none, and no word of so few letters is parted behind the 255th.
                    scan.memo.remember(key, word, &[], second as u8);
                    return Found::Parts(second as u32);
                }
                known.spellings.find(letters, Slips::Two, words, &mut symbols);
            }
            if !symbols.is_empty() && known.is_ordinary(word, words) {
                symbols.clear();
            }
            scan.forms.extend(symbols.iter().map(|symbol| Form { symbol: *symbol, fit: Fit::Repaired }));
            scan.symbols = symbols;
            scan.memo.remember(key, word, &scan.forms[first..], 0);
        }
        let last = scan.forms.len();
        if first == last { Found::Nothing } else { Found::Words(first, last) }
    }

    fn mend_characters(&self, text: &str, words: &Words, characters: &Homophones, scan: &mut Scan) {
        for at in 0..scan.tokens.len() {
            let token = scan.tokens[at];
            if token.kind != TokenKind::Han {
                continue;
            }
            let Some(c) = character(text, &token) else { continue };
            if !characters.suspects(c) {
                continue;
            }
            let is_beside = |other: &&ScannedToken| {
                other.kind == TokenKind::Han && (other.end == token.start || other.start == token.end)
            };
            let before = at.checked_sub(1).and_then(|at| scan.tokens.get(at)).filter(is_beside);
            let after = scan.tokens.get(at + 1).filter(is_beside);
            let beside = |token: Option<&ScannedToken>| token.and_then(|token| character(text, token));
            let Some((meant, symbol)) = characters.find(beside(before), c, beside(after)) else { continue };
            let first = scan.forms.len();
            scan.forms.extend_from_slice(words.forms(token.forms));
            scan.forms.push(Form { symbol, fit: Fit::Repaired });
            scan.tokens[at].forms = FormsAt::found(first, scan.forms.len());
            scan.mends.push(Mend { start: token.start, end: token.end, meant: Meant::Character(meant) });
            if scan.mends.len() == MOST_STRANGE {
                return;
            }
        }
    }

    fn letters(&self, words: &Words) -> &Letters {
        self.letters.get_or_init(|| {
            let spellings = Spellings::new(words.spelt(), &self.ordinary);
            let (mut ordinary, mut stems) = (Map::default(), Set::default());
            for (word, language) in &self.ordinary {
                let languages: &mut u8 = ordinary.entry(word.clone()).or_default();
                *languages |= language.map_or(u8::MAX, |language| 1 << language.index());
                if let Some(language) = *language
                    && let Some(stem) = words.stem(language, word)
                {
                    stems.insert((stem.into(), language.index() as u8));
                }
            }
            Letters { spellings, ordinary, stems }
        })
    }

    fn characters(&self, words: &Words, phrases: &Phrases) -> &Homophones {
        self.characters.get_or_init(|| {
            let mut by_symbol = vec![None; words.symbols()];
            words.characters().for_each(|(c, symbol)| by_symbol[symbol as usize] = Some(c));
            let of = |symbol: Symbol| by_symbol.get(symbol as usize).copied().flatten();
            let mut pairs = phrases.pairs(|symbol| of(symbol).is_some());
            pairs.sort_unstable();
            pairs.dedup();
            let pairs = pairs.into_iter().filter_map(|(a, b)| Some((of(a)?, of(b)?)));
            let chinese = self.ordinary.iter().filter(|(_, language)| *language == Some(Language::Zh));
            Homophones::new(words.characters(), pairs, chinese.map(|(word, _)| &**word))
        })
    }
}

impl Letters {
    /// Whether a word is an inflection of an ordinary one.
    fn is_ordinary(&self, word: &str, words: &Words) -> bool {
        Language::ALL.into_iter().any(|language| {
            let stem = words.stem(language, word);
            stem.is_some_and(|stem| self.stems.contains(&(stem.into(), language.index() as u8)))
        })
    }
}

/// What an unknown word turned out to be.
enum Found {
    Nothing,
    /// Misspelt, with these forms.
    Words(usize, usize),
    /// Two words, the second from this byte of it on.
    Parts(u32),
}

/// Makes one token of two with a space between them.
fn join(text: &str, words: &Words, first: usize, scan: &mut Scan) {
    let (start, end) = (scan.tokens[first].start, scan.tokens[first + 1].end);
    let key = WordKey::of_joined(&text[start as usize..end as usize]);
    scan.tokens.remove(first + 1);
    let forms = repaired(words, key, scan);
    let token = &mut scan.tokens[first];
    (token.end, token.forms, token.marks) = (end, forms, 0);
    scan.mends.push(Mend { start, end, meant: Meant::Joined });
}

/// Makes two tokens of one.
fn part(text: &str, words: &Words, at: usize, second: u32, scan: &mut Scan) {
    let whole = scan.tokens[at];
    let middle = whole.start + second;
    let marks = |range: std::ops::Range<u32>| {
        let word = &text[range.start as usize..range.end as usize];
        words.entry(WordKey::of(word)).map_or(0, |entry| entry.marks.word)
    };
    let before = repaired(words, WordKey::of(&text[whole.start as usize..middle as usize]), scan);
    let after = repaired(words, WordKey::of(&text[middle as usize..whole.end as usize]), scan);
    let first = ScannedToken { end: middle, forms: before, marks: marks(whole.start..middle), ..whole };
    let rest =
        ScannedToken { start: middle, forms: after, marks: marks(middle..whole.end), before: Break::None, ..whole };
    scan.tokens[at] = first;
    scan.tokens.insert(at + 1, rest);
    scan.mends.push(Mend { start: whole.start, end: whole.end, meant: Meant::Parted(middle) });
}

/// The forms of a word that the rules know, as those of a misspelt one.
fn repaired(words: &Words, word: WordKey, scan: &mut Scan) -> FormsAt {
    let first = scan.forms.len();
    if let Some(entry) = words.entry(word) {
        scan.forms.extend(words.forms(entry.forms).iter().map(|form| Form { fit: Fit::Repaired, ..*form }));
    }
    FormsAt::found(first, scan.forms.len())
}

fn character(text: &str, token: &ScannedToken) -> Option<char> {
    text.get(token.start as usize..)?.chars().next()
}

/// The plain letters of a word, if it has no others.
fn plain<'a>(word: &str, letters: &'a mut [u8; MOST_LETTERS]) -> Option<&'a [u8]> {
    let mut count = 0;
    for c in word.chars() {
        let letter = bare(c);
        if !letter.is_ascii_lowercase() || count == MOST_LETTERS {
            return None;
        }
        letters[count] = letter as u8;
        count += 1;
    }
    Some(&letters[..count])
}

/// Whether a word touches digits or the marks of addresses: `ab12`, `me@shop.com`, `shop.com/help`.
fn is_part_of_id(text: &str, token: &ScannedToken) -> bool {
    let joins = |c: char| c.is_ascii_digit() || matches!(c, '@' | '_' | '-' | '/' | '\\' | '#' | '=' | '&');
    let mut before = text[..token.start as usize].chars().rev();
    let mut after = text[token.end as usize..].chars();
    let stands = |near: Option<char>, next: Option<char>| {
        near.is_some_and(|c| joins(c) || (c == '.' && next.is_some_and(char::is_alphanumeric)))
    };
    stands(before.next(), before.next()) || stands(after.next(), after.next())
}

/// Words after which a name comes.
const BEFORE_NAMES: [&str; 17] = [
    "mr", "mrs", "ms", "miss", "dr", "sr", "sra", "srta", "señor", "señora", "senhor", "senhora", "llamo", "chamo",
    "named", "soy", "sou",
];
/// Words after which a name comes when the word `name` stands before them.
const AFTER_NAME: [(&str, &[&str]); 3] =
    [("name", &["is", "s", "was", "of"]), ("nombre", &["es", "de"]), ("nome", &["é", "e", "do", "da"])];

/// Whether the words before a token say that it is a name.
fn is_name(text: &str, tokens: &[ScannedToken], at: usize) -> bool {
    let word = |back: usize| {
        let token = tokens.get(at.checked_sub(back)?)?;
        text.get(token.start as usize..token.end as usize)
    };
    let Some(last) = word(1) else { return false };
    BEFORE_NAMES.contains(&last)
        || AFTER_NAME.iter().any(|(name, links)| word(2) == Some(*name) && links.contains(&last))
}
