//! What a customer does not want, and what is only not so: `tests/negation/*.tsv`, one file per language.

use std::path::Path;

use kefu::{Decision, IntentId};

use crate::shop::WRITTEN;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/negation");

#[test]
fn a_denied_wish_is_no_wish_and_a_denied_fact_takes_nothing_away() {
    let mut wrong = String::new();
    for language in ["en", "es", "pt", "zh"] {
        let rows = std::fs::read_to_string(Path::new(FOLDER).join(language).with_extension("tsv")).unwrap();
        let rows: Vec<(&str, &str)> = rows.lines().filter_map(|row| row.split_once('\t')).collect();
        assert!(rows.len() >= 30, "{language}: {}", rows.len());
        for (text, expected) in rows {
            let said = WRITTEN.classify(text);
            let acts = said.requests().iter().filter_map(|request| match request.decision() {
                Decision::Act(intent) => Some(intent.as_str()),
                _ => None,
            });
            let acts: Vec<&str> = acts.collect();
            let is_right = match expected.strip_prefix('-') {
                Some(denied) => !acts.contains(&denied) && !said.asked(&IntentId::from(denied)),
                None => expected.split('|').any(|wanted| acts.contains(&wanted)),
            };
            if !is_right {
                wrong += &format!("{text}\t{expected}\tcame {acts:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
