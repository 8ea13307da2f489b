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
        if other.len().abs_diff(name.len()) > allowed {
            continue;
        }
        let distance = distance(&name, &other);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    // Why: for names of one or two letters everything would be near.
    best.filter(|(distance, candidate)| *distance < candidate.chars().count().max(2) - usize::from(name.len() < 3)).map(|(_, candidate)| candidate)
}

/// The help text "did you mean `x`?", if there is a near name.
pub(crate) fn did_you_mean_help<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    did_you_mean(name, known).map(|found| format!("did you mean `{found}`?"))
}

/// Edit distance with swaps of neighbours (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut previous: Option<char> = None;
    for (i, &x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        let mut left = None;
        for (j, &y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&row, j) + usize::from(x != y)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            if j > 0 && previous == Some(y) && left == Some(x) {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            next.push(cost);
            left = Some(y);
        }
        previous = Some(x);
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
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
