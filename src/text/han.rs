//! Which Chinese characters are the same word in the two scripts, and answers in the other script.
//!
//! The tables are `OpenCC`'s (Apache-2.0). What folding needs of them, character by character, is recorded beside this file: asking
//! the crate that carries them for 21,000 characters takes as long as loading half a pack.

use std::sync::OnceLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};

/// First and last character of the block whose characters get a table entry: the unified ideographs every day needs.
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

/// Characters with another simplified form, each followed by it; and, in a second line, those of Simplified writing only.
///
/// A test makes the same of the tables of `OpenCC` and says where it left what it made.
const RECORDED: &str = include_str!("han.txt");

/// Characters that write one word in a customer's hand though the general tables keep them apart.
const SAME: [(char, char); 4] = [('著', '着'), ('妳', '你'), ('甚', '什'), ('祇', '只')];

/// What is known of each character of the block.
pub(crate) struct Han {
    /// The simplified form of each character, as its distance from [`FIRST`].
    simplified: Box<[u16]>,
    /// +1 for a character of Traditional writing only, -1 for one of Simplified writing only.
    sign: Box<[i8]>,
    /// What folding does to each: nearly always nothing, which is to be seen at once.
    kinds: Box<[u8]>,
}

/// A character that is its own simplified form and tells nothing.
const PLAIN: u8 = 0;
/// One that is written in Simplified only.
const SIMPLIFIED_ONLY: u8 = 1;
/// One that folding changes, or that is written in Traditional only.
const CHANGED: u8 = 2;

impl Han {
    /// The tables of this process.
    pub(crate) fn tables() -> &'static Han {
        static TABLES: OnceLock<Han> = OnceLock::new();
        TABLES.get_or_init(Han::read)
    }

    /// Whether the character stands in the block.
    pub(crate) const fn holds(c: char) -> bool {
        matches!(c as u32, FIRST..=LAST)
    }

    /// The simplified form of a character, which is the character itself where there is none.
    pub(crate) fn simplified(&self, c: char) -> char {
        let index = (c as u32).wrapping_sub(FIRST) as usize;
        let Some(&form) = self.simplified.get(index) else { return c };
        char::from_u32(FIRST + u32::from(form)).unwrap_or(c)
    }

    /// +1 if the character is written in Traditional only, -1 in Simplified only, 0 if it tells nothing.
    pub(crate) fn sign(&self, c: char) -> i8 {
        let index = (c as u32).wrapping_sub(FIRST) as usize;
        self.sign.get(index).copied().unwrap_or(0)
    }

    /// Whether a character of the block by its number is written in Simplified only; `None` if it has a simplified form of its
    /// own or stands in no such block.
    #[inline]
    pub(crate) fn plain(&self, point: u32) -> Option<bool> {
        match self.kinds.get(point.wrapping_sub(FIRST) as usize) {
            Some(&PLAIN) => Some(false),
            Some(&SIMPLIFIED_ONLY) => Some(true),
            _ => None,
        }
    }

    fn read() -> Self {
        let count = (LAST - FIRST + 1) as u16;
        let mut simplified: Box<[u16]> = (0..count).collect();
        let mut sign = vec![0_i8; simplified.len()].into_boxed_slice();
        let index = |c: char| (c as u32).wrapping_sub(FIRST) as usize;
        let mut lines = RECORDED.lines();
        let mut pairs = lines.next().unwrap_or_default().chars();
        while let (Some(c), Some(form)) = (pairs.next(), pairs.next()) {
            if let (Some(place), Some(sign)) = (simplified.get_mut(index(c)), sign.get_mut(index(c))) {
                (*place, *sign) = (index(form) as u16, 1);
            }
        }
        for c in lines.next().unwrap_or_default().chars() {
            if let Some(sign) = sign.get_mut(index(c)) {
                *sign = -1;
            }
        }
        for (c, form) in SAME {
            if let (Some(place), Some(sign)) = (simplified.get_mut(index(c)), sign.get_mut(index(c))) {
                (*place, *sign) = (index(form) as u16, 0);
            }
        }
        let kinds = (0..).zip(&simplified).zip(&sign).map(|((index, form), sign)| match sign {
            _ if *form != index => CHANGED,
            0 => PLAIN,
            -1 => SIMPLIFIED_ONLY,
            _ => CHANGED,
        });
        let kinds = kinds.collect();
        Self { simplified, sign, kinds }
    }
}

