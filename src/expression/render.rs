use super::evaluate::{Frame, write_filtered};
use super::tree::{Filter, Form, Node, Piece, Raw, Template, Values};
use super::vocabulary::Vocabulary;
use super::{Locale, format};
use crate::rules::Value;
use crate::text::{Language, Script, to_simplified, to_traditional};

impl Template {
    pub(super) fn render(&self, vocabulary: &Vocabulary, values: &dyn Values, locale: &Locale<'_>, out: &mut String) {
        let frame = Frame { vocabulary, values, locale: Some(locale) };
        for piece in &self.pieces {
            match piece {
                Piece::Raw(raw) => raw.write(locale, out),
                Piece::Shown(form, node) => node.write(form, &frame, out),
            }
        }
    }
}

impl Raw {
    fn write(&self, locale: &Locale<'_>, out: &mut String) {
        if is_traditional(locale) {
            // Why: words the author already wrote in Traditional must not be converted a second time.
            let convert = || {
                if to_simplified(&self.text) == *self.text {
                    to_traditional(&self.text).into()
                } else {
                    self.text.clone()
                }
            };
            out.push_str(self.traditional.get_or_init(convert));
        } else {
            out.push_str(&self.text);
        }
    }
}

impl Node {
    /// Writes the value in a form; nothing if it is missing. Words of the pack follow the customer's script, values do not.
    pub(super) fn write<'a>(&'a self, form: &Form, frame: &Frame<'a>, out: &mut String) {
        match self {
            Node::Choose { condition, then, otherwise } => {
                let branch = if condition.test(frame) == Some(true) { then } else { otherwise };
                branch.write(form, frame, out);
            }
            Node::Show(inner_form, inner) => inner.write(inner_form, frame, out),
            Node::Literal(Value::Text(text)) if *form == Form::Text => words(text, frame, out),
            Node::Path(path) if path.root == "facts" && *form == Form::Text => {
                if let Some(Value::Text(text)) = path.value(frame.values) {
                    words(text, frame, out);
                }
            }
            Node::Filter(Filter::Plural, input, forms) => {
                let number = input.value(frame).and_then(|value| value.as_decimal());
                if let (Some(number), Some(locale)) = (number, frame.locale) {
                    let place = usize::from(!format::is_one(number, locale.language));
                    if let Some(node) = forms.get(place) {
                        node.write(form, frame, out);
                    }
                }
            }
            Node::Filter(Filter::Default, input, arguments) => {
                let start = out.len();
                input.write(form, frame, out);
                if out.len() == start
                    && let Some(other) = arguments.first()
                {
                    other.write(form, frame, out);
                }
            }
            Node::Filter(
                filter @ (Filter::Money | Filter::Date | Filter::Time | Filter::Join(_)),
                input,
                arguments,
            ) => {
                // Why: a missing input leaves nothing, which is what a text shows then.
                let _ = write_filtered(filter, input, arguments.first(), frame, out);
            }
            _ => {
                if let Some(value) = self.value(frame) {
                    format::value(&value, form, frame, out);
                }
            }
        }
    }
}

/// Words of the pack, in the customer's script.
pub(super) fn words(text: &str, frame: &Frame<'_>, out: &mut String) {
    match frame.locale {
        Some(locale) if is_traditional(locale) && !text.is_ascii() => out.push_str(&to_traditional(text)),
        _ => out.push_str(text),
    }
}

fn is_traditional(locale: &Locale<'_>) -> bool {
    locale.script == Script::Hant && locale.language == Language::Zh
}
