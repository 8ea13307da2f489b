use super::{Does, FactValue, Pack, StepKind, Words};

impl Pack {
    /// Everything the bot can say, each with what it is; a text that several flows use comes once for each.
    pub(crate) fn everything_said(&self) -> Vec<(String, &Words)> {
        let mut said = Vec::new();
        for intent in &self.intents {
            said.extend(intent.title.as_ref().map(|title| (format!("the title of `{}`", intent.id), title)));
            if let Does::Say(words) = &intent.does {
                said.push((format!("the answer of `{}`", intent.id), words));
            }
        }
        for fact in &self.facts {
            if let FactValue::Words(words) = &fact.value {
                said.push((format!("the fact `{}`", fact.name), words));
            }
        }
        said.extend(self.notices.iter().map(|notice| (format!("the notice `{}`", notice.name), &notice.say)));
        said.extend(self.texts.iter().map(|(name, words)| (format!("the text `{name}`"), words)));
        for flow in &self.flows {
            let what = format!("these words of the flow `{}`", flow.id);
            let of_flow = flow.program.iter().flat_map(|node| node.kind.words());
            said.extend(of_flow.map(|words| (what.clone(), words)));
        }
        let escalation = &self.escalation;
        let of_reasons = escalation.reasons.iter().filter_map(|reason| reason.say.as_ref());
        let handing_over = escalation.say.iter().chain(of_reasons);
        said.extend(handing_over.map(|words| ("what is said when handing over".to_owned(), words)));
        let closed = escalation.hours.as_ref().and_then(|hours| hours.closed.say.as_ref());
        said.extend(closed.map(|words| ("what is said when nobody is at the desk".to_owned(), words)));
        said.extend(self.consent.as_ref().map(|consent| ("the question for consent".to_owned(), &consent.say)));
        said
    }
}

impl StepKind {
    /// The words a step may say.
    pub(crate) fn words(&self) -> Vec<&Words> {
        match self {
            StepKind::Say(words) => vec![words],
            StepKind::Confirm(confirm) => vec![&confirm.say],
            StepKind::Choose(choice) => {
                let labels = choice.options.iter().map(|(_, label, _, _)| label);
                std::iter::once(&choice.say).chain(labels).collect()
            }
            StepKind::Ask(ask) => {
                let refusals = ask.valid.iter().map(|validity| &validity.say);
                std::iter::once(&ask.say).chain(&ask.again).chain(&ask.why).chain(refusals).collect()
            }
            _ => Vec::new(),
        }
    }
}
