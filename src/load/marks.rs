use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StructureStyle};

use super::read::DEEPEST;

/// Where the nodes of a file stand, in the numbering of [`super::read::Reader`]: the one re-read of a file that has
/// something to report.
#[derive(Debug, Default)]
pub(super) struct Marks {
    spots: Vec<Spot>,
    comments: Vec<Range<usize>>,
    /// Behind the last node read.
    reached: usize,
    /// First anchor or alias, in bytes.
    alias: Option<Range<usize>>,
    /// First node that is nested deeper than rules may be, in bytes.
    too_deep: Option<Range<usize>>,
}

/// A node's place and notation.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) bytes: Range<usize>,
    pub(super) notation: Notation,
    /// A scalar's text after quotes and escapes, but with no number or bool made of it.
    pub(super) written: Box<str>,
    /// Where the node ends: behind the last byte of all that is in it.
    pub(super) end: usize,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Plain,
    Quoted,
    /// `|` or `>`.
    Block,
    /// `[…]` or `{…}`.
    Flow,
    /// A list or map over several lines.
    Lines,
}

impl Marks {
    /// Reads the places of a text as far as it is YAML.
    pub(super) fn read(text: &str) -> Self {
        let mut marks = Marks::default();
        // Why: an alias must become a finding, not the end of reading.
        let options = granit_parser::options! { emit_unresolved_aliases: true };
        let mut depth = 0usize;
        let mut open: Vec<usize> = Vec::new();
        for next in Parser::new_from_str_with_options(text, options) {
            let (event, span) = match next {
                Ok(found) => found,
                Err(error) => {
                    // Why: brackets that are never closed are looked at for a `:` behind them before the first is told.
                    if *error.kind() == ErrorKind::RecursionLimitExceeded && marks.too_deep.is_none() {
                        let at = error.marker().byte_offset().unwrap_or(0);
                        marks.too_deep = Some(at..at + 1);
                    }
                    break;
                }
            };
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST && marks.too_deep.is_none() {
                marks.too_deep = span.byte_range();
            }
            let start = span.start.byte_offset().unwrap_or(0);
            let bytes = start..span.end.byte_offset().unwrap_or(start).max(start);
            if matches!(event, Event::SequenceEnd | Event::MappingEnd) {
                marks.close(open.pop(), bytes.end);
            }
            if matches!(event, Event::SequenceStart(..) | Event::MappingStart(..)) {
                open.push(marks.spots.len());
            }
            let (notation, written, anchor) = match event {
                Event::Scalar(written, style, anchor, _) => (scalar(style), written.into_owned(), anchor),
                Event::SequenceStart(style, anchor, _) | Event::MappingStart(style, anchor, _) => {
                    let notation = if style == StructureStyle::Flow { Notation::Flow } else { Notation::Lines };
                    (notation, String::new(), anchor)
                }
                Event::Alias(_) | Event::UnresolvedAlias(_) => (Notation::Plain, String::new(), usize::MAX),
                Event::Comment(..) => {
                    marks.comments.push(bytes);
                    continue;
                }
                _ => continue,
            };
            if anchor != 0 && marks.alias.is_none() {
                marks.alias = Some(bytes.clone());
            }
            let end = bytes.end;
            marks.reached = end;
            marks.spots.push(Spot { bytes, notation, written: written.into(), end });
        }
        marks
    }

    /// Ends a list or map: behind its bracket, or behind what stands last in it.
    fn close(&mut self, spot: Option<usize>, at: usize) {
        let Some(spot) = spot.and_then(|index| self.spots.get_mut(index)) else { return };
        // Why: the end of lines without brackets is only seen at what comes after them.
        spot.end = if spot.notation == Notation::Flow { at } else { self.reached.max(spot.end) };
        self.reached = spot.end;
    }

    pub(super) fn spot(&self, node: u32) -> Option<&Spot> {
        self.spots.get(node as usize)
    }

    pub(super) fn too_deep(&self) -> Option<Range<usize>> {
        self.too_deep.clone()
    }

    pub(super) fn alias(&self) -> Option<Range<usize>> {
        self.alias.clone()
    }

    /// Comments that begin right behind an unquoted text on its own line, with no blank after the `#`: ` #12`.
    pub(super) fn cut_by_comment<'m>(&'m self, text: &'m str) -> impl Iterator<Item = (u32, Range<usize>)> + 'm {
        self.comments.iter().filter_map(move |comment| {
            let bare = text.get(comment.start + 1..comment.end)?;
            let glued = bare.chars().next().is_some_and(|sign| !sign.is_whitespace() && sign != '#' && sign != '!');
            // Why: by binary search, since a file may hold thousands of both.
            let index = self.spots.partition_point(|spot| spot.bytes.start < comment.start).checked_sub(1)?;
            let spot = self.spots.get(index)?;
            let between = text.get(spot.bytes.end..comment.start)?;
            let is_text = spot.notation == Notation::Plain
                && !spot.written.is_empty()
                && spot.written.parse::<f64>().is_err()
                && !matches!(&*spot.written, "true" | "false");
            (glued && is_text && between.chars().all(|sign| sign == ' ')).then(|| (index as u32, comment.clone()))
        })
    }
}

fn scalar(style: ScalarStyle) -> Notation {
    match style {
        ScalarStyle::Plain => Notation::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Notation::Quoted,
        _ => Notation::Block,
    }
}
