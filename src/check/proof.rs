use super::Subject;
use crate::classify::{Classifier, Decision, Hints, LeftOut, Scratch};
use crate::diagnostic::{Code, Finding};
use crate::rules::{Example, Intent};

/// Examples that their own intent does not win, and not-examples that it does.
///
/// Each example is read without its likeness to itself: it must not prove itself.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let pack = subject.pack;
    let classifier = subject.classifier();
    let mut scratch = Scratch::new();
    let mut findings = Vec::new();
    for (index, intent) in (0_u32..).zip(&pack.intents) {
        for (number, example) in intent.numbered_examples() {
            let left_out = LeftOut { intent: index, example: number };
            findings.extend(lost(classifier, &mut scratch, intent, example, left_out));
        }
        for example in &intent.not_examples {
            findings.extend(won(classifier, &mut scratch, intent, example));
        }
    }
    findings
}

fn lost(
    classifier: &Classifier,
    scratch: &mut Scratch,
    intent: &Intent,
    example: &Example,
    left_out: LeftOut,
) -> Option<Finding> {
    let hints = Hints { language: Some(example.language), left_out: Some(left_out), clock: None };
    let said = classifier.classify(scratch, &example.text, &hints);
    let is_own = |decision: &Decision<'_>| matches!(decision, Decision::Act(id) if **id == intent.id);
    if said.intent() == Some(&intent.id) || said.requests().iter().any(|request| is_own(&request.decision())) {
        return None;
    }
    let best = said.candidates().first();
    let message = match (said.intent(), best) {
        (Some(other), _) => format!("this example of `{}` is understood as `{other}`", intent.id),
        (None, Some(best)) if best.intent() != &intent.id => {
            format!("this example of `{}` is not clear; `{}` comes nearest", intent.id, best.intent())
        }
        (None, Some(_)) => format!("this example of `{}` is not clear enough to act on", intent.id),
        (None, None) => format!("no keyword or pattern finds this example of `{}`", intent.id),
    };
    let finding = Finding::warning(Code::EXAMPLE_LOST, example.origin, message);
    let words: Vec<&str> =
        best.map(|best| best.evidence().iter().map(crate::classify::Evidence::rule).collect()).unwrap_or_default();
    Some(if words.is_empty() {
        finding.help("add a keyword that is in it")
    } else {
        finding.help(format!(
            "what speaks for `{}`: `{}`",
            best.map_or("", |best| best.intent().as_str()),
            words.join("`, `")
        ))
    })
}

fn won(classifier: &Classifier, scratch: &mut Scratch, intent: &Intent, example: &Example) -> Option<Finding> {
    let hints = Hints { language: Some(example.language), ..Hints::default() };
    let said = classifier.classify(scratch, &example.text, &hints);
    if said.intent() != Some(&intent.id) {
        return None;
    }
    let rules: Vec<&str> = said.candidates().first()?.evidence().iter().map(crate::classify::Evidence::rule).collect();
    let message = format!("this not-example is understood as `{}`", intent.id);
    let finding = Finding::warning(Code::NOT_EXAMPLE_WON, example.origin, message);
    Some(finding.help(format!("what speaks for it: `{}`; an `unless` phrase takes the intent out", rules.join("`, `"))))
}
