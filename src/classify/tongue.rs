//! The language of a message, from cheap signs: script, function words, the session, and what was matched.

use super::roles::Role;
use crate::matching::{Fit, Item, Scan, Target};
use crate::rules::Pack;
use crate::text::{Language, TokenKind};

/// What the language of the session is worth, in function words: one word of another language does not outweigh it.
const STICKY: f32 = 1.2;
/// What the pack's first language is worth where nothing tells.
const DEFAULT: f32 = 0.1;
/// What a matched word is worth; all matches together at most [`MOST_MATCHED`].
const MATCHED: f32 = 0.4;
const MOST_MATCHED: f32 = 1.2;
/// What an accented letter or mark of only some languages is worth.
const LETTER: f32 = 1.5;
/// From what score on Latin letters speak a language, rather than being a name or a number.
const TELLING: f32 = 0.4;
/// How far behind the best a language must be for its evidence to be withheld.
const CLEARLY: f32 = 1.5;

/// The same for words that take something away, which act in their own language alone: pt "no" is no English no.
const BEHIND: f32 = 0.8;

/// The language of a message, and which languages are out of the question.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tongue {
    pub(super) language: Option<Language>,
    /// The language its words with spaces are most likely of, also in a Chinese conversation.
    spaced: Option<Language>,
    /// By language: whether evidence in it is withheld.
    lost: [bool; Language::ALL.len()],
    behind: [bool; Language::ALL.len()],
}

impl Tongue {
    /// Whether evidence in a language is withheld; evidence of any language never is.
    pub(super) fn has_lost(&self, language: Option<Language>) -> bool {
        language.is_some_and(|language| self.lost.get(language.index()).copied().unwrap_or(false))
    }

    /// Whether a word that denies or excepts something is withheld: any other language of spaced words speaks more.
    pub(super) fn withholds_denial(&self, language: Option<Language>, fit: Fit) -> bool {
        let behind = |language: Language| self.behind.get(language.index()).copied().unwrap_or(false);
        self.withholds(language, fit) || language.is_some_and(behind)
    }

    /// Whether a hit in a language is withheld: the language has lost, or it is another than the words' and they only fit by
    /// a stem ("human" is no form of Spanish humear).
    pub(super) fn withholds(&self, language: Option<Language>, fit: Fit) -> bool {
        let foreign = |language: Language| !language.is_unspaced() && self.spaced.is_some_and(|own| own != language);
        self.has_lost(language) || (fit >= Fit::Stem && language.is_some_and(foreign))
    }

