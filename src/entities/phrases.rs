use crate::rules::{Keyword, Pack, Part};
use crate::text::{Folded, TokenKind, strip_accents, tokens};

/// Most wordings one keyword is written out to.
const MOST_WORDINGS: usize = 64;

/// What a keyword can look like: each wording as folded words without accents.
pub(crate) fn wordings(keyword: &Keyword, pack: &Pack) -> Vec<Vec<Box<str>>> {
    expand(&keyword.parts, pack, 0).into_iter().map(|text| words(&text)).filter(|words| !words.is_empty()).collect()
}

/// The words of a text as phrases are compared: folded, without accents, marks or spaces.
pub(crate) fn words(text: &str) -> Vec<Box<str>> {
    let folded = Folded::new(text);
    let cut = tokens(folded.as_str()).filter_map(|token| {
        let piece = folded.as_str().get(token.span)?;
        (token.kind != TokenKind::Mark || is_picture(piece)).then(|| Box::from(strip_accents(piece)))
    });
    cut.collect()
}

/// Whether a mark says something by itself, as 👍 does; punctuation does not.
pub(super) fn is_picture(mark: &str) -> bool {
    mark.chars().any(|c| matches!(c as u32, 0x2600..=0x2BFF | 0x1F300..=0x1F3FA | 0x1F400..=0x1FAFF))
}

fn expand(parts: &[Part], pack: &Pack, depth: usize) -> Vec<String> {
    let mut wordings = vec![String::new()];
    for part in parts {
        let choices: Vec<String> = match part {
            Part::Words(words) => vec![words.to_string()],
            Part::AnyOf(branches) => branches.iter().flat_map(|branch| expand(branch, pack, depth + 1)).collect(),
            Part::Optional(inner) => std::iter::once(String::new()).chain(expand(inner, pack, depth + 1)).collect(),
            // Why: groups name no groups in practice; the depth keeps a circle from being followed.
            Part::Group(index) if depth < 4 => pack
                .groups
                .get(*index)
                .into_iter()
                .flat_map(|(_, keywords)| keywords.iter().flat_map(|keyword| expand(&keyword.parts, pack, depth + 1)))
                .collect(),
            Part::Group(_) => Vec::new(),
        };
        let joined = wordings.iter().flat_map(|before| {
            choices
                .iter()
                .map(move |choice| if before.is_empty() { choice.clone() } else { format!("{before} {choice}") })
        });
        wordings = joined.take(MOST_WORDINGS).collect();
    }
    wordings
}
