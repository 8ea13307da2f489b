//! The shop speaks first: something happened to an order, and the bot tells, asks, and waits for its moment.
//!
//! `cargo run --example proactive_event`. Events of the shop start flows; `Session::next_deadline` says when the host
//! must tell the bot that time has passed.

use std::error::Error;
use std::time::{Duration, SystemTime};

use kefu::{Engine, Event, Session, Turn, Value};

const RULES: &str = "
languages: {default: en}
intents:
  hours: {keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}
flows:
  order_delayed:
    event: order_delayed
    in: {order_no: text}
    busy: wait
    steps:
      - {say: {en: 'Order {{ order_no }} will be late. We are sorry.'}}
      - {confirm: {en: Will you wait for it?}, else: [{say: {en: Then we cancel it.}}, {end: resolved}]}
      - {say: {en: 'Thank you for your patience.'}}
      - {end: resolved}
  survey:
    event: delivered
    after: 2h
    digress: leave
    steps:
      - {ask: score, entity: rating, say: {en: 'How was it, 1 to 5?'}}
      - {say: {en: Thank you!}}
      - {end: resolved}
";

fn show(what: &str, turn: &Turn) {
    println!("{what}");
    for reply in turn.replies() {
        println!("  {}", reply.text());
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::builder().source("bot.yaml", RULES).build()?;
    let mut session = Session::new("chat-7");
    let mut now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_416_800);

    // The carrier told the shop, the shop tells the bot, the bot tells the customer.
    let late = Value::record([("order_no", Value::from("AB12345678"))]);
    show("[shop] order_delayed", &engine.handle(&mut session, Event::named("order_delayed", late), now)?);
    for text in ["what are your opening hours?", "yes"] {
        now += Duration::from_secs(20);
        show(&format!("> {text}"), &engine.handle(&mut session, Event::message(text), now)?);
    }

    // Delivered; the survey comes two hours later. A service keeps the deadline in its store and ticks what is due.
    let nothing = Value::record::<String>([]);
    show("[shop] delivered", &engine.handle(&mut session, Event::named("delivered", nothing), now)?);
    let due = session.next_deadline().ok_or("the survey has a time")?;
    println!("(the host sleeps for {} minutes)", due.duration_since(now)?.as_secs() / 60);
    show("[clock] tick", &engine.handle(&mut session, Event::tick(), due)?);
    show("> 5", &engine.handle(&mut session, Event::message("5"), due + Duration::from_secs(30))?);
    Ok(())
}
