use crate::diagnostic::Origin;
use crate::text::Language;

/// A keyword as the author wrote it, parsed: words in order, with alternatives, optional parts and word groups.
#[derive(Clone, Debug)]
pub(crate) struct Keyword {
    pub(crate) origin: Origin,
    /// `None` for words of any language (`any:`).
    pub(crate) language: Option<Language>,
    /// As written, for explanations.
    pub(crate) text: Box<str>,
    /// The author's weight; `None` means by length.
    pub(crate) weight: Option<f32>,
    pub(crate) parts: Box<[Part]>,
}

/// One part of a keyword.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Literal words, not yet folded.
    Words(Box<str>),
    /// `(a|b)`: any of these.
    AnyOf(Box<[Box<[Part]>]>),
    /// `[a]`: this or nothing.
    Optional(Box<[Part]>),
    /// `<order>`: any word of a word group, by index into [`super::Pack::groups`].
    Group(usize),
}

impl Keyword {
    /// The keyword in words: of every choice the first, nothing that may be missing.
    pub(crate) fn first_spelling(&self, groups: &[(Box<str>, Vec<Keyword>)]) -> String {
        let mut words = String::new();
        self.spell(&self.parts, groups, &mut words);
        words
    }

    fn spell(&self, parts: &[Part], groups: &[(Box<str>, Vec<Keyword>)], words: &mut String) {
        for part in parts {
            match part {
                Part::Words(text) => join(words, text),
                Part::AnyOf(choices) => self.spell(choices.first().map_or(&[], |first| first), groups, words),
                Part::Optional(_) => {}
                // INVARIANT: groups hold no groups, so this ends.
                Part::Group(index) => {
                    let fits = |member: &&Keyword| member.language.is_none() || member.language == self.language;
                    let members = groups.get(*index).map(|(_, members)| members.as_slice()).unwrap_or_default();
                    if let Some(first) = members.iter().find(fits) {
                        self.spell(&first.parts, groups, words);
                    }
                }
            }
        }
    }
}

/// Words follow each other with a blank, Chinese without.
pub(crate) fn join(words: &mut String, more: &str) {
    let is_spaced = |sign: Option<char>| sign.is_some_and(|sign| !crate::text::is_han(sign));
    if is_spaced(words.chars().next_back()) && is_spaced(more.chars().next()) {
        words.push(' ');
    }
    words.push_str(more);
}
