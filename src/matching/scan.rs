use std::sync::Arc;

use super::gate::Grams;
use super::hit::{Fit, Hit};
use super::outline::Outline;
use super::phrases::Node;
use super::repair::Mend;
use super::word_key::WordKey;
use super::words::{Form, FormsAt, Symbol};
use crate::text::TokenKind;

/// What one pass over a text found, and the memory it needed for that.
#[derive(Clone, Default)]
pub(crate) struct Scan {
    pub(super) tokens: Vec<ScannedToken>,
    pub(super) forms: Vec<Form>,
    /// By place in the text, then by item.
    pub(super) hits: Vec<Hit>,
    /// Patterns that could match, and a byte near which.
    pub(super) patterns: Vec<(u32, u32)>,
    /// Patterns that could match anywhere.
    pub(super) ungated: Vec<u32>,
    pub(super) grams: Grams,
    pub(super) outline: Outline,
    pub(super) walks: Vec<Walk>,
    /// Phrases of groups found so far, the last token of the text first.
    pub(super) groups: Vec<GroupHit>,
    /// What each token may go on a walk with, and one more that stands for the end.
    pub(super) ahead: Vec<Ahead>,
    /// The groups that begin at the token in hand, by [`bit`](super::phrases::bit).
    pub(super) groups_here: u64,
    pub(super) memo: Memo,
    /// Tokens that are words nothing of the pack knows.
    pub(super) strange: Vec<u32>,
    /// What was read as something else than what is written.
    pub(super) mends: Vec<Mend>,
    /// Room for the words that a misspelt one may be.
    pub(super) symbols: Vec<Symbol>,
    /// What follows the last token.
    pub(super) last_break: Break,
    /// Whether anything parts the tokens.
    pub(super) has_breaks: bool,
    /// Signs of any token.
    pub(super) signs: u8,
    /// Kinds of tokens there are, as bits.
    pub(super) kinds: u8,
    /// Marks of the text, whether the rules know them or not: ASCII ones as bits by number, and `¿` as bit 0.
    pub(super) marks: u128,
}

/// A token of the text, as the walks see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScannedToken {
    /// Bytes of the folded text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(super) forms: FormsAt,
    pub(crate) kind: TokenKind,
    /// Languages the token is a function word of, as bits by index.
    pub(crate) marks: u8,
    /// What values it is a sign of, as bits that `entities` gives meaning.
    pub(crate) signs: u8,
    pub(crate) before: Break,
}

/// What stands between a token and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    /// Nothing, a space, or a mark that parts nothing.
    #[default]
    None,
    /// A space between Chinese characters, which is often a comma.
    Space,
    /// A comma.
    Comma,
    /// The end of a sentence.
    Stop,
    /// The end of a question.
    Question,
}

/// A walk through the phrases that is not finished.
#[derive(Clone, Copy)]
pub(super) struct Walk {
    pub(super) node: Node,
    /// The token it goes on with.
    pub(super) at: u32,
    pub(super) fit: Fit,
}

/// What a walk that comes to a token may go on with; nothing where a sentence has ended before it.
#[derive(Clone, Copy, Default)]
pub(super) struct Ahead {
    /// The symbols of its forms and the groups that begin there, by [`bit`](super::phrases::bit).
    pub(super) symbols: u64,
    pub(super) groups: u64,
    /// Where those groups stand in [`Scan::groups`].
    pub(super) first: u32,
    pub(super) last: u32,
}

/// A phrase of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct GroupHit {
    pub(super) group: u32,
    pub(super) end: u32,
    pub(super) fit: Fit,
}

impl Scan {
    /// The tokens of the text.
    pub(crate) fn tokens(&self) -> &[ScannedToken] {
        &self.tokens
    }

    /// What was found, by place in the text, then by item.
    pub(crate) fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// Patterns that could match, each with a byte of the folded text near which.
    pub(crate) fn patterns(&self) -> &[(u32, u32)] {
        &self.patterns
    }

    /// Patterns that could match anywhere in the text.
    pub(crate) fn ungated(&self) -> &[u32] {
        &self.ungated
    }

    /// What was read as something else than what is written, in no order.
    pub(crate) fn mends(&self) -> &[Mend] {
        &self.mends
    }

    /// What follows the last token.
    pub(crate) fn last_break(&self) -> Break {
        self.last_break
    }

    /// Whether anything parts the tokens.
    pub(crate) fn has_breaks(&self) -> bool {
        self.has_breaks
    }

    /// What its words are signs of, as bits.
    pub(crate) fn signs(&self) -> u8 {
        self.signs
    }

