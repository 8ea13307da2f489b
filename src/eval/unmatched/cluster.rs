use super::vectors::Vectors;

/// From how like its centre a message belongs to a cluster, as a cosine.
///
/// Source: chosen by eye on clusters of messages whose intent was taken out of the shop pack; no other value was measured.
const ALIKE: f32 = 0.25;
/// From how like an ignored message one is ignored too.
const NEARLY: f32 = 0.6;

/// Messages put together: a centre with all that is like it, the greatest first; of what is left the next, until none has
/// another message.
///
/// `times` says how often each message came. Those that came once and are like no other are in no cluster.
pub(super) fn clusters(vectors: &Vectors, times: &[usize]) -> Vec<Vec<usize>> {
    let like: Vec<Vec<u32>> = (0..times.len()).map(|number| vectors.like(number, ALIKE)).collect();
    let count = |number: u32| times.get(number as usize).copied().unwrap_or(0);
    let mut worth: Vec<usize> = like.iter().map(|like| like.iter().map(|other| count(*other)).sum()).collect();
    let mut is_left: Vec<bool> = times.iter().map(|times| *times > 0).collect();
    let mut clusters = Vec::new();
    loop {
        let left = worth.iter().zip(&is_left).enumerate().filter(|(_, (_, is_left))| **is_left);
        // Why the first of equals: the order of lines in a log must mean nothing, and messages come sorted.
        let best = left.max_by_key(|(number, (worth, _))| (**worth, std::cmp::Reverse(*number)));
        let Some((centre, (messages, _))) = best else { break };
        if *messages < 2 {
            break;
        }
        let mut members = Vec::new();
        for other in like.get(centre).into_iter().flatten() {
            let Some(left) = is_left.get_mut(*other as usize).filter(|left| **left) else { continue };
            *left = false;
            members.push(*other as usize);
            for neighbour in like.get(*other as usize).into_iter().flatten() {
                if let Some(worth) = worth.get_mut(*neighbour as usize) {
                    *worth = worth.saturating_sub(count(*other));
                }
            }
        }
        // INVARIANT: a centre is like itself, so each turn takes one message at least.
        if members.is_empty() {
            break;
        }
        clusters.push(members);
    }
    clusters
}

/// Which of the messages are nearly the same as one of those from `first` on.
pub(super) fn nearly(vectors: &Vectors, first: usize, all: usize) -> Vec<usize> {
    let mut found: Vec<usize> = (first..all)
        .flat_map(|number| vectors.like(number, NEARLY))
        .map(|other| other as usize)
        .filter(|other| *other < first)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn what_is_alike_comes_together() {
        let texts = [
            "do you gift wrap",
            "gift wrap please",
            "can I get gift wrapping",
            "do you ship to alaska",
            "shipping to alaska possible?",
            "who is the president",
        ];
        let beside =
            ["do you open on sunday", "can I get my money back please", "can you do it please", "to whom do I write"];
        let vectors = Vectors::new(&texts, &[beside; 5].concat(), Language::En);
        let mut found = clusters(&vectors, &[1; 6]);
        found.iter_mut().for_each(|members| members.sort_unstable());
        assert_eq!(found, [vec![0, 1, 2], vec![3, 4]]);
        let found = clusters(&vectors, &[0, 0, 0, 0, 0, 5]);
        assert_eq!(found, [vec![5]], "what came five times is a cluster by itself");
        assert!(clusters(&vectors, &[1, 0, 0, 0, 0, 1]).is_empty());
    }
}
