use std::collections::BTreeSet;
use std::time::Duration;

use super::super::keys::Table;
use super::super::node::{Content, Node};
use super::Lowering;
use super::names::Names;
use crate::diagnostic::{Code, Finding, did_you_mean_help};

/// The entries of a map whose keys are known.
pub(super) struct Fields<'n> {
    entries: Vec<(&'static str, &'n Node, &'n Node)>,
}

impl<'n> Fields<'n> {
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(known, _, _)| *known == name).map(|(_, _, value)| *value)
    }

    /// The node of a key itself.
    pub(super) fn key(&self, name: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(known, _, _)| *known == name).map(|(_, key, _)| *key)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|(name, _, _)| *name)
    }
}

impl Lowering<'_> {
    /// The entries of a map by the keys of its table; other keys are reported. `note:` is free everywhere.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, table: &'static Table) -> Fields<'n> {
        let mut entries = Vec::new();
        let Some(map) = node.as_map() else {
            // Why: `{}` and nothing at all say the same.
            if !node.is_null() {
                self.wrong_shape(node, &format!("{} is a map of keys and values", table.what));
            }
            return Fields { entries };
        };
        for (key, value) in map {
            let Some(name) = key.as_text() else {
                self.wrong_key(key);
                continue;
            };
            if let Some(known) = table.names().find(|known| *known == name) {
                entries.push((known, key, value));
            } else if name != "note" {
                self.unknown_key(key, name, value, table);
            }
        }
        Fields { entries }
    }

    /// The fields of something that has a name. A key in the place of the name is indented too little.
    pub(super) fn fields_of<'n>(
        &mut self,
        name: &str,
        key: &Node,
        node: &'n Node,
        table: &'static Table,
    ) -> Option<Fields<'n>> {
        if node.as_map().is_none() && !node.is_null() && table.names().any(|known| known == name) {
            let message = format!("`{name}` stands where a name is meant");
            let finding = Finding::error(Code::WRONG_SHAPE, key.origin, message);
            self.report(finding.help(format!("it is a key of {}: indent it more, under the name above", table.what)));
            return None;
        }
        Some(self.fields(node, table))
    }

    fn unknown_key(&mut self, key: &Node, name: &str, value: &Node, table: &'static Table) {
        let near = did_you_mean_help(name, table.names());
        if value.is_null() && near.is_none() && self.is_inside_braces(key) {
            let message = format!("a comma cut this text, so `{name}` became a key of {}", table.what);
            self.report(Finding::error(Code::COMMA, key.origin, message).help("put the whole text in quotes: '…'"));
            return;
        }
        let known: Vec<&str> = table.names().collect();
        let help = near.unwrap_or_else(|| format!("possible here: {}", known.join(", ")));
        let message = format!("{} has no key `{name}`", table.what);
        self.report(Finding::error(Code::UNKNOWN_KEY, key.origin, message).help(help));
    }

    /// The named entries of a section, sorted by name; names are checked.
    pub(super) fn named<'n>(&mut self, node: Option<&'n Node>, what: &str) -> Vec<(Box<str>, &'n Node, &'n Node)> {
        let Some(node) = node.filter(|node| !node.is_null()) else { return Vec::new() };
        let Some(map) = node.as_map() else {
            self.wrong_shape(node, &format!("`{what}` is a map of names"));
            return Vec::new();
        };
        let mut named: Vec<(Box<str>, &Node, &Node)> = Vec::with_capacity(map.len());
        for (key, value) in map {
            let Some(name) = self.text_key(key) else { continue };
            if &*name == "note" && value.as_text().is_some() {
                continue;
            }
            let ok = name.chars().next().is_some_and(char::is_alphanumeric)
                && name.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.'));
            if ok {
                named.push((name, key, value));
            } else {
                let message = format!("`{name}` cannot be a name in `{what}`");
                self.report(
                    Finding::error(Code::BAD_NAME, key.origin, message)
                        .help("use letters, digits, `_` and `-`, without blanks"),
                );
            }
        }
        named.sort_by(|left, right| left.0.cmp(&right.0));
        named
    }

    /// A key as text; a number is read as written.
    pub(super) fn text_key(&mut self, key: &Node) -> Option<Box<str>> {
        match &key.content {
            Content::Text(text) => Some(text.clone()),
            Content::Integer(_) | Content::Decimal(_) | Content::Bool(_) => {
                Some(self.files.written(key.origin).map_or_else(|| Box::from(""), Box::from))
            }
            _ => {
                self.wrong_key(key);
                None
            }
        }
    }

    fn wrong_key(&mut self, key: &Node) {
        if matches!(key.content, Content::Map(_)) {
            let finding = Finding::error(Code::UNQUOTED, key.origin, "a text that begins with `{{` must be quoted");
            self.report(finding.help("put the whole text in quotes: '{{ … }}'"));
        } else {
            self.error(Code::WRONG_SHAPE, key, format!("a key is a word, and here stands {}", key.describe()));
        }
    }

    pub(super) fn wrong_shape(&mut self, node: &Node, wanted: &str) {
        if node.is_null() {
            self.error(Code::EMPTY, node, format!("nothing stands here: {wanted}"));
        } else {
            self.error(Code::WRONG_SHAPE, node, format!("{wanted}, and here stands {}", node.describe()));
        }
    }

    /// A name of something.
    pub(super) fn name(&mut self, node: &Node, what: &str) -> Option<Box<str>> {
        let text = self.text(node, what)?;
        if text.trim().is_empty() {
            self.error(Code::EMPTY, node, format!("nothing stands here: {what} is meant"));
            return None;
        }
        Some(text)
    }

    pub(super) fn flag(&mut self, node: &Node) -> Option<bool> {
        match &node.content {
            Content::Bool(truth) => Some(*truth),
            Content::Text(text) if matches!(&**text, "yes" | "on") => Some(true),
            Content::Text(text) if matches!(&**text, "no" | "off") => Some(false),
            _ => {
                self.wrong_shape(node, "true or false is meant");
                None
            }
        }
    }

    pub(super) fn number(&mut self, node: &Node) -> Option<f64> {
        match &node.content {
            Content::Integer(number) => Some(*number as f64),
            Content::Decimal(number) if number.is_finite() => Some(*number),
            _ => {
                self.wrong_shape(node, "a number is meant");
                None
            }
        }
    }

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&mut self, node: &Node, least: u32, most: u32) -> Option<u32> {
        let Content::Integer(number) = node.content else {
            self.wrong_shape(node, "a whole number is meant");
            return None;
        };
        let found = u32::try_from(number).ok().filter(|number| (least..=most).contains(number));
        if found.is_none() {
            self.error(Code::OUT_OF_RANGE, node, format!("{number} is out of range: {least} to {most}"));
        }
        found
    }

    /// A number from 0 to 1.
    pub(super) fn share(&mut self, node: &Node) -> Option<f32> {
        let number = self.number(node)?;
        if (0.0..=1.0).contains(&number) {
            return Some(number as f32);
        }
        self.error(Code::OUT_OF_RANGE, node, format!("{number} is out of range: 0 to 1"));
        None
    }

    pub(super) fn choice<T: Copy>(&mut self, node: &Node, choices: &[(&str, T)]) -> Option<T> {
        let written = self.as_written(node)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == &*written) {
            return Some(*value);
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let help = did_you_mean_help(&written, names.iter().copied())
            .unwrap_or_else(|| format!("possible here: {}", names.join(", ")));
        let message = format!("`{written}` is none of the choices");
        self.report(Finding::error(Code::WRONG_CHOICE, node.origin, message).help(help));
        None
    }

    /// A scalar as it is written, without a warning.
    pub(super) fn as_written(&mut self, node: &Node) -> Option<Box<str>> {
        match &node.content {
            Content::Text(text) => Some(text.clone()),
            Content::Integer(number) => {
                Some(self.files.written_number(node.origin, *number).unwrap_or_default().into())
            }
            Content::Bool(_) | Content::Decimal(_) => Some(self.files.written(node.origin).unwrap_or_default().into()),
            _ => {
                self.wrong_shape(node, "one word is meant");
                None
            }
        }
    }

    pub(super) fn duration(&mut self, node: &Node) -> Option<Duration> {
        let written = self.as_written(node)?;
        let found = parse_duration(&written);
        if found.is_none() {
            let message = format!("`{written}` is no span of time");
            self.report(Finding::error(Code::DURATION, node.origin, message).help("write 500ms, 30s, 5m, 2h or 3d"));
        }
        found
    }

    pub(super) fn day(&mut self, node: &Node) -> Option<jiff::civil::Date> {
        let written = self.as_written(node)?;
        let found = parse_day(&written);
        if found.is_none() {
            let message = format!("`{written}` is no day");
            self.report(Finding::error(Code::DATE, node.origin, message).help("write year-month-day: 2026-03-01"));
        }
        found
    }

    /// The items of a list; a single value counts as a list of one.
    pub(super) fn items<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.content {
            Content::List(items) => items,
            Content::Null | Content::Map(_) => {
                self.wrong_shape(node, "a list is meant");
                &[]
            }
            _ => std::slice::from_ref(node),
        }
    }

    /// A name that must be among the names of a kind.
    pub(super) fn known(
        &mut self,
        node: &Node,
        what: &str,
        code: Code,
        names: fn(&Names) -> &BTreeSet<Box<str>>,
    ) -> Option<Box<str>> {
        let name = self.name(node, what)?;
        if names(&self.names).contains(&name) {
            return Some(name);
        }
        let help = did_you_mean_help(&name, names(&self.names).iter().map(|known| &**known));
        let finding = Finding::error(code, node.origin, format!("there is no {what} `{name}`"));
        self.report(finding.maybe_help(help));
        None
    }

    /// A name that must be among a few.
    pub(super) fn reference(&mut self, node: &Node, what: &str, code: Code, known: &[&str]) -> Option<Box<str>> {
        let name = self.name(node, what)?;
        if known.contains(&&*name) {
            return Some(name);
        }
        let finding = Finding::error(code, node.origin, format!("there is no {what} `{name}`"));
        self.report(finding.maybe_help(did_you_mean_help(&name, known.iter().copied())));
        None
    }
}

/// `500ms`, `30s`, `5m`, `2h`, `3d`, up to ten years.
pub(crate) fn parse_duration(written: &str) -> Option<Duration> {
    let digits = written.len() - written.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    let (number, unit) = written.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let milliseconds = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    let total = number.checked_mul(milliseconds)?;
    (total <= 3650 * 86_400_000).then(|| Duration::from_millis(total))
}

/// `2026-03-01`.
pub(super) fn parse_day(written: &str) -> Option<jiff::civil::Date> {
    (written.len() == 10).then(|| written.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time() {
        for (written, expected) in [
            ("500ms", Some(500)),
            ("3s", Some(3_000)),
            ("2m", Some(120_000)),
            ("1d", Some(86_400_000)),
            ("3", None),
            ("s", None),
            ("-3s", None),
            ("1.5h", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(parse_duration(written), expected.map(Duration::from_millis), "{written}");
        }
    }
}