    /// Whether the text has a token of a kind; marks are tokens only where the rules know them.
    pub(crate) fn holds(&self, kind: TokenKind) -> bool {
        self.kinds & 1 << kind as u8 != 0
    }

    /// Whether the text has a mark, which is one of ASCII or `¿`.
    pub(crate) fn holds_mark(&self, mark: char) -> bool {
        self.marks & mark_bit(mark) != 0
    }

    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        self.forms.clear();
        self.hits.clear();
        self.patterns.clear();
        self.ungated.clear();
        self.walks.clear();
        self.groups.clear();
        self.ahead.clear();
        self.strange.clear();
        self.mends.clear();
        self.last_break = Break::None;
        self.has_breaks = false;
        self.signs = 0;
        self.kinds = 0;
        self.marks = 0;
    }
}

/// The bit of a mark.
pub(super) fn mark_bit(mark: char) -> u128 {
    match mark {
        '¿' => 1,
        _ if mark.is_ascii() => 1 << mark as u32,
        _ => 0,
    }
}

/// Slots of the memo, as a power of two.
const SLOT_BITS: u32 = 12;
/// The same of words whose keys only stand for them.
const LONG_BITS: u32 = 9;
/// Forms it holds before it starts anew.
const MOST_FORMS: usize = 8192;

/// What spellings unknown to the rules turned out to stand for: stemming and repairing cost more than all the rest.
#[derive(Clone, Default)]
pub(super) struct Memo {
    /// The matcher it belongs to.
    owner: Option<Arc<()>>,
    slots: Vec<MemoSlot>,
    /// Those of spellings that their keys only stand for, with the spelling: a forged key must not speak for another word.
    long: Vec<(MemoSlot, String)>,
    forms: Vec<Form>,
}

#[derive(Clone, Copy, Default)]
struct MemoSlot {
    key: WordKey,
    start: u32,
    count: u16,
    signs: u8,
}

impl Memo {
    /// Makes it the memo of a matcher, forgetting what another one knew.
    pub(super) fn belong_to(&mut self, owner: &Arc<()>) {
        if !self.owner.as_ref().is_some_and(|known| Arc::ptr_eq(known, owner)) {
            self.owner = Some(Arc::clone(owner));
            self.slots.clear();
            self.long.clear();
            self.forms.clear();
        }
    }

    /// The forms and signs of a word by its key, if it was met before.
    #[inline]
    pub(super) fn recall(&self, key: WordKey, word: &str) -> Option<(&[Form], u8)> {
        let slot = if key.is_exact() {
            let place = key.place(64 - SLOT_BITS);
            [place, place ^ 1].into_iter().filter_map(|place| self.slots.get(place)).find(|slot| slot.key == key)?
        } else {
            let place = key.place(64 - LONG_BITS);
            let is_it = |(slot, known): &&(MemoSlot, String)| slot.key == key && known == word;
            [place, place ^ 1].into_iter().filter_map(|place| self.long.get(place)).find(is_it).map(|(slot, _)| slot)?
        };
        Some((self.forms.get(slot.start as usize..slot.start as usize + slot.count as usize)?, slot.signs))
    }

    pub(super) fn remember(&mut self, key: WordKey, word: &str, forms: &[Form], signs: u8) {
        if self.slots.is_empty() || self.forms.len() + forms.len() > MOST_FORMS {
            self.slots.clear();
            self.slots.resize(1 << SLOT_BITS, MemoSlot::default());
            self.long.iter_mut().for_each(|(slot, _)| *slot = MemoSlot::default());
            self.long.resize_with(1 << LONG_BITS, Default::default);
            self.forms.clear();
        }
        let kept = MemoSlot { key, start: self.forms.len() as u32, count: forms.len() as u16, signs };
        self.forms.extend_from_slice(forms);
        // Why two places: of two words that share one neither drives the other out.
        if key.is_exact() {
            let place = key.place(64 - SLOT_BITS);
            let is_taken = self.slots.get(place).is_some_and(|slot| slot.key != WordKey::default());
            if let Some(slot) = self.slots.get_mut(place ^ usize::from(is_taken)) {
                *slot = kept;
            }
            return;
        }
        let place = key.place(64 - LONG_BITS);
        let is_taken = self.long.get(place).is_some_and(|(slot, _)| slot.key != WordKey::default());
        if let Some((slot, known)) = self.long.get_mut(place ^ usize::from(is_taken)) {
            *slot = kept;
            known.clear();
            known.push_str(word);
        }
    }
}
