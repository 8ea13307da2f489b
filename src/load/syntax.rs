use serde_yaml::Error;

use super::file::File;
use crate::diagnostic::{Code, Diagnostic, Severity};

/// A YAML error in plain words, at its place.
pub(super) fn explain(file: &File<'_>, error: &Error) -> Diagnostic {
    let said = error.to_string();
    let (line, column) = error.location().map_or((1, 1), |at| (at.line().max(1), at.column().max(1)));
    // Why: what ends too soon is only noticed behind the last line.
    let end =
        file.text.lines().enumerate().last().map_or((1, 1), |(index, text)| (index + 1, text.chars().count() + 1));
    let (line, column) = if line > end.0 { end } else { (line, column) };
    if let Some(diagnostic) = tab(file, line) {
        return diagnostic;
    }
    if let Some(diagnostic) = unquoted(file, line) {
        return diagnostic;
    }
    let opened = opened_at(&said);
    if let Some(diagnostic) = cut(file, opened.map_or(line, |(line, _)| line)..=line) {
        return diagnostic;
    }
    if said.contains("anchor") || said.contains("repetition limit") {
        return at_place(file, Code::ALIAS, line, column, "anchors and aliases are no part of the rule language", None);
    }
    if said.contains("recursion limit") {
        return at_place(file, Code::TOO_DEEP, line, column, "maps and lists are nested too deeply", None);
    }
    let (message, help) = SAYINGS
        .iter()
        .find(|(sign, _, _)| said.contains(sign))
        .map_or(("this is no valid YAML", None), |(_, message, help)| (*message, Some(*help)));
    // Why: what is never closed is best shown where it was opened.
    let (line, column) = match opened {
        Some(opened) if message.contains("closed") => opened,
        _ => (line, column),
    };
    at_place(file, Code::SYNTAX, line, column, message, help)
}

fn at_place(file: &File<'_>, code: Code, line: usize, column: usize, message: &str, help: Option<&str>) -> Diagnostic {
    Diagnostic::new(code, Severity::Error, message).at(file.place_at(line, column)).with_help(help.map(str::to_owned))
}

/// Where the list, map or quote began that the reader was in, if it says so: the last place it names.
fn opened_at(said: &str) -> Option<(usize, usize)> {
    let inside = ["while parsing a flow", "while scanning a quoted"].iter().find_map(|sign| said.find(sign))?;
    let place = said.get(inside..)?.rsplit_once("at line ")?.1;
    let (line, column) = place.split_once(" column ")?;
    Some((line.trim().parse().ok()?, column.trim().parse().ok()?))
}

/// A ` #` that took the end of a list away.
fn cut(file: &File<'_>, lines: std::ops::RangeInclusive<usize>) -> Option<Diagnostic> {
    let (first, count) = (lines.start().saturating_sub(1), lines.count());
    for (index, text) in file.text.lines().enumerate().skip(first).take(count) {
        for (at, _) in text.match_indices(" #") {
            let before = text.get(..at)?;
            let after = text.get(at + 2..)?;
            let is_open = before.matches(['[', '{']).count() > before.matches([']', '}']).count();
            let glued = after.chars().next().is_some_and(|sign| !sign.is_whitespace() && sign != '#');
            let quotes = before.matches('\'').count() % 2 + before.matches('"').count() % 2;
            if is_open && glued && quotes == 0 {
                let message = format!("the text ends here, because ` #{}` is a comment for YAML", after.trim_end());
                let help = Some("put the whole text in quotes: '…'");
                return Some(at_place(file, Code::HASH, index + 1, before.chars().count() + 2, &message, help));
            }
        }
    }
    None
}

/// A tab in the indentation, at the line of the error or shortly before it.
fn tab(file: &File<'_>, line: usize) -> Option<Diagnostic> {
    let (number, column) = file.text.lines().enumerate().take(line + 1).find_map(|(index, text)| {
        let indent = text.len() - text.trim_start().len();
        let tab = text.get(..indent)?.find('\t')?;
        (!text.trim().is_empty()).then_some((index + 1, tab + 1))
    })?;
    let help = Some("put two blanks for each level");
    Some(at_place(file, Code::TAB, number, column, "a tab stands in the indentation of this line", help))
}

