use std::collections::BTreeMap;

use super::super::chart::Page;
use super::{Group, Outline};

/// Bars drawn of each kind.
const DRAWN: usize = 25;

impl Outline {
    /// The outline as one HTML page with charts, that needs no other file.
    pub fn page(&self) -> String {
        let mut page = Page::new("What came of conversations");
        page.table(&["", ""], self.totals().into_iter().map(|(name, value)| vec![name.to_owned(), value]));
        self.compare(&mut page);
        for rise in &self.rises {
            page.note(&format!(
                "{} came {} times on {}, {:.1} times a day before.",
                rise.intent, rise.messages, rise.day, rise.usual
            ));
        }
        for (title, groups) in [
            ("Asked for", &self.by_intent),
            ("By day", &self.by_day),
            ("By hour, UTC", &self.by_hour),
            ("By language", &self.by_language),
            ("By channel", &self.by_channel),
            ("By revision of the rules", &self.by_revision),
        ] {
            groups_of(&mut page, title, groups);
        }
        counts_of(&mut page, "Handed over because", &self.reasons);
        self.queues_of(&mut page);
        self.flows_of(&mut page);
        for (slot, values) in &self.slots {
            counts_of(&mut page, &format!("Told as {slot}"), values);
        }
        if let Some(unmatched) = &self.unmatched {
            unmatched.draw(&mut page);
        }
        page.finish()
    }

    fn compare(&self, page: &mut Page) {
        let Some(compared) = &self.compared else { return };
        page.heading(&format!("Against {}", compared.with));
        let rows = compared.figures.iter().chain(&compared.intents).map(|one| {
            let [then, now] = one.written();
            vec![one.name.clone(), then, now, one.told().trim().to_owned()]
        });
        page.table(&["", "then", "now", ""], rows);
    }

    fn queues_of(&self, page: &mut Page) {
        if self.queues.is_empty() {
            return;
        }
        page.heading("Queues");
        let rows = self.queues.iter().map(|(name, queue)| {
            let wait = queue.median_wait_seconds.map_or_else(|| "–".to_owned(), |wait| format!("{wait:.1}"));
            let counts = [queue.handed_over, queue.accepted, queue.overdue, queue.unanswered].map(|of| of.to_string());
            std::iter::once(name.clone()).chain(counts).chain([wait]).collect()
        });
        page.table(&["queue", "handed over", "accepted", "overdue", "unanswered", "median wait, s"], rows);
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
    let mut rows: Vec<_> = groups.iter().collect();
    if title == "Asked for" {
        rows.sort_by_key(|(name, group)| (std::cmp::Reverse(group.messages), *name));
        rows.truncate(DRAWN);
    }
    let bar = |(name, group): &(&String, &Group)| ((*name).clone(), group.messages as f64, group.messages.to_string());
    page.bars(&rows.iter().map(bar).collect::<Vec<_>>());
    let rows = rows.into_iter().map(|(name, group)| {
        let Group { messages, misses, conversations, handed_over, resolved } = group;
        let counts = [messages, misses, conversations, handed_over, resolved].map(ToString::to_string);
        std::iter::once(name.clone()).chain(counts).collect()
    });
    page.table(&["", "messages", "not understood", "conversations", "handed over", "resolved"], rows);
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
