//! Names, addresses and pictures: free text, checked only for what it surely is not.

use std::ops::Range;

use super::view::View;
use crate::text::{Folded, TokenKind, is_han};

const NAME_LEADS: [&[&str]; 25] = [
    &["my", "name", "is"],
    &["the", "name", "is"],
    &["name", "is"],
    &["name", ":"],
    &["i", "am"],
    &["i'm"],
    &["im"],
    &["this", "is"],
    &["it's"],
    &["call", "me"],
    &["me", "llamo"],
    &["mi", "nombre", "es"],
    &["soy"],
    &["a", "nombre", "de"],
    &["meu", "nome", "e"],
    &["me", "chamo"],
    &["sou", "o"],
    &["sou", "a"],
    &["sou"],
    &["我", "叫"],
    &["我", "是"],
    &["我", "姓"],
    &["我", "的", "名", "字", "是"],
    &["名", "字", "是"],
    &["叫"],
];
const ADDRESS_LEADS: [&[&str]; 19] = [
    &["my", "address", "is"],
    &["the", "address", "is"],
    &["address", "is"],
    &["address", ":"],
    &["new", "address", ":"],
    &["send", "it", "to"],
    &["ship", "it", "to"],
    &["mi", "direccion", "es"],
    &["la", "direccion", "es"],
    &["direccion", ":"],
    &["vivo", "en"],
    &["meu", "endereco", "e"],
    &["o", "endereco", "e"],
    &["endereco", ":"],
    &["moro", "na"],
    &["地", "址", "是"],
    &["地", "址", ":"],
    &["我", "的", "地", "址", "是"],
    &["寄", "到"],
];
/// Words of addresses; one of them or a number must be in one.
const ADDRESS_WORDS: [&str; 36] = [
    "street", "st", "road", "rd", "avenue", "ave", "lane", "drive", "square", "apt", "flat", "floor", "building",
    "house", "calle", "c", "avenida", "av", "plaza", "piso", "colonia", "col", "cp", "carrera", "barrio", "rua",
    "travessa", "praca", "bairro", "apto", "bloco", "andar", "cep", "km", "numero", "alameda",
];
const ADDRESS_SIGNS: &str = "路街号楼室区市省镇村弄巷栋幢单元县乡";

/// Longest name and address in characters.
const MOST_NAME: usize = 60;
const MOST_ADDRESS: usize = 250;

/// The name in an answer: bytes of the original.
pub(super) fn name(original: &str) -> Option<Range<usize>> {
    let folded = Folded::new(original);
    let view = View::new(folded.as_str());
    let (from, to) = within(&view, &NAME_LEADS)?;
    let words = (from..to).filter_map(|index| view.word(index));
    let is_name = |kind: TokenKind, text: &str| match kind {
        TokenKind::Word | TokenKind::Han => true,
        TokenKind::Digits => false,
        TokenKind::Mark => matches!(text, "." | "-" | "'" | "·" | "•" | ","),
    };
    let mut count = 0;
    for word in words {
        if !is_name(word.kind, word.text) {
            return None;
        }
        count += usize::from(word.kind == TokenKind::Word);
    }
    let span = folded.original(view.span(from, to));
    let length = original.get(span.clone())?.chars().count();
    let is_chinese = count == 0;
    // Why: nobody's name has seven words; Chinese names have up to four characters, titles add two.
    (count <= 6 && length <= if is_chinese { 8 } else { MOST_NAME }).then_some(span)
}

/// The address in an answer: bytes of the original.
pub(super) fn address(original: &str) -> Option<Range<usize>> {
    let folded = Folded::new(original);
    let view = View::new(folded.as_str());
    if view.text.contains(['?', '？']) {
        return None;
    }
    let (from, to) = within(&view, &ADDRESS_LEADS)?;
    let span = folded.original(view.span(from, to));
    let said = original.get(span.clone())?;
    // Why: AB12345678 has letters and a number as well, and is none.
    if !said.contains(char::is_whitespace) && !said.chars().any(is_han) {
        return None;
    }
    let length = said.chars().count();
    let says_where = (from..to).filter_map(|index| view.word(index)).any(|word| {
        word.kind == TokenKind::Digits
            || ADDRESS_WORDS.contains(&word.text)
            || word.text.chars().all(|c| ADDRESS_SIGNS.contains(c))
    });
    let has_words = (from..to)
        .filter_map(|index| view.word(index))
        .any(|word| matches!(word.kind, TokenKind::Word | TokenKind::Han));
    (says_where && has_words && (5..=MOST_ADDRESS).contains(&length)).then_some(span)
}

