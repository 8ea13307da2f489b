use std::fmt;
use std::ops::Range;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::Code;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// The pack cannot be used.
    Error,
    /// The pack works, but probably not as meant.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

/// One problem of a rule pack: what, where, and mostly what to do about it.
///
/// `Display` gives the text for people, `Serialize` the object for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    code: Code,
    severity: Severity,
    message: String,
    place: Option<Place>,
    help: Option<String>,
    related: Vec<(Place, String)>,
}

/// A place in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    file: String,
    line: usize,
    column: usize,
    source: String,
    /// Characters of `source` that are meant.
    caret: Range1,
}

/// A range that can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Range1 {
    start: usize,
    end: usize,
}

impl Place {
    /// A place in a line: `caret` in characters of `source`, the line as it stands in the file. Lines count from 1.
    pub(crate) fn new(file: &str, line: usize, source: &str, caret: Range<usize>) -> Self {
        let caret = Range1 { start: caret.start, end: caret.end.max(caret.start + 1) };
        Self { file: file.to_owned(), line, column: caret.start + 1, source: source.to_owned(), caret }
    }

    /// The name of the file, as it was given to the loader.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The line as it stands in the file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The column behind the last character that is meant, from 1.
    pub fn end_column(&self) -> usize {
        self.caret.end + 1
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Diagnostic {
    pub(crate) fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), place: None, help: None, related: Vec::new() }
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    pub(crate) fn with_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    pub(crate) fn with_related(mut self, place: Place, why: String) -> Self {
        self.related.push((place, why));
        self
    }

    /// The stable number of this kind of problem.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Error or warning.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where; `None` for what concerns the pack as a whole.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Other places that belong to it, each with a word why.
    pub fn related(&self) -> impl Iterator<Item = (&Place, &str)> {
        self.related.iter().map(|(place, why)| (place, why.as_str()))
    }

    /// The order in which problems are shown: by file, line and column.
    pub(crate) fn sort_key(&self) -> (Option<&Place>, Code, &str) {
        (self.place.as_ref(), self.code, &self.message)
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Diagnostic", 10)?;
        map.serialize_field("code", &self.code)?;
        map.serialize_field("severity", &self.severity)?;
        map.serialize_field("message", &self.message)?;
        map.serialize_field("file", &self.place.as_ref().map(Place::file))?;
        map.serialize_field("line", &self.place.as_ref().map(Place::line))?;
        map.serialize_field("column", &self.place.as_ref().map(Place::column))?;
        map.serialize_field("end_column", &self.place.as_ref().map(Place::end_column))?;
        map.serialize_field("source", &self.place.as_ref().map(Place::source))?;
        map.serialize_field("help", &self.help)?;
        let related: Vec<_> = self.related.iter().map(|(place, why)| Related { place, why }).collect();
        map.serialize_field("related", &related)?;
        map.end()
    }
}

struct Related<'d> {
    place: &'d Place,
    why: &'d str,
}

impl Serialize for Related<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Related", 4)?;
        map.serialize_field("file", self.place.file())?;
        map.serialize_field("line", &self.place.line())?;
        map.serialize_field("column", &self.place.column())?;
        map.serialize_field("message", self.why)?;
        map.end()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        if let Some(place) = &self.place {
            let number = place.line.to_string();
            let gutter = " ".repeat(number.len());
            let (source, caret) = window(&place.source, place.caret.start..place.caret.end);
            write!(f, "\n{gutter}--> {place}\n{gutter} |\n{number} | {source}\n{gutter} | {caret}")?;
        }
        for (place, why) in &self.related {
            write!(f, "\nnote: {why}: {place}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

/// The widest part of a line that is shown.
const SHOWN: usize = 120;

/// The part of a line around the caret, and the line of carets under it.
///
/// Why: a list of a thousand phrases may stand in one line. Carets are placed by display width, Han signs count two.
fn window(source: &str, caret: Range<usize>) -> (String, String) {
    let signs: Vec<char> = source.chars().map(|sign| if sign == '\t' { ' ' } else { sign }).collect();
    let from = if caret.start < SHOWN * 2 / 3 { 0 } else { caret.start - SHOWN / 3 };
    let to = (from + SHOWN).min(signs.len());
    let mut line = String::new();
    let mut under = String::new();
    if from > 0 {
        line.push('…');
        under.push(' ');
    }
    for (index, sign) in signs.iter().enumerate().take(to).skip(from) {
        line.push(*sign);
        let mark = if caret.contains(&index) { '^' } else { ' ' };
        under.extend(std::iter::repeat_n(mark, width(*sign)));
    }
    if to < signs.len() {
        line.push('…');
    }
    if caret.start >= to {
        under.push('^');
    }
    (line.trim_end().to_owned(), under.trim_end().to_owned())
}

/// How many columns a terminal gives a sign: East Asian wide signs two, combining marks none.
fn width(sign: char) -> usize {
    match sign as u32 {
        0x0300..=0x036F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_what_is_meant() {
        let place = Place::new("bot.yaml", 12, "  - 退货 <ordr>", 7..13);
        let shown = Diagnostic::new(Code::UNKNOWN_GROUP, Severity::Error, "no word group is called `ordr`")
            .at(place)
            .with_help(Some("did you mean `order`?".to_owned()));
        let expected = "error[K0403]: no word group is called `ordr`\n  --> bot.yaml:12:8\n   |\n12 |   - 退货 <ordr>\n   |          ^^^^^^\nhelp: did you mean `order`?";
        assert_eq!(shown.to_string(), expected);
    }

    #[test]
    fn long_lines_are_cut_around_the_caret() {
        let source = "x".repeat(500);
        let (line, under) = window(&source, 400..402);
        assert!(line.starts_with('…') && line.ends_with('…'));
        assert_eq!(under.trim_start(), "^^");
    }
}
