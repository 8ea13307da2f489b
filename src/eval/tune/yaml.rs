//! Rules as a person would have written them.

/// Longest line.
const WIDTH: usize = 110;

/// A text as a YAML scalar: bare where nothing can be taken for anything else, else in single quotes.
pub(in crate::eval) fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == ' ' || c == '_' || c == '-' || c == '\'';
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let bare = text.chars().next().is_some_and(char::is_alphabetic)
        && text.chars().all(is_plain)
        && !text.ends_with(' ')
        && !reserved.contains(&text.to_lowercase().as_str());
    if bare { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// A text in one line.
pub(super) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `{a: 1, b: 2}`, in as many lines as it needs.
pub(super) fn flow_map(lead: &str, indent: usize, entries: &[String]) -> String {
    flow(lead, indent, entries, ["{", "}"])
}

/// `[a, b]`, in as many lines as it needs.
pub(super) fn flow_list(lead: &str, indent: usize, entries: &[String]) -> String {
    flow(lead, indent, entries, ["[", "]"])
}

fn flow(lead: &str, indent: usize, entries: &[String], [open, close]: [&str; 2]) -> String {
    let mut text = String::new();
    let mut line = format!("{:indent$}{lead}{open}", "");
    for (at, entry) in entries.iter().enumerate() {
        let end = if at + 1 == entries.len() { close } else { "," };
        if line.chars().count() + entry.chars().count() + 2 > WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = format!("{:width$}", "", width = indent + 2);
        }
        line.push_str(entry);
        line.push_str(end);
        line.push(' ');
    }
    text.push_str(line.trim_end());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_keep_their_text() {
        for (text, written) in [
            ("cancel my order", "cancel my order"),
            ("don't", "don't"),
            ("退货", "退货"),
            ("no", "'no'"),
            ("12 days", "'12 days'"),
            ("a: b", "'a: b'"),
            ("what's #1?", "'what''s #1?'"),
        ] {
            assert_eq!(scalar(text), written);
        }
        assert_eq!(one_line("a\tb\n c"), "a b c");
    }
}
