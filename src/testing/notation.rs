//! Values and texts in the notation of dialog tests: what is written into a file must be read again as the same.

use crate::rules::Value;

/// A text as it can stand anywhere in YAML.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = text.chars().all(|sign| sign.is_alphanumeric() || sign == '_') && !text.is_empty();
    let is_word = text.chars().next().is_some_and(char::is_alphabetic);
    if is_plain && is_word && !is_taken(text) {
        return text.to_owned();
    }
    if text.chars().any(char::is_control) {
        // Why: JSON's escapes are those of YAML's double quotes.
        return serde_json::to_string(text).unwrap_or_default();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// Words that YAML or a dialog test reads as something else.
fn is_taken(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    matches!(lower.as_str(), "true" | "false" | "null" | "none" | "yes" | "no" | "on" | "off" | "y" | "n" | "silent")
}

/// A value on one line.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::None => "none".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) => quoted(text),
        Value::List(items) => list(items.iter().map(written)),
        Value::Record(fields) => map(fields.iter().map(|(name, value)| (name.as_str(), written(value)))),
    }
}

/// `[a, b]`, or `none` for nothing.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "none".to_owned() } else { format!("[{}]", items.join(", ")) }
}

/// `{a: x, b: y}`
pub(super) fn map<'n>(fields: impl Iterator<Item = (&'n str, String)>) -> String {
    let fields: Vec<String> = fields.map(|(name, value)| format!("{}: {value}", quoted(name))).collect();
    format!("{{{}}}", fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["退货", "order_no", "no", "00123", "it's", "a: b", "# x", "", "two\nlines", "12", "- x", "Ünïcode"]
        {
            let read: String = serde_yaml_text(&quoted(text));
            assert_eq!(read, text);
        }
    }

    fn serde_yaml_text(written: &str) -> String {
        let source = crate::load::Source::new("x", format!("x: {written}\n"));
        let documents = crate::load::read_documents(&source).unwrap();
        match documents[0].field("x").unwrap().value() {
            Value::Text(text) => text,
            other => panic!("{other:?}"),
        }
    }
}
