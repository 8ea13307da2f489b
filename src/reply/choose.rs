use crate::expression::{Expressions, Locale, Values};
use crate::rules::{Languages, Variant, Wording, Words};
use crate::text::{Language, Script};

/// Who is spoken to: what decides between wordings.
#[derive(Clone, Copy)]
pub(crate) struct Speech<'a> {
    pub(crate) expressions: &'a Expressions,
    pub(crate) languages: &'a Languages,
    pub(crate) language: Language,
    pub(crate) script: Script,
    pub(crate) channel: Option<&'a str>,
    pub(crate) zone: &'a jiff::tz::TimeZone,
    pub(crate) now: Option<jiff::Timestamp>,
}

/// The text to say and the index of the variant, which must not be the one said last if there is another.
///
/// `None` if the words hold nothing for this customer in any language (a variant's `when` may rule all out).
pub(crate) fn pick(words: &Words, speech: &Speech<'_>, values: &dyn Values, last: Option<u8>) -> Option<(String, u8)> {
    let (wording, language) = wording(words, speech)?;
    let (index, variant) = variant(wording, speech, values, last)?;
    let script = if language == Language::Zh { speech.script } else { Script::Latin };
    if let Some(literal) = speech.expressions.is_literal(variant.template).filter(|_| script != Script::Hant) {
        return Some((literal.to_owned(), index));
    }
    let locale = Locale { language, script, zone: speech.zone, now: speech.now };
    let mut text = String::new();
    speech.expressions.render(variant.template, values, &locale, &mut text);
    Some((text, index))
}

/// The wording for the customer's language, else its fallback, else the default, else any: silence is the worst answer.
fn wording<'w>(words: &'w Words, speech: &Speech<'_>) -> Option<(&'w Wording, Language)> {
    let fallback = speech.languages.fallback.iter().find(|(from, _)| *from == speech.language).map(|(_, to)| *to);
    let order = [Some(speech.language), fallback, Some(speech.languages.default)];
    for language in order.into_iter().flatten().chain(Language::ALL) {
        if let Some(found) = best(words, language, speech) {
            return Some((found, language));
        }
    }
    None
}

/// Within a language: the channel's own before the general one, the script's own before the other.
fn best<'w>(words: &'w Words, language: Language, speech: &Speech<'_>) -> Option<&'w Wording> {
    let fits = |wording: &&Wording| {
        wording.language == language
            && wording.channel.as_deref().is_none_or(|channel| Some(channel) == speech.channel)
            && wording.script.is_none_or(|script| script == speech.script)
    };
    words.wordings.iter().filter(fits).max_by_key(|wording| (wording.channel.is_some(), wording.script.is_some()))
}

/// Variants with a condition that holds come before those without; among equals the next after the last said.
fn variant<'w>(
    wording: &'w Wording,
    speech: &Speech<'_>,
    values: &dyn Values,
    last: Option<u8>,
) -> Option<(u8, &'w Variant)> {
    let holds = |variant: &Variant| variant.when.is_some_and(|when| speech.expressions.holds(when, values));
    let special = wording.variants.iter().any(&holds);
    let eligible = |variant: &Variant| if special { holds(variant) } else { variant.when.is_none() };
    let numbered = || (0_u8..).zip(&wording.variants).filter(|(_, variant)| eligible(variant));
    let after = last.and_then(|last| numbered().find(|(index, _)| *index > last));
    after.or_else(|| numbered().next())
}