/// The address that a whole message is where none was asked for: beside a number it has a word or a sign of addresses.
pub(super) fn sure_address(original: &str) -> Option<Range<usize>> {
    let span = address(original)?;
    let folded = Folded::new(original);
    let view = View::new(folded.as_str());
    let words = || (0..view.len()).filter_map(|index| view.word(index));
    let has_number = words().any(|word| word.kind == TokenKind::Digits);
    let is_word = |text: &str| text.len() > 1 && ADDRESS_WORDS.contains(&text);
    // Why not half of 单元: 单 alone is an order, 元 is money.
    let is_sign = |text: &str| text.chars().all(|c| ADDRESS_SIGNS.contains(c)) && !["单", "元"].contains(&text);
    let signs = words().filter(|word| is_sign(word.text)).count();
    (has_number && (signs > 1 || words().any(|word| is_word(word.text)))).then_some(span)
}

/// The link to a picture in a message: bytes of the original. Pictures mostly come as attachments, outside the text.
pub(super) fn image(original: &str) -> Option<Range<usize>> {
    const ENDINGS: [&str; 6] = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic"];
    let start = original.find("https://").or_else(|| original.find("http://"))?;
    let link = original.get(start..)?.split(|c: char| c.is_whitespace() || !c.is_ascii()).next()?;
    let path = link.split(['?', '#']).next().unwrap_or(link).to_ascii_lowercase();
    ENDINGS.iter().any(|ending| path.ends_with(ending)).then(|| start..start + link.len())
}

/// The words of an answer without a lead-in and without marks at its ends.
fn within(view: &View, leads: &[&[&str]]) -> Option<(usize, usize)> {
    let is_mark = |index: usize| view.word(index).is_some_and(|word| word.kind == TokenKind::Mark);
    let mut from = 0;
    while is_mark(from) {
        from += 1;
    }
    from += leads.iter().filter(|words| view.follows(from, words)).map(|words| words.len()).max().unwrap_or(0);
    while is_mark(from) {
        from += 1;
    }
    let mut to = view.len();
    while to > from && is_mark(to - 1) {
        to -= 1;
    }
    (from < to && !view.text.trim_end().ends_with(['?', '？'])).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_taken_from_what_is_said() {
        for (text, expected) in [
            ("Ana García", Some("Ana García")),
            ("My name is John O'Neil.", Some("John O'Neil")),
            ("me llamo José", Some("José")),
            ("meu nome é Ana", Some("Ana")),
            ("我叫王小明", Some("王小明")),
            ("李女士", Some("李女士")),
            ("where is my order?", None),
            ("AB1234", None),
            ("I want to return the shoes that I bought", None),
            ("我想退掉昨天买的鞋子", None),
            ("", None),
        ] {
            assert_eq!(name(text).map(|span| &text[span]), expected, "{text}");
        }
        for (text, expected) in [
            ("12 Baker Street, London", Some("12 Baker Street, London")),
            ("my address is 5th Avenue 3", Some("5th Avenue 3")),
            ("Calle Mayor 3, 2º B", Some("Calle Mayor 3, 2º B")),
            ("endereço: Rua das Flores, 10", Some("Rua das Flores, 10")),
            ("地址是杭州市余杭区满仓路1号", Some("杭州市余杭区满仓路1号")),
            ("when does it arrive at 5?", None),
            ("AB12345678", None),
            ("no", None),
            ("12345678", None),
        ] {
            assert_eq!(address(text).map(|span| &text[span]), expected, "{text}");
        }
        for (text, expected) in [
            ("12 Baker Street, London", Some("12 Baker Street, London")),
            ("Calle Luna 8, Sevilla", Some("Calle Luna 8, Sevilla")),
            ("地址是杭州市余杭区满仓路1号", Some("杭州市余杭区满仓路1号")),
            ("the lamp of 20 February", None),
            ("3号下的单", None),
        ] {
            assert_eq!(sure_address(text).map(|span| &text[span]), expected, "{text}");
        }
        let text = "看 https://x.example/a.JPG?x=1 谢谢";
        assert_eq!(image(text).map(|span| &text[span]), Some("https://x.example/a.JPG?x=1"));
        assert_eq!(image("https://x.example/a.html"), None);
    }
}
