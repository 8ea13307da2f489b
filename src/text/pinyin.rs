use pinyin::ToPinyin;

/// How a Chinese character is read, without its tone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sound {
    syllable: u32,
    loose: u32,
}

impl Sound {
    /// The commonest reading of a character; `None` for one that has no reading.
    ///
    /// Why only the commonest: a misspelling chosen by its sound is chosen by the one people think of.
    pub(crate) fn of(c: char) -> Option<Self> {
        let syllable = c.to_pinyin()?.plain();
        Some(Self { syllable: number(syllable.bytes()), loose: number(loosened(syllable)) })
    }

    /// The same number for characters that are typed by the same letters.
    pub(crate) fn syllable(self) -> u32 {
        self.syllable
    }

    /// The same number for characters that many speakers do not tell apart: z and zh, c and ch, s and sh, n and ng.
    pub(crate) fn loose(self) -> u32 {
        self.loose
    }
}

/// A syllable without the letters that accents of the south drop.
fn loosened(syllable: &str) -> impl Iterator<Item = u8> {
    let bytes = syllable.as_bytes();
    (0..bytes.len()).filter_map(|at| {
        let (letter, before) = (*bytes.get(at)?, at.checked_sub(1).and_then(|at| bytes.get(at)));
        let is_dropped = match letter {
            b'h' => matches!(before, Some(b'z' | b'c' | b's')),
            b'g' => before == Some(&b'n'),
            _ => false,
        };
        (!is_dropped).then_some(letter)
    })
}

/// Five bits a letter; no syllable has more than six.
fn number(letters: impl Iterator<Item = u8>) -> u32 {
    letters.fold(0, |number, letter| number << 5 | u32::from(letter & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_sound_alike() {
        for (a, b, same, loose) in [
            ('宽', '款', true, true),
            ('旦', '单', true, true),
            ('或', '货', true, true),
            ('四', '是', false, true),
            ('人', '仍', false, true),
            ('换', '黄', false, true),
            ('退', '推', true, true),
            ('退', '货', false, false),
        ] {
            let (x, y) = (Sound::of(a).unwrap(), Sound::of(b).unwrap());
            assert_eq!((x.syllable() == y.syllable(), x.loose() == y.loose()), (same, loose), "{a} {b}");
        }
        assert_eq!(Sound::of('a'), None);
    }
}
