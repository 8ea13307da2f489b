//! Filters and their arguments.

use std::ops::Range;

use minijinja::machinery::ast;

use super::{Lowering, Place};
use crate::expression::tree::{Filter, Node};
use crate::expression::typing::{self, Kind, Typed};
use crate::expression::{Problem, ProblemKind, filter};
use crate::rules::Type;

impl Lowering<'_> {
    pub(super) fn filtered(&mut self, node: &ast::Spanned<ast::Filter<'_>>, at: Range<usize>) -> Typed {
        let Some(inner) = &node.expr else { return self.unsupported(at, "a filter needs something before it") };
        let input = self.value(inner);
        let name_at = filter_name(node, &at);
        let Some(known) = filter::named(node.name) else {
            let message = format!("there is no filter `{}`", node.name);
            let names = filter::ALL.iter().map(|(name, _)| *name);
            self.tell(Problem::new(ProblemKind::UnknownFilter, name_at, message).meant(node.name, names));
            return Typed::broken(at);
        };
        let mut arguments = Vec::with_capacity(node.args.len());
        for argument in &node.args {
            match argument {
                ast::CallArg::Pos(argument) => {
                    let argument = self.value(argument);
                    arguments.push(argument);
                }
                _ => return self.unsupported(at, "arguments have no names here"),
            }
        }
        let (least, most) = known.arguments();
        if !(least..=most).contains(&arguments.len()) {
            let expected = if least == most { format!("{least}") } else { format!("{least} or {most}") };
            let message = format!("`{}` takes {expected} arguments, not {}", node.name, arguments.len());
            return self.wrong(name_at, message);
        }
        if known.is_localized() && self.place == Place::Bare {
            let message = format!("`{}` writes for a customer's language, which only texts have", node.name);
            return self.wrong(name_at, message);
        }
        if known == Filter::Default {
            return self.defaulted(input, arguments, at);
        }
        let mut input = self.need(input);
        let arguments: Vec<Typed> = arguments.into_iter().map(|argument| self.need(argument)).collect();
        if self.place == Place::Text
            && matches!(known, Filter::Upper | Filter::Lower)
            && let Kind::Of(ty @ Type::Entity(_)) = &input.kind
            && let Some(form) = typing::form(ty)
        {
            input = Typed::of(Type::Text, Node::Show(form, Box::new(input.node)), input.at);
        }
        let Kind::Of(ty) = &input.kind else { return Typed::broken(at) };
        let Some(result) = known.result(ty) else {
            let message = format!("`{}` takes {}, and this is {}", node.name, known.takes(), typing::described(ty));
            return self.wrong(input.at, message);
        };
        let known = match (known, ty) {
            (Filter::Join(_), Type::List(item)) => match typing::form(item) {
                Some(form) if self.place == Place::Text || **item == Type::Text => Filter::Join(form),
                _ => return self.wrong(input.at, format!("a list of {item} cannot be joined here")),
            },
            (known, _) => known,
        };
        let takes_number = known == Filter::Round;
        let whole = arguments.iter().all(|argument| argument.kind == Kind::Of(Type::Integer));
        for argument in &arguments {
            let fits = match &argument.kind {
                Kind::Of(Type::Integer) => takes_number,
                Kind::Of(Type::Text) => !takes_number,
                Kind::Broken => true,
                _ => false,
            };
            if !fits {
                let expected = if takes_number { "a whole number" } else { "text" };
                let message = format!("`{}` takes {expected} here, not {}", node.name, argument.kind.described());
                self.tell(Problem::new(ProblemKind::WrongType, argument.at.clone(), message));
            }
        }
        let result = if known == Filter::Round && whole && arguments.is_empty() { Type::Integer } else { result };
        let nodes = arguments.into_iter().map(|argument| argument.node).collect();
        Typed::of(result, Node::Filter(known, Box::new(input.node), nodes), at)
    }

    pub(super) fn defaulted(&mut self, input: Typed, arguments: Vec<Typed>, at: Range<usize>) -> Typed {
        let Some(other) = arguments.into_iter().next() else { return Typed::broken(at) };
        let other = self.need(other);
        let Some(((ty, _), input, other)) = self.merged(input, other, &at) else { return Typed::broken(at) };
        Typed::of(ty, Node::Filter(Filter::Default, Box::new(input), Box::new([other])), at)
    }
}

/// Bytes of a filter's name; the parser's span of a filter begins with it.
fn filter_name(node: &ast::Spanned<ast::Filter<'_>>, at: &Range<usize>) -> Range<usize> {
    let start = (node.span().start_offset as usize).clamp(at.start, at.end);
    start..(start + node.name.len()).min(at.end)
}
