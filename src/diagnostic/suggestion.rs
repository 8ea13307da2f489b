use crate::text::edits;

/// The known name that was probably meant, if one is close enough.
///
/// Close enough: at most one edit for every three characters, and at least one; two neighbours swapped count as one edit.
/// The nearest wins, of equals the first.
pub(crate) fn did_you_mean<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    let allowed = (name.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        if let Some(distance) = edits(&name, &other, allowed)
            && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    // Why: for names of one or two letters everything would be near.
    best.filter(|(distance, candidate)| *distance < candidate.chars().count().max(2) - usize::from(name.len() < 3))
        .map(|(_, candidate)| candidate)
}

/// The help text "did you mean `x`?", if there is a near name.
pub(crate) fn did_you_mean_help<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    did_you_mean(name, known).map(|found| format!("did you mean `{found}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["keywords", "patterns", "examples", "say", "flow", "zh", "en", "es", "pt"];
        for (name, expected) in [
            ("keyword", Some("keywords")),
            ("Keywords", Some("keywords")),
            ("exmaples", Some("examples")),
            ("pattern", Some("patterns")),
            ("sya", Some("say")),
            ("folw", Some("flow")),
            ("answers", None),
            ("fr", None),
        ] {
            assert_eq!(did_you_mean(name, known), expected, "{name}");
        }
    }
}