    pub(super) fn of(
        scan: &Scan,
        text: &str,
        items: &[Item],
        roles: &[Role],
        pack: &Pack,
        hint: Option<Language>,
    ) -> Self {
        if let [only] = pack.languages.all[..] {
            return Self { language: Some(only), spaced: Some(only), ..Self::default() };
        }
        let mut scores = [0.0_f32; Language::ALL.len()];
        let mut add = |language: Language, worth: f32| {
            if let Some(score) = scores.get_mut(language.index()) {
                *score += worth;
            }
        };
        let (mut han, mut words) = (0_usize, 0_usize);
        for token in scan.tokens() {
            match token.kind {
                TokenKind::Han => han += 1,
                TokenKind::Word if is_in_address(text, token.start) => {}
                TokenKind::Word => {
                    words += 1;
                    for language in Language::ALL {
                        if token.marks & 1 << language.index() != 0 {
                            add(language, 1.0);
                        }
                    }
                }
                TokenKind::Digits | TokenKind::Mark => {}
            }
        }
        if !text.is_ascii() {
            for c in text.chars() {
                match c {
                    'ñ' | '¿' | '¡' => add(Language::Es, LETTER),
                    'ã' | 'õ' | 'ç' | 'ê' | 'ô' | 'à' | 'â' => add(Language::Pt, LETTER),
                    _ => {}
                }
            }
        }
        let matched = matched(scan, text, items, roles);
        for language in Language::ALL {
            add(language, matched.get(language.index()).copied().unwrap_or(0.0));
        }
        add(pack.languages.default, DEFAULT);
        if let Some(hint) = hint {
            add(hint, STICKY);
        }
        let score = |language: Language| scores.get(language.index()).copied().unwrap_or(0.0);
        // Why only the pack's languages: a bot that has no Portuguese texts cannot answer in it.
        let best_of = |unspaced: bool| {
            let mut best: Option<Language> = None;
            for &language in &pack.languages.all {
                if language.is_unspaced() == unspaced && best.is_none_or(|best| score(language) > score(best)) {
                    best = Some(language);
                }
            }
            best
        };
        let spaced = best_of(false);
        // Why: a Chinese customer writes order numbers and product names in Latin letters, and goes on in Chinese.
        // Why not words of several languages alike: product names are that.
        let tells = |best: Language| {
            let mut others = pack.languages.all.iter().filter(|other| !other.is_unspaced() && **other != best);
            let is_shared = score(best) <= MOST_MATCHED && others.any(|other| score(best) - score(*other) < TELLING);
            score(best) >= TELLING && !is_shared
        };
        let says_nothing = |hint: Language| {
            hint.is_unspaced() && han == 0 && pack.languages.all.contains(&hint) && !spaced.is_some_and(tells)
        };
        // Why half: a Chinese message may carry product names, and a Chinese character says more than a letter.
        let language = if han > 0 && han * 2 >= words {
            best_of(true).or(spaced)
        } else if let Some(hint) = hint.filter(|hint| says_nothing(*hint)) {
            Some(hint)
        } else if words > 0 {
            spaced.or(best_of(true))
        } else {
            hint.filter(|hint| pack.languages.all.contains(hint)).or(Some(pack.languages.default))
        };
        let mut lost = [false; Language::ALL.len()];
        let mut behind = lost;
        if let Some(spaced) = spaced {
            for language in Language::ALL {
                let by = score(spaced) - score(language);
                if let (false, Some(lost), Some(behind)) =
                    (language.is_unspaced(), lost.get_mut(language.index()), behind.get_mut(language.index()))
                {
                    *lost = by >= CLEARLY;
                    *behind = by >= BEHIND;
                }
            }
        }
        let spaced = language.filter(|language| !language.is_unspaced()).or(spaced);
        Self { language, spaced, lost, behind }
    }
}

/// What the matches of each language speak for it.
fn matched(scan: &Scan, text: &str, items: &[Item], roles: &[Role]) -> [f32; Language::ALL.len()] {
    let mut matched = [0.0_f32; Language::ALL.len()];
    let mut covered = [0_u32; Language::ALL.len()];
    for hit in scan.hits() {
        let Some(item) = items.get(hit.item as usize) else { continue };
        let Some(language) = item.language else { continue };
        let speaks = match item.target {
            Target::Lexicon(lexicon) => !matches!(roles.get(lexicon as usize), Some(Role::WholeWord) | None),
            // Why: a lone word was learnt for what it asks for, and "do" and "me" are words of several languages.
            Target::Learned(_) | Target::LearnedNone => hit.end - hit.start > 1,
            _ => true,
        };
        // Why once per word: an author's many overlapping keywords tell no more than one, and a phrase tells more than a
        // word of it that two languages share ("data de entrega").
        if speaks
            && scan.tokens().get(hit.start as usize).is_some_and(|token| !is_in_address(text, token.start))
            && let (Some(matched), Some(covered)) =
                (matched.get_mut(language.index()), covered.get_mut(language.index()))
            && hit.end > *covered
        {
            let words = (hit.end - hit.start.max(*covered)) as f32;
            *covered = hit.end;
            // Why half for a stem: inflections of three related languages often meet in one.
            let worth = if hit.fit >= Fit::Stem { MATCHED / 2.0 } else { MATCHED };
            *matched = (*matched + worth * words).min(MOST_MATCHED);
        }
    }
    matched
}

/// Whether a word stands behind the `@` of an e-mail address or the dot of a name on the web: it speaks no language.
fn is_in_address(text: &str, start: u32) -> bool {
    let before = text.as_bytes().get(..start as usize).unwrap_or_default();
    match before {
        [.., b'@'] => true,
        [.., letter, b'.'] => letter.is_ascii_alphanumeric(),
        _ => false,
    }
}
