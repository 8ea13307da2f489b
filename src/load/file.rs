use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::marks::Marks;
use crate::diagnostic::{Diagnostic, Finding, Origin, Place};

/// A readable source: its text, and its places once somebody asks for them.
#[derive(Debug)]
pub(super) struct File<'s> {
    pub(super) name: &'s str,
    pub(super) text: &'s str,
    marks: OnceCell<Marks>,
    lines: OnceCell<Vec<usize>>,
    has_plain_numbers: OnceCell<bool>,
}

impl<'s> File<'s> {
    pub(super) fn new(name: &'s str, text: &'s str) -> Self {
        Self { name, text, marks: OnceCell::new(), lines: OnceCell::new(), has_plain_numbers: OnceCell::new() }
    }

    pub(super) fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| Marks::read(self.text))
    }

    /// Whether every whole number in it is written in plain digits: nowhere stands what begins `0x1F`, `0o7`, `0b1`, `+7` or `-0`.
    fn has_plain_numbers(&self) -> bool {
        *self.has_plain_numbers.get_or_init(|| {
            let is_other =
                |pair: &[u8]| matches!(pair, [b'0', b'x' | b'o' | b'b'] | [b'+', b'0'..=b'9'] | [b'-', b'0']);
            !self.text.as_bytes().windows(2).any(is_other)
        })
    }

    /// The place of some bytes of the text; of a range over several lines the first line.
    pub(super) fn place(&self, bytes: Range<usize>) -> Place {
        let lines = self.lines.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(index, _)| index + 1)).collect()
        });
        let start = floor(self.text, bytes.start);
        let line = lines.partition_point(|first| *first <= start).max(1);
        let first = lines.get(line - 1).copied().unwrap_or(0);
        let rest = self.text.get(first..).unwrap_or_default();
        let source = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let column = |byte: usize| {
            let within = floor(source, byte.saturating_sub(first).min(source.len()));
            source.get(..within).unwrap_or_default().chars().count()
        };
        Place::new(self.name, line, source, column(start)..column(bytes.end.max(start)))
    }

    /// The place of a line and column as the YAML reader tells them, both from 1.
    pub(super) fn place_at(&self, line: usize, column: usize) -> Place {
        let source = self.text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default().trim_end_matches('\r');
        let start = column.saturating_sub(1).min(source.chars().count());
        Place::new(self.name, line.max(1), source, start..start + 1)
    }

    /// The place of a node, or of a part of its text.
    pub(super) fn place_of(&self, node: u32, within: Option<&Range<usize>>) -> Place {
        let Some(spot) = self.marks().spot(node) else { return self.place(0..0) };
        let raw = self.text.get(spot.bytes.clone()).unwrap_or_default();
        let part = within.and_then(|range| {
            let wanted = spot.written.get(range.clone()).filter(|wanted| !wanted.is_empty())?;
            // Why: quotes, escapes and folded lines move bytes about; the n-th occurrence stays the n-th.
            let before = spot.written.match_indices(wanted).take_while(|(index, _)| *index < range.start).count();
            let (found, _) = raw.match_indices(wanted).nth(before)?;
            let start = spot.bytes.start + found;
            Some(start..start + wanted.len())
        });
        self.place(part.unwrap_or_else(|| spot.bytes.clone()))
    }
}

fn floor(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

/// All files of a load, the base pack's first.
#[derive(Debug)]
pub(super) struct Files<'s> {
    pub(super) files: Vec<File<'s>>,
    /// How many of them are the base pack's.
    pub(super) base: u16,
}

impl Files<'_> {
    pub(super) fn file(&self, origin: Origin) -> Option<&File<'_>> {
        self.files.get(usize::from(origin.file))
    }

    pub(super) fn is_base(&self, origin: Origin) -> bool {
        origin.file < self.base
    }

    /// A scalar as it is written, before a number or bool was made of it.
    pub(super) fn written(&self, origin: Origin) -> Option<&str> {
        Some(&self.file(origin)?.marks().spot(origin.node)?.written)
    }

    /// The same of a whole number. Why apart: to read the places of a file takes about as long as to load it.
    pub(super) fn written_number(&self, origin: Origin, number: i64) -> Option<Cow<'_, str>> {
        if self.file(origin)?.has_plain_numbers() {
            return Some(Cow::Owned(number.to_string()));
        }
        self.written(origin).map(Cow::Borrowed)
    }

    /// The findings with their places, sorted by file and line, each once.
    pub(super) fn locate(&self, findings: Vec<Finding>) -> Vec<Diagnostic> {
        let mut located: Vec<Diagnostic> = findings.into_iter().map(|finding| self.locate_one(finding)).collect();
        located.sort_by(|left, right| left.sort_key().cmp(&right.sort_key()));
        located.dedup();
        located
    }

    fn locate_one(&self, finding: Finding) -> Diagnostic {
        let Finding { code, severity, origin, within, message, help, related } = finding;
        let mut diagnostic = Diagnostic::new(code, severity, message).with_help(help);
        if let Some(file) = self.file(origin) {
            diagnostic = diagnostic.at(file.place_of(origin.node, within.as_ref()));
        }
        for (origin, why) in related {
            if let Some(file) = self.file(origin) {
                diagnostic = diagnostic.with_related(file.place_of(origin.node, None), why);
            }
        }
        diagnostic
    }
}
