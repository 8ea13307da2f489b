use super::Subject;
use crate::classify::{Decision, Hints, LeftOut, Scratch};
use crate::diagnostic::{Code, Finding};
use crate::rules::Intent;
use crate::text::Language;

/// Intents that not even their own words lead to.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let mut scratch = Scratch::new();
    // Why: examples that nothing finds are told one by one.
    let has_words = |(_, intent): &(u32, &Intent)| !intent.keywords.is_empty();
    let loses = |(index, intent): &(u32, &Intent)| !wins(subject, &mut scratch, *index, intent);
    let losing = (0_u32..).zip(&subject.pack.intents).filter(has_words).filter(loses);
    losing
        .map(|(_, intent)| {
            let message = format!("none of its own words is understood as `{}`", intent.id);
            Finding::warning(Code::NEVER_WINS, intent.origin, message)
                .help("give it longer keywords, or weights above those of the intents that win instead")
        })
        .collect()
}

/// Whether some word of the intent leads to it.
fn wins(subject: &Subject<'_>, scratch: &mut Scratch, index: u32, intent: &Intent) -> bool {
    let mut leads = |text: &str, language: Option<Language>, left_out: Option<LeftOut>| {
        let said = subject.classifier().classify(scratch, text, &Hints { language, left_out, clock: None });
        said.intent() == Some(&intent.id)
            || said.requests().iter().any(|each| matches!(each.decision(), Decision::Act(id) if *id == intent.id))
    };
    intent.numbered_examples().any(|(number, example)| {
        leads(&example.text, Some(example.language), Some(LeftOut { intent: index, example: number }))
    }) || intent.keywords.iter().any(|each| leads(&each.first_spelling(&subject.pack.groups), each.language, None))
}
