//! Rules change while customers talk: good ones are taken, bad ones are told and left, and nobody loses their place.
//!
//! `cargo run --example hot_reload`. Loading builds a new engine beside the old one; using it is one assignment.

use std::error::Error;
use std::time::{Duration, SystemTime};

use kefu::{Conversation, Conversations, Engine, Event, LoadError, MemoryStore};

const BEFORE: &str = "
languages: {default: en}
intents:
  gift: {title: {en: a gift}, keywords: {en: [gift]}, flow: gift}
flows:
  gift:
    steps:
      - {ask: size, entity: number, say: {en: Which size?}}
      - {say: {en: 'A gift of size {{ size }} is on its way.'}}
      - {end: resolved}
";

fn load(text: &str) -> Result<Engine, LoadError> {
    Engine::builder().source("bot.yaml", text).build()
}

fn main() -> Result<(), Box<dyn Error>> {
    let conversations = Conversations::new(load(BEFORE)?, MemoryStore::new(1000));
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_416_800);
    let say = |text: &str| -> Result<(), Box<dyn Error>> {
        let taken = conversations.handle(Conversation::new("chat-7"), Event::message(text), now)?;
        let replies: Vec<&str> = taken.turn.replies().iter().map(kefu::Reply::text).collect();
        println!("> {text}\n  {}", replies.join("\n  "));
        Ok(())
    };
    say("i want a gift")?;

    // Someone saves a slip: the old rules go on, and the slip is told with its line and what was probably meant.
    let slip = BEFORE.replace("keywords", "keywrods");
    match load(&slip) {
        Ok(engine) => conversations.reload(engine),
        Err(error) => println!("\nrefused, the old rules go on:\n{error}\n"),
    }

    // Now it is right, with other words; the customer's question is still open and is answered by the new rules.
    let after = BEFORE.replace("is on its way", "leaves today");
    conversations.reload(load(&after)?);
    println!("now revision {}", conversations.engine().revision());
    say("42")
}
