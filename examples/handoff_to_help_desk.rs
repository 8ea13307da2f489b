//! From the bot to a help desk and back: what the desk is sent, and what it tells the bot.
//!
//! `cargo run --example handoff_to_help_desk`. The desk here is a list in memory; a real one is an HTTP call in `Desk::open`
//! and a webhook that calls `agent`. `kefu::handoff` shows which of its fields go where in two help desks.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, SystemTime};

use kefu::{Effect, Engine, Event, Handoff, Language, Session, Turn};

const RULES: &str = "
languages: {default: en, also: [zh]}
intents:
  shipping: {keywords: {en: [shipping, delivery], zh: [发货]}, say: {en: It takes 3 days., zh: 三天。}}
  human: {keywords: {en: [human, agent], zh: [人工]}, handoff: asked}
escalation:
  targets: {high: {accept_within: 10m}}
  reasons: {asked: {priority: high, queue: general}}
";

/// A ticket as a help desk keeps it.
struct Ticket {
    subject: String,
    body: String,
    is_urgent: bool,
}

/// The help desk. Handoffs have ids, so that opening one twice is opening it once.
#[derive(Default)]
struct Desk {
    tickets: BTreeMap<String, Ticket>,
}

impl Desk {
    /// Opens a ticket, or changes it when more is known.
    fn open(&mut self, handoff: &Handoff) {
        let summary = handoff.summary.get(&Language::En).cloned().unwrap_or_default();
        let lines: Vec<String> =
            handoff.transcript.iter().map(|line| format!("{:?}: {}", line.who(), line.text())).collect();
        let ticket = Ticket {
            subject: format!("[{}] {}", handoff.queue, handoff.reason),
            body: format!("{summary}\n{}", lines.join("\n")),
            is_urgent: handoff.due_at.is_some(),
        };
        self.tickets.insert(handoff.id.clone(), ticket);
    }

    /// Does what a turn asks of the desk.
    fn take(&mut self, turn: &Turn) {
        for effect in turn.effects() {
            match effect {
                Effect::HandoffOpened(handoff) | Effect::HandoffUpdated(handoff) => self.open(handoff),
                Effect::HandoffWithdrawn(withdrawal) => drop(self.tickets.remove(&withdrawal.id)),
                Effect::ToAgent(message) => println!("  [desk] the customer writes: {}", message.text),
                _ => {}
            }
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::builder().source("bot.yaml", RULES).build()?;
    let mut session = Session::new("chat-7");
    let mut desk = Desk::default();
    let mut now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_416_800);
    let events = [
        ("> how long does delivery take?", Event::message("how long does delivery take?")),
        ("> let me talk to a human", Event::message("let me talk to a human")),
        // From here on the desk's webhook says what its agents do.
        ("[desk] accepts", Event::agent_accepted()),
        ("> hello?", Event::message("hello?")),
        ("[desk] “Hi, Ana here.”", Event::agent_message("Hi, Ana here.")),
        ("[desk] gives it back", Event::agent_released()),
        ("> 几天发货？", Event::message("几天发货？")),
    ];
    for (shown, event) in events {
        println!("{shown}");
        let turn = engine.handle(&mut session, event, now)?;
        desk.take(&turn);
        for reply in turn.replies() {
            println!("  {}", reply.text());
        }
        now += Duration::from_secs(20);
    }
    for Ticket { subject, body, is_urgent } in desk.tickets.values() {
        println!("\nticket: {subject}{}\n{body}", if *is_urgent { " (urgent)" } else { "" });
    }
    Ok(())
}