/// The text in the characters that folded messages have, one by one.
pub(crate) fn as_folded(text: &str) -> String {
    let han = Han::tables();
    text.chars().map(|c| han.simplified(c)).collect()
}

/// The text in Traditional characters, choosing by phrase: 发货 is 發貨 and 头发 is 頭髮.
pub(crate) fn to_traditional(text: &str) -> String {
    convert(text, to_traditional_converter())
}

/// Whether the text has a character that is written in Simplified Chinese only.
pub(crate) fn shows_simplified(text: &str) -> bool {
    text.chars().any(|c| Han::tables().sign(c) < 0)
}

/// The text in Simplified characters, choosing by phrase.
pub(crate) fn to_simplified(text: &str) -> String {
    convert(text, to_simplified_converter())
}

fn convert(text: &str, converter: Option<&OpenCC>) -> String {
    match converter {
        Some(converter) if !text.is_ascii() => converter.convert(text),
        _ => text.to_owned(),
    }
}

/// Why `S2tw`: of the Traditional standards it writes 裡, 麵 and 台 as customers of shops do.
fn to_traditional_converter() -> Option<&'static OpenCC> {
    static CONVERTER: OnceLock<Option<OpenCC>> = OnceLock::new();
    CONVERTER.get_or_init(|| OpenCC::from_config(BuiltinConfig::S2tw).ok()).as_ref()
}

fn to_simplified_converter() -> Option<&'static OpenCC> {
    static CONVERTER: OnceLock<Option<OpenCC>> = OnceLock::new();
    CONVERTER.get_or_init(|| OpenCC::from_config(BuiltinConfig::T2s).ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_recorded() {
        let block: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
        // Why: one character per line keeps the converter's phrases from seeing neighbours that are none.
        let lines: String = block.iter().flat_map(|c| [*c, '\n']).collect();
        let one_way = |convert: fn(&str) -> String| -> Vec<char> {
            let converted = convert(&lines);
            let forms: Vec<char> = converted.lines().filter_map(|line| line.chars().next()).collect();
            assert_eq!(forms.len(), block.len());
            forms
        };
        let (mut pairs, mut only) = (String::new(), String::new());
        for ((c, simplified), traditional) in block.iter().zip(one_way(to_simplified)).zip(one_way(to_traditional)) {
            if simplified != *c && Han::holds(simplified) {
                pairs.extend([*c, simplified]);
            } else if simplified == *c && traditional != *c {
                only.push(*c);
            }
        }
        let made = format!("{pairs}\n{only}\n");
        let place = std::env::temp_dir().join("han.txt");
        if made != RECORDED {
            std::fs::write(&place, &made).unwrap();
        }
        assert!(made == RECORDED, "{} is what `OpenCC` says now", place.display());
    }

    #[test]
    fn characters_meet_in_the_simplified_form() {
        for (from, to) in [
            ('發', '发'),
            ('髮', '发'),
            ('后', '后'),
            ('後', '后'),
            ('裡', '里'),
            ('裏', '里'),
            ('著', '着'),
            ('退', '退'),
        ] {
            assert_eq!(Han::tables().simplified(from), to, "{from}");
        }
    }

    #[test]
    fn answers_know_phrases() {
        for (from, to) in [
            ("发货", "發貨"),
            ("头发", "頭髮"),
            ("在这里", "在這裡"),
            ("三天后", "三天後"),
            ("皇后", "皇后"),
            ("干净的干部", "乾淨的幹部"),
            ("Hello, AB12", "Hello, AB12"),
        ] {
            assert_eq!(to_traditional(from), to);
        }
        assert_eq!(to_simplified("發貨後"), "发货后");
    }

    #[test]
    fn some_characters_tell_the_script() {
        for (c, sign) in [('發', 1), ('这', -1), ('退', 0), ('們', 1), ('们', -1)] {
            assert_eq!(Han::tables().sign(c), sign, "{c}");
        }
    }
}
