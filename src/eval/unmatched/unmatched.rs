use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::eval::chart::Page;
use crate::text::Language;

/// Messages shown of a cluster.
const SHOWN: usize = 5;

/// What was not understood, and what could be done about it. Every text is masked.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Unmatched {
    /// Messages not understood whose words are known.
    pub messages: usize,
    /// How many of them are understood by the rules as they are now.
    pub understood_now: usize,
    /// How many a person has given an intent meanwhile.
    pub labelled: usize,
    /// How many are, or are nearly, what a person labelled `none`.
    pub ignored: usize,
    /// How many are like no other.
    pub alone: usize,
    /// How many are in small clusters that are not shown.
    pub not_shown: usize,
    /// Lines of the log there was no room for.
    pub left_out: usize,
    /// Understood messages that proposals were measured with.
    pub measured_with: usize,
    /// The rest, put together by likeness, the greatest first.
    pub clusters: Vec<Cluster>,
}

/// Messages that are alike.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cluster {
    /// Their language.
    pub language: Language,
    /// How many.
    pub messages: usize,
    /// How many different ones.
    pub different: usize,
    /// The intent most of them are nearest to; nothing where there is none: perhaps it is a new one.
    pub intent: Option<String>,
    /// Keywords that would catch them.
    pub keywords: Vec<Proposal>,
    /// An answer, from what agents replied.
    pub answer: Option<Draft>,
    /// The commonest of them.
    pub samples: Vec<String>,
    /// All of them, to be labelled.
    #[serde(skip)]
    pub(super) all: Vec<String>,
}

/// A keyword, and what it would change: measured with the engine, not counted by its letters.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Proposal {
    /// The keyword.
    pub phrase: String,
    /// Messages not understood that it would catch.
    pub caught: usize,
    /// How many of those are of this cluster.
    pub of_cluster: usize,
    /// Messages understood now that it would take away or put in doubt, by what they are understood as.
    pub taken: BTreeMap<String, usize>,
}

/// An answer for a person to approve.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Draft {
    /// The reply of an agent that says most of what they all say.
    pub text: String,
    /// How often just this was replied.
    pub times: usize,
    /// Among how many replies.
    pub replies: usize,
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.told())?;
        for (number, cluster) in self.clusters.iter().enumerate() {
            writeln!(f, "\n{}. {}", number + 1, cluster.told())?;
            for text in &cluster.samples {
                writeln!(f, "     “{text}”")?;
            }
            for keyword in &cluster.keywords {
                writeln!(f, "   keyword `{}`: {}", keyword.phrase, keyword.told())?;
            }
            if let Some(draft) = &cluster.answer {
                writeln!(f, "   {}: {}", draft.told(), draft.text)?;
            }
        }
        Ok(())
    }
}

impl Unmatched {
    /// The counts, in words.
    fn told(&self) -> String {
        let mut told = format!("not understood, words known: {} messages", self.messages);
        for (count, what) in [
            (self.understood_now, "understood by the rules as they are now"),
            (self.labelled, "labelled by a person meanwhile"),
            (self.ignored, "ignored"),
            (self.alone, "like no other"),
            (self.not_shown, "in smaller clusters"),
        ] {
            if count > 0 {
                told.push_str(&format!("; {count} {what}"));
            }
        }
        if self.left_out > 0 {
            told.push_str(&format!("; no room for {} lines of the log", self.left_out));
        }
        if self.measured_with > 0 {
            told.push_str(&format!(
                "\nkeywords are measured on them and on {} that are understood",
                self.measured_with
            ));
        }
        told
    }

    /// Draws it on a page.
    pub(in crate::eval) fn draw(&self, page: &mut Page) {
        page.heading("Not understood");
        page.note(&self.told());
        let bar =
            |cluster: &Cluster| (cluster.name().to_owned(), cluster.messages as f64, cluster.messages.to_string());
        page.bars(&self.clusters.iter().map(bar).collect::<Vec<_>>());
        let rows = self.clusters.iter().map(|cluster| {
            let keywords: Vec<String> =
                cluster.keywords.iter().map(|one| format!("{}: {}", one.phrase, one.told())).collect();
            let answer = cluster.answer.as_ref().map_or_else(String::new, |draft| draft.text.clone());
            let samples = cluster.samples.join(" / ");
            vec![cluster.told(), samples, keywords.join("; "), answer]
        });
        page.table(&["cluster", "messages", "keywords to add", "what agents replied"], rows);
    }
}

impl Cluster {
    /// What it is called: by its keyword, else by its commonest message.
    fn name(&self) -> &str {
        let keyword = self.keywords.first().map(|keyword| keyword.phrase.as_str());
        keyword.or_else(|| self.samples.first().map(String::as_str)).unwrap_or_default()
    }

    fn told(&self) -> String {
        let Self { language, messages, different, .. } = self;
        let nearest = match &self.intent {
            Some(intent) => format!("nearest to `{intent}`"),
            None => "near no intent: perhaps a new one".to_owned(),
        };
        format!("{} ({language}): {messages} messages, {different} different, {nearest}", self.name())
    }

    pub(super) fn shown(texts: &[String]) -> Vec<String> {
        texts.iter().take(SHOWN).cloned().collect()
    }
}

impl Proposal {
    fn told(&self) -> String {
        let Self { caught, of_cluster, taken, .. } = self;
        let mut told = format!("would catch {caught} messages, {of_cluster} of these");
        if taken.is_empty() {
            told.push_str(", and take none that is understood");
        } else {
            let taken: Vec<String> = taken.iter().map(|(intent, count)| format!("{count} of `{intent}`")).collect();
            told.push_str(&format!(", and take {}", taken.join(", ")));
        }
        told
    }
}

impl Draft {
    fn told(&self) -> String {
        match (self.times, self.replies) {
            (_, 1) => "an agent replied".to_owned(),
            (1, replies) => format!("one of {replies} replies of agents"),
            (times, replies) => format!("{times} of {replies} replies of agents"),
        }
    }
}