/// A value that begins with `{{` or `? ` and goes on behind it.
fn unquoted(file: &File<'_>, line: usize) -> Option<Diagnostic> {
    // Why: the reader notices only behind the braces, sometimes on the next line.
    let around = line.saturating_sub(2)..line;
    for (index, text) in file.text.lines().enumerate().skip(around.start).take(around.len()) {
        for sign in ["{{", "? "] {
            for lead in [": ", "- ", "[", ", "] {
                let wanted = format!("{lead}{sign}");
                let Some(found) = text.find(&wanted) else { continue };
                let column = text.get(..found + lead.len())?.chars().count() + 1;
                let message = format!("a text that begins with `{}` must be quoted", sign.trim_end());
                let help = Some("put the whole text in quotes: '…'");
                return Some(at_place(file, Code::UNQUOTED, index + 1, column, &message, help));
            }
        }
        if let Some(at) = text_in_brackets(text) {
            let column = text.get(..at)?.chars().count() + 1;
            let sign = text.get(at..=at)?;
            let message = format!("a text that begins with `{sign}` must be quoted");
            let help = match sign {
                "{" => "put the whole text in quotes, and what is looked up in two braces: '{{ slot }} …'",
                _ => "put the whole text in quotes: '…'",
            };
            return Some(at_place(file, Code::UNQUOTED, index + 1, column, &message, Some(help)));
        }
    }
    None
}

/// Where a value begins that is a map or list in one line and goes on as a text behind it: `{order_no} was not found`.
fn text_in_brackets(line: &str) -> Option<usize> {
    let start = [": ", "- "].iter().filter_map(|lead| line.find(lead)).min()? + 2;
    let value = line.get(start..)?;
    let close = match value.chars().next()? {
        '{' => '}',
        '[' => ']',
        _ => return None,
    };
    let behind = value.get(value.find(close)? + 1..)?.trim_start();
    behind.starts_with(|sign: char| sign.is_alphanumeric()).then_some(start)
}

/// What the reader says, what it means, what to do.
const SAYINGS: &[(&str, &str, &str)] = &[
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be",
        "quote a text that contains `: `, or check the indentation of this line and the one before",
    ),
    (
        "did not find expected ',' or ']'",
        "this list is not closed, or something follows a quoted text",
        "close it with `]`, and separate items by commas; a keyword with an `[optional]` part stands in quotes",
    ),
    (
        "did not find expected ',' or '}'",
        "this map is not closed, or something follows a quoted text",
        "close it with `}`, and separate entries by commas",
    ),
    (
        "did not find expected '-' indicator",
        "this line is not indented like the list items before it",
        "begin it with `- ` under the items above",
    ),
    (
        "did not find expected key",
        "this line does not fit the lines before it",
        "check its indentation, and that quotes and brackets before it are closed",
    ),
    (
        "unexpected end of stream",
        "a quote is opened and never closed",
        "add the closing quote; inside '…' an apostrophe is written twice",
    ),
    (
        "document indicator",
        "a quote is opened and never closed",
        "add the closing quote; inside '…' an apostrophe is written twice",
    ),
    (
        "could not find expected ':'",
        "this line has no `:` behind its key",
        "write `key: value`, or indent the line if it continues a text",
    ),
    ("cannot start any token", "a text cannot begin with this sign", "put the text in quotes: '…'"),
    (
        "unknown escape",
        "a backslash in \"…\" begins an escape that does not exist",
        "use '…' instead, where a backslash is just a backslash",
    ),
    ("block sequence entries are not allowed", "a list item cannot begin here", "put it on a line of its own"),
    ("mapping keys are not allowed", "a text that begins with `? ` must be quoted", "put the text in quotes: '…'"),
    ("control characters", "an invisible control character stands here", "delete it"),
    (
        "did not find expected <document start>",
        "something follows the end of the document",
        "check the indentation of this line",
    ),
    ("end of stream", "the file ends too early", "check that quotes and brackets are closed"),
];
