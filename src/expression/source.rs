//! Reads sources with minijinja's parser, after a look that keeps nesting and length within bounds.

use std::ops::Range;

use minijinja::machinery::{Token, ast, parse, parse_expr, tokenize};
use minijinja::syntax::SyntaxConfig;

use super::{Problem, ProblemKind};

/// Longest source in bytes: several times the longest message a channel takes.
const MOST_BYTES: usize = 16_384;
/// Most tokens of one expression: far more than a person can read in a condition.
const MOST_TOKENS: usize = 400;
/// Deepest nesting of brackets, and longest run of prefixes (`not not …`, `--…`): the parser recurses on both.
const MOST_DEPTH: usize = 24;

/// The tree of a text.
pub(super) fn text(source: &str) -> Result<ast::Stmt<'_>, Problem> {
    guard(source, Place::Text)?;
    parse(source, "", SyntaxConfig::default()).map_err(|error| syntax(source, &error))
}

/// The tree of a bare expression.
pub(super) fn bare(source: &str) -> Result<ast::Expr<'_>, Problem> {
    if source.trim().is_empty() {
        return Err(Problem::new(ProblemKind::Syntax, 0..source.len(), "there is no expression here"));
    }
    guard(source, Place::Bare)?;
    parse_expr(source).map_err(|error| syntax(source, &error))
}

/// Whether a text has nothing to parse.
pub(super) fn is_plain(source: &str) -> bool {
    !["{{", "{%", "{#"].iter().any(|mark| source.contains(mark))
}

/// Bytes an expression stands on. The parser's own spans begin a token early or late where operators follow each other,
/// so the start is that of the leftmost part.
pub(super) fn range(expr: &ast::Expr<'_>) -> Range<usize> {
    let end = expr.span().end_offset as usize;
    let mut leftmost = expr;
    loop {
        leftmost = match leftmost {
            ast::Expr::GetAttr(node) => &node.expr,
            ast::Expr::GetItem(node) => &node.expr,
            ast::Expr::Slice(node) => &node.expr,
            ast::Expr::Call(node) => &node.expr,
            ast::Expr::Test(node) => &node.expr,
            ast::Expr::BinOp(node) => &node.left,
            ast::Expr::Compare(node) => &node.expr,
            ast::Expr::IfExpr(node) => &node.true_expr,
            ast::Expr::Filter(node) => match &node.expr {
                Some(inner) => inner,
                None => break,
            },
            // Why: `not in` is a negation around the comparison, and begins where that begins.
            ast::Expr::UnaryOp(node) if starts_before(&node.expr, leftmost) => &node.expr,
            _ => break,
        };
    }
    let start = leftmost.span().start_offset as usize;
    start.min(end)..end
}

fn starts_before(inner: &ast::Expr<'_>, outer: &ast::Expr<'_>) -> bool {
    matches!(inner, ast::Expr::BinOp(_)) && inner.span().start_offset <= outer.span().start_offset
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Bare,
}

/// Looks at the tokens before the parser does.
fn guard(source: &str, place: Place) -> Result<(), Problem> {
    if source.len() > MOST_BYTES {
        let message = format!("this is longer than {MOST_BYTES} bytes");
        return Err(Problem::new(ProblemKind::TooLong, 0..source.len(), message));
    }
    let (mut count, mut depth, mut prefixes) = (0_usize, 0_usize, 0_usize);
    let mut open: Option<Range<usize>> = None;
    let mut end = 0;
    for token in tokenize(source, place == Place::Bare, SyntaxConfig::default()) {
        let (token, span) = match token {
            Ok(token) => token,
            Err(error) => {
                return Err(open.filter(|_| is_cut(source, &error)).map_or_else(|| syntax(source, &error), unclosed));
            }
        };
        let at = span.start_offset as usize..span.end_offset as usize;
        comment(source, end..at.start)?;
        end = at.end;
        let is_prefix = match &token {
            Token::BlockStart => return Err(statement(at)),
            Token::VariableStart => {
                (count, depth) = (0, 0);
                open = Some(at.clone());
                false
            }
            Token::VariableEnd => {
                open = None;
                false
            }
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                depth += 1;
                false
            }
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                depth = depth.saturating_sub(1);
                false
            }
            Token::Minus | Token::Ident("not") => true,
            _ => false,
        };
        prefixes = if is_prefix { prefixes + 1 } else { 0 };
        count += 1;
        if count > MOST_TOKENS || depth > MOST_DEPTH || prefixes > MOST_DEPTH {
            return Err(Problem::new(ProblemKind::TooLong, at, "this expression is too long or too deeply nested"));
        }
    }
    comment(source, end..source.len())?;
    open.map_or(Ok(()), |at| Err(unclosed(at)))
}

/// `{# #}` leaves no token, only a gap.
fn comment(source: &str, gap: Range<usize>) -> Result<(), Problem> {
    let found = source.get(gap.clone()).and_then(|text| text.find("{#"));
    found.map_or(Ok(()), |offset| {
        let at = gap.start + offset..gap.start + offset + 2;
        Err(Problem::new(ProblemKind::Statement, at, "`{# #}` does not work in texts")
            .help("put the comment into the rule file: a line with `#`, or `note:`"))
    })
}

fn statement(at: Range<usize>) -> Problem {
    Problem::new(ProblemKind::Statement, at, "`{% %}` does not work in texts")
        .help("choose words with `{{ 'a' if x else 'b' }}`, or give the text variants with `when:`")
}

fn unclosed(at: Range<usize>) -> Problem {
    Problem::new(ProblemKind::Syntax, at, "`{{` is never closed with `}}`")
}

/// Whether an error comes from reading to the end of the source.
fn is_cut(source: &str, error: &minijinja::Error) -> bool {
    error.range().is_none_or(|range| range.end >= source.len())
}

fn syntax(source: &str, error: &minijinja::Error) -> Problem {
    let at = error.range().unwrap_or(0..source.len());
    let end = floor(source, at.end.min(source.len()));
    let start = floor(source, at.start.min(end));
    let detail = error.detail().unwrap_or("this cannot be read").replace("variable block", "`{{ }}`");
    let problem = Problem::new(ProblemKind::Syntax, start..end, detail);
    let near = source.get(start..).unwrap_or_default();
    let help = |mark: &str| near.starts_with(mark) || source.get(..end).is_some_and(|before| before.ends_with(mark));
    if help("&&") || help("||") || help("&") || help("!") {
        problem.help("write `and`, `or`, `not`")
    } else if help("=") {
        problem.help("compare with `==`")
    } else if !near.is_ascii() {
        problem.help("put words into quotes; names have letters, digits and `_`")
    } else {
        problem
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while at > 0 && !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
