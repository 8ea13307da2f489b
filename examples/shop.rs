//! A small shop around the shop pack: it looks orders up in its own table, and puts handoffs on its desk.
//!
//! `cargo run --example shop` holds a prepared conversation; `cargo run --example shop -- --chat` reads yours.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::time::{Duration, SystemTime};

use kefu::{ActionCall, Effect, Engine, Event, Handoff, Session, Turn, Value};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/shop");

/// A customer who sends a cup back, asks something else meanwhile, and in the end wants a person.
const CONVERSATION: [&str; 7] = [
    "hi, i want to send something back",
    "how long does the refund take btw?",
    "AB12345678",
    "it arrived broken",
    "yes",
    "and where is my order CD87654321?",
    "can i talk to a human please",
];

struct Order {
    title: &'static str,
    placed: &'static str,
    status: &'static str,
    amount: f64,
    days: i64,
}

/// The shop: what it sold, what came back, and its desk.
struct Shop {
    orders: BTreeMap<&'static str, Order>,
    returns: BTreeMap<String, String>,
    desk: Vec<Handoff>,
}

impl Shop {
    fn new() -> Self {
        let cup =
            Order { title: "Cup", placed: "2026-02-26T09:30:00+08:00", status: "delivered", amount: 49.0, days: 2 };
        let lamp =
            Order { title: "Lamp", placed: "2026-03-01T18:00:00+08:00", status: "shipped", amount: 199.0, days: 0 };
        Self {
            orders: BTreeMap::from([("AB12345678", cup), ("CD87654321", lamp)]),
            returns: BTreeMap::new(),
            desk: Vec::new(),
        }
    }

    /// The work the rules ask for: results as a record, or the name of a failure of the contract.
    fn work(&mut self, call: &ActionCall) -> Result<Value, String> {
        let order_no = call.argument::<String>("order_no").unwrap_or_default();
        match call.name().as_str() {
            "orders.open" => {
                let row = |(number, order): (&&str, &Order)| {
                    Value::record([
                        ("order_no", Value::from(*number)),
                        ("title", Value::from(order.title)),
                        ("placed", Value::from(order.placed)),
                    ])
                };
                Ok(Value::record([("orders", Value::List(self.orders.iter().map(row).collect()))]))
            }
            "orders.lookup" => {
                let order = self.orders.get(order_no.as_str()).ok_or("not_found")?;
                Ok(Value::record([
                    ("status", Value::from(order.status)),
                    ("amount", Value::from(order.amount)),
                    ("days", Value::from(order.days)),
                    ("title", Value::from(order.title)),
                ]))
            }
            "orders.cancel" => {
                let order = self.orders.get_mut(order_no.as_str()).ok_or("not_found")?;
                if order.status != "preparing" {
                    return Err("already_shipped".to_owned());
                }
                order.status = "cancelled";
                Ok(Value::record([("refund", Value::from(order.amount))]))
            }
            // Why: requests with the same key must act once, however often they come.
            "returns.create" => {
                let next = format!("R-{}", 1001 + self.returns.len());
                let ticket = self.returns.entry(call.key().to_owned()).or_insert(next);
                Ok(Value::record([("ticket", Value::from(ticket.as_str()))]))
            }
            "messages.leave" => Ok(Value::record([("ticket", Value::from("M-1"))])),
            _ => Err("other".to_owned()),
        }
    }

    /// Says what is to be said and does what is to be done, until the conversation rests.
    fn serve(
        &mut self,
        engine: &Engine,
        session: &mut Session,
        event: Event,
        now: SystemTime,
    ) -> Result<(), Box<dyn Error>> {
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let turn = engine.handle(session, event, now)?;
            show(&turn);
            for effect in turn.effects() {
                match effect {
                    Effect::Action(call) => {
                        next = Some(match self.work(call) {
                            Ok(value) => Event::action_done(call.id(), value),
                            Err(error) => Event::action_failed(call.id(), error),
                        });
                    }
                    Effect::HandoffOpened(handoff) => {
                        println!("  [desk] {} for {}: {}", handoff.reason, handoff.queue, in_english(handoff));
                        self.desk.push((**handoff).clone());
                    }
                    Effect::HandoffUpdated(handoff) => println!("  [desk] updated: {}", in_english(handoff)),
                    Effect::HandoffWithdrawn(withdrawal) => self.desk.retain(|open| open.id != withdrawal.id),
                    Effect::ToAgent(message) => println!("  [desk] the customer writes: {}", message.text),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn show(turn: &Turn) {
    for reply in turn.replies() {
        println!("  {}", reply.text());
        for (index, chip) in reply.chips().iter().enumerate() {
            println!("    {}. {}", index + 1, chip.label());
        }
    }
}

fn in_english(handoff: &Handoff) -> &str {
    handoff.summary.get(&kefu::Language::En).map_or("", String::as_str)
}

#[allow(clippy::disallowed_methods)] // Why: a host knows what time it is and tells the engine.
fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::from_dir(PACK)?;
    let mut session = Session::new("customer-42");
    let mut shop = Shop::new();
    if std::env::args().any(|argument| argument == "--chat") {
        print!("> ");
        io::stdout().flush()?;
        for line in io::stdin().lock().lines() {
            shop.serve(&engine, &mut session, Event::message(line?), SystemTime::now())?;
            print!("> ");
            io::stdout().flush()?;
        }
        return Ok(());
    }
    // Why: the same moments every time, so that the same conversation comes out.
    let mut now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_416_800);
    for text in CONVERSATION {
        println!("> {text}");
        shop.serve(&engine, &mut session, Event::message(text), now)?;
        now += Duration::from_secs(20);
    }
    println!("{} on the desk, {} return", shop.desk.len(), shop.returns.len());
    Ok(())
}
