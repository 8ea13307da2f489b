use std::collections::BTreeMap;

use super::super::chart::{Page, percent};
use super::{Group, Outline};

/// Bars drawn of each kind.
const DRAWN: usize = 25;

impl Outline {
    /// The outline as one HTML page with charts, that needs no other file.
    pub fn page(&self) -> String {
        let mut page = Page::new("What came of conversations");
        let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"));
        let rows = [
            ("conversations", self.conversations.to_string()),
            ("messages", self.messages.to_string()),
            ("messages of a conversation", number(self.messages_per_conversation)),
            ("without a person", percent(self.containment)),
            ("resolved without a person", percent(self.resolution)),
            ("handed over", percent(self.escalation)),
            ("not understood", percent(self.miss_rate)),
            ("came up again", percent(self.reopen_rate)),
            ("median wait, seconds", number(self.median_wait_seconds)),
            ("overdue", self.overdue.to_string()),
            ("satisfaction, of 5", number(self.satisfaction)),
        ];
        page.table(&["", ""], rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]));
        for rise in &self.rises {
            page.note(&format!(
                "{} came {} times on {}, {:.1} times a day before.",
                rise.intent, rise.messages, rise.day, rise.usual
            ));
        }
        for (title, groups) in [
            ("By day", &self.by_day),
            ("By hour, UTC", &self.by_hour),
            ("By language", &self.by_language),
            ("By channel", &self.by_channel),
            ("By revision of the rules", &self.by_revision),
        ] {
            groups_of(&mut page, title, groups);
        }
        for (title, counts) in
            [("Asked for", &self.intents), ("Handed over because", &self.reasons), ("Queues", &self.queues)]
        {
            counts_of(&mut page, title, counts);
        }
        self.flows_of(&mut page);
        page.finish()
    }

    fn flows_of(&self, page: &mut Page) {
        if self.flows.is_empty() {
            return;
        }
        page.heading("Flows, and the steps where people left them");
        let listed = |counts: &BTreeMap<String, usize>| {
            counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
        };
        let rows = self.flows.iter().map(|(name, flow)| {
            vec![name.clone(), flow.started.to_string(), listed(&flow.ended), listed(&flow.left_at)]
        });
        page.table(&["flow", "begun", "ended", "left at"], rows);
    }
}

fn groups_of(page: &mut Page, title: &str, groups: &BTreeMap<String, Group>) {
    if groups.is_empty() {
        return;
    }
    page.heading(title);
    let bar = |(name, group): (&String, &Group)| {
        let meaning = format!("{}, {} not understood, {} handed over", group.messages, group.misses, group.handed_over);
        (name.clone(), group.messages as f64, meaning)
    };
    page.bars(&groups.iter().map(bar).collect::<Vec<_>>());
}

fn counts_of(page: &mut Page, title: &str, counts: &BTreeMap<String, usize>) {
    if counts.is_empty() {
        return;
    }
    page.heading(title);
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let bar = |(name, count): (&String, &usize)| (name.clone(), *count as f64, count.to_string());
    page.bars(&rows.into_iter().take(DRAWN).map(bar).collect::<Vec<_>>());
}
