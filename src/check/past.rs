use super::Subject;
use crate::diagnostic::{Code, Finding};

/// Notices, answers and opening hours whose last day is over.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(today) = subject.today else { return Vec::new() };
    let mut findings = Vec::new();
    for (what, words) in subject.pack.everything_said() {
        if let Some(until) = words.until.filter(|until| *until < today) {
            let message = format!("{what} ended on {until}");
            findings
                .push(Finding::warning(Code::PAST, words.origin, message).help("remove it, or give it its next date"));
        }
    }
    let dates = subject.pack.escalation.hours.iter().flat_map(|hours| &hours.dates);
    for rule in dates.filter(|rule| rule.last < today) {
        let message = format!("these hours ended on {}", rule.last);
        findings
            .push(Finding::warning(Code::PAST, rule.origin, message).help("remove them, or give them their next date"));
    }
    findings
}
