use super::super::marks::Notation;
use super::super::node::{Content, Node};
use super::Lowering;
use crate::diagnostic::{Code, Finding};
use crate::text::Language;

impl Lowering<'_> {
    /// A text; numbers and bools are read as written, and what YAML made of an unquoted text is named.
    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<Box<str>> {
        match &node.content {
            Content::Text(text) => Some(text.clone()),
            Content::Bool(_) | Content::Integer(_) | Content::Decimal(_) => {
                let written: Box<str> = self.files.written(node.origin).unwrap_or_default().into();
                let read = match &node.content {
                    Content::Bool(_) => "true or false",
                    _ => "a number",
                };
                let message = format!("`{written}` is {read} for YAML, and text is meant here");
                let finding = Finding::warning(Code::NUMBER_AS_TEXT, node.origin, message);
                self.report(finding.help(format!("it was read as written; quote it: '{written}'")));
                Some(written)
            }
            Content::Null => {
                self.error(Code::EMPTY, node, format!("nothing stands here: {what} is meant"));
                None
            }
            Content::Map(entries) => {
                self.map_for_text(node, entries, what);
                None
            }
            Content::List(_) => {
                self.error(Code::WRONG_SHAPE, node, format!("{what} is meant, and here stands a list"));
                None
            }
        }
    }

    fn map_for_text(&mut self, node: &Node, entries: &[(Node, Node)], what: &str) {
        let first = entries.first().map(|(key, value)| (key, key.as_text(), value));
        let finding = match first {
            Some((Node { content: Content::Map(_), .. }, _, _)) => {
                Finding::error(Code::UNQUOTED, node.origin, "a text that begins with `{{` must be quoted")
                    .help("put the whole text in quotes: '{{ … }}'")
            }
            Some((_, Some(name), value)) if value.is_null() && self.source_begins(node, '?') => {
                Finding::error(Code::UNQUOTED, node.origin, "a text that begins with `? ` must be quoted")
                    .help(format!("'? {name}'"))
            }
            Some((_, Some(name), value)) if value.is_null() && self.source_begins(node, '{') => {
                Finding::error(Code::BRACES, node.origin, format!("`{{{name}}}` without quotes is a map for YAML"))
                    .help(format!("to look something up write '{{{{ {name} }}}}', in quotes"))
            }
            Some((_, Some(name), value)) if value.as_map().is_none() && value.as_list().is_none() => {
                let message = format!("{what} is meant, and `{name}: …` is a map for YAML");
                Finding::error(Code::WRONG_SHAPE, node.origin, message)
                    .help("a text that contains `: ` must stand in quotes")
            }
            _ => Finding::error(Code::WRONG_SHAPE, node.origin, format!("{what} is meant, and here stands a map")),
        };
        self.report(finding);
    }

    fn source_begins(&self, node: &Node, sign: char) -> bool {
        let Some(file) = self.files.file(node.origin) else { return false };
        let Some(spot) = file.marks().spot(node.origin.node) else { return false };
        file.text.get(spot.bytes.start..).is_some_and(|rest| rest.starts_with(sign))
    }

    /// Whether a key without a value stands behind a comma inside `{…}`.
    pub(super) fn is_inside_braces(&self, key: &Node) -> bool {
        let Some(file) = self.files.file(key.origin) else { return false };
        let Some(spot) = file.marks().spot(key.origin.node) else { return false };
        let before = file.text.get(..spot.bytes.start).unwrap_or_default().trim_end();
        before.ends_with(',')
    }

    /// Warns of a sentence that a comma in `[…]` made two items of.
    pub(super) fn comma_slip(&mut self, items: &[Node], language: Option<Language>, kind: Sentences) {
        for pair in items.windows(2) {
            let [first, second] = pair else { continue };
            let (Some(left), Some(right)) = (first.as_text(), second.as_text()) else { continue };
            let cut = match kind {
                Sentences::Said => breaks_off(left, right, language),
                Sentences::Heard => leads_in(left) && goes_on(right, language),
            };
            if !cut
                || !self.may_stand_in_brackets(first, left, right)
                || !self.is_plain_in_brackets(first)
                || !self.is_plain_in_brackets(second)
            {
                continue;
            }
            let message = format!("a comma seems to have cut one text into `{left}` and `{right}`");
            let help = format!("if it is one text, quote it: '{left}, {right}'; if not, write one `- item` per line");
            self.report(
                Finding::warning(Code::COMMA, first.origin, message).help(help).related(second.origin, "goes on here"),
            );
        }
    }

    /// Whether two texts stand anywhere in the file with nothing but a comma between them.
    ///
    /// Why asked first: lists of sentences are mostly written item by item, and to read the places of a file takes about as long as
    /// to load it.
    fn may_stand_in_brackets(&self, first: &Node, left: &str, right: &str) -> bool {
        let Some(file) = self.files.file(first.origin) else { return false };
        // Why the ends alone: a plain text over several lines is written otherwise than it reads.
        let left = left.split_whitespace().next_back().unwrap_or_default();
        let right = right.split_whitespace().next().unwrap_or_default();
        file.text.match_indices(left).any(|(at, _)| {
            let rest = file.text.get(at + left.len()..).unwrap_or_default().trim_start();
            rest.strip_prefix(',').is_some_and(|rest| rest.trim_start().starts_with(right))
        })
    }

    fn is_plain_in_brackets(&self, node: &Node) -> bool {
        let Some(file) = self.files.file(node.origin) else { return false };
        let Some(spot) = file.marks().spot(node.origin.node) else { return false };
        let before = file.text.get(..spot.bytes.start).unwrap_or_default().trim_end();
        let after = file.text.get(spot.bytes.end..).unwrap_or_default().trim_start();
        spot.notation == Notation::Plain
            && (before.ends_with('[') || before.ends_with(','))
            && (after.starts_with(']') || after.starts_with(','))
    }
}

/// Whether sentences are said by the bot or by customers, who write as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sentences {
    Said,
    Heard,
}

/// Openings after which people put a comma.
const LEAD_INS: [&str; 40] = [
    "hi",
    "hello",
    "hey",
    "yes",
    "no",
    "ok",
    "okay",
    "sorry",
    "thanks",
    "please",
    "well",
    "so",
    "sir",
    "excuse me",
    "good morning",
    "hola",
    "buenas",
    "buenos días",
    "sí",
    "si",
    "bueno",
    "oye",
    "gracias",
    "perdón",
    "disculpe",
    "oi",
    "olá",
    "bom dia",
    "sim",
    "não",
    "obrigado",
    "desculpe",
    "por favor",
    "你好",
    "您好",
    "亲",
    "请问",
    "嗯",
    "好的",
    "不",
];

fn leads_in(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    LEAD_INS.contains(&text.as_str())
}

/// Whether a text looks like the rest of a sentence and not like an item of its own.
fn goes_on(text: &str, language: Option<Language>) -> bool {
    if language == Some(Language::Zh) { text.chars().count() >= 4 } else { text.split_whitespace().count() >= 3 }
}

/// An answer that ends without a mark, followed by one that begins with a small letter and ends with a mark.
fn breaks_off(left: &str, right: &str, language: Option<Language>) -> bool {
    let ends = |text: &str| text.trim_end().ends_with(['.', '!', '?', '…', '。', '！', '？', ':', '"', '”', ')']);
    if language == Some(Language::Zh) {
        return !ends(left) && ends(right);
    }
    !ends(left) && (ends(right) || leads_in(left)) && right.chars().next().is_some_and(char::is_lowercase)
}
